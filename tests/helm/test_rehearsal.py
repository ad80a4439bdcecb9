"""What can be tried without a cluster: the requests of `helm test`, sent as its pod sends them."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import helm_python

from tests.e2e.test_serve import SERVE, START_SECONDS, serving
from tests.helm.chart import CHART, Chart


async def test_the_requests_of_helm_test_are_accepted(tmp_path: Path) -> None:
    with helm_python.Chart.load(str(CHART)) as loaded:
        objects = Chart(loaded).objects({})
    (pod,) = [thing for thing in objects if thing["kind"] == "Pod"]
    (traces,) = [thing["data"] for thing in objects if "traces.jsonl" in thing.get("data", {})]
    (tmp_path / "traces.jsonl").write_text(traces["traces.jsonl"], "utf-8")
    # its /tmp is this test's own
    command = [part.replace("/tmp/", f"{tmp_path}/") for part in pod["spec"]["containers"][0]["command"]]
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"

    async with serving(*SERVE) as (_, address):
        environment = {**os.environ, "PATH": path, "TARGET": address, "TRACES": f"{tmp_path}/traces.jsonl"}
        asked = await asyncio.create_subprocess_exec(
            *command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        async with asyncio.timeout(START_SECONDS):
            said, _ = await asked.communicate()

    assert asked.returncode == 0, said.decode()
