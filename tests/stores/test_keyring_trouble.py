"""The keyring store where the keyring comes late, fails halfway, or is asked in the middle of something."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keyring
import pytest
from keyring.backends import chainer, fail
from keyring.errors import InitError, KeyringLocked, PasswordDeleteError
from support.crashes import KEY
from support.fake_keyring import NEW, Drawer, drawer, with_token
from support.processes import asked, until

from cometchat_session import FileStore, KeyringStore, errors
from cometchat_session.stores import _keyring_calls
from cometchat_session.stores import keyring as keyring_store
from cometchat_session.stores._file_lock import FileLock
from cometchat_session.stores.record import EMPTY, Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.modes import Mode

UID = "cometchat-uid-1"


@pytest.fixture
def ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Drawer]:
    """A keyring that does what a test wants."""
    before = keyring.core._keyring_backend
    monkeypatch.setattr(_keyring_calls, "_fit", [])
    yield drawer(tmp_path / "drawer")
    keyring.core._keyring_backend = before


@pytest.fixture
def store(ours: Drawer, tmp_path: Path) -> KeyringStore:
    return KeyringStore(tmp_path / "store")


def token(store: FileStore) -> str | None:
    session = store.load(KEY).session
    return session.auth_token.reveal() if session else None


def log_in(store: FileStore, token: str | None) -> bool:
    return store.save(KEY, with_token(store.load(KEY), token), expected=store.load(KEY))


def untyped(kind: Any) -> Any:
    """Return a class of keyring's as what it is to a type checker: anything."""
    return kind


def wrapped(
    monkeypatch: pytest.MonkeyPatch, backend: Drawer, name: str, around: Callable[[Callable[[], Any]], Any]
) -> None:
    real = getattr(backend, name)
    monkeypatch.setattr(backend, name, lambda *args: around(lambda: real(*args)))


def test_an_entry_written_after_one_gave_up_is_removed(
    ours: Drawer, store: KeyringStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go, others = threading.Event(), KeyringStore(tmp_path / "store")
    log_in(store, "old")
    with monkeypatch.context() as patch:
        patch.setattr(_keyring_calls, "LIMIT", 0.1)
        wrapped(patch, ours, "set_password", lambda real: let_go.wait(20) and real())
        with pytest.raises(errors.StoreUnavailableError, match="did not answer"):
            log_in(store, "late")
    # Nobody sweeps while it may still come; somebody does once it has come.
    assert log_in(others, "new")
    let_go.set()
    until(lambda: "late" in ours.secrets())
    assert token(store) == "new"

    def swept() -> bool:
        assert others.save(KEY, with_token(others.load(KEY), "new"), expected=others.load(KEY))
        return ours.secrets() == ["new"]

    until(swept)  # the thread lets go of its mark a moment later
    assert len(list((tmp_path / "store").rglob("secret-*"))) == 1


def test_another_s_login_in_the_middle_of_ours(
    ours: Drawer, store: KeyringStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The entry is written, and then the file turns out to have changed."""
    other, before = KeyringStore(tmp_path / "store"), store.load(KEY)
    met: list[bool] = []

    def meanwhile(real: Callable[[], Any]) -> None:
        real()
        if not met:
            met.append(True)
            met.append(log_in(other, "theirs"))

    wrapped(monkeypatch, ours, "set_password", meanwhile)
    assert not store.save(KEY, with_token(before, "ours"), expected=before)
    assert met == [True, True]
    assert token(store) == token(other) == "theirs"
    assert ours.secrets() == ["theirs"]


def test_an_entry_that_is_named_while_it_is_about_to_be_swept_away(
    ours: Drawer, store: KeyringStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its marker was free when the sweeper took it, for its writer had just come to an end."""
    sweeper, let_go, inside = KeyringStore(tmp_path / "store"), threading.Event(), threading.Event()

    def hang(real: Callable[[], Any]) -> None:
        inside.set()
        let_go.wait(20)
        real()

    wrapped(monkeypatch, ours, "set_password", hang)
    writer = threading.Thread(target=log_in, args=(store, "new"))
    writer.start()
    assert inside.wait(20)
    acquired = sweeper._acquired

    def meanwhile(lock: FileLock) -> bool:
        let_go.set()
        writer.join(20)
        return acquired(lock)

    monkeypatch.setattr(sweeper, "_acquired", meanwhile)
    assert not sweeper.save(KEY, with_token(Record(), "late"), expected=Record(revision="1"))
    assert let_go.is_set()
    assert ours.secrets() == ["new"]
    assert token(KeyringStore(tmp_path / "store")) == "new"


def test_a_marker_that_somebody_is_sweeping_away_is_not_used(
    ours: Drawer, store: KeyringStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert log_in(store, "old")
    names = iter(["taken", "free"])
    monkeypatch.setattr(keyring_store, "new_id", lambda: next(names))
    sweeping = FileLock(store._path(KEY, "secret-taken"))
    assert sweeping.try_acquire()
    assert log_in(store, "new")
    sweeping.release()
    assert [path.name for path in ours.folder.iterdir()] == ["cometchat-session free"]
    assert token(KeyringStore(store.folder)) == "new"


@pytest.mark.parametrize("then", ["theirs", None], ids=["login", "logout"])
def test_an_entry_that_is_deleted_while_it_is_looked_for(
    ours: Drawer,
    store: KeyringStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    then: str | None,
) -> None:
    """It is not lost: the file says by now what took its place."""
    log_in(store, "old")
    reader, met = KeyringStore(tmp_path / "store"), threading.Event()

    def meanwhile(real: Callable[[], Any]) -> Any:
        if not met.is_set():
            met.set()
            assert log_in(store, then)
        return real()

    wrapped(monkeypatch, ours, "get_password", meanwhile)
    assert token(reader) == then
    assert met.is_set()
    assert caplog.text == ""


@pytest.mark.parametrize("trouble", ["locked", "refused", "hanging"])
def test_a_logout_where_the_entry_cannot_be_deleted(
    mode: Mode,
    ours: Drawer,
    store: KeyringStore,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    trouble: str,
) -> None:
    """It is a logout, and says what it left; the server is told; the next change cleans up."""
    let_go, chat = threading.Event(), mode.client(store=store)
    chat.login(UID)

    def refuse(real: Callable[[], Any]) -> Any:
        if trouble == "hanging":
            return let_go.wait(20)
        raise KeyringLocked if trouble == "locked" else PasswordDeleteError

    with monkeypatch.context() as patch:
        patch.setattr(_keyring_calls, "LIMIT", 0.2)
        wrapped(patch, ours, "delete_password", refuse)
        assert chat.logout().revoked
        let_go.set()
    assert len(ours.secrets()) == 1
    assert chat.get_logged_in_user() is None
    assert caplog.text.count("may still be in the keyring") == 1
    assert repr(chat).count("may still be in the keyring") == 1
    chat.logout()
    assert ours.secrets() == []
    assert "may still be" not in repr(chat)


def test_many_that_meet_a_hanging_keyring_wait_once(
    mode: Mode, ours: Drawer, store: KeyringStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go, chat, calls = threading.Event(), mode.client(store=store), []
    monkeypatch.setattr(_keyring_calls, "LIMIT", 0.5)

    def hang(real: Callable[[], Any]) -> None:
        calls.append(1)
        let_go.wait(20)

    wrapped(monkeypatch, ours, "get_password", hang)
    outcomes = mode.at_once([lambda: chat.login(UID)] * 16)
    let_go.set()
    assert {type(one) for one in outcomes} == {errors.StoreUnavailableError}
    assert len(calls) <= 2
    assert asked(mode.emulator) == []


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")  # that is what is tried
def test_a_child_forked_while_a_call_hangs(
    ours: Drawer, store: KeyringStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in(store, "old")
    let_go, inside = threading.Event(), threading.Event()

    def hang(real: Callable[[], Any]) -> None:
        inside.set()
        let_go.wait(20)
        real()

    with monkeypatch.context() as patch:
        wrapped(patch, ours, "set_password", hang)
        thread = threading.Thread(target=log_in, args=(store, "new"))
        thread.start()
        assert inside.wait(20)
        child = os.fork()
        if not child:
            patch.undo()
            os._exit(0 if token(store) == "old" and log_in(store, "child's") else 1)
        until(lambda: os.waitpid(child, os.WNOHANG) == (child, 0))
        let_go.set()
        thread.join(20)
    assert token(store) == "child's"  # it was first
    assert ours.secrets() == ["child's"]


@pytest.mark.parametrize("method", ["get", "set"])
def test_what_a_backend_says_does_not_tell_the_token(
    ours: Drawer, store: KeyringStore, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    log_in(store, "old")
    if method == "get":
        store = KeyringStore(store.folder)

    def fails(*args: str) -> None:
        raise RuntimeError("no room for " + args[-1])

    monkeypatch.setattr(ours, f"{method}_password", fails)
    with pytest.raises(errors.StoreUnavailableError, match="RuntimeError") as caught:
        store.save(KEY, with_token(Record(), NEW), expected=store.load(KEY))
    assert NEW not in str(caught.getrepr(showlocals=True, style="long"))
    assert caught.value.__cause__ is caught.value.__context__ is None


def test_a_chain_of_keyrings_is_its_best(
    ours: Drawer, store: KeyringStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are not asked, or a token might end in the one that writes plain text."""
    monkeypatch.setattr(chainer.ChainerBackend, "backends", [ours, untyped(fail.Keyring)()])
    keyring.set_keyring(untyped(chainer.ChainerBackend)())
    assert log_in(store, "new")
    assert ours.secrets() == ["new"]
    monkeypatch.setattr(chainer.ChainerBackend, "backends", [untyped(fail.Keyring)(), ours])
    monkeypatch.setattr(_keyring_calls, "_fit", [])
    with pytest.raises(errors.StoreUnavailableError, match="none that keeps a secret"):
        log_in(store, "another")


def test_a_backend_that_is_named_and_not_there(store: KeyringStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "no.such.Keyring")
    with pytest.raises(errors.StoreUnavailableError, match="No module named 'no'"):
        store.try_lock(KEY)


def test_where_no_file_can_be_written_the_token_stays_in_memory(
    mode: Mode, ours: Drawer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    store = KeyringStore(tmp_path / "file" / "store")
    chat = mode.client(store=store)
    assert chat.login(UID).uid == UID
    assert chat.get_logged_in_user().uid == UID
    assert ours.secrets() == []
    assert len(caplog.messages) == 1
    assert "in memory only" in repr(store)
    assert chat.logout().revoked
    assert chat.get_logged_in_user() is None


@pytest.mark.parametrize("times", [2, 3])
def test_a_keyring_that_fails_in_passing_is_asked_three_times(
    ours: Drawer, store: KeyringStore, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    """A Secret Service may tell one of many who ask at once that it has no place for secrets."""
    assert log_in(store, "old")
    failures = [InitError("no collection")] * times

    def fail_first(real: Callable[[], Any]) -> Any:
        if failures:
            raise failures.pop()
        return real()

    wrapped(monkeypatch, ours, "get_password", fail_first)
    other = KeyringStore(store.folder)
    if times == len(_keyring_calls.PAUSES):
        with pytest.raises(errors.StoreUnavailableError, match="InitError: no collection"):
            other.load(KEY)
    else:
        assert token(other) == "old"
    assert failures == []


def test_a_keyring_cannot_be_asked_where_no_thread_starts_any_more(
    ours: Drawer, store: KeyringStore, mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As while Python ends. Nothing is asked of the server then, and later all is well."""
    real = threading.Thread.start

    def start(thread: threading.Thread) -> None:
        if thread.name == "keyring":
            raise RuntimeError("can't create new thread at interpreter shutdown")
        real(thread)

    chat = mode.client(store=store)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", start)
        with pytest.raises(errors.StoreUnavailableError, match="cannot be asked while Python ends"):
            chat.login(UID)
    assert asked(mode.emulator) == []
    monkeypatch.setattr(store, "_checked_until", 0.0)  # the last look speaks for a second
    assert chat.login(UID).uid == UID


def test_files_and_the_keyring_do_not_mix_in_one_folder(store: KeyringStore) -> None:
    plain = FileStore(store.folder)
    log_in(store, "hidden")
    assert plain.load(KEY) is EMPTY
    log_in(plain, "plain")
    assert (token(store), token(plain)) == ("hidden", "plain")


def test_keyring_is_not_imported_before_it_is_asked(tmp_path: Path) -> None:
    code = (
        "import sys; from cometchat_session import CometChat, KeyringStore\n"
        f"chat = CometChat('app', 'us', store=KeyringStore({str(tmp_path)!r}))\n"
        "assert chat.get_logged_in_user() is None\n"
        "print('keyring' in sys.modules)"
    )
    path = os.pathsep.join(part for part in sys.path if part)
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=dict(os.environ, PYTHONPATH=path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "False\n", done.stderr


def test_a_look_and_a_login_take_one_limit_each(
    ours: Drawer, store: KeyringStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many calls they make."""
    log_in(store, "old")
    for number in range(3):
        Path(store._path(KEY, f"secret-{number}")).touch()
    let_go = threading.Event()
    monkeypatch.setattr(_keyring_calls, "LIMIT", 0.4)
    wrapped(monkeypatch, ours, "delete_password", lambda real: let_go.wait(20))
    began = time.monotonic()
    assert log_in(store, None)
    took = time.monotonic() - began
    let_go.set()
    assert took < 3 * 0.4
