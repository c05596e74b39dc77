"""Clients that share one place, called alike: a blocking one, one of tasks, one in another process."""

from __future__ import annotations

import asyncio
import multiprocessing
from functools import partial
from typing import TYPE_CHECKING, Any

from attrs import frozen

from cometchat_session import AsyncCometChat, CometChat, CometChatError, LoginListener

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

PATIENCE = 30.0  # seconds


@frozen
class Told:
    """What came of a call: a plain value or the name of an error, and the events it made."""

    value: Any
    events: list[str]


class EventRecorder(LoginListener):
    """Remembers the events of one client."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def login_success(self, user: Any) -> None:
        self.events.append("login_success")

    def login_failure(self, error: CometChatError) -> None:
        self.events.append("login_failure")

    def logout_success(self) -> None:
        self.events.append("logout_success")

    def logout_failure(self, error: CometChatError) -> None:
        self.events.append("logout_failure")


def plain(result: Any) -> Any:
    """Return what a test compares of a result."""
    return getattr(result, "uid", getattr(result, "revoked", result))


class Here:
    """A sync client in this process."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.recorder = EventRecorder()
        self.client = CometChat(**options)
        self.client.add_login_listener("recorder", self.recorder)

    def do(self, method: str, *args: Any, **kwargs: Any) -> Told:
        """Call a method."""
        self.recorder.events.clear()
        try:
            value = plain(getattr(self.client, method)(*args, **kwargs))
        except CometChatError as error:
            value = type(error).__name__
        return Told(value, self.recorder.events[:])

    def close(self) -> None:
        """Release connections; the stored session stays."""
        self.client.close()


class Tasks:
    """A client of tasks, on a loop of its own in this process."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.recorder = EventRecorder()
        self.client = AsyncCometChat(**options)
        self.client.add_login_listener("recorder", self.recorder)
        self.runner = asyncio.Runner()

    def do(self, method: str, *args: Any, **kwargs: Any) -> Told:
        """Call a method and await what it returns."""
        self.recorder.events.clear()
        try:
            value = plain(self.runner.run(getattr(self.client, method)(*args, **kwargs)))
        except CometChatError as error:
            value = type(error).__name__
        return Told(value, self.recorder.events[:])

    def close(self) -> None:
        """Release connections; the stored session stays."""
        self.runner.run(self.client.aclose())
        self.runner.close()


class Elsewhere:
    """A process that takes calls for as long as the tests last, each time for another client."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._line, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def begin(self, options: dict[str, Any]) -> None:
        """Have it build a client."""
        self._ask(("begin", (), options))

    def do(self, method: str, *args: Any, **kwargs: Any) -> Told:
        """Have it call a method."""
        told: Told = self._ask((method, args, kwargs))
        return told

    def close(self) -> None:
        """Have it release its client's connections."""
        self._ask(("end", (), {}))

    def stop(self) -> None:
        """End the process."""
        self._line.close()
        self._process.join(PATIENCE)

    def _ask(self, message: Any) -> Any:
        self._line.send(message)
        if not self._line.poll(PATIENCE):
            raise TimeoutError("the other process does not answer")
        return self._line.recv()


def _serve(line: Connection) -> None:
    actor: Here | None = None
    while True:
        try:
            method, args, kwargs = line.recv()
        except EOFError:
            return
        if method == "begin":
            actor = Here(kwargs)
            line.send("begun")
            continue
        assert actor is not None
        call = actor.close if method == "end" else partial(actor.do, method, *args, **kwargs)
        line.send(call())
