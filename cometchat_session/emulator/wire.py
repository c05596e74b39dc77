"""The connection under an answer: where faults cut, hold or drop it."""

from __future__ import annotations

import socket
import struct
from typing import TYPE_CHECKING

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable, MutableMapping
    from typing import Any

    from cometchat_session.emulator.call import Reply

    Scope = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
    Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Protocol(HttpToolsProtocol):
    """uvicorn's protocol, which lets the application reach the connection."""

    def on_message_begin(self) -> None:
        """Put the transport where the application finds it."""
        super().on_message_begin()
        self.scope.setdefault("state", {})["transport"] = self.transport


async def read_body(receive: Receive) -> bytes | None:
    """The whole body; nothing if the client went away over it."""
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
    return None if message["type"] == "http.disconnect" else body


async def send_reply(send: Send, reply: Reply) -> None:
    """Send an answer as it should be."""
    await _start(send, reply)
    await send({"type": "http.response.body", "body": reply.body})


async def send_half(scope: Scope, receive: Receive, send: Send, reply: Reply) -> None:
    """Promise the whole body, send half of it, and close."""
    await _start(send, reply)
    await send({"type": "http.response.body", "body": reply.body[: len(reply.body) // 2], "more_body": True})
    transport: asyncio.Transport = scope["state"]["transport"]
    transport.close()
    await gone(receive)


async def drop(scope: Scope, receive: Receive) -> None:
    """Close the connection without an answer."""
    transport: asyncio.Transport = scope["state"]["transport"]
    transport.close()
    await gone(receive)


async def reset(scope: Scope, receive: Receive) -> None:
    """Reset the connection: closing a socket that lingers for no time sends RST instead of FIN."""
    transport: asyncio.Transport = scope["state"]["transport"]
    transport.get_extra_info("socket").setsockopt(
        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
    )
    transport.abort()
    await gone(receive)


async def gone(receive: Receive) -> None:
    """Wait until the connection is closed, by whichever side."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _start(send: Send, reply: Reply) -> None:
    headers = {"content-type": reply.content_type, "content-length": str(len(reply.body))}
    headers.update((name.lower(), value) for name, value in reply.headers.items())
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": reply.status, "headers": raw})
