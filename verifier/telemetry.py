"""What the service says about itself: logs now, with counters of verdicts and statuses for every call.

Never the text of a model, a task or a request: names of methods, verdicts and statuses, counts and times.
"""

from __future__ import annotations

import contextlib
import logging
import sys
import time
import traceback
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from verifier.turns import Caller

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from structlog.typing import EventDict, Processor, WrappedLogger

    from verifier.settings import LogFormat, LogLevel

REQUEST_ID_KEY = "x-request-id"
"""Metadata in which a caller may name its call, to find it in the log."""
TRACE_KEYS = ("traceparent", "tracestate")
"""Of W3C Trace Context."""
_REQUEST_ID_CHARACTERS = 64
"""Of a request id that a caller chose: long enough for a UUID with a prefix."""


@dataclass(slots=True)
class Call:
    """One RPC in progress, and what came of its items."""

    method: str
    request_id: str
    caller: Caller = Caller()  # noqa: RUF009 - frozen
    trace: Mapping[str, str] = field(default_factory=dict)
    """What the call's metadata says about the trace that it belongs to."""
    verdicts: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)


@contextlib.contextmanager
def call(method: str, caller: Caller, metadata: Mapping[str, str]) -> Iterator[Call]:
    """Follow one RPC: its request id in every line logged meanwhile, its counts in one line at the end.

    Args:
        method: name of the RPC.
        caller: whose items they are.
        metadata: of the call; the caller's own id in it is used where it is short and printable.
    """
    trace = {key: metadata[key] for key in TRACE_KEYS if key in metadata}
    current = Call(method, _request_id(metadata.get(REQUEST_ID_KEY, "")), caller, trace)
    began = time.monotonic()
    with structlog.contextvars.bound_contextvars(request_id=current.request_id, method=method):
        try:
            yield current
        finally:
            structlog.get_logger().info(
                "call",
                verdicts=dict(current.verdicts),
                statuses=dict(current.statuses),
                seconds=round(time.monotonic() - began, 6),
            )


def _request_id(offered: str) -> str:
    usable = 0 < len(offered) <= _REQUEST_ID_CHARACTERS and offered.isascii() and offered.isprintable()
    return offered if usable else uuid.uuid4().hex


def unexpected(error: Exception) -> None:
    """Log a failure nobody foresaw: its type and where it came from, without its text.

    The text of an exception often quotes the value that caused it, and here that is a model's.
    """
    frames = traceback.extract_tb(error.__traceback__)
    structlog.get_logger().error(
        "unexpected failure",
        error=type(error).__name__,
        frames=[f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    )


def configure(log_format: LogFormat, log_level: LogLevel) -> None:
    """Send every log line of the process to standard error, in one form.

    Args:
        log_format: `json` for machines, `console` for people, `auto`: console on a terminal.
        log_level: the least important level shown.
    """
    for_people = log_format == "console" or (log_format == "auto" and sys.stderr.isatty())
    renderer: Processor = (
        structlog.dev.ConsoleRenderer() if for_people else structlog.processors.JSONRenderer()
    )
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(log_level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),  # `logging` costs ten times as much a line
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, _without_exception],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=log_level.upper(), force=True)


def _without_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Libraries log exceptions with their text, which may quote a model."""
    failure = event.pop("exc_info", None)
    if isinstance(failure, tuple) and failure[0] is not None:
        event["error"] = failure[0].__name__
    return event
