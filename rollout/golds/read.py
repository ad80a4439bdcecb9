"""Files of problems, for those who sample: prompts, and the tasks that responses are judged against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rollout.errors import FieldError, InputError
from rollout.errors import Problem as Wrong
from rollout.golds.kinds import problem_of
from rollout.rows.table import rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rollout.golds.model import Problem
    from rollout.rows.files import InputFile


def problems(file: InputFile, verifier: str | None = None) -> Iterator[Problem]:
    """The problems of a file of any kind, one in memory at a time.

    Args:
        file: rows for verl, of a data set, native tasks, or with a gold, in JSON Lines, JSON or Parquet.
        verifier: what judges golds; None: told by the gold.

    Raises:
        InputError: a row says nothing to solve; names it.
    """
    for row in rows(file):
        try:
            yield problem_of(row.fields(), row.number, verifier)
        except FieldError as error:
            raise InputError([Wrong(file.place(row.number), str(error))]) from None
