"""The page of `rollout report` in a real browser: wide and narrow, light and dark, nothing in it alive."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.rollout.command import run_rollout, write_records
from tests.rollout.scored_lines import scored

if TYPE_CHECKING:
    from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chrome")
GUARD_SECONDS = 120
"""Against hanging only."""
HOSTILE = '</pre><script>console.error("alive")</script><img src=x onerror="console.error(1)">'

pytestmark = [
    pytest.mark.heavy,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (Debian: apt-get install chromium)"),
]


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A page with every chart, full of hostile text."""
    pytest.importorskip("jinja2", reason="the page is an extra")
    lines: list[object] = [
        scored(
            f"{group}/{n}", str(group), (group + n) % 3 == 0, response=HOSTILE,
            extracted=HOSTILE, domain=f"domain {group % 4}", difficulty=group % 3,
            prior_score=n % 2, n_tokens=2 ** (n + 6),
            usage={"cpu_seconds": 0.001 * (n + 1)},
        )
        for group in range(30)
        for n in range(8)
    ]  # fmt: skip
    out = tmp_path / "report.html"
    assert run_rollout("report", write_records(tmp_path / "in.jsonl", lines), "-o", out).code == 0
    return out


def shot(page: Path, width: int, scheme: int) -> tuple[bytes, list[str]]:
    """A picture of the page, and what the browser said on its console."""
    picture = page.with_name(f"{page.stem}-{width}-{scheme}.png")
    command = [
        str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu",
        f"--user-data-dir={page.parent}/profile",
        f"--window-size={width},2000", f"--blink-settings=preferredColorScheme={scheme}",
        "--enable-logging=stderr", f"--screenshot={picture}", page.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=GUARD_SECONDS, check=True)
    return picture.read_bytes(), [line for line in done.stderr.splitlines() if "CONSOLE" in line]


def test_the_page_is_drawn_in_every_form_without_a_word_on_the_console(page: Path) -> None:
    """Dark differs from light, and a phone from a desktop; hostile text says nothing."""
    pictures = set()
    for width in (1280, 390):
        for scheme in (0, 1):
            picture, console = shot(page, width, scheme)
            assert console == []
            assert len(picture) > 20_000, "an empty page is a few kilobytes"
            pictures.add(picture)

    assert len(pictures) == 4


def test_what_is_alive_is_heard(tmp_path: Path) -> None:
    """The test above can fail: the same text on a page that does not escape it is heard on the console."""
    alive = tmp_path / "alive.html"
    alive.write_text(f"<!DOCTYPE html><title>t</title><pre>{HOSTILE}")

    assert any("alive" in line for line in shot(alive, 390, 1)[1])
