"""What checkov finds in the rendered chart, and why it may stay.

What has no reason here fails; so does a reason that nothing needs any more.

    python -m tests.helm.findings render FOLDER      # what checkov is to look at
    python -m tests.helm.findings judge FOUND.JSON   # what it said
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import helm_python

from tests.helm.chart import CASES, CHART, Chart, case

EXPLAINED = {
    ("CKV_K8S_15", "*"): "images are named by tag or digest and do not change under it",
    ("CKV_K8S_43", "*"): "a digest is the operator's to name: image.digest",
    ("CKV2_K8S_6", "Pod"): "helm test lives for seconds and listens to nobody",
    ("CKV_K8S_8", "Pod"): "helm test is over before a probe would ask",
    ("CKV_K8S_9", "Pod"): "helm test is over before a probe would ask",
    (
        "CKV_K8S_23",
        "Deployment",
    ): "root, of a user namespace or with little power: a jail has users of its own",
    ("CKV_K8S_40", "Deployment"): "as CKV_K8S_23",
    ("CKV_K8S_25", "Deployment"): "SETUID and SETGID give jails their users",
    ("CKV_K8S_31", "Deployment"): "the runtime's profile forbids pivot_root; the chart has one of its own",
    ("CKV_K8S_20", "Deployment"): "profiles sysadmin and privileged: Kubernetes has it so with SYS_ADMIN",
    ("CKV_K8S_39", "Deployment"): "profile sysadmin: given up before the service starts",
    ("CKV_K8S_16", "Deployment"): "profile privileged, with its warning",
    ("CKV_K8S_28", "Deployment"): "profile privileged: capabilities mean nothing there",
    ("CKV_K8S_37", "Deployment"): "as CKV_K8S_28",
}
"""By check and kind of resource."""


def render(folder: Path) -> None:
    """One file for each file of values."""
    folder.mkdir(parents=True)
    with helm_python.Chart.load(str(CHART)) as loaded:
        for path in CASES:
            texts = Chart(loaded).texts(case(path.stem))
            objects = [text for name, text in texts.items() if name.endswith(".yaml")]
            (folder / path.name).write_text("\n---\n".join(objects), "utf-8")


def judge(found: Path) -> list[str]:
    """What is not explained, and what no longer needs to be."""
    report = json.loads(found.read_text("utf-8"))
    assert report["summary"]["resource_count"] > 10 * len(CASES), "checkov has not seen the chart"
    assert report["summary"]["parsing_errors"] == 0
    wrong, used = set[str](), set[tuple[str, str]]()
    for check in report["results"]["failed_checks"]:
        kind = check["resource"].partition(".")[0]
        keys = {(check["check_id"], kind), (check["check_id"], "*")} & EXPLAINED.keys()
        used |= keys
        if not keys:
            wrong.add(f"{check['check_id']} {check['check_name']}: {check['file_path']}: {check['resource']}")
    return sorted(wrong) + [
        f"{check} {kind}: is not found any more" for check, kind in EXPLAINED.keys() - used
    ]


if __name__ == "__main__":
    _, verb, path = sys.argv
    if verb == "render":
        render(Path(path))
    elif problems := judge(Path(path)):
        sys.exit("\n".join(problems))
    else:
        print("chart: checkov finds nothing that is not explained")  # noqa: T201 - a command
