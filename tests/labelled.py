"""Answers with labels: public data sets, where a checkout has them beside itself. Knows no test framework."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Labelled:
    """One response to one gold, and whether it is right."""

    key: str
    """Names it within its set: what it is called there, and which of its responses."""
    gold: str
    response: str
    expected: bool


def path(name: str) -> Path:
    """Where a set of data about mathematics lies, if it is there."""
    folder = Path(os.environ.get("VERIFIER_TEST_DATA", ROOT / ".." / "shared" / "data"))
    return folder / "math" / f"{name}.jsonl"


def rows(file: Path) -> list[dict[str, Any]]:
    """The objects of a file, one on each line."""
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]


def read(name: str) -> list[Labelled]:
    """One of `SETS`."""
    return [each for number, row in enumerate(rows(path(name))) for each in SETS[name](number, row)]


def _hardverify(_number: int, row: dict[str, Any]) -> list[Labelled]:
    return [
        Labelled(f"{row['id']}/{kind}", row["gold"], rf"The answer is \boxed{{{row[kind]}}}", expected)
        for kind, expected in (("equivalent", True), ("different", False))
    ]


def _pair(number: int, row: dict[str, Any]) -> list[Labelled]:
    is_text = row.get("kind") == "text"
    response = row["pred"] if is_text else rf"\boxed{{{row['pred']}}}"
    return [Labelled(str(number), row["gold"], response, bool(row["expected"]))]


def _gsm8k(number: int, row: dict[str, Any]) -> list[Labelled]:
    gold = row["ground_truth"].rsplit("A:", 1)[1].strip()
    solutions = {model: field for model, field in row.items() if isinstance(field, dict)}
    return [
        Labelled(f"{number}/{model}", gold, field["solution"], field["is_correct"])
        for model, field in solutions.items()
    ]


def _qwen(_number: int, row: dict[str, Any]) -> list[Labelled]:
    return [
        Labelled(f"{row['idx']}/{sample}", row["gt"], text, score)
        for sample, (text, score) in enumerate(zip(row["code"], row["score"], strict=True))
    ]


SETS: Mapping[str, Callable[[int, dict[str, Any]], list[Labelled]]] = {
    "hardverify": _hardverify,
    "grader_pairs": _pair,
    "probes_by_kind": _pair,
    "gsm8k_model_solutions": _gsm8k,
    "qwen_math_completions": _qwen,
}
"""Sets, and how a row of each is read. The scores of the last are another grader's, not people's."""
