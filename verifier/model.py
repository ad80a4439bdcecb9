"""Tasks, judgements and verdicts, as the service thinks of them: frozen, and without protobuf.

Shapes mirror `verifier.v1`; `verifier.service` is the only module that knows both.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Verdict(enum.Enum):
    """What the candidate's answer did."""

    ACCEPTED = "ACCEPTED"
    WRONG_ANSWER = "WRONG_ANSWER"
    NO_ANSWER = "NO_ANSWER"
    COMPILE_ERROR = "COMPILE_ERROR"
    RUNTIME_ERROR = "RUNTIME_ERROR"
    TIME_LIMIT = "TIME_LIMIT"
    MEMORY_LIMIT = "MEMORY_LIMIT"
    OUTPUT_LIMIT = "OUTPUT_LIMIT"
    IDLE_LIMIT = "IDLE_LIMIT"
    REJECTED = "REJECTED"


class Assurance(enum.IntEnum):
    """How hard a verdict is to forge; larger is stronger."""

    NONE = 0
    SAME_PROCESS = 1
    TEST_PROCESS_APART = 2
    COMPARED_OUTSIDE = 3


class Scoring(enum.Enum):
    """How several checks make one score."""

    ALL = "all"
    FRACTION = "fraction"


class Strictness(enum.Enum):
    """How much wrapping around a response is forgiven."""

    STRICT = "strict"
    LOOSE = "loose"


class FormatUse(enum.Enum):
    """What a format rule does when it fails."""

    GATE = "gate"
    PENALTY = "penalty"


class LimitsMode(enum.Enum):
    """How limits were enforced and measured."""

    CGROUP_V2 = "cgroup_v2"
    CGROUP_V1 = "cgroup_v1"
    RLIMIT = "rlimit"


@dataclass(frozen=True, slots=True)
class FormatRule:
    """A rule about form, judged apart from correctness."""

    rule: str
    use: FormatUse = FormatUse.GATE
    weight: float = 1.0
    arguments: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AnswerTask:
    """A gold answer. Numbers are source text."""

    answers: tuple[str, ...]
    tolerance: float | None = None
    relative_tolerance: float | None = None
    answer_type: str = ""
    choices: tuple[str, ...] = ()
    unit: str = ""


@dataclass(frozen=True, slots=True)
class StdioCase:
    """One run of a whole program."""

    input: bytes
    output: bytes


@dataclass(frozen=True, slots=True)
class StdioTests:
    """Whole programs, from standard input to standard output."""

    cases: tuple[StdioCase, ...]


@dataclass(frozen=True, slots=True)
class CallCase:
    """One call: a JSON array of arguments, and the expected result as JSON."""

    arguments: bytes
    expected: bytes


@dataclass(frozen=True, slots=True)
class CallTests:
    """Calls of one function, or of a method of `class Solution`."""

    function_name: str
    cases: tuple[CallCase, ...]


@dataclass(frozen=True, slots=True)
class AssertTests:
    """Assert statements, one by one."""

    asserts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckTests:
    """Source that defines `check(candidate)`, in the manner of HumanEval."""

    source: str
    entry_point: str


@dataclass(frozen=True, slots=True)
class PytestTests:
    """A pytest module that imports the candidate as `solution`."""

    source: str


@dataclass(frozen=True, slots=True)
class ProgramTests:
    """A test program appended to the candidate."""

    source: str


Tests = StdioTests | CallTests | AssertTests | CheckTests | PytestTests | ProgramTests


@dataclass(frozen=True, slots=True)
class JudgeProgram:
    """A checker or interactor in source form."""

    language: str
    source: str


@dataclass(frozen=True, slots=True)
class CheckerChoice:
    """How outputs are compared. An empty name means the default of the test style."""

    name: str = ""
    program: JudgeProgram | None = None
    absolute_tolerance: float | None = None
    relative_tolerance: float | None = None


@dataclass(frozen=True, slots=True)
class LimitsWanted:
    """Limits that a task asks for; None is the language's own default."""

    cpu_seconds: float | None = None
    memory_bytes: int | None = None
    output_bytes: int | None = None
    processes: int | None = None
    compile_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class CodeTask:
    """A program's tests."""

    language: str
    tests: Tests
    setup: str = ""
    prefix: str = ""
    checker: CheckerChoice = CheckerChoice()
    interactor: JudgeProgram | None = None
    limits: LimitsWanted = LimitsWanted()
    scoring: Scoring = Scoring.ALL
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Constraint:
    """One verifiable instruction, by its published IFEval id."""

    id: str
    arguments: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InstructionTask:
    """Instructions that a response has to follow."""

    constraints: tuple[Constraint, ...]
    scoring: Scoring = Scoring.ALL
    strictness: Strictness = Strictness.STRICT


Shape = AnswerTask | CodeTask | InstructionTask


@dataclass(frozen=True, slots=True)
class Task:
    """What responses are judged against."""

    shape: Shape
    verifier: str = ""
    """Empty: the default of the shape."""
    format: tuple[FormatRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """Wishes of the caller that do not change what is right."""

    minimum_assurance: Assurance = Assurance.NONE
    pin_ruleset: str = ""
    reveal_expected: bool = False
    client: str = ""
    """Who asks, as far as that is known: work for different clients is kept apart where it could meet."""
    call: str = field(default="", compare=False)
    """Which of its calls the response came with; the same response is the same in any."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What judging used."""

    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0
    memory_bytes: int = 0
    queued_seconds: float = 0.0
    limits_mode: LimitsMode | None = None
    start_seconds: float = 0.0
    """Making the jail. For the service's own metrics, as the next one."""
    compare_seconds: float = 0.0


NOTHING_USED = Usage()
"""By most answers."""


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What one test did."""

    index: int
    verdict: Verdict
    usage: Usage = Usage()
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answer about one response."""

    verdict: Verdict
    score: float
    correct: bool
    assurance: Assurance
    terms: Mapping[str, float] = field(default_factory=dict)
    extracted: str = ""
    detail: str = ""
    cases: tuple[CaseResult, ...] = ()
    usage: Usage = NOTHING_USED
    toolchain: str = ""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Answers that mean the same."""

    representative: str
    members: tuple[int, ...]
    """Positions of the responses, ascending."""


@dataclass(frozen=True, slots=True)
class Clusters:
    """Answers grouped by what they mean."""

    clusters: tuple[Cluster, ...]
    """Largest first, then by their first member."""
    unanswered: tuple[int, ...]
    """Positions of responses without an answer."""


@runtime_checkable
class Comparer(Protocol):
    """What a verifier can do besides, whose answers can be compared with each other."""

    async def cluster(self, responses: Sequence[str], choices: tuple[str, ...]) -> Clusters:
        """Group responses by the meaning of their answers.

        Raises:
            InvalidTask: the choices make no sense.
            TooLarge: there are too many different answers.
            VerifierError: nothing is known about the answers.
        """


@runtime_checkable
class Glancing(Protocol):
    """What a verifier can do besides, that knows most judgements without waiting for anything."""

    def at_a_glance(self, response: str, task: Task) -> Judgement | None:
        """The judgement of `verify`; None where that needs a jail, or more than a glance.

        Raises:
            VerifierError: nothing is known about the response.
        """


class Verifier(Protocol):
    """Judges one kind of task."""

    @property
    def name(self) -> str:
        """The name tasks use."""

    @property
    def description(self) -> str:
        """One line for people."""

    @property
    def shape(self) -> type[Shape]:
        """The shape of task it takes."""

    def check(self, task: Task) -> None:
        """Refuse a task that cannot be judged; cheap, and before anything runs.

        Raises:
            InvalidTask: names the field.
            Unsupported: not on this server.
        """

    async def verify(self, response: str, task: Task, options: Options) -> Judgement:
        """Judge one response against a task that `check` let pass.

        Raises:
            VerifierError: nothing is known about the response.
        """
