"""The composition root: settings in, a running service out. Parts get what they need as arguments.

`serve` is the whole service; `listening` is the part of it above the sandbox, which tests run with fakes.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import grpc
import structlog
from grpc_channelz.v1 import channelz, channelz_pb2
from grpc_health.v1 import health, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from sandbox import pool
from sandbox.absent import NoSandbox
from sandbox.errors import NotAvailable
from sandbox.languages.table import find_installed
from sandbox.model import LaunchMode, LimitsMode
from sandbox.nsjail.preflight import try_walls
from verifier import service, telemetry
from verifier.admission import Admission
from verifier.dispatch import Dispatch
from verifier.judge.checkers.table import CHECKERS
from verifier.judge.limits import MAXIMUM
from verifier.metrics import Metrics
from verifier.model import AnswerTask, CodeTask, InstructionTask, LimitsWanted
from verifier.opinion import endpoint
from verifier.opinion.asking import with_second_opinion
from verifier.opinion.model import Endpoint
from verifier.ports import FLUSH_SECONDS, CannotStart, bind, doors, health_alone, options, scraped
from verifier.readiness import Readiness, kept
from verifier.settings import PREFIX
from verifier.stopping import ENDING_SECONDS, given_up_when, stop_signals
from verifier.turns import Turns
from verifier.verifiers import table
from verifier.wire.render import Facts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from sandbox.model import Sandbox
    from verifier.model import Shape, Verifier
    from verifier.opinion.model import Judge
    from verifier.settings import Settings
    from verifier.tracing import Tracing

WINDING_UP_SECONDS = 3.0
ANSWERS_PER_SLOT, PROGRAMS_PER_SLOT = 512, 4
"""Items being judged at once, for each slot: enough for answers that are too hard to keep no others out, and
for programs of several runtimes to have one each; few enough that waiting happens here, where it is fair."""


async def serve(settings: Settings, announce: Callable[[str], None]) -> None:
    """Run the service until SIGTERM or SIGINT, then let work in progress finish.

    Args:
        settings: everything.
        announce: told the address once the service is ready.

    Raises:
        CannotStart: the address is taken, or the isolation is weaker than required or none at all.
    """
    telemetry.configure(settings.log_format, settings.log_level)
    stop = stop_signals(settings.stop_grace_seconds + ENDING_SECONDS)
    async with contextlib.AsyncExitStack() as stack:
        async with given_up_when(stop):
            announce(await stack.enter_async_context(_running(settings)))
        await stop.wait()


@contextlib.asynccontextmanager
async def _running(settings: Settings) -> AsyncIterator[str]:
    """The whole service, ready; yields its address."""
    async with _sandbox(settings) as sandbox:
        _check_isolation(sandbox, settings)
        async with _looking() as languages, _judge(settings) as judge:
            verifiers = with_second_opinion(table.build_all(table.BUILDERS, sandbox), judge)
            async with listening(settings, sandbox, verifiers, languages) as address:
                yield address


@contextlib.asynccontextmanager
async def _looking() -> AsyncIterator[service.Languages]:
    """The languages, looked for once jails work: two dozen compilers that say their version take seconds."""
    looking: service.Languages = asyncio.create_task(find_installed())
    try:
        yield looking
    finally:
        looking.cancel()
        await asyncio.wait((looking,))


@contextlib.asynccontextmanager
async def _sandbox(settings: Settings) -> AsyncIterator[Sandbox]:
    """Jails whose walls have been tried; none, where none hold and the settings accept that.

    Raises:
        CannotStart: none hold, and the settings do not accept that.
    """
    async with contextlib.AsyncExitStack() as stack:
        try:
            jails = await stack.enter_async_context(pool.start(pool_settings(settings), table.RUNTIMES))
            await try_walls(jails)
        except NotAvailable as problem:
            if not settings.allow_unprotected:
                raise CannotStart(
                    f"{problem}\nPrograms would run unprotected, so nothing is started. `verifier preflight` "
                    f"says how to fix it; {PREFIX}ALLOW_UNPROTECTED=true starts a service that runs none."
                ) from problem
            yield NoSandbox(str(problem).splitlines()[0])
            return
        yield jails


@contextlib.asynccontextmanager
async def listening(
    settings: Settings,
    sandbox: Sandbox,
    verifiers: Mapping[str, Verifier],
    languages: service.Languages,
) -> AsyncIterator[str]:
    """The service above the sandbox, listening; yields its address.

    Args:
        settings: everything.
        sandbox: says how it isolates; the verifiers use it themselves.
        verifiers: by name.
        languages: what is found of them; only GetCapabilities waits for it.

    Raises:
        CannotStart: the address is taken.
    """
    metrics = Metrics()
    lanes = _lanes(settings.slots)
    metrics.describe(sandbox.isolation, lanes)
    async with _tracing(settings) as tracing:
        watchers = (metrics,) if tracing is None else (metrics, tracing)
        servicer = _service(settings, sandbox, verifiers, languages, lanes, watchers)
        server = grpc.aio.server(interceptors=doors(settings), options=options(settings))
        server.add_generic_rpc_handlers((service.handlers(servicer),))
        readiness = Readiness(("", service.NAME), metrics.ready)
        health_pb2_grpc.add_HealthServicer_to_server(readiness.servicer, server)
        _for_tools(server, settings)
        address = bind(server, settings)
        with scraped(metrics, settings):
            async with health_alone(settings, readiness):
                await server.start()
                try:
                    async with kept(readiness, sandbox, settings.probe_seconds):
                        yield address
                finally:
                    await _drain(servicer, settings.stop_grace_seconds)
                    await server.stop(FLUSH_SECONDS)
                    await _wound_up(servicer)


@contextlib.asynccontextmanager
async def _tracing(settings: Settings) -> AsyncIterator[Tracing | None]:
    if settings.traces_endpoint is None:
        yield None
        return
    try:
        from verifier.tracing import exported  # noqa: PLC0415 - an extra
    except ImportError:
        raise CannotStart(
            f"{PREFIX}TRACES_ENDPOINT: traces need: pip install 'rollout-verifier[server,otel]'"
        ) from None
    async with exported(settings.traces_endpoint, settings.traces_share, service.NAME) as tracing:
        yield tracing


def _for_tools(server: grpc.aio.Server, settings: Settings) -> None:
    """What describes the server to tools, as far as the settings want it."""
    if settings.channelz:
        channelz.add_channelz_servicer(server)
    if settings.reflection:
        own = (channelz_pb2.DESCRIPTOR.services_by_name["Channelz"].full_name,) if settings.channelz else ()
        names = (service.NAME, health.SERVICE_NAME, reflection.SERVICE_NAME, *own)
        reflection.enable_server_reflection(names, server)


async def _drain(servicer: service.Service, grace_seconds: float) -> None:
    servicer.stop()
    try:
        async with asyncio.timeout(grace_seconds):
            await servicer.idle()
    except TimeoutError:
        structlog.get_logger().warning("work was still in progress at the end of the grace")


async def _wound_up(servicer: service.Service) -> None:
    """Calls that were cut off still close their jails; gRPC prints a traceback for each that does not end."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(WINDING_UP_SECONDS):
            await servicer.idle()
    await asyncio.sleep(0.01)  # gRPC looks after a call a little longer than we do


def _service(
    settings: Settings,
    sandbox: Sandbox,
    verifiers: Mapping[str, Verifier],
    languages: service.Languages,
    lanes: Mapping[str, Turns],
    watchers: Sequence[Metrics | Tracing],
) -> service.Service:
    observers = [watcher.judged for watcher in watchers]
    return service.Service(
        dispatch=Dispatch(verifiers, table.DEFAULTS, _lanes_of_shapes(lanes), observers),
        admission=Admission(settings.queue_items),
        sandbox=sandbox,
        languages=languages,
        facts=Facts(
            slots=settings.slots,
            maximum_message_bytes=settings.max_message_bytes,
            checkers=tuple(CHECKERS),
            maximum_limits=LimitsWanted(
                MAXIMUM["cpu_seconds"],
                int(MAXIMUM["memory_bytes"]),
                int(MAXIMUM["output_bytes"]),
                int(MAXIMUM["processes"]),
                MAXIMUM["compile_seconds"],
            ),
        ),
        bounds=service.Bounds(
            settings.batch_items, settings.stream_items, settings.stream_task_bytes, settings.queue_seconds
        ),
        measures=[watcher.call for watcher in watchers],
    )


def _lanes(slots: int) -> dict[str, Turns]:
    return {"answers": Turns(slots * ANSWERS_PER_SLOT), "programs": Turns(slots * PROGRAMS_PER_SLOT)}


def _lanes_of_shapes(lanes: Mapping[str, Turns]) -> dict[type[Shape], Turns]:
    answers = lanes["answers"]
    return {AnswerTask: answers, InstructionTask: answers, CodeTask: lanes["programs"]}


def pool_settings(settings: Settings) -> pool.PoolSettings:
    """What the sandbox needs of the settings."""
    return pool.PoolSettings(
        slots=settings.slots,
        uid_base=settings.uid_base,
        jail_python=settings.jail_python,
        compile_cache_bytes=settings.compile_cache_bytes,
        launch=LaunchMode(settings.launch) if settings.launch else None,
        limits=LimitsMode(settings.limits) if settings.limits else None,
    )


@contextlib.asynccontextmanager
async def _judge(settings: Settings) -> AsyncIterator[Judge | None]:
    """Who is asked for second opinions, if anybody."""
    async with contextlib.AsyncExitStack() as stack:
        try:
            judge = await stack.enter_async_context(endpoint.start(opinion_endpoint(settings)))
        except ImportError:
            raise CannotStart("second opinions need: pip install 'rollout-verifier[opinion]'") from None
        except OSError as problem:
            raise CannotStart(f"the key of the second opinion cannot be read: {problem}") from None
        yield judge


def opinion_endpoint(settings: Settings) -> Endpoint | None:
    """Where second opinions come from, as the settings say."""
    if settings.second_opinion_url is None:
        return None
    return Endpoint(
        url=settings.second_opinion_url.rstrip("/"),
        model=settings.second_opinion_model or "",
        key_file=settings.second_opinion_key_file,
        timeout_seconds=settings.second_opinion_timeout_seconds,
        concurrency=settings.second_opinion_concurrency,
    )


def _check_isolation(sandbox: Sandbox, settings: Settings) -> None:
    isolation = sandbox.isolation
    if settings.require_separate_uids and not isolation.separate_uids:
        raise CannotStart(f"separate user ids are required: {' '.join(isolation.warnings)}")
    for warning in isolation.warnings:
        structlog.get_logger().warning("weaker isolation", what=warning)
