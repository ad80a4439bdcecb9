"""What `rollout sample` and `rollout run` share: options, and the model that they ask."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rollout.errors import InputError, Problem
from rollout.sampling.model import Sampling
from rollout.sampling.presets import PRESETS
from rollout.sampling.prompts import Form, Style, read_prompts
from rollout.sampling.stream import IN_FLIGHT
from rollout.scoring.output import STDOUT, problems_of_output
from rollout.tasks.table import TASKS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from rollout.rows.files import InputFile
    from rollout.sampling.model import Prompt, Sampler

KEY_VARIABLE = "OPENAI_API_KEY"  # the name that all clients of this protocol have for it
SETTINGS = ("temperature", "top_p", "top_k", "max_tokens", "stop", "seed", "logprobs")

Prompts = Annotated[
    list[str],
    typer.Argument(
        metavar="PROMPTS...", help="Records, rows for verl, HumanEval or any rows: files, folders, patterns."
    ),
]
Server = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help=f"An OpenAI-compatible server, up to /v1; its key is in {KEY_VARIABLE}. "
        "Without it, vLLM runs in this process.",
    ),
]
Model = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="The model: its name at the server, or a folder for vLLM."),
]
Count = Annotated[int, typer.Option("-n", "--n", min=1, help="Responses of each prompt.")]
Preset = Annotated[
    str | None, typer.Option(metavar="NAME", help=f"Published settings: {', '.join(PRESETS)}.")
]
Temperature = Annotated[float | None, typer.Option(min=0, help="1 by default.")]
TopP = Annotated[float | None, typer.Option(min=0, max=1, help="1 by default.")]
TopK = Annotated[int | None, typer.Option(min=-1, help="-1, all tokens, by default.")]
MaxTokens = Annotated[
    int | None, typer.Option(min=1, help="Tokens of a response; by default what the model's window leaves.")
]
Stop = Annotated[list[str] | None, typer.Option(metavar="TEXT", help="Ends a response; may be repeated.")]
Seed = Annotated[
    int | None, typer.Option(min=0, help="Of the first response of a prompt; the next ones count up.")
]
Logprobs = Annotated[
    bool | None, typer.Option("--logprobs", help="Keep the log-probability of each token in the record.")
]
As = Annotated[
    Style, typer.Option("--as", help="chat: a text is what a user says; text: it is gone on from.")
]
Template = Annotated[
    str | None,
    typer.Option(metavar="TEXT", help="Makes prompts of rows: {{field}} stands for what a row has there."),
]
System = Annotated[str | None, typer.Option(metavar="TEXT", help="What the model is told before a chat.")]
InFlight = Annotated[int, typer.Option(min=1, help="Responses asked for at once.")]
EngineOption = Annotated[
    list[str] | None,
    typer.Option(
        "--vllm",
        metavar="NAME=VALUE",
        help="For vLLM in this process: max_model_len=4096; may be repeated.",
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the user asks for."""

    prompts: tuple[str, ...]
    out: str | None
    server: str | None
    model: str | None
    n: int
    preset: str | None
    settings: Mapping[str, Any]
    """Those of `SETTINGS` that were given."""
    form: Form
    engine_options: tuple[str, ...]
    in_flight: int = IN_FLIGHT
    resume: bool = False

    @property
    def sampling(self) -> Sampling:
        """The preset, with what was given beside it."""
        base = Sampling() if self.preset is None else PRESETS[self.preset]
        given = {name: value for name, value in self.settings.items() if value is not None}
        return replace(base, **given)

    def read(self, files: Sequence[InputFile]) -> tuple[Prompt, ...]:
        """The prompts."""
        return read_prompts(files, self.form)


def check(request: Request, *, json_too: bool) -> None:
    """Refuse what cannot be meant.

    Raises:
        InputError: names the option.
    """
    problems = []
    if request.preset is not None and request.preset not in PRESETS:
        problems.append(
            Problem("--preset", f"unknown preset {request.preset!r} (known: {', '.join(PRESETS)})")
        )
    elif request.form.style == "text" and request.server and request.sampling.max_tokens is None:
        problems.append(Problem("--max-tokens", "missing: servers stop texts after 16 tokens by default"))
    if request.form.verifier is not None and request.form.verifier not in TASKS:
        problems.append(Problem("--verifier", f"unknown verifier {request.form.verifier!r}"))
    if request.form.style == "text" and request.form.system is not None:
        problems.append(Problem("--system", "a text that is gone on from has nobody who is told anything"))
    if request.server is None and request.model is None:
        problems.append(Problem("--model", "missing: the folder of a model, or name a server with --server"))
    if request.server is not None and request.engine_options:
        problems.append(Problem("--vllm", "given beside --server, which has its own settings"))
    problems += _problems_of_out(request, json_too=json_too)
    if problems:
        raise InputError(problems)


def _problems_of_out(request: Request, *, json_too: bool) -> list[Problem]:
    if request.out is None:
        return [Problem("-o", "missing: where responses are written; - is standard output")]
    if request.out != STDOUT:
        return problems_of_output(request.out, request.prompts)
    problems = []
    if request.resume:
        problems.append(Problem("--resume", "there is nothing to continue on standard output"))
    if json_too:
        problems.append(Problem("-o", "records and --json cannot both go to standard output"))
    return problems


@contextlib.asynccontextmanager
async def opened_sampler(request: Request) -> AsyncIterator[Sampler]:
    """The model that the user names.

    Raises:
        SamplerError: it cannot be had.
        InputError: an extra is missing, or the server has no such model.
    """
    if request.server is not None:
        from rollout.sampling.openai import open_server  # noqa: PLC0415  # only what is asked for is loaded

        async with open_server(
            request.server, model=request.model, key=os.environ.get(KEY_VARIABLE)
        ) as server:
            yield server
    else:
        from rollout.sampling.vllm import open_vllm  # noqa: PLC0415

        async with open_vllm(request.model or "", _engine_options(request.engine_options)) as engine:
            yield engine


def _engine_options(texts: Sequence[str]) -> dict[str, Any]:
    """Values are JSON where they can be read so, else texts."""
    options: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals):
            raise InputError([Problem("--vllm", f"{text!r} is not NAME=VALUE")])
        try:
            options[name.replace("-", "_")] = json.loads(value)
        except json.JSONDecodeError:
            options[name.replace("-", "_")] = value
    return options
