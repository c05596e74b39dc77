"""A small server in a process of its own, which notes what it is asked and can be slow, refuse or hang."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import uvicorn

from _bench import replies
from cometchat_session.emulator.server import listen, url_of

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

PATIENCE = 30.0


@dataclass(frozen=True)
class Mood:
    """How the server answers.

    Attributes:
        delay: seconds that an answer takes.
        first: seconds that the very first one takes, where that differs.
        status: what to fail with; 0 for not at all.
        hang: how many requests, from the first on, never get an answer.
    """

    delay: float = 0.0
    first: float | None = None
    status: int = 0
    hang: int = 0


class Asked(NamedTuple):
    """One request: when it came by the monotonic clock, which all processes of a machine share."""

    at: float
    method: str
    target: str
    headers: dict[str, str]
    body: bytes


class Server:
    """The server as the benchmarks see it: `with Server() as server`."""

    def __enter__(self) -> Self:
        """Start it; returns once it answers."""
        context = multiprocessing.get_context("spawn")
        self._line, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()
        self.url: str = self._heard()
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self._line.close()
        self._process.join(PATIENCE)

    def become(self, mood: Mood) -> None:
        """Answer like this from now on; forget what was asked so far."""
        self._line.send(mood)
        self._heard()

    def asked(self) -> list[Asked]:
        """Return every request for a token, or of a login, since the server last changed."""
        self._line.send(None)
        asked: list[Asked] = self._heard()
        return asked

    def _heard(self) -> Any:
        if not self._line.poll(PATIENCE):
            raise TimeoutError("the server does not answer")
        return self._line.recv()


class _App:
    """The application behind the socket."""

    def __init__(self) -> None:
        self.mood = Mood()
        self.asked: list[Asked] = []
        self._known = replies.recorded()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answer one request."""
        at = time.monotonic()
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        target = scope["path"] + ("?" + scope["query_string"].decode() if scope["query_string"] else "")
        answer = replies.reply(target, body, self._known)
        if not replies.is_preparation(target):
            headers = {name.decode(): value.decode() for name, value in scope["headers"]}
            self.asked.append(Asked(at, scope["method"], target, headers, body))
            answer = await self._moody(len(self.asked), answer)
        status, kind, content = answer
        headers_ = [(b"content-type", kind.encode()), (b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers_})
        await send({"type": "http.response.body", "body": content})

    async def _moody(self, number: int, answer: replies.Reply) -> replies.Reply:
        mood = self.mood
        if number <= mood.hang:
            await asyncio.sleep(PATIENCE)
        seconds = mood.first if number == 1 and mood.first is not None else mood.delay
        if seconds:
            await asyncio.sleep(seconds)
        return replies.refusal(mood.status) if mood.status else answer


def serve(line: Connection) -> None:
    """Be the server, until nobody holds the other end of the line."""
    app = _App()
    listener = listen("127.0.0.1", 0)
    config = uvicorn.Config(
        app, http="httptools", ws="none", lifespan="off", log_config=None, access_log=False, backlog=1024
    )

    def obey() -> None:
        line.send(url_of(listener))
        try:
            while True:
                order = line.recv()
                if isinstance(order, Mood):
                    app.mood, app.asked = order, []
                    line.send(True)  # noqa: FBT003 - any word will do
                else:
                    line.send(list(app.asked))
        except (EOFError, OSError):
            os._exit(0)  # a request may be hanging on purpose, so there is no waiting for the last one

    threading.Thread(target=obey, daemon=True).start()
    uvicorn.Server(config).run([listener])
