"""Scored lines put together by group, with no more of them in memory than groups are open."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from rollout.scored import scored_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rollout.rows.files import InputFile
    from rollout.scored import Scored


def groups(files: Iterable[InputFile], wanted: Callable[[Scored], bool]) -> Iterator[Sequence[Scored]]:
    """The wanted members of each group, in order; a group comes when its last member was read.

    The files are read twice: first for the sizes of groups.
    """
    files = tuple(files)
    missing = Counter(line.group for line in scored_lines(files))
    members: defaultdict[str, list[Scored]] = defaultdict(list)
    for line in scored_lines(files):
        if wanted(line):
            members[line.group].append(line)
        missing[line.group] -= 1
        if not missing[line.group] and line.group in members:
            yield members.pop(line.group)
