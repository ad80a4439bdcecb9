"""Every data set whose rows can be read, by hand, and which one a row is of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rollout.datasets.contests import CODECONTESTS, CODEFORCES
from rollout.datasets.functions import ACECODE, HUMANEVAL, KODCODE, MBPP
from rollout.datasets.inputs_outputs import APPS, EURUS
from rollout.datasets.livecodebench import DEEPCODER, LIVECODEBENCH, SYNTHETIC
from rollout.errors import FieldError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rollout.datasets.model import Dataset, Row

DATASETS: Mapping[str, Dataset] = {
    dataset.name: dataset
    for dataset in (
        ACECODE,
        APPS,
        CODECONTESTS,
        CODEFORCES,
        DEEPCODER,
        EURUS,
        HUMANEVAL,
        KODCODE,
        LIVECODEBENCH,
        MBPP,
        SYNTHETIC,
    )
}
"""By name."""


def recognised(row: Row) -> Dataset | None:
    """The data set of a row, told by its columns; None where it is of none.

    Raises:
        FieldError: it could be of several.
    """
    found = [dataset for dataset in DATASETS.values() if row.keys() >= set(dataset.columns)]
    if len(found) > 1:
        names = " and ".join(dataset.name for dataset in found)
        raise FieldError("", f"has the columns of several data sets: {names}")
    return found[0] if found else None
