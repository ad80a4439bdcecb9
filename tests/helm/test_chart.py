"""What the chart becomes: objects that Kubernetes takes, for every kind of use."""

from __future__ import annotations

import runpy
from typing import TYPE_CHECKING, Any

import helm_python
import kubernetes_validate
import pytest
import yaml
from cloudcoil.models.cert_manager import v1 as cert_manager
from cloudcoil.models.keda import v1alpha1 as keda
from cloudcoil.models.prometheus_operator import v1 as prometheus

from tests.architecture.tracked import ROOT
from tests.helm.chart import CASES, CHART, Chart, Object, case, default, leaves, with_value
from verifier.settings import Settings
from verifier.version import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

MODELS: dict[str, Any] = {
    "Certificate": cert_manager.Certificate,
    "PrometheusRule": prometheus.PrometheusRule,
    "ScaledObject": keda.ScaledObject,
    "ServiceMonitor": prometheus.ServiceMonitor,
}
"""What comes from elsewhere than Kubernetes."""
OLDEST, NEWEST = 29, int(kubernetes_validate.latest_version().split(".")[1])
FIRST_WITH_USER_NAMESPACES = 33
VERSIONS = [
    pytest.param(minor, marks=() if minor in {OLDEST, NEWEST} else pytest.mark.heavy)
    for minor in range(OLDEST, NEWEST + 1)
]
"""The ends are tried by every run of the tests, what lies between by `make chart`."""
MIXED: tuple[Any, ...] = (
    *(
        "changed",
        "https://changed.example",
        "1.36.0",
        "30m",
        "profiles/changed.json",
        "20%",
        f"sha256:{'0' * 64}",
    ),
    *("Always", "sysadmin", "Unconfined", "hpa", "DoNotSchedule", "Issuer", "debug", "cold", "rlimit"),
    *(["changed"], [{"key": "changed"}], {"changed": "x"}, {"cpu": "5"}, {"memory": "9Gi"}),
    *(True, False, 400, 1, 2, 7, 4096, 2_000_000),
)
"""Something for every kind of value."""


@pytest.fixture(scope="module")
def chart() -> Iterator[Chart]:
    with helm_python.Chart.load(str(CHART)) as loaded:
        yield Chart(loaded)


def names_of(cases: list[Any]) -> list[str]:
    return [path.stem for path in cases]


@pytest.mark.parametrize("name", names_of(CASES))
def test_helm_finds_nothing_to_complain_about(name: str) -> None:
    found = helm_python.lint(str(CHART), case(name), strict=True)
    assert found["errors"] == []


@pytest.mark.parametrize("name", names_of(CASES))
def test_a_dry_run_installs_it(name: str) -> None:
    config = helm_python.Config(
        kube_apiserver="http://127.0.0.1:1", storage_driver="memory", namespace="prod"
    )
    release = config.install(str(CHART), "demo", case(name), dry_run="client")
    assert "kind: Deployment" in str(release)


@pytest.mark.parametrize("minor", VERSIONS)
@pytest.mark.parametrize("name", names_of(CASES))
def test_kubernetes_takes_every_object(chart: Chart, name: str, minor: int) -> None:
    values = case(name)
    if (values.get("isolation") or {}).get("profile", "userns") == "userns":
        minor = max(minor, FIRST_WITH_USER_NAMESPACES)  # older ones are refused: see test_refusals
    for thing in chart.objects({**values, "kubeVersion": f"1.{minor}.0"}):
        if thing["kind"] in MODELS:
            MODELS[thing["kind"]].model_validate(thing)
        else:
            kubernetes_validate.validate(thing, f"1.{minor}", strict=True)


def test_a_broken_object_would_be_found(chart: Chart) -> None:
    deployment = chart.one({}, "Deployment")
    deployment["spec"]["template"]["spec"]["containers"][0]["imagePulPolicy"] = "Always"
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(deployment, f"1.{NEWEST}", strict=True)


def changed(chart: Chart, path: str, base: dict[str, Any]) -> bool:
    """Whether some other value makes another text."""
    try:
        before = chart.texts(base)
    except helm_python.HelmError:
        return False
    for value in MIXED:
        try:
            if value != default(path) and chart.texts(with_value(base, path, value)) != before:
                return True
        except helm_python.HelmValuesError:
            continue  # of another kind
        except helm_python.HelmRenderError:
            return True  # a budget that no longer holds
    return False


@pytest.mark.parametrize("path", list(leaves()))
def test_every_value_changes_something(chart: Chart, path: str) -> None:
    assert any(changed(chart, path, case(name)) for name in names_of(CASES))


def test_every_value_has_a_default_or_is_a_setting() -> None:
    assert [path for path in leaves() if default(path) is None and not path.startswith("settings.")] == []


@pytest.mark.parametrize("path", list(leaves()))
def test_a_wrong_value_is_refused_by_name(chart: Chart, path: str) -> None:
    wrong: object = "wrong" if isinstance(default(path), dict) else {"wrong": {"deeper": []}}
    with pytest.raises(helm_python.HelmValuesError, match=path.rpartition(".")[2]):
        chart.texts(with_value({}, path, wrong))


@pytest.mark.parametrize("path", ["replica", "tls.certificate", "settings.listen", "isolation.seccomp.kind"])
def test_a_value_that_does_not_exist_is_refused(chart: Chart, path: str) -> None:
    with pytest.raises(helm_python.HelmValuesError, match=path.rpartition(".")[2]):
        chart.texts(with_value({}, path, 1))


def containers(deployment: Object) -> list[Object]:
    spec = deployment["spec"]["template"]["spec"]
    return [*spec.get("initContainers", []), *spec["containers"]]


@pytest.mark.parametrize("name", names_of(CASES))
def test_every_variable_is_a_setting_and_has_a_value_that_the_service_takes(
    chart: Chart, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for container in containers(chart.one(case(name), "Deployment")):
        with monkeypatch.context() as patched:
            for variable in container["env"]:
                assert variable["name"].removeprefix("VERIFIER_").lower() in Settings.model_fields
                patched.setenv(variable["name"], variable["value"])
            Settings()


def test_every_setting_can_be_set(chart: Chart) -> None:
    """Left out are those that make no sense in a pod."""
    taken = {path.removeprefix("settings.") for path in leaves() if path.startswith("settings.")}
    for name in names_of(CASES):
        for container in containers(chart.one(case(name), "Deployment")):
            taken |= {variable["name"].removeprefix("VERIFIER_").lower() for variable in container["env"]}
    assert set(Settings.model_fields) - taken == {"share_port", "allow_unprotected"}


def test_the_table_of_values_is_current() -> None:
    """`make gen` writes it."""
    script = runpy.run_path(str(ROOT / ".ci/chart_values.py"))
    text = (CHART / "README.md").read_text("utf-8")
    assert script["with_table"](text) == text
    assert {
        path for path in leaves() if not path.startswith("settings.") and f"`{path}`" not in text
    } == set()


def test_the_chart_carries_the_version_of_the_package() -> None:
    about = yaml.safe_load((CHART / "Chart.yaml").read_text())
    assert about["appVersion"] == PACKAGE


def test_large_numbers_stay_whole(chart: Chart) -> None:
    variables = containers(chart.one({"settings": {"stream_task_bytes": 8 << 30}}, "Deployment"))[0]["env"]
    assert {"name": "VERIFIER_STREAM_TASK_BYTES", "value": str(8 << 30)} in variables
