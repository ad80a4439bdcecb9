"""The pods run as a cluster would run them, and fail as the handbook says. `make rehearse` tells more."""

from __future__ import annotations

import copy
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.architecture.tracked import ROOT
from tests.rehearsal.__main__ import CASES, node_for
from tests.rehearsal.node import Failed
from tests.rehearsal.steps import rehearse

if TYPE_CHECKING:
    from tests.rehearsal.oci import Json

ARCHIVE = ROOT / "out/image/core.tar"


def _obstacle() -> str:
    if os.geteuid() != 0:
        return "only root can run containers of every kind"
    if shutil.which("crun") is None:
        return "no crun here: apt-get install crun"
    return "" if ARCHIVE.exists() else "no root file system here: make rootfs"


pytestmark = [pytest.mark.heavy, pytest.mark.skipif(bool(_obstacle()), reason=_obstacle() or "-")]


@pytest.mark.parametrize("name", CASES)
def test_the_service_runs_and_holds_as_the_chart_runs_it(name: str) -> None:
    said: list[str] = []
    with node_for(ARCHIVE, name) as (node, pods):
        rehearse(node, pods, said.append)
    assert any(line.startswith("helm test:") for line in said)


def _with_runtime_default(security: Json) -> None:
    security["seccompProfile"] = {"type": "RuntimeDefault"}


def _with_masked_proc(security: Json) -> None:
    del security["procMount"]


def _without_users(security: Json) -> None:
    security["capabilities"]["add"] = []


@pytest.mark.parametrize(
    ("weaken", "message"),
    [
        (_with_runtime_default, "by its seccomp profile"),
        (_with_masked_proc, "procfs mount may fail"),
        (_without_users, "id_map"),
    ],
)
def test_a_pod_that_lacks_something_does_not_start_and_preflight_names_it(
    weaken: object, message: str
) -> None:
    with node_for(ARCHIVE, "default") as (node, pods):
        container = copy.deepcopy(pods.service["initContainers"][0])
        weaken(container["securityContext"])
        with pytest.raises(Failed) as failed:
            node.run(pods.service, container)
    assert message in str(failed.value)
