"""StoreFactory for sessions, of every kind of store, for tests that do not care which."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cometchat_session import FileStore, MemoryStore
from support.redis_server import LOCK_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from cometchat_session import SessionStore

SHARED = ("file", "redis")  # what several processes can share
KINDS = ("memory", *SHARED)


class StoreFactory:
    """Opens stores of one kind: the same one under the same name, for one test.

    Attributes:
        kind: which kind of store.
        lease: seconds that a lock in Redis outlives its holder; fewer suit those who kill it.
    """

    def __init__(self, kind: str, request: pytest.FixtureRequest, folder: Path) -> None:
        self.kind = kind
        self.lease = LOCK_SECONDS
        self._request = request
        self._folder = folder
        self._known: dict[object, Callable[[], SessionStore]] = {}

    def opener(self, name: object = "") -> Callable[[], SessionStore]:
        """Return what opens a place, in another process too if the kind is a shared one."""
        if name not in self._known:
            self._known[name] = self._new(str(name))
        return self._known[name]

    def open(self, name: object = "") -> SessionStore:
        """Open a place."""
        return self.opener(name)()

    def _new(self, name: str) -> Callable[[], SessionStore]:
        if self.kind == "file":
            return partial(FileStore, self._folder / name)
        if self.kind == "memory":
            store = MemoryStore()
            return lambda: store
        opener: Callable[[], SessionStore] = self._request.getfixturevalue("redis_server").opener(
            lock_seconds=self.lease
        )
        return opener
