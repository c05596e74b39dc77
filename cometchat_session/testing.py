"""What a store has to do, as tests: subclass `SessionStoreContract` in yours.

    from functools import partial
    from cometchat_session.testing import SessionStoreContract

    class TestMyStore(SessionStoreContract):
        def opener(self):
            return partial(MyStore, "where this test keeps its records")

Every test opens the same place several times, as several clients and machines would, so `opener` has to
return the same place for as long as one test runs, and a fresh one for the next test. It needs neither
fixtures nor plugins, so it runs under unittest as well: name `unittest.TestCase` as a second base.
"""

from __future__ import annotations

import multiprocessing
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, ClassVar

from cometchat_session._secret import Secret
from cometchat_session.models.user import User
from cometchat_session.stores.record import LoginAttempt, Record, Session, encode, new_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from cometchat_session.stores.base import SessionStore

PATIENCE = 30.0  # seconds; whoever takes longer hangs
TOKEN = "ann_1700000000a1b2c3d4e5f6a7b8c9d0e1"  # noqa: S105 - of nobody


def a_record(*, device_id: str = "python_1") -> Record:
    """Return a record that makes use of every field, with a revision of its own."""
    user = User.from_api({"uid": "ann", "name": "Änn 🦊", "metadata": {"deep": [1, None, {"x": "\x00"}]}})
    session = Session(
        user=user,
        auth_token=Secret(TOKEN),
        created_at=1_700_000_000.25,
        verified_at=1_700_000_001.5,
        settings={"CHAT_HOST": "chat.example", "limits": {"size": 1}},
    )
    attempt = LoginAttempt(
        number=new_id(), want="digest", error={"error": "ServerError", "message": "no"}, checked=True
    )
    return Record(
        revision=new_id(), generation=new_id(), device_id=device_id, session=session, attempt=attempt
    )


class SessionStoreContract:
    """The tests that every store has to pass.

    Attributes:
        shares_processes: whether `opener()` can be pickled and finds the same records in another process.
        lock_outlives: seconds that the lock of a killed process may last.
    """

    shares_processes: ClassVar[bool] = True
    lock_outlives: ClassVar[float] = 1.0

    def opener(self) -> Callable[[], SessionStore]:
        """Return what opens this test's own place, the same at each call within one test."""
        raise NotImplementedError

    # The register

    def test_a_key_never_written_holds_the_empty_record(self) -> None:
        empty = self.opener()().load("key")
        assert (empty.revision, empty.session, empty.attempt) == ("", None, None)

    def test_what_is_saved_is_loaded_to_the_last_field(self) -> None:
        opened = self.opener()
        store, record = opened(), a_record()
        assert store.save("key", record, expected=store.load("key"))
        for reader in (store, opened()):
            assert encode(reader.load("key")) == encode(record)

    def test_what_is_saved_is_there_after_closing(self) -> None:
        opened = self.opener()
        store, record = opened(), a_record()
        store.save("key", record, expected=store.load("key"))
        store.close()
        assert opened().load("key").revision == record.revision

    def test_a_save_that_expects_another_revision_writes_nothing(self) -> None:
        store = self.opener()()
        first, second = a_record(), a_record()
        assert store.save("key", first, expected=store.load("key"))
        assert not store.save("key", second, expected=Record())
        assert not store.save("key", second, expected=a_record())
        assert store.load("key").revision == first.revision
        assert store.save("key", second, expected=first)
        assert store.load("key").revision == second.revision

    def test_another_object_sees_every_change(self) -> None:
        opened = self.opener()
        one, other = opened(), opened()
        last = one.load("key")
        for writer, reader in ((one, other), (other, one), (one, other)):
            record = a_record()
            assert writer.save("key", record, expected=last)
            last = reader.load("key")
            assert last.revision == record.revision

    def test_keys_are_kept_apart(self) -> None:
        store = self.opener()()
        keys = ["app.us.ann", "app.us.Ann", "app.us.ann.", "a/../b", "..", "ä@%2f", "a b", "A" * 100, "{a}b"]
        records = {key: a_record() for key in keys}
        for key, record in records.items():
            assert store.save(key, record, expected=store.load(key)), key
        for key, record in records.items():
            assert store.load(key).revision == record.revision, key

    def test_no_change_is_lost_between_threads(self) -> None:
        opened = self.opener()

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(_count, (opened() for _ in range(4))))
        assert opened().load("key").device_id == "40"

    def test_no_change_is_lost_between_processes(self) -> None:
        if not self.shares_processes:
            return
        workers = [_Worker(_count_elsewhere, self.opener()) for _ in range(3)]
        for worker in workers:
            worker.line.send("go")
        for worker in workers:
            assert worker.heard() == "done"
            worker.end()
        assert self.opener()().load("key").device_id == "30"

    # Logging out

    def test_a_record_without_session_leaves_no_token_to_be_loaded(self) -> None:
        opened = self.opener()
        store, record = opened(), a_record()
        store.save("key", record, expected=store.load("key"))
        after = Record(revision=new_id(), generation=new_id(), device_id="python_1")
        assert store.save("key", after, expected=record)
        for reader in (store, opened()):
            assert encode(reader.load("key")) == encode(after)

    def test_no_token_shows_in_a_repr(self) -> None:
        store = self.opener()()
        store.save("key", a_record(), expected=store.load("key"))
        assert TOKEN not in repr(store) + str(store)

    # The lock

    def test_the_lock_has_one_holder(self) -> None:
        opened = self.opener()
        one, other = opened(), opened()
        assert one.try_lock("key")
        assert not one.try_lock("key")
        assert not other.try_lock("key")
        assert other.try_lock("another key")
        one.unlock("key")
        assert other.try_lock("key")
        assert not one.try_lock("key")
        other.unlock("key")
        other.unlock("another key")

    def test_giving_back_what_one_does_not_hold_changes_nothing(self) -> None:
        opened = self.opener()
        one, other = opened(), opened()
        one.unlock("key")
        assert one.try_lock("key")
        if one is not other:
            other.unlock("key")
        assert not other.try_lock("key")
        one.unlock("key")
        one.unlock("key")
        assert other.try_lock("key")
        other.unlock("key")

    def test_the_lock_of_another_key_is_in_nobodys_way(self) -> None:
        """Nor is a lock in the way of reading and writing: a logout does not wait for a login."""
        opened = self.opener()
        one, other = opened(), opened()
        assert one.try_lock("key")
        record = a_record()
        assert other.save("key", record, expected=other.load("key"))
        assert one.load("key").revision == record.revision
        one.unlock("key")

    def test_of_many_threads_one_gets_the_lock(self) -> None:
        opened = self.opener()
        stores = [opened() for _ in range(4)]
        barrier = threading.Barrier(16)

        def take(number: int) -> bool:
            barrier.wait(PATIENCE)
            return stores[number % 4].try_lock("key")

        with ThreadPoolExecutor(16) as pool:
            assert sorted(pool.map(take, range(16))) == [False] * 15 + [True]

    def test_the_lock_of_a_killed_process_becomes_free(self) -> None:
        if not self.shares_processes:
            return
        store = self.opener()()
        holder = _Worker(_hold, self.opener())
        holder.line.send("go")
        assert holder.heard() is True
        assert not store.try_lock("key")
        holder.process.kill()
        holder.end()
        give_up = time.monotonic() + self.lock_outlives + PATIENCE / 3
        while not store.try_lock("key"):
            assert time.monotonic() < give_up, "a dead process still holds the lock"
            time.sleep(store.poll[1])
        store.unlock("key")


class _Worker:
    """A spawned process that begins when told to."""

    def __init__(
        self,
        task: Callable[[Connection, Callable[[], SessionStore]], None],
        opened: Callable[[], SessionStore],
    ) -> None:
        context = multiprocessing.get_context("spawn")
        self.line, theirs = context.Pipe()
        self.process = context.Process(target=task, args=(theirs, opened), daemon=True)
        self.process.start()
        theirs.close()

    def heard(self) -> object:
        """Return what it says next."""
        assert self.line.poll(PATIENCE), "a process does not answer"
        return self.line.recv()

    def end(self) -> None:
        """Stop it."""
        self.line.close()
        self.process.join(PATIENCE)
        assert not self.process.is_alive(), "a process does not end"


def _count(store: SessionStore) -> None:
    """Add one, ten times, whoever else does."""
    for _ in range(10):
        while True:
            old = store.load("key")
            if store.save("key", a_record(device_id=str(int(old.device_id or 0) + 1)), expected=old):
                break


def _count_elsewhere(line: Connection, opened: Callable[[], SessionStore]) -> None:
    store = opened()
    line.recv()
    _count(store)
    line.send("done")


def _hold(line: Connection, opened: Callable[[], SessionStore]) -> None:
    store = opened()
    line.recv()
    line.send(store.try_lock("key"))
    line.poll(PATIENCE)
