"""Enumerations of the wire beside those of the model, value by value.

Never by number or by name: a value that one side gains has no partner here, and a test says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import sandbox.model as jails
from verifier.errors import InvalidTask
from verifier.model import Assurance, FormatUse, LimitsMode, Scoring, Strictness, Verdict
from verifier.v1 import verifier_pb2 as pb

if TYPE_CHECKING:
    from collections.abc import Mapping

K = TypeVar("K", bound=int)
T = TypeVar("T")

VERDICTS: Mapping[Verdict, pb.Verdict] = {
    Verdict.ACCEPTED: pb.VERDICT_ACCEPTED,
    Verdict.WRONG_ANSWER: pb.VERDICT_WRONG_ANSWER,
    Verdict.NO_ANSWER: pb.VERDICT_NO_ANSWER,
    Verdict.COMPILE_ERROR: pb.VERDICT_COMPILE_ERROR,
    Verdict.RUNTIME_ERROR: pb.VERDICT_RUNTIME_ERROR,
    Verdict.TIME_LIMIT: pb.VERDICT_TIME_LIMIT,
    Verdict.MEMORY_LIMIT: pb.VERDICT_MEMORY_LIMIT,
    Verdict.OUTPUT_LIMIT: pb.VERDICT_OUTPUT_LIMIT,
    Verdict.IDLE_LIMIT: pb.VERDICT_IDLE_LIMIT,
    Verdict.REJECTED: pb.VERDICT_REJECTED,
}

ASSURANCES: Mapping[Assurance, pb.Assurance] = {
    Assurance.NONE: pb.ASSURANCE_UNSPECIFIED,
    Assurance.SAME_PROCESS: pb.ASSURANCE_SAME_PROCESS,
    Assurance.TEST_PROCESS_APART: pb.ASSURANCE_TEST_PROCESS_APART,
    Assurance.COMPARED_OUTSIDE: pb.ASSURANCE_COMPARED_OUTSIDE,
}

LIMITS_MODES: Mapping[LimitsMode, pb.LimitsMode] = {
    LimitsMode.CGROUP_V2: pb.LIMITS_MODE_CGROUP_V2,
    LimitsMode.CGROUP_V1: pb.LIMITS_MODE_CGROUP_V1,
    LimitsMode.RLIMIT: pb.LIMITS_MODE_RLIMIT,
}

SANDBOX_LIMITS_MODES: Mapping[jails.LimitsMode, pb.LimitsMode] = {
    jails.LimitsMode.CGROUP_V2: pb.LIMITS_MODE_CGROUP_V2,
    jails.LimitsMode.CGROUP_V1: pb.LIMITS_MODE_CGROUP_V1,
    jails.LimitsMode.RLIMIT: pb.LIMITS_MODE_RLIMIT,
    jails.LimitsMode.NONE: pb.LIMITS_MODE_UNSPECIFIED,
}

LAUNCH_MODES: Mapping[jails.LaunchMode, pb.LaunchMode] = {
    jails.LaunchMode.TEMPLATE: pb.LAUNCH_MODE_TEMPLATE,
    jails.LaunchMode.COLD: pb.LAUNCH_MODE_COLD,
    jails.LaunchMode.NONE: pb.LAUNCH_MODE_UNSPECIFIED,
}

MINIMUM_ASSURANCES: Mapping[pb.Assurance, Assurance] = {
    pb.ASSURANCE_UNSPECIFIED: Assurance.NONE,
    pb.ASSURANCE_SAME_PROCESS: Assurance.SAME_PROCESS,
    pb.ASSURANCE_TEST_PROCESS_APART: Assurance.TEST_PROCESS_APART,
    pb.ASSURANCE_COMPARED_OUTSIDE: Assurance.COMPARED_OUTSIDE,
}

SCORINGS: Mapping[pb.Scoring, Scoring] = {
    pb.SCORING_UNSPECIFIED: Scoring.ALL,
    pb.SCORING_ALL: Scoring.ALL,
    pb.SCORING_FRACTION: Scoring.FRACTION,
}

STRICTNESSES: Mapping[pb.Strictness, Strictness] = {
    pb.STRICTNESS_UNSPECIFIED: Strictness.STRICT,
    pb.STRICTNESS_STRICT: Strictness.STRICT,
    pb.STRICTNESS_LOOSE: Strictness.LOOSE,
}

FORMAT_USES: Mapping[pb.FormatUse, FormatUse] = {
    pb.FORMAT_USE_UNSPECIFIED: FormatUse.GATE,
    pb.FORMAT_USE_GATE: FormatUse.GATE,
    pb.FORMAT_USE_PENALTY: FormatUse.PENALTY,
}


def known(table: Mapping[K, T], number: K, field: str) -> T:
    """The model's value for a number from the wire, where a newer caller may use numbers unknown here.

    Raises:
        InvalidTask: no such value.
    """
    try:
        return table[number]
    except KeyError:
        raise InvalidTask(field, f"{number} is no value that this server knows") from None
