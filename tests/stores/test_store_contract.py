"""The stores that need nothing else keep the contract, and a store that breaks it is found out."""

from __future__ import annotations

import multiprocessing
from functools import partial
from typing import TYPE_CHECKING, ClassVar

import pytest
from support.processes import until

from cometchat_session import FileStore, MemoryStore
from cometchat_session.testing import SessionStoreContract

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cometchat_session import SessionStore
    from cometchat_session.stores.record import Record


class TestMemoryStore(SessionStoreContract):
    shares_processes = False

    @pytest.fixture(autouse=True)
    def _place(self) -> None:
        self.store = MemoryStore()

    def opener(self) -> Callable[[], SessionStore]:
        return lambda: self.store


class TestFileStore(SessionStoreContract):
    @pytest.fixture(autouse=True)
    def _place(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    def opener(self) -> Callable[[], SessionStore]:
        return partial(FileStore, self.folder)


class Careless(MemoryStore):
    """Writes whatever it is told to, as most stores do that people write first."""

    def save(self, key: str, record: Record, *, expected: Record) -> bool:
        self._records[key] = record
        return True


class Generous(MemoryStore):
    """Has a lock for everybody."""

    def try_lock(self, key: str) -> bool:
        return True


class Forgetful(MemoryStore):
    """Loses what belongs to no user."""

    def load(self, key: str) -> Record:
        record = super().load(key)
        return record if record.session else super().load("")


class Muddled(MemoryStore):
    """Takes two keys for one."""

    def load(self, key: str) -> Record:
        return super().load(key.lower())

    def save(self, key: str, record: Record, *, expected: Record) -> bool:
        return super().save(key.lower(), record, expected=expected)


BROKEN: dict[type[MemoryStore], str] = {
    Careless: "test_a_save_that_expects_another_revision_writes_nothing",
    Generous: "test_the_lock_has_one_holder",
    Forgetful: "test_a_record_without_session_leaves_no_token_to_be_loaded",
    Muddled: "test_keys_are_kept_apart",
}


class Tried(SessionStoreContract):
    shares_processes: ClassVar[bool] = False

    def __init__(self, store: SessionStore) -> None:
        self.store = store

    def opener(self) -> Callable[[], SessionStore]:
        return lambda: self.store


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_store_is_found_out(kind: type[MemoryStore]) -> None:
    with pytest.raises(AssertionError):
        getattr(Tried(kind()), BROKEN[kind])()


class Permissive(FileStore):
    """Has a lock for everybody, in every process."""

    def try_lock(self, key: str) -> bool:
        return True


class TriedByProcesses(SessionStoreContract):
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def opener(self) -> Callable[[], SessionStore]:
        return partial(Permissive, self.folder)


def test_a_store_found_out_between_processes_leaves_none_behind(tmp_path: Path) -> None:
    before = set(multiprocessing.active_children())
    with pytest.raises(AssertionError):
        TriedByProcesses(tmp_path).test_the_lock_of_a_killed_process_becomes_free()
    until(lambda: set(multiprocessing.active_children()) <= before)


def test_a_contract_without_an_opener_does_not_pass() -> None:
    with pytest.raises(NotImplementedError):
        SessionStoreContract().test_keys_are_kept_apart()
