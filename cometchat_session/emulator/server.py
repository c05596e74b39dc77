"""Running the web application: a socket, a thread or this one, and an end that does not wait for anybody."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

import uvicorn

from cometchat_session.emulator.wire import Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from starlette.applications import Starlette

T = TypeVar("T")
# Longer than any test leaves a connection idle: a server that closes first makes clients fail by chance.
KEEP_ALIVE_SECONDS = 300
TICK_SECONDS = 1.0


class Server(uvicorn.Server):
    """uvicorn's server, which stops at once and leaves with status 0 on a signal."""

    def __init__(self, web: Starlette, on_ready: Callable[[], None]) -> None:
        config = uvicorn.Config(
            web,
            http=Protocol,
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )
        super().__init__(config)
        self._on_ready = on_ready
        self._wake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._owner: int | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen, then tell whoever waits."""
        self._loop, self._owner = asyncio.get_running_loop(), threading.get_ident()
        await super().startup(sockets)
        self._on_ready()

    async def main_loop(self) -> None:
        """Keep the Date header fresh until somebody stops the server."""
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), TICK_SECONDS)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close everything now: a call that hangs on purpose would never end by itself."""
        for server in self.servers:
            server.close()
        for connection in tuple(self.server_state.connections):
            connection.transport.abort()
        for listener in sockets or ():
            listener.close()
        for task in self.server_state.tasks:
            task.cancel()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=TICK_SECONDS)

    def stop(self) -> None:
        """End the server, from any thread or a signal handler."""
        self.should_exit = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._wake.set)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002  (uvicorn's signature)
        """A signal is an ordinary way to end."""
        self.stop()

    def call(self, function: Callable[[], T]) -> T:
        """Run something on the thread that owns the state, and return what it gives."""
        if self._loop is None or threading.get_ident() == self._owner:
            return function()
        result: Future[T] = Future()
        self._loop.call_soon_threadsafe(_settle, result, function)
        return result.result()


def _settle(result: Future[Any], function: Callable[[], Any]) -> None:
    """Run a function and hand its outcome over."""
    try:
        result.set_result(function())
    except BaseException as error:  # noqa: BLE001  (it is raised again, on the thread that asked)
        result.set_exception(error)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, so that the port is known and taken before the server runs."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named in full, because asyncio turns Nagle's algorithm off only for sockets that say they are TCP; with
    # it on, every answer waits 40 ms for the client's acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(1024)
    except BaseException:
        listener.close()
        raise
    return listener


def url_of(listener: socket.socket) -> str:
    """The address of a listening socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
