"""Rows come out of files as they went in, however the file holds them, and few of them are in memory."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rollout.errors import InputError
from rollout.rows.files import InputFile, expanded
from rollout.rows.table import rows

if TYPE_CHECKING:
    from pathlib import Path

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=3)
    ),
    max_leaves=8,
)
ROWS = st.lists(st.dictionaries(st.text(st.characters(codec="utf-8")), VALUES, max_size=4), max_size=5)


def read(path: Path) -> list[Any]:
    """Every row of a file."""
    return [row.fields() for row in rows(InputFile(path.name, path))]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written=ROWS, indent=st.none() | st.integers(0, 2), ascii_only=st.booleans())
def test_an_array_holds_what_was_written(
    written: list[Any], indent: int | None, ascii_only: bool, tmp_path: Path
) -> None:
    path = tmp_path / "rows.json"
    path.write_text(json.dumps(written, indent=indent, ensure_ascii=ascii_only), "utf-8")

    assert read(path) == written


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written=ROWS, indent=st.none() | st.just(2), before=VALUES, after=VALUES)
def test_a_log_holds_its_samples(
    written: list[Any], indent: int | None, before: Any, after: Any, tmp_path: Path
) -> None:
    """Whatever stands around them."""
    path = tmp_path / "log.json"
    log = {"version": 2, "status": "success", "plan": before, "samples": written, "reductions": after}
    path.write_text(json.dumps(log, indent=indent), "utf-8")

    assert read(path) == written


def test_results_hold_the_rows_of_every_problem(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    path.write_text(
        json.dumps({"date": "d", "hash": "h", "eval": {"a": [{"n": 1}, {"n": 2}], "b": [], "c": [{"n": 3}]}})
    )

    assert read(path) == [{"n": 1}, {"n": 2}, {"n": 3}]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[{"a": 1}, {"a"', "rows.json:2: not JSON"),
        ('[{"a": 1} {"a": 2}]', "rows.json:2: not JSON: '{' in place of ']'"),
        ('[{"a": 1}', "rows.json:2: not JSON: '' in place of ']'"),
    ],
    ids=["cut", "no comma", "no end"],
)
def test_an_array_that_is_broken_is_named_with_the_element(text: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    path.write_text(text)

    with pytest.raises(InputError, match=reason.replace("[", r"\[").replace("{", r"\{")):
        read(path)


def test_parquet_rows_are_read_and_a_broken_table_is_an_error(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow", reason="Parquet is an extra")
    from pyarrow.parquet import write_table  # noqa: PLC0415

    written = [{"n": n, "list": [{"role": "user"}], "text": "é"} for n in range(200)]
    path = tmp_path / "rows.parquet"
    write_table(pyarrow.Table.from_pylist(written), path)

    assert read(path) == written
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(InputError, match=r"rows.parquet: cannot be read as Parquet"):
        read(path)


SMALL_READER = """
import resource, sys
from pathlib import Path
from rollout.rows.files import InputFile
from rollout.rows.table import rows
print(sum(len(row.fields()["text"]) for row in rows(InputFile("rows.json", Path(sys.argv[1])))))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """100 MB of rows take less than 60 MB more than none do; read at once they would take over 100."""
    path, empty = tmp_path / "rows.json", tmp_path / "empty.json"
    with path.open("w") as stream:
        stream.write("[" + ",\n".join(json.dumps({"text": "x" * 1_000_000}) for _ in range(100)) + "]")
    empty.write_text("[]")

    total, peak_kib = _output(path)
    _, base_kib = _output(empty)

    assert total == 100_000_000
    assert peak_kib - base_kib < 60 * 1024


def _output(path: Path) -> list[int]:
    command = [sys.executable, "-c", SMALL_READER, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    return [int(line) for line in done.stdout.split()]


def test_folders_and_patterns_stand_for_their_files(tmp_path: Path) -> None:
    for name in ("b.jsonl", "a.jsonl", "deep/c.parquet", "results.json", "notes.txt", "deep/d.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()

    assert expanded([str(tmp_path)]) == tuple(
        str(tmp_path / name) for name in ("a.jsonl", "b.jsonl", "deep/c.parquet")
    )
    assert expanded([f"{tmp_path}/**/*.json"]) == tuple(
        str(tmp_path / name) for name in ("deep/d.json", "results.json")
    )
    assert expanded(["-", str(tmp_path / "absent.jsonl")]) == ("-", str(tmp_path / "absent.jsonl"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"empty: holds no files \(.jsonl, .ndjson, .parquet\)"):
        expanded([str(tmp_path / "empty")])
    with pytest.raises(InputError, match="holds no files"):
        expanded([f"{tmp_path}/*.csv"])
