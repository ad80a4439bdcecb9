"""What the judge works with: checkers, plans of runs, grades. Frozen; knows no wire."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from verifier.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox.languages.model import Language
    from sandbox.model import Limits, Outcome, Program, Run
    from verifier.judge.interact import Interactor
    from verifier.judge.special import Special
    from verifier.model import CodeTask


@dataclass(frozen=True, slots=True)
class Tolerances:
    """How far apart numbers may be: at most the larger of the two bounds."""

    absolute: float
    relative: float
    """A share of the expected number's size."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place where an output is not what was expected. Texts are bounded."""

    where: str
    got: str
    expected: str
    """For the eyes of a caller who asked to see expected outputs."""


@dataclass(frozen=True, slots=True)
class Checker:
    """A rule that compares what came out with what was expected; None means that they agree."""

    name: str
    description: str
    texts: Callable[[bytes, bytes, Tolerances], Difference | None] | None = None
    """Compares standard output; None where the rule is not for texts."""
    values: Callable[[object, object, Tolerances], Difference | None] | None = None
    """Compares a returned value with a JSON value; None where the rule is not for values."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One program, and how it is to be judged."""

    task: CodeTask
    code: str
    """The whole program: prefix and extracted code."""
    language: Language
    limits: Limits
    compile_limits: Limits
    reveal_expected: bool
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Beside the program: those of the response, and those of the task, which win."""


@dataclass(frozen=True, slots=True)
class Grade:
    """What one run proves about the candidate."""

    verdict: Verdict
    detail: str = ""
    """One line for people, bounded."""
    share: float | None = None
    """What the case counts for where a fraction is scored; None: all or nothing."""

    @property
    def worth(self) -> float:
        """From 0 to 1."""
        return float(self.verdict is Verdict.ACCEPTED) if self.share is None else self.share


@dataclass(frozen=True, slots=True)
class Case:
    """One test: what to run, and how to read its outcome."""

    run: Run
    grade: Callable[[Outcome], Grade]


@dataclass(frozen=True, slots=True)
class Plan:
    """All that judging a submission takes."""

    program: Program
    count: int
    """Number of cases; at least one."""
    case: Callable[[int], Case]
    """Makes a case when its turn comes."""
    special: Special | None = None
    """Has the last word on cases that ended well."""
    interactor: Interactor | None = None
    """Talks to every run, and has the last word on those that end well."""
