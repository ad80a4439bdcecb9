"""What cannot work does not render, and says why; what works has what it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import helm_python
import pytest

from sandbox.model import Limits
from sandbox.nsjail import config
from sandbox.pool import PoolSettings
from tests.helm.chart import CHART, VALUES, Chart, case
from tests.helm.test_chart import containers
from verifier.judge.limits import MAXIMUM, SUBMISSION_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator

RUNTIME_DEFAULT = {"seccomp": {"type": "RuntimeDefault"}}
REFUSED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("needs Kubernetes 1.33", {"kubeVersion": "1.32.4"}),
    ("forbids pivot_root", {"isolation": RUNTIME_DEFAULT}),
    ("forbids pivot_root", {"isolation": {"profile": "sysadmin", **RUNTIME_DEFAULT}}),
    ("use RuntimeDefault", {"isolation": {"profile": "gvisor"}}),
    ("take 9472 MiB, and the limit is 8192", {"jails": {"slots": 6}}),
    ("and the limit is 7629", {"resources": {"limits": {"memory": "8G"}}, "jails": {"memoryMiB": 1500}}),
    ("no quantity of memory", {"resources": {"limits": {"memory": "8gb"}}}),
    ("resources.limits.memory: has to be set", {"resources": {"limits": {"memory": None}}}),
    ("each needs a slot", {"processes": 5, "jails": {"memoryMiB": 64}}),
    ("nobody is kept out", {"access": {"createToken": False}}),
    ("needs a certificate", {"tls": {"clientCaSecret": "ca"}}),
    ("two certificates", {"tls": {"secret": "a", "certManager": {"enabled": True, "issuer": "b"}}}),
    ("tls.certManager.issuer", {"tls": {"certManager": {"enabled": True}}}),
    ("test.tokenSecret", {"access": {"tokensSecret": "mine"}}),
    ("test.certificateSecret", {"tls": {"secret": "a", "clientCaSecret": "ca"}}),
    ("metrics.enabled", {"metrics": {"enabled": False}, "autoscaling": {"type": "keda"}}),
    ("autoscaling.maxReplicas", {"autoscaling": {"minReplicas": 20}}),
    ("url and model", {"secondOpinion": {"model": "judge"}}),
)


@pytest.fixture(scope="module")
def chart() -> Iterator[Chart]:
    with helm_python.Chart.load(str(CHART)) as loaded:
        yield Chart(loaded)


@pytest.mark.parametrize(("reason", "values"), REFUSED)
def test_what_cannot_work_does_not_render(chart: Chart, reason: str, values: dict[str, Any]) -> None:
    with pytest.raises(helm_python.HelmError, match=reason):
        chart.texts(values)


def test_the_memory_of_a_jail_is_what_the_sandbox_gives_it() -> None:
    files = sum(config.directory_bytes(PoolSettings().scratch_bytes).values())
    assert VALUES["jails"]["filesMiB"] == files >> 20
    assert VALUES["jails"]["memoryMiB"] == Limits().memory_bytes >> 20
    assert int(MAXIMUM["memory_bytes"]) >> 20 == 4096


def test_a_pod_lives_longer_than_the_longest_judgement(chart: Chart) -> None:
    spec = chart.one({}, "Deployment")["spec"]["template"]["spec"]
    stop = VALUES["stop"]
    assert stop["graceSeconds"] > SUBMISSION_SECONDS
    assert spec["terminationGracePeriodSeconds"] > stop["preStopSeconds"] + stop["graceSeconds"]


PROFILES = {
    "default": (["SETUID", "SETGID"], "Localhost", False, "Unmasked", None),
    "sysadmin": (["SETUID", "SETGID", "SETPCAP", "SYS_ADMIN"], "Localhost", None, None, None),
    "gvisor": (["SETUID", "SETGID"], "RuntimeDefault", None, None, "gvisor"),
}


@pytest.mark.parametrize("name", PROFILES)
def test_each_profile_has_what_it_needs_and_no_more(chart: Chart, name: str) -> None:
    deployment = chart.one(case(name), "Deployment")
    spec = deployment["spec"]["template"]["spec"]
    for container in containers(deployment):
        security = container["securityContext"]
        assert security["readOnlyRootFilesystem"] is True
        found = (
            security["capabilities"]["add"],
            security["seccompProfile"]["type"],
            spec.get("hostUsers"),
            security.get("procMount"),
            spec.get("runtimeClassName"),
        )
        assert security["capabilities"]["drop"] == ["ALL"]
        assert found == PROFILES[name]


def test_privileged_is_loud(chart: Chart) -> None:
    assert "WARNING: isolation.profile is `privileged`" in chart.notes(case("privileged"))
    assert "WARNING: isolation.profile" not in chart.notes({})


def test_the_service_never_sees_a_token_but_its_hash(chart: Chart) -> None:
    volumes = chart.one({}, "Deployment")["spec"]["template"]["spec"]["volumes"]
    (tokens,) = [volume["secret"] for volume in volumes if volume["name"] == "tokens"]
    assert tokens["items"] == [{"key": "tokens", "path": "tokens"}]


def test_the_services_find_the_pods_and_not_the_test(chart: Chart) -> None:
    things = chart.objects({})
    deployment = chart.one({}, "Deployment")["spec"]
    (test,) = [thing for thing in things if thing["kind"] == "Pod"]
    services = [thing for thing in things if thing["kind"] == "Service"]
    assert [service["spec"].get("clusterIP") for service in services] == [None, "None"]
    for service in services:
        wanted = service["spec"]["selector"].items()
        assert wanted <= deployment["template"]["metadata"]["labels"].items()
        assert not wanted <= test["metadata"]["labels"].items()
