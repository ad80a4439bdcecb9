"""The kinds of rows that say what is to be solved, told by their fields: one function and one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rollout.datasets.table import recognised
from rollout.errors import FieldError
from rollout.golds.model import Problem
from rollout.golds.tasks import task_of, task_of_row

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rollout.rows.model import Fields

ID_FIELDS = ("id", "key", "task_id", "question_id", "problem_id", "custom_id", "doc_id", "unique_id", "name")
PROMPT_FIELDS = ("prompt", "problem", "question", "question_content", "messages", "input")
GOLD_FIELDS = (
    "answer",
    "gold",
    "ground_truth",
    "expected_answer",
    "target",
    "gts",
    "gt",
    "solution",
    "tests",
)
"""In the order of preference: `solution` is a whole derivation where there is an `answer` beside it."""
DOMAIN_FIELDS = ("domain", "subject", "ability", "data_source", "source", "platform")
DIFFICULTY_FIELDS = ("difficulty", "level")


def problem_of(row: Fields, number: int, verifier: str | None) -> Problem:
    """What a row says.

    Args:
        row: a row of any kind.
        number: of the row in its file; its name where it has none.
        verifier: what judges its gold; None: told by the gold.

    Raises:
        FieldError: it is of no kind; says what was looked for.
    """
    for recognises, read in KINDS.values():
        if recognises(row):
            task, gold, prompt = read(row, verifier)
            return Problem(
                id=text_of(row, ID_FIELDS) or str(number),
                task=task,
                gold=gold,
                prompt=prompt,
                domain=text_of(row, DOMAIN_FIELDS),
                difficulty=text_of(row, DIFFICULTY_FIELDS),
            )
    golds = ", ".join(f"`{name}`" for name in GOLD_FIELDS)
    raise FieldError("", f"no gold found (looked for {', '.join(KINDS)}, and the fields {golds})")


def text_of(row: Fields, names: tuple[str, ...]) -> str | None:
    """The first of these fields that says something, as text."""
    for name in names:
        value = row.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            return str(value)
    return None


Reading = tuple["dict[str, Any] | None", Any, Any]
"""Task, gold and prompt."""


def _prompt(row: Fields) -> Any:
    return next((row[name] for name in PROMPT_FIELDS if row.get(name)), None)


def _native(row: Fields, verifier: str | None) -> Reading:  # noqa: ARG001  # seam
    task = row["task"]
    return task, task.get("answer", task.get("tests")), _prompt(row)


def _verl(row: Fields, verifier: str | None) -> Reading:
    place = "reward_model" if row.get("reward_model") else "reward_spec"
    gold = row[place]["ground_truth"]
    return task_of(gold, verifier, f"{place}.ground_truth"), gold, row.get("prompt")


def _request(row: Fields, verifier: str | None) -> Reading:  # noqa: ARG001  # seam
    body = row["body"]
    return None, None, body.get("messages", body.get("input", body.get("prompt")))


def _dataset(row: Fields, verifier: str | None) -> Reading:  # noqa: ARG001  # seam
    task = task_of_row(row)
    return task, task and task["tests"], _prompt(row)


def _instructions(row: Fields, verifier: str | None) -> Reading:  # noqa: ARG001  # seam
    return instruction_task(row), row["instruction_id_list"], _prompt(row)


def _plain(row: Fields, verifier: str | None) -> Reading:
    name = next(name for name in GOLD_FIELDS if row.get(name) is not None)
    return task_of(row[name], verifier, name), row[name], _prompt(row)


def instruction_task(row: Fields) -> dict[str, Any]:
    """The task of a row of IFEval.

    Raises:
        FieldError: ids and arguments do not fit together.
    """
    ids, arguments = row["instruction_id_list"], row.get("kwargs") or []
    if len(ids) != len(arguments):
        raise FieldError("kwargs", f"{len(arguments)} arguments for {len(ids)} instructions")
    pairs = [{"id": one, "kwargs": given} for one, given in zip(ids, arguments, strict=True)]
    return {"verifier": "instruction", "constraints": pairs}


def _holds_gold(value: Any) -> bool:
    return isinstance(value, dict) and value.get("ground_truth") is not None


KINDS: Mapping[str, tuple[Callable[[Fields], bool], Callable[[Fields, str | None], Reading]]] = {
    "native tasks": (lambda row: isinstance(row.get("task"), dict) and "verifier" in row["task"], _native),
    "rows for verl": (
        lambda row: any(_holds_gold(row.get(n)) for n in ("reward_model", "reward_spec")),
        _verl,
    ),
    "requests of a batch": (lambda row: "custom_id" in row and isinstance(row.get("body"), dict), _request),
    "rows of IFEval": (lambda row: isinstance(row.get("instruction_id_list"), list), _instructions),
    "rows of data sets with tests": (lambda row: recognised(row) is not None, _dataset),
    "golds": (lambda row: any(row.get(name) is not None for name in GOLD_FIELDS), _plain),
}
"""In the order in which they are tried: how a row is recognised, and how it is read."""
