"""A server that speaks OpenAI's protocol over real HTTP, with a model that needs no weights.

Responses tell what they answer to; mishaps are scripted by what a prompt holds.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

VERSION = "0.32.0"
MODEL = "policy"


def echo(prompt: str, body: dict[str, Any]) -> dict[str, Any]:
    """A choice that says the seed it was drawn with."""
    return {"content": f"{prompt} #{body.get('seed')}"}


@dataclass
class OpenAiModel:
    """The model and its server; fields are what tests script and look at."""

    respond: Callable[[str, dict[str, Any]], dict[str, Any]] = echo
    """From prompt and request to `content`, `reasoning_content`, `finish_reason`."""
    owned_by: str = "vllm"
    mishaps: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    """Statuses and headers of the next completions."""
    refuses: str = "\0"
    """Prompts that hold this are too long."""
    waits: dict[str, asyncio.Event] = field(default_factory=dict)
    """By prompt: its completions come when this is set."""
    requests: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    under_way: int = 0
    most_under_way: int = 0

    async def answer(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, str], dict[str, Any]]:
        """Status, headers and body."""
        if path == "/v1/models":
            return 200, {}, {"data": [{"id": MODEL, "owned_by": self.owned_by}]}
        if path in ("/version", "/get_server_info"):
            return 200, {}, {"version": VERSION}
        if path not in ("/v1/chat/completions", "/v1/completions"):
            return 404, {}, {}
        self.requests.append((path, body))
        if self.mishaps:
            status, headers = self.mishaps.pop(0)
            return status, headers, {"message": "on request"}
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            prompt = body["messages"][-1]["content"] if "messages" in body else body["prompt"]
            if prompt in self.waits:
                await self.waits[prompt].wait()
            return self._completion(path, prompt, body)
        finally:
            self.under_way -= 1

    def _completion(
        self, path: str, prompt: str, body: dict[str, Any]
    ) -> tuple[int, dict[str, str], dict[str, Any]]:
        chat = path == "/v1/chat/completions"
        if self.refuses in prompt:
            return 400, {}, {"message": "maximum context length is 8 tokens"}
        said = self.respond(prompt, body)
        choice: dict[str, Any] = {"index": 0, "finish_reason": said.pop("finish_reason", "stop")}
        choice |= {"message": {"role": "assistant", **said}} if chat else {"text": said["content"]}
        if body.get("logprobs"):
            tokens = {"content": [{"token": "a", "logprob": -0.5}, {"token": "b", "logprob": -1.5}]}
            choice["logprobs"] = tokens if chat else {"token_logprobs": [-0.5, -1.5]}
        return 200, {}, {"choices": [choice], "usage": {"prompt_tokens": 3, "completion_tokens": 2}}

    async def serve_connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """HTTP/1.1 with kept connections, as much of it as a client of this protocol uses."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                self.headers.append(head)
                length = re.search(r"(?i)content-length: *(\d+)", head)
                body = await reader.readexactly(int(length[1])) if length else b"{}"
                writer.write(_response(*await self.answer(head.split(" ")[1], json.loads(body))))
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client has left
        finally:
            writer.close()


def _response(status: int, headers: dict[str, str], value: dict[str, Any]) -> bytes:
    text = json.dumps(value).encode()
    named = {"Content-Length": len(text), "Content-Type": "application/json", **headers}
    lines = [f"HTTP/1.1 {status} said", *(f"{name}: {given}" for name, given in named.items())]
    return "\r\n".join([*lines, "", ""]).encode() + text


@contextlib.asynccontextmanager
async def serving_model(model: OpenAiModel) -> AsyncIterator[str]:
    """The server on a free port; its address up to /v1."""
    connections: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections[asyncio.create_task(model.serve_connection(reader, writer))] = writer

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    finally:
        server.close()
        for connection, writer in connections.items():
            connection.cancel()
            writer.transport.abort()  # a task that has not begun closes nothing
        await asyncio.gather(*connections, return_exceptions=True)
        await asyncio.sleep(0)  # transports close in the next turn of the loop
