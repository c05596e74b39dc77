"""What a store is: a register with compare-and-swap, and a lock that never waits."""

from __future__ import annotations

import os
import weakref
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cometchat_session.stores.record import Record

_stores: weakref.WeakSet[SessionStore] = weakref.WeakSet()


class SessionStore(ABC):
    """Keeps one record a key. Subclass it to keep sessions where you want them.

    All that this library promises about processes, kills and logouts rests on two things that a store
    must do: `save` compares and writes as one step, and what `save` returned from is still there after
    a kill. The lock only saves work: should it fail, `save` still lets one writer win.

    `cometchat_session.testing.SessionStoreContract` holds the tests that a store has to pass.

    Attributes:
        blocking: the methods that may take long, which the async client then calls in a thread.
        poll: seconds between two looks at the lock, first and at most.
    """

    blocking: ClassVar[frozenset[str]] = frozenset(("load", "save", "try_lock", "unlock"))
    poll: ClassVar[tuple[float, float]] = (0.001, 0.02)

    def __init__(self) -> None:
        _stores.add(self)

    @abstractmethod
    def load(self, key: str) -> Record:
        """Return the record under a key, or the empty record.

        A damaged record is set aside, logged, and counts as empty: loading never fails for what is in it.

        Raises:
            StoreUnavailableError: the store cannot be reached.
        """

    @abstractmethod
    def save(self, key: str, record: Record, *, expected: Record) -> bool:
        """Write a record if the one stored still has the revision of `expected`, as one step.

        Returns `False`, with nothing written, where it has another. When it returns `True` the record
        survives a kill. Where the record has no session, nothing of a former one may stay readable.

        Raises:
            StoreUnavailableError: nothing was written.
        """

    @abstractmethod
    def try_lock(self, key: str) -> bool:
        """Take the lock of a key if it is free, against every other holder, in this process or not.

        Never waits. The lock of a process that dies becomes free by itself.
        """

    @abstractmethod
    def unlock(self, key: str) -> None:
        """Give back the lock of a key that this store object holds."""

    def pauses(self) -> Iterator[float]:
        """Return the seconds to wait between one look at the lock and the next, without end."""
        wait, longest = self.poll
        while True:
            yield wait
            wait = min(2 * wait, longest)

    def forget_locks(self) -> None:
        """Called in a forked child: let go of what the parent held, without freeing it for others."""

    def close(self) -> None:
        """Release connections. What is stored stays."""


def _in_child() -> None:
    for store in tuple(_stores):
        store.forget_locks()


if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
    os.register_at_fork(after_in_child=_in_child)
