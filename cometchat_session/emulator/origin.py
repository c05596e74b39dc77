"""Who may steer: every program, and the page that the emulator itself serves, but no other web page.

A browser lets any page in the world send requests to this machine. The service's own calls have to bear that,
for chats live in pages; but a page must not read the keys here, or reset somebody's tests.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Names that nobody can register: with any other, a page elsewhere could pass for one of this machine.
PRIVATE = ("home.arpa", "internal", "local", "localhost", "test")
HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class OwnPagesOnly:
    """Refuses what another web page sent, and what came here under a public name."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one call in, or refuse it."""
        wrong = objection(Headers(scope=scope))
        inner = JSONResponse({"error": wrong}, status_code=403) if wrong else self._app

        async def send_private(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await inner(scope, receive, send_private)


def objection(headers: Headers) -> str | None:
    """What stands against a call, nothing where it is welcome."""
    host, origin = headers.get("host", "").lower(), headers.get("origin")
    if host and not is_private(host):
        return f"Control calls come to an address or a private name, not to {host}."
    # Another page may write Host through a name of its own, but not Origin; programs send none.
    if origin is not None and origin.lower().partition("://")[2] != host:
        return f"Control calls are for programs and for the emulator's own page, not for pages of {origin}."
    return None


def is_private(host: str) -> bool:
    """Whether a Host header holds an address, a name without dots, or one that nobody can register."""
    name = host.rpartition("]")[0].lstrip("[") or host.partition(":")[0]
    name = name.rstrip(".")
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return "." not in name or any(name.endswith(f".{ending}") for ending in PRIVATE)
    return True
