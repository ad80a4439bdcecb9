"""The door of the server: whoever shows no token, or one that does not admit to the method, stays outside.

It decides by the headers alone, before a message is read. Health checks are open: a kubelet has no token, and
they tell nothing but whether the service can judge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import grpc
import structlog

from verifier.access.tokens import Token, holder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
    from typing import TypeAlias

    Handler: TypeAlias = grpc.RpcMethodHandler[Any, Any]

AUTHORIZATION_KEY = "authorization"
_OPEN_SERVICES = ("grpc.health.v1.Health",)
_FAREWELL = "this server wants a bearer token"
_NOT_THIS_METHOD = "this token does not admit to this method"


class Door(grpc.aio.ServerInterceptor):
    """Lets in callers with a token."""

    def __init__(self, tokens: Callable[[], Sequence[Token]]) -> None:
        """Ask for the tokens in force with every call."""
        self._tokens = tokens

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Handler | None:
        """See gRPC: returns the handler that serves the call, or one that refuses it."""
        service, _, method = handler_call_details.method.lstrip("/").partition("/")
        if service in _OPEN_SERVICES:
            return await continuation(handler_call_details)
        offered = dict(handler_call_details.invocation_metadata or ()).get(AUTHORIZATION_KEY, "")
        token = holder(self._tokens(), str(offered))
        if token is None:
            _log(method, "no token" if not offered else "unknown token")
            return _refusal(grpc.StatusCode.UNAUTHENTICATED, _FAREWELL)
        if not token.admits(method):
            _log(method, "method not admitted", token.name)
            return _refusal(grpc.StatusCode.PERMISSION_DENIED, _NOT_THIS_METHOD)
        return await continuation(handler_call_details)


def _log(method: str, reason: str, name: str = "") -> None:
    """One line for each refusal. Never what was offered: it may be a token of somewhere else."""
    structlog.get_logger().warning("refused", method=method[:64], reason=reason, token=name or None)


def _refusal(code: grpc.StatusCode, text: str) -> Handler:
    async def refuse(messages: AsyncIterator[bytes], context: grpc.aio.ServicerContext[bytes, bytes]) -> None:
        del messages  # not one of them is read
        await context.abort(code, text)

    return grpc.stream_stream_rpc_method_handler(refuse)
