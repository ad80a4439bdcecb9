"""`code`: judges a program against tests. Which program and which tests; the judge does the rest."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from sandbox.languages.table import LANGUAGES
from verifier.errors import AssuranceTooWeak, InvalidTask, NotInstalled
from verifier.judge import extract, limits, programs, show
from verifier.judge.judge import judge
from verifier.judge.model import Submission
from verifier.judge.styles.table import STYLES, Style
from verifier.judge.toolchains import Toolchains
from verifier.model import CodeTask, Judgement, Options, Shape, StdioTests, Task, Verdict

if TYPE_CHECKING:
    from sandbox.languages.model import Language
    from sandbox.model import Sandbox
    from verifier.model import Verifier

_EXTRACTED_CHARACTERS = 16_000
"""Of the program, in a judgement: enough to see which one was found."""
_FILES_BYTES = 32 << 20
"""All further files together: half of the scratch directory they go into."""


def build(sandbox: Sandbox) -> Verifier:
    """The verifier, on this sandbox."""
    return Code(sandbox)


@dataclass(frozen=True, slots=True)
class Code:
    """Judges programs."""

    sandbox: Sandbox
    name: str = "code"
    description: str = "Programs against tests: standard streams, calls, asserts, checks, test programs."
    shape: type[Shape] = CodeTask
    toolchains: Toolchains = field(default_factory=Toolchains, repr=False)

    def check(self, task: Task) -> None:
        """See `verifier.model.Verifier`."""
        code = _shape(task)
        language = _language(code)
        limits.check(code.limits)
        _check_files(code)
        style = _style(code)
        if not style.any_language:
            programs.python_alone(language, f"task.code.{style.wire_name}")
        if code.interactor is not None and not isinstance(code.tests, StdioTests):
            raise InvalidTask("task.code.interactor", "interactors are for whole programs")
        style.check(code, code.tests)

    async def verify(self, response: str, task: Task, options: Options) -> Judgement:
        """See `verifier.model.Verifier`."""
        code = _shape(task)
        language, style = _language(code), _style(code)
        if style.assurance < options.minimum_assurance:
            raise AssuranceTooWeak(
                f"{style.wire_name} tests give {style.assurance.name}, "
                f"and {options.minimum_assurance.name} was asked for"
            )
        found = extract.program(response, {language.name, *language.fences})
        if found is None:
            detail = "the response holds no program"
            return Judgement(Verdict.NO_ANSWER, 0.0, False, style.assurance, detail=detail)
        run, compiling = limits.resolve(language, code.limits)
        brought = {name: text.encode("utf-8", "surrogatepass") for name, text in found.files.items()}
        submission = Submission(
            code,
            code.prefix + found.code,
            language,
            run,
            compiling,
            options.reveal_expected,
            {**brought, **code.files},
        )
        judged = await judge(self.sandbox, style.plan(submission, code.tests), code.scoring)
        return Judgement(
            verdict=judged.grade.verdict,
            score=judged.score,
            correct=judged.grade.verdict is Verdict.ACCEPTED,
            assurance=style.assurance,
            extracted=found.code[:_EXTRACTED_CHARACTERS],
            detail=judged.grade.detail,
            cases=judged.cases,
            usage=judged.usage,
            toolchain=await self.toolchains.version(language),
        )


def _shape(task: Task) -> CodeTask:
    if not isinstance(task.shape, CodeTask):
        raise InvalidTask("task", "the verifier code takes a code task")
    return task.shape


def _language(task: CodeTask) -> Language:
    language = LANGUAGES.get(task.language)
    if language is None:
        raise InvalidTask("task.code.language", f"no language {show.line(task.language, 50)}")
    missing = programs.missing(language)
    if missing:
        raise NotInstalled(f"{language.name} is not installed on this server: {', '.join(missing)} missing")
    return language


def _style(task: CodeTask) -> Style:
    return STYLES[type(task.tests)]


def _check_files(task: CodeTask) -> None:
    for name in task.files:
        path = PurePosixPath(name)
        odd = not name or "\0" in name or path.is_absolute() or ".." in path.parts or str(path) != name
        if odd or str(path) == ".":
            raise InvalidTask("task.code.files", f"not a plain relative path: {show.line(name, 80)}")
    if sum(map(len, task.files.values())) > _FILES_BYTES:
        raise InvalidTask("task.code.files", f"more than {_FILES_BYTES} bytes")
