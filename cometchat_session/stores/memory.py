"""A store that forgets when the process ends."""

from __future__ import annotations

import threading

from cometchat_session.stores.base import SessionStore
from cometchat_session.stores.record import EMPTY, Record


class MemoryStore(SessionStore):
    """Keeps sessions in this process. Share one object between clients that shall share a login."""

    blocking = frozenset()

    def __init__(self) -> None:
        super().__init__()
        self._records: dict[str, Record] = {}
        self.forget_locks()

    def load(self, key: str) -> Record:
        return self._records.get(key, EMPTY)

    def save(self, key: str, record: Record, *, expected: Record) -> bool:
        with self._writing:
            if self.load(key).revision != expected.revision:
                return False
            self._records[key] = record
            return True

    def try_lock(self, key: str) -> bool:
        with self._writing:
            if key in self._held:
                return False
            self._held.add(key)
            return True

    def unlock(self, key: str) -> None:
        with self._writing:
            self._held.discard(key)

    def forget_locks(self) -> None:
        self._writing = threading.Lock()
        self._held: set[str] = set()

    def __repr__(self) -> str:
        return f"MemoryStore({len(self._records)} kept)"
