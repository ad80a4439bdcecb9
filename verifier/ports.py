"""Where the server listens, and who may come in: ports, TLS, tokens, and health apart from the rest."""

from __future__ import annotations

import contextlib
import socket
from typing import TYPE_CHECKING

import grpc
import structlog
from grpc_health.v1 import health_pb2_grpc

from verifier.access.door import Door
from verifier.access.tokens import WrongTokens, read_tokens
from verifier.access.transport import TlsFiles, WrongCertificate, credentials
from verifier.access.watched import Watched
from verifier.metrics import served
from verifier.settings import is_private

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from verifier.metrics import Metrics
    from verifier.readiness import Readiness
    from verifier.settings import Settings

FLUSH_SECONDS = 2.0
"""Last answers get so long to leave after the work is done; callers who only watch health end here too."""
LEAST_PING_SECONDS = 10.0
"""Callers may give signs of life so often, with calls in progress or without. gRPC's own minimum is 5
minutes; for less it drops connections, with whatever was judged on them."""
PING_SECONDS, ANSWER_SECONDS = 30.0, 20.0
"""How often callers are asked for a sign of life, and how long they have for it."""


class CannotStart(Exception):
    """The service cannot run as configured; the message says why."""


def options(settings: Settings) -> list[tuple[str, int]]:
    return [
        ("grpc.max_receive_message_length", settings.max_message_bytes),
        ("grpc.max_send_message_length", -1),  # answers are bounded where they are made
        # unless it was asked for, a second server on a port is a mistake, not a share of the load
        ("grpc.so_reuseport", int(settings.share_port)),
        ("grpc.max_connection_age_ms", int(1000 * settings.connection_seconds)),  # give or take a tenth
        ("grpc.http2.min_ping_interval_without_data_ms", int(1000 * LEAST_PING_SECONDS)),
        ("grpc.keepalive_permit_without_calls", 1),
        # A caller that vanished says no goodbye, and its jails would run for nobody
        ("grpc.keepalive_time_ms", int(1000 * PING_SECONDS)),
        ("grpc.keepalive_timeout_ms", int(1000 * ANSWER_SECONDS)),
        ("grpc.http2.ping_timeout_ms", int(1000 * ANSWER_SECONDS)),  # a minute else, whatever the other says
        ("grpc.http2.max_pings_without_data", 0),
    ]


def doors(settings: Settings) -> tuple[Door, ...]:
    if settings.tokens is None:
        return ()
    try:
        tokens = Watched((settings.tokens,), lambda contents: read_tokens(contents[0].decode()))
    except (OSError, UnicodeDecodeError, WrongTokens) as error:
        raise CannotStart(f"VERIFIER_TOKENS: {settings.tokens}: {error}") from None
    if not is_private(settings.listen) and settings.tls_certificate is None:
        structlog.get_logger().warning("tokens travel in plain text", listen=settings.listen)
    return (Door(tokens.value),)


def bind(server: grpc.aio.Server, settings: Settings) -> str:
    listen = settings.listen
    if listen.startswith("unix:") and _answers(listen.removeprefix("unix:")):
        raise CannotStart(f"cannot listen on {listen}: another server does")  # gRPC would take it over
    try:
        port = _add_port(server, settings)
    except RuntimeError:
        raise CannotStart(f"cannot listen on {listen}: the address is taken, or not ours") from None
    if listen.startswith("unix:"):
        return listen
    return f"{listen.rpartition(':')[0]}:{port}"


def _add_port(server: grpc.aio.Server, settings: Settings) -> int:
    if settings.tls_certificate is None or settings.tls_key is None:
        return server.add_insecure_port(settings.listen)
    files = TlsFiles(settings.tls_certificate, settings.tls_key, settings.tls_client_ca)
    try:
        return server.add_secure_port(settings.listen, credentials(files))
    except WrongCertificate as error:
        raise CannotStart(f"VERIFIER_TLS_CERTIFICATE: {error}") from None


def _answers(path: str) -> bool:
    """Whether somebody listens on a unix socket; a file left behind by a dead server does not count."""
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(path) == 0


@contextlib.asynccontextmanager
async def health_alone(settings: Settings, readiness: Readiness) -> AsyncIterator[None]:
    """Health on an address of its own, in plain text: a kubelet speaks no TLS and has no token."""
    if settings.health_listen is None:
        yield
        return
    server = grpc.aio.server()
    health_pb2_grpc.add_HealthServicer_to_server(readiness.servicer, server)
    try:
        server.add_insecure_port(settings.health_listen)
    except RuntimeError:
        raise CannotStart(f"VERIFIER_HEALTH_LISTEN: {settings.health_listen} is taken, or not ours") from None
    await server.start()
    try:
        yield
    finally:
        await server.stop(FLUSH_SECONDS)


@contextlib.contextmanager
def scraped(metrics: Metrics, settings: Settings) -> Iterator[None]:
    """Metrics on an address of their own.

    Raises:
        CannotStart: the address is taken.
    """
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(served(metrics, settings.metrics_listen))
        except OSError as error:
            raise CannotStart(
                f"VERIFIER_METRICS_LISTEN: {settings.metrics_listen}: {error.strerror}"
            ) from None
        yield
