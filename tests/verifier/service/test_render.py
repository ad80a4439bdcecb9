"""Judgements as messages: equal answers share one, and nothing large is kept."""

from __future__ import annotations

import tracemalloc

from verifier.model import NOTHING_USED, Assurance, Judgement, Usage, Verdict
from verifier.wire.render import render_judgement, render_shared

PROGRAMS = 1_000
PROGRAM_BYTES = 8_000


def test_what_programs_were_judged_by_is_not_kept() -> None:
    tracemalloc.start()
    try:
        for number in range(PROGRAMS):
            render_judgement("", _judgement(f"{number}".zfill(PROGRAM_BYTES), Usage(cpu_seconds=0.1)))
            render_shared(_judgement(f"{number}".zfill(PROGRAM_BYTES), Usage(cpu_seconds=0.1)))
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert held < PROGRAMS * PROGRAM_BYTES / 10


def test_a_shared_message_is_the_judgement_without_an_id() -> None:
    used = _judgement("print(1)", Usage(cpu_seconds=0.1))

    for judgement in (used, _judgement("36")):
        message = render_judgement("a", judgement)
        message.id = ""
        assert render_shared(judgement) == message


def _judgement(extracted: str, usage: Usage = NOTHING_USED) -> Judgement:
    return Judgement(
        Verdict.ACCEPTED,
        1.0,
        correct=True,
        assurance=Assurance.COMPARED_OUTSIDE,
        extracted=extracted,
        usage=usage,
    )
