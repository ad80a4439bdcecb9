"""A bare grpc.aio server that answers every message of a stream with itself: the floor of any service.

python -m tests.bench.echo unix:PATH
"""

from __future__ import annotations

import asyncio
import signal
import sys
from typing import TYPE_CHECKING

import grpc

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

METHOD = "/tests.bench.Echo/Stream"


async def _echo(messages: AsyncIterator[bytes], context: object) -> AsyncIterator[bytes]:
    del context
    async for message in messages:
        yield message


async def serve(listen: str) -> None:
    """Until SIGTERM."""
    _, service, method = METHOD.split("/")
    handler = grpc.stream_stream_rpc_method_handler(_echo)
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, {method: handler}),))
    server.add_insecure_port(listen)
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    await server.start()
    await stopped.wait()
    await server.stop(None)


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
