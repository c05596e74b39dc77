"""A page in which the official SDK lives: asked to do something, and left or reloaded as a person would."""

from __future__ import annotations

import json
import subprocess
from typing import IO, TYPE_CHECKING, Any, Protocol, Self

if TYPE_CHECKING:
    from pathlib import Path

    from cometchat_session.emulator import Emulator


class Page(Protocol):
    """What the tests need of a page, whoever shows it."""

    def ask(self, name: str, *given: Any) -> Any:
        """Call one of the functions in ``actor.js`` and return what it returns."""

    def reload(self) -> None:
        """Leave the page and open it anew: memory is gone, what the browser keeps is there."""


class NodePage:
    """A page that jsdom makes, in a Node process of its own."""

    def __init__(self, node: str, program: Path, modules: str, storage: Path, emulator: Emulator) -> None:
        self._command = [node, str(program)]
        self._told = {
            "modules": modules,
            "region": emulator.region,
            "storage": str(storage),
            "url": emulator.url,
        }
        self._process = self._open()

    def _open(self) -> subprocess.Popen[str]:
        process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        _say(process.stdin, self._told)
        return process

    def ask(self, name: str, *given: Any) -> Any:
        _say(self._process.stdin, [name, *given])
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"the page closed over {name}; its last words are on standard error"
        return json.loads(line)

    def reload(self) -> None:
        self.close()
        self._process = self._open()

    def close(self) -> None:
        """Leave the page; one that does not want to go is made to."""
        with self._process as process:
            assert process.stdin is not None
            process.stdin.close()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _say(stream: IO[str] | None, what: Any) -> None:
    """Write one line of JSON."""
    assert stream is not None
    stream.write(json.dumps(what) + "\n")
    stream.flush()
