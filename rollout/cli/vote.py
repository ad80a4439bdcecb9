"""`rollout vote`: what the responses of each group answer by majority, and how often that is right."""

from __future__ import annotations

import asyncio
import json
import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console

from rollout.cli import options
from rollout.cli.exits import ALL_JUDGED, SOME_UNJUDGED, exits, run
from rollout.cli.progress import counting
from rollout.cli.service import asking
from rollout.errors import ServiceError
from rollout.rewards import clr_vote, clr_weight, consensus, consensus_at
from rollout.rows.files import expanded, opened
from rollout.scored import scored_lines
from rollout.scoring.output import opened_output

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from rollout.client import Client
    from rollout.model import Clusters
    from rollout.rows.files import InputFile
    from rollout.scored import Scored

_CALLS_AT_ONCE = 16
"""A call holds one group; more of them wait at the service."""


def vote(
    inputs: options.Scored,
    out: options.Out = None,
    target: options.Target = None,
    as_json: options.AsJson = False,
) -> None:
    """Let the responses of each group vote.

    Example: rollout vote scored.jsonl -o votes.jsonl

    Answers that mean the same are one answer. The summary has cons@k beside pass@1. Where records have
    `claims` (verdicts on claims of the response, a list of 0 and 1), reliability votes too:
    mean(claims) ** len(claims) is the weight of a response. Programs do not vote.

    Exit codes: 0 done, 1 some groups could not be compared, 2 bad input, 3 service unreachable.
    """
    console = Console(stderr=True)
    with exits():
        with opened(expanded(inputs)) as files, counting("reading", console) as through:
            ballots = _ballots(files, through)
        results = run(_count(ballots, target, console))
        with opened_output(out, resume=False) as output:
            for result in results:
                output.write(json.dumps(result.line, ensure_ascii=False))
    summary = _summary(results)
    typer.echo(json.dumps(summary) if as_json else _said(summary), err=not as_json)
    raise typer.Exit(SOME_UNJUDGED if summary["failed"] else ALL_JUDGED)


@dataclass(slots=True)
class Ballot:
    """What the members of a group answered."""

    verifier: str
    choices: tuple[str, ...]
    answers: list[str] = field(default_factory=list)
    correct: list[bool | None] = field(default_factory=list)
    claims: list[list[bool] | None] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Result:
    """The vote of a group; without clusters, it could not be counted."""

    line: Mapping[str, Any]
    ballot: Ballot
    clusters: Clusters | None


def _ballots(files: Iterable[InputFile], through: Callable[[], None]) -> Mapping[str, Ballot]:
    ballots: dict[str, Ballot] = {}
    for line in scored_lines(files):
        through()
        task = line.fields.get("task") or {}
        if "answer" not in task:
            continue
        choices = tuple(task.get("choices") or ())
        ballot = ballots.setdefault(line.group, Ballot(str(task.get("verifier", "")), choices))
        extracted = line.fields.get("extracted") or ""
        ballot.answers.append(f"\\boxed{{{extracted}}}" if extracted else "")
        ballot.correct.append(line.correct)
        ballot.claims.append(_claims(line))
    return ballots


def _claims(line: Scored) -> list[bool] | None:
    claims = line.fields.get("claims")
    return [bool(one) for one in claims] if isinstance(claims, list) and claims else None


async def _count(ballots: Mapping[str, Ballot], target: str | None, console: Console) -> list[Result]:
    if not ballots:
        return []
    turns = asyncio.Semaphore(_CALLS_AT_ONCE)
    async with asking(target) as client:
        with counting("voting", console) as through:

            async def one(name: str, ballot: Ballot) -> Result:
                async with turns:
                    result = await _result(client, name, ballot)
                through()
                return result

            return list(await asyncio.gather(*(one(name, ballot) for name, ballot in ballots.items())))


async def _result(client: Client, name: str, ballot: Ballot) -> Result:
    line: dict[str, Any] = {"group": name, "responses": len(ballot.answers)}
    try:
        clusters = await client.compare_answers(
            ballot.answers, verifier=ballot.verifier, choices=ballot.choices
        )
    except ServiceError as error:
        return Result({**line, "failure_kind": error.kind, "failure_reason": str(error)}, ballot, None)
    line |= {
        "answer": clusters.representatives[0] if clusters.representatives else None,
        "votes": [len(members) for members in clusters.members],
        "unanswered": len(clusters.unanswered),
        "consensus": consensus(clusters.members, ballot.correct),
    }
    if all(ballot.claims):
        line |= _reliability(clusters, ballot)
    return Result(line, ballot, clusters)


def _reliability(clusters: Clusters, ballot: Ballot) -> dict[str, Any]:
    claims = [one or [] for one in ballot.claims]
    winner = clr_vote(clusters.members, claims)
    return {
        "clr_answer": None if winner is None else clusters.representatives[winner],
        "clr": consensus(clusters.members, ballot.correct, [clr_weight(one) for one in claims]),
    }


def _summary(results: list[Result]) -> dict[str, Any]:
    counted = [result for result in results if result.clusters is not None]
    shares = [
        _mean(map(float, judged))
        for r in counted
        if (judged := [c for c in r.ballot.correct if c is not None])
    ]
    means: defaultdict[str, list[float]] = defaultdict(list)
    for result in counted:
        members = result.clusters.members if result.clusters else ()
        for k in _powers(len(result.ballot.answers)):
            value = consensus_at(members, result.ballot.correct, k)
            if value is not None:
                means[str(k)].append(value)
    return {
        "groups": len(results),
        "failed": len(results) - len(counted),
        "pass_at_1": _mean(shares),
        "cons": _mean(r.line["consensus"] for r in counted),
        "cons_at_k": {k: _mean(values) for k, values in means.items()},
        "clr": _mean(result.line.get("clr") for result in counted),
    }


def _powers(largest: int) -> list[int]:
    return [2**exponent for exponent in range(largest.bit_length())]


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return math.fsum(known) / len(known) if known else None


def _said(summary: Mapping[str, Any]) -> str:
    if summary["pass_at_1"] is None:
        return f"{summary['groups']} groups with answers, none to vote on"
    curve = ", ".join(f"cons@{k} {value:.3f}" for k, value in summary["cons_at_k"].items())
    clr = "" if summary["clr"] is None else f", CLR {summary['clr']:.3f}"
    failed = f"; {summary['failed']} could not be compared" if summary["failed"] else ""
    return f"{summary['groups']} groups: pass@1 {summary['pass_at_1']:.3f}, {curve}{clr}{failed}"
