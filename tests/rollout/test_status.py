"""The table from statuses to exceptions is complete, and details are read."""

from __future__ import annotations

import grpc
from google.rpc import status_pb2

import rollout.errors
from rollout.errors import RolloutError, ServiceError, Starved, Unavailable, UnexpectedStatus
from rollout.model import Verdict
from rollout.report.terminal import MEANINGS
from rollout.wire.judgement import ASSURANCES, LIMITS_MODES, VERDICTS
from rollout.wire.status import STATUS_ERRORS, error_of_status
from tests.rollout.fake_service import busy, starved
from verifier.v1 import verifier_pb2 as pb


def test_every_status_has_an_exception() -> None:
    assert set(STATUS_ERRORS) == set(grpc.StatusCode)


def test_every_exception_of_the_service_has_a_kind_and_a_place_in_the_tree() -> None:
    tree = rollout.errors.__doc__ or ""
    classes = [kind for kind in vars(rollout.errors).values() if isinstance(kind, type)]
    errors = [kind for kind in classes if issubclass(kind, RolloutError)]

    assert [kind.__name__ for kind in errors if kind.__name__ not in tree] == []
    for kind in errors:
        assert not issubclass(kind, ServiceError) or kind is ServiceError or kind.kind


def test_kinds_are_the_status_in_lower_case_or_a_word_that_says_more() -> None:
    more = {"invalid_task", "starved", "unreachable", "unknown"}
    codes = {code.name.lower() for code in grpc.StatusCode}

    kinds = {error.kind for error in STATUS_ERRORS.values()} | {Starved.kind}

    assert kinds - codes - more == set()
    for code, error in STATUS_ERRORS.items():
        assert error.kind in (code.name.lower(), "invalid_task", "unknown")


def test_details_say_when_to_come_back_and_who_was_starved() -> None:
    error = error_of_status(busy(seconds=1.5))

    assert isinstance(error, Unavailable)
    assert error.retry_after_seconds == 1.5
    assert isinstance(error_of_status(starved()), Starved)


def test_a_number_that_is_no_status_is_unexpected() -> None:
    assert isinstance(error_of_status(status_pb2.Status(code=99, message="?")), UnexpectedStatus)


def test_every_value_of_the_contract_has_its_word() -> None:
    """All but `unspecified`, which the service never sends."""
    assert {number for number in pb.Verdict.values() if number} == set(VERDICTS)
    assert {number for number in pb.Assurance.values() if number} == set(ASSURANCES)
    assert {number for number in pb.LimitsMode.values() if number} == set(LIMITS_MODES)
    for number, verdict in VERDICTS.items():
        assert pb.Verdict.Name(number) == f"VERDICT_{verdict.value}"
    for number, name in ASSURANCES.items():
        assert pb.Assurance.Name(number) == f"ASSURANCE_{name}"
    for number, name in LIMITS_MODES.items():
        assert pb.LimitsMode.Name(number) == f"LIMITS_MODE_{name}"


def test_every_verdict_has_plain_words() -> None:
    assert set(MEANINGS) == set(Verdict)
