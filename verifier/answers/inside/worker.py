"""The program of a jailed worker: compares the pairs of one run, and reports each finding once it has it.

It serves one run and ends; after a pair that was too hard it ends at once, since an interrupted algebra
system is not to be trusted with the next pair. The service runs the rest again.
"""

from __future__ import annotations

import functools
import time
from typing import TYPE_CHECKING

from verifier.answers.inside import algebra, budget, compare, frames, readable

if TYPE_CHECKING:
    from sandbox.inside.child import Context

WARM_UP = (
    (r"\frac{1}{2}", "0.5"), (r"\sqrt{8}", r"2\sqrt{2}"), ("(1,2)", "(1,3)"), (r"\{1,2\}", r"\{2,1\}"),
    ("x^2+2x+1", "(x+1)^2"), (r"\frac{\pi}{6}", r"30^{\circ}"), ("x > 3", r"(3,\infty)"),
    ("2x+y=1", "y=1-2x"), ("3!", r"\binom{4}{2}"), (r"\sin^2 x", r"1-\cos^2 x"),
    (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", "[[1,2],[3,4]]"), ("3x-4y+5=0", r"y=\frac{3}{4}x+1"),
    (r"(-\infty,-1)\cup(1,\infty)", "|x|>1"), (r"[k\pi,k\pi+\frac{\pi}{2}]", r"(k\pi,k\pi+\frac{\pi}{2})"),
    (r"a\in(1,\sqrt{3}]", r"(1,\sqrt{2}]"), (r"\log_{2} 8", "3"), ("1+2i", r"\frac{5}{1-2i}"),
    (r"\frac{n(n+1)}{2}", r"\binom{n+1}{2}"), (r"\sqrt{a^2+b^2}", r"\sqrt{a^2+2b^2}"),
    (r"\frac{1}{2}\arctan\frac{x}{2}+C", r"\frac{1}{2}\tan^{-1}\frac{x}{2}+C"),
)  # fmt: skip
"""Pairs that touch the grammar and the kinds of comparison, so that forks find the caches filled."""


def warm_up(_context: Context) -> None:
    """Fill caches before the first fork, and close the way from text to compiled code."""
    algebra.disarm()
    for gold, answer in WARM_UP:
        _find(frames.Question("", gold, answer, None))
    algebra.forget()


def run(context: Context) -> None:
    """Compare the pairs of the payload, as far as its time goes; at least the first."""
    questions, patience = frames.unpack(context.payload)
    ends = time.process_time() + budget.RUN_SECONDS
    for index, question in enumerate(questions):
        began = time.process_time()
        finding = _bounded(question, patience)
        context.report(frames.line(frames.Frame(index, question.nonce, finding, time.process_time() - began)))
        if finding == "too_hard" or time.process_time() > ends:
            return


def _bounded(question: frames.Question, patience: budget.Patience = budget.FULL) -> str:
    try:
        return budget.bounded(functools.partial(_find, question), patience)
    except (budget.OutOfTime, MemoryError):
        return "too_hard"
    except Exception:  # libraries fail in many ways over what they are given; other pairs are not to suffer
        return "died"


def _find(question: frames.Question) -> str:
    if not question.answer:
        return "equal" if readable.work_with(question.gold) else "gold_unreadable"
    if not readable.gold(question.gold):
        return "gold_unreadable"
    by = compare.Comparing(functools.partial(_same, question.tolerance), algebra.whole, algebra.near)
    return "equal" if compare.equal(question.gold, question.answer, by) else "different"


def _same(tolerance: float | None, gold: str, answer: str) -> bool | None:
    return algebra.same(gold, answer, tolerance)
