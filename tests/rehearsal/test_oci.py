"""The chart's pods become what a kubelet and a runtime would make of them; nothing is left out unseen."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import helm_python
import pytest

from tests.helm.chart import CHART, Chart, case
from tests.rehearsal import filters, oci
from tests.rehearsal.node import image_environment
from tests.rehearsal.steps import Pods, with_verb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.rehearsal.oci import Json

FIRST = 500_000
GIB = 1 << 30


@pytest.fixture(scope="module")
def chart() -> Iterator[Chart]:
    with helm_python.Chart.load(str(CHART)) as loaded:
        yield Chart(loaded)


def pods(chart: Chart, name: str) -> Pods:
    return Pods.of(chart.installed(case(name)))


def made(pod: Json, container: Json, **changed: object) -> Json:
    place = oci.Place(
        root=Path("/image"),
        volumes={volume["name"]: Path("/volumes", volume["name"]) for volume in pod["volumes"]},
        environment=image_environment(),
        seccomp=lambda wanted, _: {"names": wanted},
        group="/group",
        hosts=Path("/hosts"),
        first_id=FIRST,
        processes=99,
    )
    return oci.configuration(pod, container, dataclasses.replace(place, **changed))


def namespaces(found: Json) -> set[str]:
    return {one["type"] for one in found["linux"]["namespaces"]}


def test_a_pod_of_the_default_profile(chart: Chart) -> None:
    mine = pods(chart, "default")
    found = made(mine.service, mine.main)
    assert found["process"]["capabilities"]["bounding"] == ["CAP_SETUID", "CAP_SETGID"]
    assert found["process"]["noNewPrivileges"]
    assert found["process"]["args"] == ["verifier", "serve"]
    assert "PATH=/opt/verifier/bin:/usr/local/bin:/usr/bin:/bin" in found["process"]["env"]
    assert "VERIFIER_SLOTS=4" in found["process"]["env"]
    assert found["root"] == {"path": "/image", "readonly": True}
    assert "user" in namespaces(found)
    assert found["linux"]["uidMappings"] == [{"containerID": 0, "hostID": FIRST, "size": 65536}]
    assert found["linux"]["maskedPaths"] == []
    assert found["linux"]["resources"]["memory"] == {"limit": 8 * GIB}
    assert found["linux"]["resources"]["pids"] == {"limit": 99}
    assert found["linux"]["resources"]["cpu"] == {"period": 100_000, "quota": 400_000, "shares": 4096}
    assert found["linux"]["seccomp"]["names"]["type"] == "Localhost"


def test_a_pod_of_sysadmin_has_more_power_and_the_nodes_users(chart: Chart) -> None:
    mine = pods(chart, "sysadmin")
    found = made(mine.service, mine.main)
    assert "CAP_SYS_ADMIN" in found["process"]["capabilities"]["bounding"]
    assert not found["process"]["noNewPrivileges"]
    assert "user" not in namespaces(found)
    assert "/proc/kcore" in found["linux"]["maskedPaths"]
    assert {"/tmp", "/run/proc"} <= {mount["destination"] for mount in found["mounts"]}


def test_the_pod_of_helm_test_is_an_ordinary_user(chart: Chart) -> None:
    mine = pods(chart, "default")
    found = made(mine.test, mine.test["containers"][0], network=Path("/somewhere"))
    assert found["process"]["user"] == {"uid": 10001, "gid": 10001, "additionalGids": [10001]}
    assert found["process"]["capabilities"]["bounding"] == []
    assert {"type": "network", "path": "/somewhere"} in found["linux"]["namespaces"]


def test_what_a_pod_asks_for_and_nobody_here_knows_is_refused_by_name(chart: Chart) -> None:
    mine = pods(chart, "default")
    with pytest.raises(ValueError, match="pod: unknown here: hostPID"):
        made({**mine.service, "hostPID": True}, mine.main)
    with pytest.raises(ValueError, match="container: unknown here: volumeDevices"):
        made(mine.service, {**mine.main, "volumeDevices": []})
    stranger = {**mine.main["securityContext"], "seLinuxOptions": {}}
    with pytest.raises(ValueError, match="securityContext: unknown here: seLinuxOptions"):
        made(mine.service, {**mine.main, "securityContext": stranger})


@pytest.mark.parametrize("name", ["default", "sysadmin"])
def test_another_verb_takes_the_place_of_serve_and_nothing_else_changes(chart: Chart, name: str) -> None:
    mine = pods(chart, name)
    before, after = (
        " ".join(mine.main["command"]),
        " ".join(with_verb(mine.main, "redteam --hacks")["command"]),
    )
    assert after == before.replace("verifier serve", "verifier redteam --hacks")
    assert after != before


def test_a_node_without_the_profile_starts_nothing(tmp_path: Path) -> None:
    wanted = {"type": "Localhost", "localhostProfile": "profiles/verifier.json"}
    with pytest.raises(FileNotFoundError, match=r"profiles/verifier\.json"):
        filters.filter_for(wanted, [], tmp_path)


def test_the_runtimes_own_filter_forbids_pivot_root_even_to_those_who_may_mount() -> None:
    for held in ([], ["CAP_SYS_ADMIN"]):
        found = filters.filter_for({"type": "RuntimeDefault"}, held, Path("/nowhere"))
        assert found is not None
        assert any("pivot_root" in rule["names"] for rule in found["syscalls"])
