"""One side of a comparison: a library, and how its users do with it what this library does."""

from __future__ import annotations

import importlib
import json
import os
import tempfile
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

if TYPE_CHECKING:
    from _bench.server import Asked


class Place(NamedTuple):
    """Where a side works: the server, and a folder of its own for what it keeps."""

    url: str
    folder: str


class NotOfferedError(Exception):
    """The library has nothing that does this; the text says what is missing."""


class Side(ABC):
    """One library, as one process of a program uses it: one object, shared by its threads.

    Attributes:
        name: for the tables.
        module: what a program imports.
        note: what is particular about its login.
        serial: whether one process waits while another logs in; only then can one take over.
        memory: how many idle ones are built to see what they weigh, or 0 where it has no object.
    """

    name: ClassVar[str]
    module: ClassVar[str]
    note: ClassVar[str] = ""
    serial: ClassVar[bool] = False
    memory: ClassVar[int] = 0

    def __init__(self, place: Place) -> None:
        self.place = place

    @classmethod
    def seed(cls, place: Place) -> None:
        """Leave in a folder what has to be there before anybody logs in."""

    @abstractmethod
    def log_in(self) -> object:
        """Return what is stored; where there is nothing, log in and store it. Raise where that fails."""

    @abstractmethod
    def again(self) -> object:
        """Log in, whatever is stored, and store the result."""

    def forget(self) -> None:
        """Do, untimed, what must come before `again`."""

    def restore(self) -> object:
        """Return the stored token as a program finds it that has just started."""
        raise NotOfferedError("does not look for a session by itself")

    def look(self) -> object:
        """Return the stored token once more, with what has been built for the first look."""
        raise NotOfferedError("does not look for a session by itself")

    def save(self) -> object:
        """Store a token that is there already."""
        raise NotOfferedError("stores only what a request has brought")

    def close(self) -> None:
        """Release connections."""

    def plainly(self, asked: list[Asked]) -> Any:
        """Return a function that makes the same requests with httpx and nothing else."""
        import httpx

        http = httpx.Client(base_url=self.place.url, trust_env=False)
        dropped = ("host", "content-length", "user-agent", "accept-encoding", "connection")
        same = [
            (one.method, one.target, {k: v for k, v in one.headers.items() if k not in dropped}, one.body)
            for one in asked
        ]

        def call() -> None:
            for method, target, headers, body in same:
                answer = http.request(method, target, headers=headers, content=body).raise_for_status()
                if "json" in answer.headers["content-type"]:
                    answer.json()

        return call


def peer(module: str) -> Any:
    """Import a library that this project's type checkers do not know."""
    return importlib.import_module(module)


def write(path: str, content: str, *, durable: bool = False) -> None:
    """Write a small file so that it is there whole or not at all."""
    fd, temporary = tempfile.mkstemp(dir=os.path.dirname(path))
    with os.fdopen(fd, "w") as file:
        file.write(content)
        if durable:
            file.flush()
            os.fsync(fd)
    os.replace(temporary, path)
    if durable:
        folder = os.open(os.path.dirname(path), os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def read_json(path: str) -> Any:
    """Read a small file of JSON; `None` where it is not there."""
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return None
