"""Whoever is woken by an alert finds what to do."""

from __future__ import annotations

import re

import pytest
import yaml

from tests.helm.chart import CHART

ALERTS = [
    rule["alert"]
    for group in yaml.safe_load((CHART / "files/alerts.yaml").read_text("utf-8"))["groups"]
    for rule in group["rules"]
]
LEAST_WORDS = 40
"""What it means, where to look and what to do take some."""


def runbook() -> dict[str, str]:
    """What OPERATIONS.md says under the name of each alert."""
    text = (CHART / "OPERATIONS.md").read_text("utf-8")
    section = text.partition("\n## Alerts\n")[2].partition("\n## ")[0]
    _, *parts = re.split(r"^### (\w+)$", section, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_there_is_a_paragraph_for_each_alert_and_for_nothing_else() -> None:
    assert list(runbook()) == ALERTS


@pytest.mark.parametrize("name", ALERTS)
def test_it_says_what_that_means_where_to_look_and_what_to_do(name: str) -> None:
    (paragraph,) = runbook()[name].strip().split("\n\n")
    assert len(paragraph.split()) >= LEAST_WORDS
    assert "`" in paragraph or re.search(r"as for Verifier\w+", paragraph)
