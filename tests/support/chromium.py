"""A headless Chromium, spoken to over a pipe in its DevTools protocol."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = "chromium"
PATIENCE = 30.0
NOWHERE = "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
"""No name leads anywhere: a page under test is on this machine, and has no business elsewhere."""
FLAGS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",  # CI runs as root, as which Chromium's sandbox refuses to start
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--hide-scrollbars",
)

# Chromium reads from descriptor 3 and writes to 4, which may be taken by one another at first.
START = """
import fcntl, os, sys
ends = [fcntl.fcntl(int(end), fcntl.F_DUPFD, 10) for end in sys.argv[1:3]]
for place, end in zip((3, 4), ends):
    os.dup2(end, place)
    os.close(end)
os.execv(sys.argv[3], sys.argv[3:])
"""


def is_there() -> bool:
    """Return whether the program is installed."""
    return shutil.which(PROGRAM) is not None


class Chromium:
    """One browser with a profile in ``folder``; ``names`` says where host names lead."""

    def __init__(self, folder: Path, *more: str, names: str = NOWHERE) -> None:
        program = shutil.which(PROGRAM)
        assert program, "Chromium is not installed"
        theirs, ours = os.pipe(), os.pipe()
        flags = (*FLAGS, *more, f"--user-data-dir={folder}", f"--host-resolver-rules={names}", "about:blank")
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-IS", "-c", START, str(theirs[0]), str(ours[1]), program, *flags],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs[0], ours[1]),
                start_new_session=True,
            )
        finally:
            os.close(theirs[0])
            os.close(ours[1])
        self._write, self._read = theirs[1], ours[0]
        self._pending = b""
        self._number = 0
        self.events: list[dict[str, Any]] = []
        """What the browser has told unasked, oldest first."""

    def call(self, method: str, session: str | None = None, **given: Any) -> dict[str, Any]:
        """Call one method and return its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": given}
        if session:
            message["sessionId"] = session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, (method, answer["error"])
                result: dict[str, Any] = answer["result"]
                return result
            self.events.append(answer)

    def wait_for(self, event: str, session: str) -> None:
        """Wait until the browser tells this, from now on."""
        while True:
            told = self._next()
            self.events.append(told)
            if told.get("method") == event and told.get("sessionId") == session:
                return

    def _next(self) -> dict[str, Any]:
        """The next message."""
        until = time.monotonic() + PATIENCE
        while b"\0" not in self._pending:
            ready, _, _ = select.select([self._read], [], [], max(0.0, until - time.monotonic()))
            piece = os.read(self._read, 1 << 20) if ready else b""
            assert piece, "Chromium says nothing" if not ready else "Chromium has gone"
            self._pending += piece
        line, _, self._pending = self._pending.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        return message

    def close(self) -> None:
        """End the browser; it ends by itself once the pipe is closed."""
        os.close(self._write)
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, 9)
            self._process.wait()
        os.close(self._read)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
