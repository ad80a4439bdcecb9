"""Arguments and options that commands share, each with its help."""

from __future__ import annotations

from typing import Annotated

import typer

from rollout.traces.table import FORMATS

CONNECT_SECONDS = 5.0
"""How long a named service may take to be there: somebody waits at the terminal."""
FIRST_ANSWER_SECONDS = 120.0
"""How long it may take to say what it can judge: one that has just started still asks its compilers, and a
busy one answers when it gets to it. The same as for the start of a private one."""

Traces = Annotated[
    list[str],
    typer.Argument(metavar="IN...", help="Trace files, folders of them, or patterns; - is standard input."),
]
Scored = Annotated[
    list[str],
    typer.Argument(metavar="SCORED...", help="Files that rollout score wrote, folders of them, or patterns."),
]
Out = Annotated[
    str | None,
    typer.Option(
        "--out",
        "-o",
        metavar="OUT",
        help="Write lines here; - is standard output. Without it, only the summary is printed.",
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print the summary as one JSON object on standard output.")
]
Tasks = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="Tasks that records name by task_key: {key, task} or a data set's row per line.",
    ),
]
Gold = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FILE",
        help="Golds, tests or prompts that traces are joined to, in JSON or Parquet. May be repeated.",
    ),
]
On = Annotated[
    str | None,
    typer.Option(
        metavar="KEY",
        help="The field that joins traces to golds, or TRACE-FIELD=GOLD-FIELD; paths with dots. "
        "Without it, what names a problem in both.",
    ),
]
Verifier = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="What judges golds of foreign formats: math, choice, code. Told by the gold."
    ),
]
Target = Annotated[
    str | None,
    typer.Option(metavar="HOST:PORT", help="A running service. Without it, a private one is started."),
]
Ray = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="Score on a Ray cluster: auto, its address, or local. Without --target, "
        "each worker starts a verifier of its own.",
    ),
]
Workers = Annotated[
    int | None, typer.Option(metavar="N", min=1, help="Workers on the cluster; one on each node by default.")
]
Resume = Annotated[
    bool, typer.Option("--resume", help="Continue an interrupted run: keep what OUT.partial holds.")
]
Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="NAME",
        help=f"Format of the inputs ({', '.join(entry.name for entry in FORMATS)}); told by content.",
    ),
]
