"""What `rollout sample` and `rollout run` share: options, and the model that they ask."""

from __future__ import annotations

import contextlib
import inspect
import json
import os
from dataclasses import MISSING, dataclass, fields, replace
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from rollout.cli import options
from rollout.errors import InputError, Problem
from rollout.rows.files import expanded, opened
from rollout.sampling.model import Sampling
from rollout.sampling.presets import PRESETS
from rollout.sampling.prompts import Form, Style, read_prompts
from rollout.sampling.stream import IN_FLIGHT
from rollout.scoring.output import STDOUT, problems_of_output
from rollout.tasks.table import TASKS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from rollout.sampling.model import Prompt, Sampler

KEY_VARIABLE = "OPENAI_API_KEY"  # the name that all clients of this protocol have for it
SETTINGS = ("temperature", "top_p", "top_k", "max_tokens", "stop", "seed", "logprobs")
"""Those options that are fields of `Sampling`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the user asks for: each field is an option, and its annotation what typer reads."""

    prompts: Annotated[
        list[str],
        typer.Argument(
            metavar="PROMPTS...",
            help="Records, rows for verl, HumanEval or any rows: files, folders, patterns.",
        ),
    ]
    out: options.Out = None
    server: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help=f"An OpenAI-compatible server, up to /v1; its key is in {KEY_VARIABLE}. "
            "Without it, vLLM runs in this process.",
        ),
    ] = None
    model: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The model: its name at the server, or a folder for vLLM."),
    ] = None
    n: Annotated[int, typer.Option("-n", "--n", min=1, help="Responses of each prompt.")] = 1
    preset: Annotated[
        str | None, typer.Option(metavar="NAME", help=f"Published settings: {', '.join(PRESETS)}.")
    ] = None
    temperature: Annotated[float | None, typer.Option(min=0, help="1 by default.")] = None
    top_p: Annotated[float | None, typer.Option(min=0, max=1, help="1 by default.")] = None
    top_k: Annotated[int | None, typer.Option(min=-1, help="-1, all tokens, by default.")] = None
    max_tokens: Annotated[
        int | None,
        typer.Option(min=1, help="Tokens of a response; by default what the model's window leaves."),
    ] = None
    stop: Annotated[
        list[str] | None, typer.Option(metavar="TEXT", help="Ends a response; may be repeated.")
    ] = None
    seed: Annotated[
        int | None, typer.Option(min=0, help="Of the first response of a prompt; the next ones count up.")
    ] = None
    logprobs: Annotated[
        bool | None, typer.Option("--logprobs", help="Keep the log-probability of each token in the record.")
    ] = None
    style: Annotated[
        Style, typer.Option("--as", help="chat: a text is what a user says; text: it is gone on from.")
    ] = "chat"
    template: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT", help="Makes prompts of rows: {{field}} stands for what a row has there."
        ),
    ] = None
    system: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What the model is told before a chat.")
    ] = None
    verifier: options.Verifier = None
    vllm: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE", help="For vLLM in this process: max_model_len=4096; may be repeated."
        ),
    ] = None
    in_flight: Annotated[int, typer.Option(min=1, help="Responses asked for at once.")] = IN_FLIGHT
    resume: options.Resume = False
    as_json: options.AsJson = False

    @property
    def sampling(self) -> Sampling:
        """The preset, with what was given beside it."""
        base = Sampling() if self.preset is None else PRESETS[self.preset]
        given = {name: getattr(self, name) for name in SETTINGS if getattr(self, name) is not None}
        if self.stop is not None:
            given["stop"] = tuple(self.stop)
        return replace(base, **given)

    def read(self) -> tuple[Prompt, ...]:
        """The prompts, where all of it can be meant.

        Raises:
            InputError: names the option, or the place in a file.
        """
        paths = expanded(self.prompts)
        problems = [*_problems_of_options(self), *_problems_of_out(self, paths)]
        if problems:
            raise InputError(problems)
        with opened(paths) as files:
            return read_prompts(files, Form(self.style, self.template, self.system, self.verifier))


def asks(command: Callable[..., None]) -> Callable[..., None]:
    """A command of a `Request` and some options of its own, as one of flat options: typer knows no others."""
    (_, *own) = inspect.signature(command, eval_str=True).parameters.values()
    # Strings, where annotations are postponed; typer looks for what stands in `Annotated`.
    hints = get_type_hints(Request, include_extras=True)
    shared = [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if field.default is MISSING else field.default,
            annotation=hints[field.name],
        )
        for field in fields(Request)
    ]
    names = {parameter.name for parameter in own}

    def flat(**given: Any) -> None:
        rest = {name: given.pop(name) for name in names}
        command(Request(**given), **rest)

    parameters = [*shared, *(one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in own)]
    flat.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # what inspect looks for
    flat.__annotations__ = {one.name: one.annotation for one in parameters}
    flat.__name__, flat.__doc__ = command.__name__, command.__doc__
    return flat


def _problems_of_options(request: Request) -> list[Problem]:
    """What cannot be meant."""
    problems = []
    if request.preset is not None and request.preset not in PRESETS:
        problems.append(
            Problem("--preset", f"unknown preset {request.preset!r} (known: {', '.join(PRESETS)})")
        )
    elif request.style == "text" and request.server and request.sampling.max_tokens is None:
        problems.append(Problem("--max-tokens", "missing: servers stop texts after 16 tokens by default"))
    if request.verifier is not None and request.verifier not in TASKS:
        problems.append(Problem("--verifier", f"unknown verifier {request.verifier!r}"))
    if request.style == "text" and request.system is not None:
        problems.append(Problem("--system", "a text that is gone on from has nobody who is told anything"))
    if request.server is None and request.model is None:
        problems.append(Problem("--model", "missing: the folder of a model, or name a server with --server"))
    if request.server is not None and request.vllm:
        problems.append(Problem("--vllm", "given beside --server, which has its own settings"))
    return problems


def _problems_of_out(request: Request, inputs: Sequence[str]) -> list[Problem]:
    if request.out is None:
        return [Problem("-o", "missing: where responses are written; - is standard output")]
    if request.out != STDOUT:
        return problems_of_output(request.out, inputs)
    problems = []
    if request.resume:
        problems.append(Problem("--resume", "there is nothing to continue on standard output"))
    if request.as_json:
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

        async with open_vllm(request.model or "", _engine_options(request.vllm or ())) as engine:
            yield engine


def _engine_options(texts: Sequence[str]) -> dict[str, Any]:
    """Values are JSON where they can be read so, else texts."""
    chosen: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals):
            raise InputError([Problem("--vllm", f"{text!r} is not NAME=VALUE")])
        try:
            chosen[name.replace("-", "_")] = json.loads(value)
        except json.JSONDecodeError:
            chosen[name.replace("-", "_")] = value
    return chosen
