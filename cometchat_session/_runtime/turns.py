"""Records that many share: changed one writer at a time, and a lock that is waited for until the deadline."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeVar

from attrs import evolve

from cometchat_session.errors import StoreLockTimeoutError
from cometchat_session.stores.record import new_id

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine
    from typing import Any

    from cometchat_session._runtime.port import Runtime
    from cometchat_session._transport.request import CallBudget
    from cometchat_session.stores.base import SessionStore
    from cometchat_session.stores.record import Record

T = TypeVar("T")


class SharedRecords:
    """The records of a store, as callers in many threads, tasks and processes share them."""

    def __init__(self, runtime: Runtime, store: SessionStore) -> None:
        self._runtime = runtime
        self._store = store

    async def load(self, key: str) -> Record:
        """Return a record."""
        return await self._runtime.store(self._store.load, key)

    async def change(
        self, key: str, decide: Callable[[Record], Record | None]
    ) -> tuple[Record, Record | None]:
        """Change a record as one step, against any other writer.

        `decide` gets the record as it is and returns what to write, or `None` to leave it; it is called again
        where another writer was quicker. Return what was there before, and what was written, if anything.
        """
        while True:
            old = await self.load(key)
            new = decide(old)
            if new is None:
                return old, None
            new = evolve(new, revision=new_id())
            if await self._runtime.store(self._store.save, key, new, expected=old):
                return old, new

    @asynccontextmanager
    async def locked(self, key: str) -> AsyncIterator[bool]:
        """Hold the lock of a key, if it is free now; give whether it was. Given back at the end."""
        taken = False

        def try_lock(key: str) -> None:  # keeps what it got, should its caller be gone by then
            nonlocal taken
            taken = self._store.try_lock(key)

        try:
            await self._runtime.store(try_lock, key)
            yield taken
        finally:
            if taken:
                await self._runtime.store(self._store.unlock, key)

    async def take_turns(
        self, turn: Callable[[], Coroutine[Any, Any, T | None]], budget: CallBudget, busy: str
    ) -> T:
        """Call `turn` until it returns something; return that. Each call is finished, whoever is cancelled.

        Raises:
            StoreLockTimeoutError: the budget is used up; `busy` says what has been waited for.
        """
        pauses = self._store.pauses()
        while True:
            if (result := await self._runtime.shield(turn())) is not None:
                return result
            pause = next(pauses)
            if budget.left(self._runtime.now()) <= pause:
                break
            await self._runtime.sleep(pause * (0.5 + self._runtime.random() / 2))
        raise StoreLockTimeoutError(
            busy,
            hint="Try again, or allow more time: RetryPolicy(deadline=...).",
            advice="allow_more_time",
        )
