"""A server that speaks OpenAI's protocol, such as those of vLLM and SGLang.

Asks for one response at a time, with everything said that a server could have a default of its own for. Busy
and absent servers are put up with for a while; a prompt that is refused costs no others.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from rollout.errors import InputError, Problem, Refused, SamplerError, Unavailable
from rollout.retry import RetryPolicy, delay_seconds
from rollout.sampling.model import Completion, Source

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    import httpx

    from rollout.sampling.model import Content, Sampling

PATIENCE = RetryPolicy(patience_seconds=120.0, first_delay_seconds=0.5, longest_delay_seconds=15.0)
"""A server that loads a model of some gigabytes takes a minute or two."""

ANSWER_SECONDS = 3600.0
"""A hang guard: 64K tokens at 20 a second take 55 minutes."""

_CONNECT_SECONDS = 10.0
_SHOWN_CHARACTERS = 300

_BUSY = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
_REFUSED = frozenset({400, 413, 422})

_EVERY_TOKEN: Mapping[str, float] = {"min_p": 0.0, "repetition_penalty": 1.0}
"""Said to the engines that know them: they take defaults from a file beside the model otherwise."""
_ENGINES: Mapping[str, str] = {"vllm": "/version", "sglang": "/get_server_info"}
"""By what a model is `owned_by`: where the engine says its version."""


class _Message(BaseModel):
    content: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None


class _TokenLogprob(BaseModel):
    logprob: float


class _Logprobs(BaseModel):
    content: list[_TokenLogprob] | None = None
    token_logprobs: list[float] | None = None


class _Choice(BaseModel):
    message: _Message | None = None
    text: str | None = None
    finish_reason: str | None = None
    logprobs: _Logprobs | None = None


class _Usage(BaseModel):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class _Reply(BaseModel):
    choices: list[_Choice]
    usage: _Usage | None = None


class _Model(BaseModel):
    id: str
    owned_by: str = ""


class _Models(BaseModel):
    data: list[_Model]


Body = TypeVar("Body", bound=BaseModel)


class OpenAiServer:
    """A `Sampler` behind HTTP."""

    def __init__(self, http: httpx.AsyncClient, source: Source, engine: str, policy: RetryPolicy) -> None:
        """Take what `open_server` found out."""
        self.source = source
        self._http = http
        self._engine = engine
        self._policy = policy

    async def sample(self, content: Content, sampling: Sampling) -> Completion:
        """See `Sampler.sample`."""
        path = "completions" if isinstance(content, str) else "chat/completions"
        body = request_body(content, sampling, self.source.model, self._engine)
        reply = _parsed(_Reply, await _ask(self._http, "POST", path, self._policy, body))
        return _completion(reply)


@contextlib.asynccontextmanager
async def open_server(
    url: str,
    *,
    model: str | None = None,
    key: str | None = None,
    policy: RetryPolicy = PATIENCE,
) -> AsyncIterator[OpenAiServer]:
    """A server that answers.

    Args:
        url: up to and with `/v1`.
        model: its name there; None: the only one that it has.
        key: what the server wants to be shown.
        policy: how persistent to be.

    Raises:
        InputError: httpx is missing, or several models are there to choose from.
        SamplerError: the server cannot be asked.
    """
    try:
        import httpx  # noqa: PLC0415  # an extra
    except ImportError:
        raise InputError([Problem("--server", "needs rollout-verifier[sample]")]) from None
    async with httpx.AsyncClient(
        base_url=url.rstrip("/") + "/",
        headers={} if key is None else {"Authorization": f"Bearer {key}"},
        timeout=httpx.Timeout(ANSWER_SECONDS, connect=_CONNECT_SECONDS, pool=None),
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=None),
    ) as http:
        chosen = _chosen(_parsed(_Models, await _ask(http, "GET", "models", policy)), model)
        source = Source(chosen.id, await _engine(http, chosen.owned_by, policy))
        yield OpenAiServer(http, source, chosen.owned_by, policy)


def request_body(content: Content, sampling: Sampling, model: str, engine: str) -> dict[str, Any]:
    """What is posted."""
    body: dict[str, Any] = {
        "model": model,
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "n": 1,
    }
    if isinstance(content, str):
        body["prompt"] = content
    else:
        body["messages"] = content
    if engine in _ENGINES:
        body |= {"top_k": sampling.top_k, **_EVERY_TOKEN}
    elif sampling.top_k != -1:
        body["top_k"] = sampling.top_k
    if sampling.max_tokens is not None:
        body["max_tokens"] = sampling.max_tokens
    if sampling.stop:
        body["stop"] = list(sampling.stop)
    if sampling.seed is not None:
        body["seed"] = sampling.seed
    if sampling.logprobs:
        body["logprobs"] = 1 if isinstance(content, str) else True
    return body


def _completion(reply: _Reply) -> Completion:
    if len(reply.choices) != 1:
        raise SamplerError(f"the server gave {len(reply.choices)} responses for one")
    (choice,), usage = reply.choices, reply.usage or _Usage()
    message = choice.message or _Message(content=choice.text)
    return Completion(
        text=message.content or "",
        reasoning=message.reasoning_content or message.reasoning or None,
        finish_reason=choice.finish_reason or "",
        tokens=usage.completion_tokens,
        prompt_tokens=usage.prompt_tokens,
        logprobs=_logprobs(choice.logprobs),
    )


def _logprobs(given: _Logprobs | None) -> tuple[float, ...] | None:
    if given is None:
        return None
    if given.content is not None:
        return tuple(token.logprob for token in given.content)
    return None if given.token_logprobs is None else tuple(given.token_logprobs)


def _chosen(models: _Models, name: str | None) -> _Model:
    known = ", ".join(model.id for model in models.data) or "none"
    if name is None and len(models.data) != 1:
        raise InputError([Problem("--model", f"missing: the server has {known}")])
    for model in models.data:
        if name in (None, model.id):
            return model
    raise InputError([Problem("--model", f"the server has no {name!r} (it has {known})")])


async def _engine(http: httpx.AsyncClient, name: str, policy: RetryPolicy) -> str:
    """Name and version of the engine; the name alone where it does not say more."""
    if name not in _ENGINES:
        return name or "unknown"
    root = str(http.base_url).rstrip("/").removesuffix("/v1")
    try:
        version = (await _ask(http, "GET", root + _ENGINES[name], policy)).get("version")
    except SamplerError:
        return name
    return f"{name} {version}" if isinstance(version, str) else name


async def _ask(
    http: httpx.AsyncClient, method: str, path: str, policy: RetryPolicy, body: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The answer, asked for again while the server is busy or away."""
    began, failures = time.monotonic(), 0
    while True:
        try:
            return await _ask_once(http, method, path, body)
        except Unavailable as busy:
            failures += 1
            pause = delay_seconds(policy, busy, failures, random.random())  # noqa: S311  # jitter
            if time.monotonic() - began + pause > policy.patience_seconds:
                raise SamplerError(f"{http.base_url}: {busy}") from None
            await asyncio.sleep(pause)


async def _ask_once(
    http: httpx.AsyncClient, method: str, path: str, body: dict[str, Any] | None
) -> dict[str, Any]:
    from httpx import HTTPError, InvalidURL  # noqa: PLC0415  # an extra

    try:
        response = await http.request(method, path, json=body)
    except HTTPError as error:
        raise Unavailable(f"does not answer ({type(error).__name__} {error})".rstrip()) from None
    except InvalidURL as error:
        raise InputError([Problem("--server", str(error))]) from None
    reason = f"{response.status_code} {response.text[:_SHOWN_CHARACTERS]}"
    if response.status_code in _BUSY:
        raise Unavailable(reason, _retry_after_seconds(response))
    if response.status_code in _REFUSED:
        raise Refused(reason)
    if not response.is_success:
        raise SamplerError(f"{response.url}: {reason}")
    try:
        value = response.json()
    except ValueError:
        raise SamplerError(f"{response.url}: answers with something else than JSON") from None
    return value if isinstance(value, dict) else {}


def _retry_after_seconds(response: httpx.Response) -> float:
    """What the server wants; it may also give a date, which is left to the back-off."""
    text = response.headers.get("retry-after", "")
    return float(text) if text.isdigit() else 0.0


def _parsed(model: type[Body], value: dict[str, Any]) -> Body:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise SamplerError(f"the server's answer is not OpenAI's protocol: {place}: {first['msg']}") from None
