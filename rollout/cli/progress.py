"""A progress bar on a terminal, and nothing elsewhere: logs are no place for one."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console


@contextlib.contextmanager
def progress_bar(total: int, console: Console) -> Iterator[Callable[[int], None]]:
    """A bar that is told how many of the total are through.

    Args:
        total: number of records.
        console: on standard error; where it is no terminal, nothing is drawn.
    """
    columns = (TextColumn("scoring"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("scoring", total=total)
        yield lambda through: bar.update(task, completed=through)
