"""Groups answers that mean the same, for majority voting.

First by form: texts that typeset alike are one, and so are numerals of one value, which decides most votes
without any algebra. Then each remaining form, in an order of their own (shortest first), is compared with
one representative of each group so far and joins the first that it equals. So the result is a partition and
knows nothing of the order or the number of the responses, even where pairwise verdicts are not transitive:
then the representative decides. The work is one comparison for each form and group, and has a limit.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from verifier.answers import exact
from verifier.answers.inside import numeral, tidy
from verifier.errors import TooLarge
from verifier.model import Cluster, Clusters

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

ALGEBRA = 2_000
"""Comparisons of one call that take algebra: sixty forms that are all different need 1,770."""
QUICK = 100_000
"""Comparisons of one call that the fast path gets to see; it takes some seconds, with others in between."""


class Algebra(Protocol):
    """What is asked where the fast path does not know. Both raise VerifierError where the sandbox failed."""

    async def workable(self, text: str) -> bool:
        """Whether anything can be said about an answer; it equals no other if not."""

    async def same(self, first: str, second: str) -> bool:
        """Whether two workable answers mean the same; symmetric."""


async def find(responses: Sequence[str], answer: Callable[[str], str]) -> list[str]:
    """The answers in responses, empty where there is none; others get their turn in between."""
    answers = []
    for response in responses:
        answers.append(answer(response))
        await asyncio.sleep(0)
    return answers


def alike(answers: Sequence[str], form: Callable[[str], Hashable]) -> list[list[int]]:
    """Positions of the answers of each form; those without an answer are in none."""
    positions: dict[Hashable, list[int]] = defaultdict(list)
    for position, answer in enumerate(answers):
        if answer:
            positions[form(answer)].append(position)
    return list(positions.values())


def form_of(answer: str) -> Hashable:
    """What answers have in common that are the same without any algebra."""
    number = numeral.read(answer)
    return number.value if number else tidy.squeeze(answer)


async def join(answers: Sequence[str], groups: Sequence[Sequence[int]], algebra: Algebra) -> list[list[int]]:
    """Groups of forms that mean the same, as one.

    Raises:
        TooLarge: there are too many different answers to compare.
        VerifierError: see `Algebra`.
    """
    by_text = {representative(answers, group): group for group in groups}
    homes = _Homes(algebra)
    for text in sorted(by_text, key=_rank):
        (await homes.of(text)).extend(by_text[text])
        await asyncio.sleep(0)
    return list(homes.members.values())


@dataclass(slots=True)
class Allowance:
    """How many comparisons a call has left. Counted and not timed, so that it is the same everywhere."""

    left: int

    def spend(self, comparisons: int) -> None:
        """Take some.

        Raises:
            TooLarge: there are not so many.
        """
        self.left -= comparisons
        if self.left < 0:
            raise TooLarge("too many different answers to compare with each other; send fewer at once")


class _Homes:
    """The groups of one call, by their representatives."""

    def __init__(self, algebra: Algebra) -> None:
        self.members: dict[str, list[int]] = {}
        self._algebra = algebra
        self._numerals: set[str] = set()
        self._workable: dict[str, bool] = {}
        self._quick, self._slow = Allowance(QUICK), Allowance(ALGEBRA)

    async def of(self, text: str) -> list[int]:
        """The members of the first group whose representative a text equals; else of a group of its own."""
        is_numeral = numeral.read(text) is not None
        others = [other for other in self.members if not (is_numeral and other in self._numerals)]
        self._quick.spend(len(others))
        truths = {other: _both(exact.equal(other, text), exact.equal(text, other)) for other in others}
        if True not in truths.values():
            truths |= await self._by_algebra(text, [other for other in others if truths[other] is None])
        home = next((other for other in others if truths[other]), text)
        if home is text and is_numeral:
            self._numerals.add(text)
            self._workable[text] = True
        return self.members.setdefault(home, [])

    async def _by_algebra(self, text: str, others: Sequence[str]) -> dict[str, bool]:
        """An answer that is too hard by itself would be too hard beside each of the others, too."""
        if not others or not await self._is_workable(text):
            return {}
        able = [other for other in others if await self._is_workable(other)]
        self._slow.spend(len(able))
        found = await asyncio.gather(*(self._algebra.same(other, text) for other in able))
        return dict(zip(able, found, strict=True))

    async def _is_workable(self, text: str) -> bool:
        if text not in self._workable:
            self._slow.spend(1)
            self._workable[text] = await self._algebra.workable(text)
        return self._workable[text]


def _both(one: bool | None, other: bool | None) -> bool | None:
    if False in (one, other):
        return False
    return True if one and other else None


def partition(answers: Sequence[str], groups: Sequence[Sequence[int]]) -> Clusters:
    """Groups as the contract orders them: largest first, then by their first member."""
    clusters = [Cluster(representative(answers, group), tuple(sorted(group))) for group in groups]
    return Clusters(
        clusters=tuple(sorted(clusters, key=lambda cluster: (-len(cluster.members), cluster.members[0]))),
        unanswered=tuple(position for position, answer in enumerate(answers) if not answer),
    )


def representative(answers: Sequence[str], group: Sequence[int]) -> str:
    """The shortest answer of a group, whatever their order."""
    return min((answers[position] for position in group), key=_rank)


def _rank(text: str) -> tuple[int, str]:
    return len(text), text
