"""vLLM in this process (its engine runs in a child of its own, which is how vLLM serves, too).

Loaded when it is asked for: it takes longer to import than most commands take to run.
"""

from __future__ import annotations

import contextlib
import inspect
import itertools
import os
from typing import TYPE_CHECKING, Any, TypeAlias

from rollout.errors import InputError, Problem, Refused, SamplerError
from rollout.sampling.model import Completion, Source

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from rollout.sampling.model import Content, Sampling

Parser: TypeAlias = "Callable[[str, Content], tuple[str | None, str | None]]"
"""Thoughts and answer of a response to these messages."""


class VllmEngine:
    """A `Sampler` on an engine that runs."""

    def __init__(self, engine: Any, tokenizer: Any, source: Source, parser: Parser | None = None) -> None:
        """Take what `open_vllm` started."""
        self.source = source
        self._parser = parser
        self._engine = engine
        self._tokenizer = tokenizer
        self._numbers = itertools.count()

    async def sample(self, content: Content, sampling: Sampling) -> Completion:
        """See `Sampler.sample`."""
        from vllm.v1.engine.exceptions import EngineDeadError  # noqa: PLC0415

        try:
            return await self._sample(content, sampling)
        except ValueError as error:  # what vLLM raises for prompts that are longer than the model's window
            raise Refused(str(error)) from None
        except EngineDeadError as error:
            raise SamplerError(f"vLLM's engine died: {error}") from None

    async def _sample(self, content: Content, sampling: Sampling) -> Completion:
        final = None
        requests = self._engine.generate(
            self._prompt(content), _parameters(sampling), f"rollout-{next(self._numbers)}"
        )
        async for final in requests:  # noqa: B007  # the last one is whole
            pass
        if final is None:
            raise SamplerError("vLLM ended a request without a word")
        (output,) = final.outputs
        reasoning, text = self._split(output.text, content)
        return Completion(
            text=text,
            reasoning=reasoning,
            finish_reason=output.finish_reason or "",
            tokens=len(output.token_ids),
            prompt_tokens=len(final.prompt_token_ids or ()),
            logprobs=_logprobs(output) if sampling.logprobs else None,
        )

    def _split(self, text: str, content: Content) -> tuple[str | None, str]:
        """Thoughts and answer, where the user names a parser: as vLLM's server does it, in chats only."""
        if self._parser is None or isinstance(content, str):
            return None, text
        reasoning, answer = self._parser(text, content)
        return reasoning or None, answer or ""

    def _prompt(self, content: Content) -> Any:
        """Messages as the tokens that the model's template makes of them."""
        if isinstance(content, str):
            return content
        tokens = self._tokenizer.apply_chat_template(
            content, tokenize=True, add_generation_prompt=True, return_dict=False
        )
        return {"prompt_token_ids": list(tokens)}


@contextlib.asynccontextmanager
async def open_vllm(model: str, options: Mapping[str, Any]) -> AsyncIterator[VllmEngine]:
    """An engine that is ready; ended at exit.

    Args:
        model: a folder, or what vLLM knows to find.
        options: arguments of vLLM's engine, as `max_model_len`; with `reasoning_parser`, thoughts come apart
            from the answer.

    Raises:
        InputError: vLLM is missing, or takes no such options.
        SamplerError: it does not start.
    """
    os.environ.setdefault("VLLM_LOGGING_STREAM", "ext://sys.stderr")  # standard output is for results
    try:
        from vllm import __version__  # noqa: PLC0415  # heavy, and an extra
        from vllm.engine.arg_utils import AsyncEngineArgs  # noqa: PLC0415
        from vllm.platforms import current_platform  # noqa: PLC0415
        from vllm.v1.engine.async_llm import AsyncLLM  # noqa: PLC0415
    except ImportError as error:
        reason = f"vLLM is not installed here ({error}): rollout-verifier[vllm], or name a --server"
        raise InputError([Problem("--model", reason)]) from None
    try:
        parsing = _parsing(options.get("reasoning_parser"))
        arguments = AsyncEngineArgs(model=model, **{**_defaults(current_platform), **options})
    except TypeError as error:
        raise InputError([Problem("--vllm", str(error))]) from None
    try:
        engine = AsyncLLM.from_engine_args(arguments)
    except (OSError, RuntimeError, ValueError) as error:
        raise SamplerError(f"vLLM does not start with {model}: {error}") from None
    try:
        found = engine.get_tokenizer()
        tokenizer = await found if inspect.isawaitable(found) else found  # of vLLM before 0.12: awaitable
        parser = None if parsing is None else parsing(tokenizer)
        yield VllmEngine(engine, tokenizer, Source(model, f"vllm {__version__}"), parser)
    finally:
        engine.shutdown()


def _defaults(platform: Any) -> dict[str, Any]:
    """What is set unless the user sets it.

    A prompt that is read in parts gets a token too early, which is thrown away, and the seeded generator that
    drew it is set back. Those of CPUs cannot be, and the engine dies ("CPU Generator does not use offset").
    """
    return {"enable_chunked_prefill": False} if platform.is_cpu() else {}


def _parsing(name: Any) -> Callable[[Any], Parser] | None:
    """vLLM's own parser of a model's thoughts, for a tokenizer.

    Raises:
        InputError: there is none of this name, or (once called) the tokenizer has no tokens for it.
    """
    if not name:
        return None
    try:
        from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest  # noqa: PLC0415
        from vllm.reasoning import ReasoningParserManager  # noqa: PLC0415

        kind = ReasoningParserManager.get_reasoning_parser(name)
    except ImportError as error:
        raise InputError([Problem("--vllm", f"reasoning_parser needs a newer vLLM ({error})")]) from None
    except KeyError as error:
        raise InputError([Problem("--vllm", f"reasoning_parser: {error.args[0]}")]) from None

    def of(tokenizer: Any) -> Parser:
        try:
            parser = kind(tokenizer)
        except RuntimeError as error:
            raise InputError([Problem("--vllm", f"reasoning_parser: {error}")]) from None
        return lambda text, messages: parser.extract_reasoning(
            text, ChatCompletionRequest(messages=messages, model="")
        )

    return of


def _parameters(sampling: Sampling) -> Any:
    from vllm import SamplingParams  # noqa: PLC0415
    from vllm.sampling_params import RequestOutputKind  # noqa: PLC0415

    return SamplingParams(
        temperature=sampling.temperature,
        top_p=sampling.top_p,
        top_k=sampling.top_k,
        max_tokens=sampling.max_tokens,
        stop=list(sampling.stop),
        seed=sampling.seed,
        logprobs=0 if sampling.logprobs else None,  # 0: of the token that was drawn, and no other
        output_kind=RequestOutputKind.FINAL_ONLY,
    )


def _logprobs(output: Any) -> tuple[float, ...]:
    return tuple(
        position[token].logprob
        for token, position in zip(output.token_ids, output.logprobs or (), strict=False)
    )
