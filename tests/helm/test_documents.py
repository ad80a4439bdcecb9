"""The chart's documents, followed as somebody new would: commands find what they name, values exist."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import helm_python
import pytest
import yaml

from tests.architecture.tracked import ROOT
from tests.helm import documents
from tests.helm.chart import CASES, CHART, SCHEMA, VALUES, Chart, case, default, leaves, with_value
from tests.helm.documents import PAPERS, README, Command
from tests.helm.promises import Cluster
from verifier.metrics import Metrics
from verifier.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILES = frozenset({"tls.crt", "tls.key"})
"""Names of files that look like values."""
LINK = re.compile(r"\[[^\]]*\]\((?!https?:)([^)#]+)\)")
METRIC = re.compile(r"verifier_[a-z_]+")


def papers() -> dict[str, str]:
    """What is followed: the README's page, and all that lies beside the chart."""
    found = {path.name if path.parent == CHART else str(path): path.read_text("utf-8") for path in PAPERS}
    return {"the README's page": documents.cluster_page(README.read_text("utf-8")), **found}


PAPER_COMMANDS = [command for where, text in papers().items() for command in documents.in_paper(text, where)]


@pytest.fixture(scope="module")
def loaded() -> Iterator[helm_python.Chart]:
    with helm_python.Chart.load(str(CHART)) as chart:
        yield chart


def test_the_documents_show_how_to_install_upgrade_test_look_and_go_back() -> None:
    shown = {command.words[:2] for command in PAPER_COMMANDS}
    shown |= {
        (command.words[0], word)
        for command in PAPER_COMMANDS
        for word in command.words
        if command.words[0] in ("helm", "kubectl")
    }
    helm = {("helm", verb) for verb in ("install", "upgrade", "test", "rollback")}
    kubectl = {("kubectl", verb) for verb in ("get", "logs", "exec", "describe", "rollout")}
    assert (
        helm
        | kubectl
        | {("make", "image"), ("verifier", "plan"), ("verifier", "profile"), ("verifier", "simulate")}
        <= shown
    )


@pytest.mark.parametrize("command", PAPER_COMMANDS, ids=lambda command: " ".join(command.words)[:60])
def test_a_command_of_the_papers_finds_what_it_names(loaded: helm_python.Chart, command: Command) -> None:
    Cluster(loaded, {}).check(command)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_what_helm_prints_can_be_typed(loaded: helm_python.Chart, path: Path) -> None:
    values = case(path.stem)
    commands = list(documents.in_notes(Chart(loaded).notes(values), f"NOTES of {path.stem}"))
    cluster = Cluster(loaded, values)
    for command in commands:
        cluster.check(command)
    programs = [command.words[0] for command in commands]
    assert "rollout" in programs
    assert ("helm" in programs) is values.get("test", {}).get("enabled", True)


def test_the_seccomp_profile_lies_where_helm_says(loaded: helm_python.Chart) -> None:
    values = {"isolation": {"seccomp": {"localhostProfile": "profiles/other.json"}}}
    chart = Chart(loaded)
    spec = chart.one(values, "Deployment")["spec"]["template"]["spec"]
    named = spec["containers"][0]["securityContext"]["seccompProfile"]["localhostProfile"]
    assert f"/var/lib/kubelet/seccomp/{named}" in chart.notes(values)


def follow(loaded: helm_python.Chart, line: str) -> None:
    """All commands of a line."""
    for command in documents.split(line, "here"):
        Cluster(loaded, {}).check(command)


WRONG = (
    ("kubectl -n prod get secret demo-verifier-token -o jsonpath='{.data.token}'", "no such thing"),
    ("kubectl -n prod get secret demo-verifier-tokens -o jsonpath='{.data.password}'", "it has"),
    ("kubectl -n prod logs -l app.kubernetes.io/instance=other -c preflight", "no such pod"),
    ("kubectl -n prod logs -l app.kubernetes.io/instance=demo -c init", "they have"),
    ("kubectl -n prod exec $POD -c verifier -- verifier preflights", "there is no"),
    ("kubectl -n prod rollout status deployment/verifier", "no such thing"),
    ("kubectl -n prod get pods --all", "--all"),
    ("helm install demo helm/verifiers -n prod", "verifiers"),
    ("helm test demo", "namespace"),
    ("helm delete demo -n prod", "delete"),
    ("rollout score traces.jsonl --target demo-verifier.prod.svc:50052", "there are"),
    ("rollout score traces.jsonl --target demo-verifier.prod:50051", "demo-verifier.prod:50051"),
    ("rollout score traces.jsonl --goal traces.jsonl", "--goal"),
    ("ROLLOUT_TOKEN=token rollout score traces.jsonl", "ROLLOUT_TOKEN"),
    ("verifier languages --jsonn", "--jsonn"),
    ("make images", "images"),
    ("kubectl -n prod get 'secret", "quot|EOF"),
    ("kubectl -n $NAMESPACE get secret", "NAMESPACE"),
)


@pytest.mark.parametrize(("line", "reason"), WRONG)
def test_a_wrong_command_would_be_found(loaded: helm_python.Chart, line: str, reason: str) -> None:
    with pytest.raises(AssertionError, match=reason):
        follow(loaded, line)


def test_a_wrong_value_on_the_command_line_would_be_found(loaded: helm_python.Chart) -> None:
    (command,) = documents.split("helm install demo helm/verifier -n prod --set image.repo=x", "here")
    with pytest.raises(helm_python.HelmValuesError, match="repo"):
        Cluster(loaded, {}).check(command)


@pytest.mark.parametrize("where", papers())
def test_values_that_are_named_exist_and_take_what_they_are_set_to(
    loaded: helm_python.Chart, where: str
) -> None:
    text = papers()[where]
    for piece in documents.code(text):
        name, equals, value = piece.replace(": ", "=").partition("=")
        if name.partition(".")[0] in SCHEMA["properties"] and "." in name and " " not in piece.strip():
            assert name in FILES or _exists(name), f"{where}: {piece}"
            assert not equals or Chart(loaded).texts(_allowing(name, yaml.safe_load(value)))
    for block in documents.fenced(text, "yaml"):
        assert Chart(loaded).texts(yaml.safe_load(block))


def _exists(name: str) -> bool:
    """Whether it is a value, a group of values, or below a value that takes what Kubernetes takes."""
    return any(
        name == path
        or path.startswith(f"{name}.")
        or (name.startswith(f"{path}.") and isinstance(default(path), dict))
        for path in leaves()
    )


def _allowing(name: str, value: object) -> dict[str, Any]:
    """The default values with this one, and with what a different profile needs beside it."""
    gvisor = {"isolation": {"profile": "gvisor"}} if value == "RuntimeDefault" else {}
    return with_value(gvisor, name, value)


@pytest.mark.parametrize("where", papers())
def test_settings_metrics_and_files_that_are_named_exist(where: str) -> None:
    text = papers()[where]
    settings = {f"VERIFIER_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"VERIFIER_[A-Z_]+(?=[`= ])", text)) - settings == set()
    metrics = {sample.name for family in Metrics().registry.collect() for sample in family.samples}
    families = {family.name for family in Metrics().registry.collect()}
    assert set(METRIC.findall(text)) - metrics - families - {"verifier_isolation_info"} == set()
    folder = ROOT if where.startswith("the README") else CHART
    assert [target for target in LINK.findall(text) if not (folder / target).exists()] == []


def test_everything_set_by_default_is_in_the_table() -> None:
    """So whoever reads the chart's README has seen all of it."""
    assert [name for name in VALUES if f"`{name}" not in papers()["README.md"]] == []
