"""From the model to the messages of an answer. Pure.

Whatever a verifier puts into a judgement, the message can be sent: texts are bounded and well-formed here,
once more and for all of them.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from google.protobuf.duration_pb2 import Duration

from sandbox.languages.table import LANGUAGES
from verifier.model import NOTHING_USED, AnswerTask, CodeTask, InstructionTask, Judgement, LimitsWanted
from verifier.v1 import verifier_pb2 as pb
from verifier.version import PACKAGE, RULESET
from verifier.wire.enums import ASSURANCES, LAUNCH_MODES, LIMITS_MODES, SANDBOX_LIMITS_MODES, VERDICTS
from verifier.wire.text import wire_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.languages.model import Language
    from sandbox.languages.table import Installed
    from sandbox.model import Isolation
    from verifier.model import Assurance, CaseResult, Shape, Usage, Verdict, Verifier

EXTRACTED_BYTES = 8 << 10
"""A batch of thousands has to fit into one message; the caller has the whole response anyway."""
DETAIL_BYTES = 1 << 10
"""One line for people."""

SHAPE_NAMES: Mapping[type[Shape], str] = {
    AnswerTask: "answer",
    CodeTask: "code",
    InstructionTask: "instruction",
}
"""As the fields of `Task.shape` are called."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a server can say about itself, apart from its verifiers, languages and isolation."""

    slots: int
    maximum_message_bytes: int
    checkers: tuple[str, ...]
    maximum_limits: LimitsWanted


def render_judgement(item_id: str, judgement: Judgement) -> pb.Judgement:
    """A judgement as a message."""
    return pb.Judgement(
        id=item_id,
        verdict=VERDICTS[judgement.verdict],
        score=judgement.score,
        correct=judgement.correct,
        terms=judgement.terms,
        extracted=wire_text(judgement.extracted, EXTRACTED_BYTES),
        detail=wire_text(judgement.detail, DETAIL_BYTES),
        assurance=ASSURANCES[judgement.assurance],
        cases=map(_case, judgement.cases),
        usage=_usage(judgement.usage),
        versions=pb.Versions(ruleset=RULESET, package=PACKAGE, toolchain=judgement.toolchain),
    )


def render_shared(judgement: Judgement) -> pb.Judgement:
    """The same without the item's id. It may be shared with equal judgements: to be copied, not changed."""
    if judgement.usage is not NOTHING_USED or judgement.terms or judgement.cases:
        return render_judgement("", judgement)
    return _shared(
        judgement.verdict,
        judgement.score,
        judgement.correct,
        judgement.extracted,
        judgement.detail,
        judgement.assurance,
        judgement.toolchain,
    )


@functools.lru_cache(maxsize=4096)
def _shared(
    verdict: Verdict,
    score: float,
    correct: bool,
    extracted: str,
    detail: str,
    assurance: Assurance,
    toolchain: str,
) -> pb.Judgement:
    """Answers of a group repeat each other. Programs, which are longer, have used something."""
    judgement = Judgement(
        verdict, score, correct, assurance, extracted=extracted, detail=detail, toolchain=toolchain
    )
    return render_judgement("", judgement)


def _case(case: CaseResult) -> pb.CaseResult:
    return pb.CaseResult(
        index=case.index,
        verdict=VERDICTS[case.verdict],
        usage=_usage(case.usage),
        detail=wire_text(case.detail, DETAIL_BYTES),
    )


def _usage(usage: Usage) -> pb.Usage:
    message = pb.Usage(
        cpu=_duration(usage.cpu_seconds),
        wall=_duration(usage.wall_seconds),
        memory_bytes=usage.memory_bytes,
        queued=_duration(usage.queued_seconds),
    )
    if usage.limits_mode is not None:
        message.limits_mode = LIMITS_MODES[usage.limits_mode]
    return message


def _duration(seconds: float) -> Duration | None:
    """None, which leaves the field away, for no time at all."""
    if not seconds:
        return None
    duration = Duration()
    duration.FromNanoseconds(round(seconds * 1e9))
    return duration


def render_capabilities(
    verifiers: Mapping[str, Verifier],
    languages: Mapping[str, Installed],
    isolation: Isolation,
    facts: Facts,
) -> pb.GetCapabilitiesResponse:
    """What this server can do, as a message."""
    return pb.GetCapabilitiesResponse(
        verifiers=[_verifier(verifier) for verifier in verifiers.values()],
        languages=[_language(LANGUAGES[name], found) for name, found in languages.items()],
        checkers=facts.checkers,
        maximum_limits=_limits(facts.maximum_limits),
        isolation=_isolation(isolation),
        versions=pb.Versions(ruleset=RULESET, package=PACKAGE),
        slots=facts.slots,
        maximum_message_bytes=facts.maximum_message_bytes,
    )


def _verifier(verifier: Verifier) -> pb.VerifierCapability:
    return pb.VerifierCapability(
        name=verifier.name, shape=SHAPE_NAMES[verifier.shape], description=verifier.description
    )


def _language(language: Language, found: Installed) -> pb.LanguageCapability:
    return pb.LanguageCapability(
        name=language.name,
        available=found.available,
        reason=wire_text(found.reason, DETAIL_BYTES),
        version=wire_text(found.version, DETAIL_BYTES),
        default_limits=_limits(
            LimitsWanted(
                language.limits.cpu_seconds,
                language.limits.memory_bytes,
                language.limits.output_bytes,
                language.limits.processes,
                language.compile_limits.cpu_seconds,
            )
        ),
    )


def _limits(limits: LimitsWanted) -> pb.Limits:
    return pb.Limits(
        cpu_time=_duration(limits.cpu_seconds or 0),
        memory_bytes=limits.memory_bytes or 0,
        output_bytes=limits.output_bytes or 0,
        processes=limits.processes or 0,
        compile_time=_duration(limits.compile_seconds or 0),
    )


def _isolation(isolation: Isolation) -> pb.Isolation:
    return pb.Isolation(
        launch_mode=LAUNCH_MODES[isolation.launch],
        limits_mode=SANDBOX_LIMITS_MODES[isolation.limits],
        separate_uids=isolation.separate_uids,
        warnings=isolation.warnings,
    )
