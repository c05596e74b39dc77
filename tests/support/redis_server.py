"""A real Redis, on a free port of this machine, which a test may stop, kill, restart or fill."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from redis import Redis
from redis.exceptions import RedisError

from cometchat_session import RedisStore

if TYPE_CHECKING:
    import signal
    from collections.abc import Callable
    from pathlib import Path

PROGRAM = "redis-server"
STARTING = 10.0  # seconds
LOCK_SECONDS = 5.0  # the store's default: thirty processes on two cores may take their time to renew it
TIMEOUT = 10.0


def is_there() -> bool:
    """Return whether the program is installed."""
    return shutil.which(PROGRAM) is not None


class RedisServer:
    """One server. It keeps nothing on disk, unless told to."""

    def __init__(self, folder: Path, *options: str) -> None:
        self._folder = folder
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> Self:
        """Start it, again if need be, and wait until it answers."""
        command = [PROGRAM, "--bind", "127.0.0.1", "--dir", str(self._folder), "--loglevel", "warning"]
        command += ["--save", "", "--port", str(self.port), *self._options]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        give_up = time.monotonic() + STARTING
        while not self._answers():
            assert self._process.poll() is None, "the server has ended"
            assert time.monotonic() < give_up, "the server does not answer"
            time.sleep(0.01)
        return self

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as line:
            line.sendall(b"PING\r\n")
            return bool(line.recv(1))
        return False

    def signal(self, number: signal.Signals) -> None:
        """Stop it for a while, or let it go on."""
        assert self._process is not None
        self._process.send_signal(number)

    def kill(self) -> None:
        """Kill it as `kill -9` does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def ask(self, *command: Any) -> Any:
        """Have it do a command."""
        with Redis(port=self.port, decode_responses=True) as client:
            try:
                return client.execute_command(*command)
            except RedisError as error:
                return error

    def opener(self, **options: Any) -> Callable[[], RedisStore]:
        """Return what opens one place nobody else uses, in this process or another."""
        given: dict[str, Any] = {
            "prefix": f"test-{uuid4().hex}",
            "lock_seconds": LOCK_SECONDS,
            "timeout": TIMEOUT,
        }
        return partial(RedisStore, self.url, **(given | options))


def free_port() -> int:
    """Return a port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
