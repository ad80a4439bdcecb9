"""Every data set whose rows can be read, by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rollout.datasets.contests import CODECONTESTS, CODEFORCES
from rollout.datasets.functions import ACECODE, HUMANEVAL, KODCODE, MBPP
from rollout.datasets.inputs_outputs import APPS, EURUS
from rollout.datasets.livecodebench import LIVECODEBENCH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rollout.datasets.model import Dataset

DATASETS: Mapping[str, Dataset] = {
    dataset.name: dataset
    for dataset in (
        ACECODE,
        APPS,
        CODECONTESTS,
        CODEFORCES,
        EURUS,
        HUMANEVAL,
        KODCODE,
        LIVECODEBENCH,
        MBPP,
    )
}
"""By name."""
