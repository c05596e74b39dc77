"""A person with a home folder and a shell, whose settings lead to the emulator.

Everything a person types is a real process: nothing is patched, and nothing of the test reaches it but files
and the environment.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import threading
from textwrap import dedent
from typing import TYPE_CHECKING

from attrs import define, frozen

if TYPE_CHECKING:
    from pathlib import Path

    from cometchat_session.emulator import Emulator

PATIENCE = 50.0  # seconds; whatever takes longer hangs, and the test says so
PROGRAMS = {
    "cometchat": (sys.executable, "-m", "cometchat_session.cli"),
    "pytest": (sys.executable, "-m", "pytest"),
    "python": (sys.executable,),
}
# Of whoever runs these tests: their CometChat, their pytest, and the guard that keeps the tree off
# `sys.path`, which would also keep a person's own modules off it.
NOT_INHERITED = ("COMETCHAT_", "PYTEST_", "PYTHONSAFEPATH", "XDG_")
# These are there whether or not the package is installed; pytest would find the first by itself if it is.
PLUGINS = "cometchat_session.pytest_plugin,xdist.plugin"


@frozen
class Finished:
    """How a command ended: what it printed, and its exit status."""

    out: str
    err: str
    status: int


@define
class Running:
    """A command that is still at work."""

    process: subprocess.Popen[str]

    def presses_ctrl_c(self) -> None:
        """Send what a terminal sends on Ctrl-C."""
        self.process.send_signal(signal.SIGINT)

    def says(self, words: str) -> str:
        """Wait for a line on standard error with these words in it, and return that line."""
        assert self.process.stderr is not None
        return next(line for line in self.process.stderr if words in line)

    def ends(self, stdin: str | None = None) -> Finished:
        """Wait for its end."""
        try:
            out, err = self.process.communicate(stdin, PATIENCE)
        except subprocess.TimeoutExpired:
            self.is_killed()
            raise
        return Finished(out, err, self.process.returncode)

    def is_killed(self) -> None:
        """End it as `kill -9` does, if it has not ended."""
        self.process.kill()
        if self.process.stdout is not None and not self.process.stdout.closed:
            self.process.communicate()


class Person:
    """Somebody at a shell, in a home folder of their own.

    Attributes:
        home: the folder in which everything is typed.
        emulator: the CometChat that the settings lead to.
        environment: what is exported there; add to it or take from it as the person would.
    """

    def __init__(self, home: Path, emulator: Emulator) -> None:
        self.home = home
        self.emulator = emulator
        kept = {name: value for name, value in os.environ.items() if not name.startswith(NOT_INHERITED)}
        self.environment = {
            **kept,
            **emulator.environment,
            "HOME": str(home),
            "XDG_STATE_HOME": str(home / ".local" / "state"),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTEST_PLUGINS": PLUGINS,
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONWARNINGS": "error",
        }

    def writes(self, name: str, text: str) -> Path:
        """Write a file of their own, in any folder below home."""
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
        return path

    def begins(self, line: str, *, terminal: int | None = None) -> Running:
        """Type a line that begins with `cometchat`, `python` or `pytest`, and go on before it has ended.

        What it says on standard error goes to `terminal`, where one is given.
        """
        program, *words = shlex.split(line)
        return Running(
            subprocess.Popen(
                [*PROGRAMS[program], *words],
                cwd=self.home,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE if terminal is None else terminal,
                text=True,
            )
        )

    def types(self, line: str, stdin: str | None = None) -> Finished:
        """Type a line and wait for its end, however it ends."""
        return self.begins(line).ends(stdin)

    def runs(self, line: str, stdin: str | None = None) -> str:
        """Type a line that has to work; return what it printed."""
        done = self.types(line, stdin)
        assert done.status == 0, f"{line}\n{done.out}\n{done.err}"
        return done.out

    def tests(self, options: str = "") -> Finished:
        """Type `pytest`, in home; nothing is kept there of it."""
        return self.types(f"pytest -p no:cacheprovider {options}")


class Screen:
    """A terminal, for commands that show more to a person than to a file."""

    def __init__(self) -> None:
        self._ours, self.terminal = os.openpty()
        self._seen = bytearray()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while True:
            try:
                read = os.read(self._ours, 4096)
            except OSError:  # the other end is closed, by all who had it
                return
            self._seen += read

    def shown(self) -> str:
        """Return all that was shown, once the command has ended."""
        os.close(self.terminal)
        self._reader.join(PATIENCE)
        os.close(self._ours)
        return self._seen.decode()
