"""Judgements of the wire to scores.

A judgement that this client cannot understand (a verdict of a newer service, a score outside [0, 1]) becomes
UNJUDGED: guessing would be a wrong reward.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from rollout.errors import UnexpectedStatus
from rollout.model import CaseScore, Score, Usage, Verdict, Versions
from verifier.v1 import verifier_pb2 as pb

if TYPE_CHECKING:
    from collections.abc import Mapping

    from google.protobuf.duration_pb2 import Duration

    from rollout.errors import ServiceError

VERDICTS: Mapping[int, Verdict] = {
    pb.VERDICT_ACCEPTED: Verdict.ACCEPTED,
    pb.VERDICT_WRONG_ANSWER: Verdict.WRONG_ANSWER,
    pb.VERDICT_NO_ANSWER: Verdict.NO_ANSWER,
    pb.VERDICT_COMPILE_ERROR: Verdict.COMPILE_ERROR,
    pb.VERDICT_RUNTIME_ERROR: Verdict.RUNTIME_ERROR,
    pb.VERDICT_TIME_LIMIT: Verdict.TIME_LIMIT,
    pb.VERDICT_MEMORY_LIMIT: Verdict.MEMORY_LIMIT,
    pb.VERDICT_OUTPUT_LIMIT: Verdict.OUTPUT_LIMIT,
    pb.VERDICT_IDLE_LIMIT: Verdict.IDLE_LIMIT,
    pb.VERDICT_REJECTED: Verdict.REJECTED,
}

ASSURANCES: Mapping[int, str] = {
    pb.ASSURANCE_SAME_PROCESS: "SAME_PROCESS",
    pb.ASSURANCE_TEST_PROCESS_APART: "TEST_PROCESS_APART",
    pb.ASSURANCE_COMPARED_OUTSIDE: "COMPARED_OUTSIDE",
}

LIMITS_MODES: Mapping[int, str] = {
    pb.LIMITS_MODE_CGROUP_V2: "CGROUP_V2",
    pb.LIMITS_MODE_CGROUP_V1: "CGROUP_V1",
    pb.LIMITS_MODE_RLIMIT: "RLIMIT",
}


NOTHING_USED = Usage()
"""By most answers."""


def score_of(judgement: pb.Judgement) -> Score:
    """The score a judgement states; UNJUDGED where it makes no sense to this client."""
    verdict, score = VERDICTS.get(judgement.verdict), judgement.score
    terms, cases = judgement.terms, judgement.cases
    if verdict is None or (cases and any(case.verdict not in VERDICTS for case in cases)):
        return unjudged(UnexpectedStatus("the service sent a verdict that this client does not know"))
    if not judgement.HasField("correct") or not judgement.HasField("score") or not 0 <= score <= 1:
        return unjudged(UnexpectedStatus("the service sent a judgement without a score in [0, 1]"))
    return Score(
        verdict=verdict,
        score=score,
        correct=judgement.correct,
        terms=dict(terms) if terms else {},
        extracted=judgement.extracted,
        detail=judgement.detail,
        assurance=ASSURANCES.get(judgement.assurance),
        cases=tuple(map(_case, cases)) if cases else (),
        usage=_usage(judgement.usage),
        versions=_versions(judgement.versions),
    )


def unjudged(error: ServiceError) -> Score:
    """The score of a trace that could not be judged: none, with the reason."""
    return Score(verdict=Verdict.UNJUDGED, failure_kind=error.kind, failure_reason=str(error))


def _case(case: pb.CaseResult) -> CaseScore:
    return CaseScore(case.index, VERDICTS[case.verdict], _usage(case.usage), case.detail)


def _versions(versions: pb.Versions) -> Versions:
    return _remembered(versions.ruleset, versions.package, versions.toolchain)


_remembered = functools.lru_cache(maxsize=256)(Versions)
"""The same for all judgements of a service, but for toolchains."""


def _usage(usage: pb.Usage) -> Usage:
    if not usage.ByteSize():
        return NOTHING_USED
    return Usage(
        cpu_seconds=_seconds(usage.cpu),
        wall_seconds=_seconds(usage.wall),
        memory_bytes=usage.memory_bytes,
        queued_seconds=_seconds(usage.queued),
        limits_mode=LIMITS_MODES.get(usage.limits_mode),
    )


def _seconds(duration: Duration) -> float:
    return duration.seconds + duration.nanos / 1e9
