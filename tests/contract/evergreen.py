"""An emulator in which every call meets the same state, however many came before it."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Any

from cometchat_session.emulator.app import App
from cometchat_session.emulator.server import Server, listen, url_of
from cometchat_session.emulator.web import build

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp, Receive, Scope, Send

NOW = 1_700_000_000
TOKEN = "an-auth-token"
# The users and the token that the examples in the document name.
STATE: dict[str, Any] = {
    "users": [
        {"uid": "ann", "name": "Ann", "tags": ["staff"], "createdAt": NOW},
        {"uid": "bob", "name": "Bob", "createdAt": NOW},
    ],
    "tokens": [{"authToken": TOKEN, "uid": "ann", "createdAt": NOW}],
}
NOBODY: dict[str, Any] = {"users": [], "tokens": []}
SWITCHES = {
    # A route that the emulator lacks answers 501, which is right and in no document. The service itself says
    # 404 to a method that it does not have.
    "unknown_route": "404",
    # Which roles there are is the app's own business; no document can tell a role that exists.
    "unknown_role_code": "accept",
    # Nor can a schema bound a body as a whole, or an object in it, by its size.
    "body_limit": 1_000_000,
    "metadata_limit": 1_000_000,
}


class Renewed:
    """Puts the state back before each call."""

    def __init__(self, inner: ASGIApp, app: App) -> None:
        self._inner, self._app = inner, app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            creates = (scope["method"], scope["path"]) == ("POST", "/v3/users")
            self._app.load(NOBODY if creates else STATE)
        await self._inner(scope, receive, send)


@contextlib.contextmanager
def evergreen() -> Iterator[tuple[App, str]]:
    """Run one; its address comes with it."""
    app = App(settings=SWITCHES)
    web = build(app)
    web.add_middleware(Renewed, app=app)
    listener = listen("127.0.0.1", 0)
    ready = threading.Event()
    server = Server(web, ready.set)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield app, url_of(listener)
    finally:
        server.stop()
        thread.join()
