"""The store that leaves the token to the operating system, on a real Secret Service and on bad ones."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import signal
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.compat import properties
from support import late_imports
from support.processes import NO_WAIT, Job, ProcessPool, asked, where
from support.secret_service import SecretService, is_there, open_store

from cometchat_session import AsyncCometChat, ConfigurationError, KeyringStore, errors
from cometchat_session._secret import Secret
from cometchat_session.stores import _keyring_calls
from cometchat_session.stores import open_store as open_by_url
from cometchat_session.stores.record import Record, new_id
from cometchat_session.testing import TOKEN, SessionStoreContract, a_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection
    from pathlib import Path

    from support.modes import Mode

    from cometchat_session.emulator import Emulator

UID = "cometchat-uid-1"
# keyring's way to the bus leaves a socket unclosed where nobody answers there any more.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
ONE_LOGIN = [("POST", f"/users/{UID}/auth_tokens"), ("PUT", "/me")]


@pytest.fixture(scope="module")
def running_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecretService]:
    if not is_there():
        pytest.skip("dbus-run-session or gnome-keyring-daemon is not installed")
    service = SecretService(tmp_path_factory.mktemp("keyring")).start()
    yield service
    service.stop()


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Leave this process's keyring as it was."""
    monkeypatch.setattr(keyring.core, "_keyring_backend", keyring.core._keyring_backend)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
    monkeypatch.setattr(_keyring_calls, "_fit", [])
    yield
    gc.collect()  # what is found unclosed is this test's


@pytest.fixture
def service(running_service: SecretService, clean: None) -> SecretService:
    running_service.empty()
    running_service.use()
    return running_service


class TestKeyringStore(SessionStoreContract):
    @pytest.fixture(autouse=True)
    def _place(self, service: SecretService, tmp_path: Path) -> None:
        self.opened = service.opener(tmp_path)

    def opener(self) -> Callable[[], KeyringStore]:
        return self.opened


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


# Where the token is


def test_the_token_is_in_the_keyring_and_nowhere_else(
    mode: Mode, service: SecretService, tmp_path: Path
) -> None:
    chat = mode.client(store=KeyringStore(tmp_path))
    chat.login(UID)
    token = chat.get_auth_token()
    assert list(service.entries().values()) == [token]
    assert token.encode() not in on_disk(tmp_path)
    assert not any(token in name for name in service.entries())
    assert token not in repr(chat)
    assert mode.client(store=KeyringStore(tmp_path)).get_auth_token() == token


def test_a_new_token_takes_the_place_of_the_former(
    mode: Mode, service: SecretService, tmp_path: Path
) -> None:
    chat = mode.client(store=KeyringStore(tmp_path))
    chat.login(UID)
    for _ in range(3):
        chat.login(UID, force=True)
        assert list(service.entries().values()) == [chat.get_auth_token()]


def test_a_logout_leaves_nothing(mode: Mode, service: SecretService, tmp_path: Path) -> None:
    chat = mode.client(store=KeyringStore(tmp_path))
    chat.login(UID)
    token = chat.get_auth_token().encode()
    assert chat.logout().revoked
    assert service.entries() == {}
    assert token not in on_disk(tmp_path)
    assert chat.get_logged_in_user() is None


def test_who_is_too_late_leaves_nothing(service: SecretService, tmp_path: Path) -> None:
    one, two = KeyringStore(tmp_path), KeyringStore(tmp_path)
    empty = one.load("key")
    assert one.save("key", a_record(), expected=empty)
    assert not two.save("key", a_record(), expected=empty)
    assert len(service.entries()) == 1


def test_a_look_asks_the_keyring_once(
    service: SecretService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = KeyringStore(tmp_path)
    store.save("key", a_record(), expected=store.load("key"))
    calls: list[str] = []
    backend = keyring.get_keyring()
    real = backend.get_password

    def get(service_: str, name: str) -> str | None:
        calls.append(name)
        return real(service_, name)

    monkeypatch.setattr(backend, "get_password", get)
    for _ in range(5):
        assert store.load("key").session is not None
    assert calls == []
    other = KeyringStore(tmp_path)
    for _ in range(5):
        assert other.load("key").session is not None
    assert len(calls) == 1


# A keyring that lost the entry, is locked, gone, slow, or none


def test_an_entry_that_was_lost_means_that_nobody_is_logged_in(
    mode: Mode, service: SecretService, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    mode.client(store=KeyringStore(tmp_path)).login(UID)
    service.empty()
    chat = mode.client(store=KeyringStore(tmp_path))
    for _ in range(3):
        assert chat.get_logged_in_user() is None
    assert caplog.text.count("the keyring has lost the token") == 1
    assert chat.login(UID).uid == UID
    assert mode.client(store=KeyringStore(tmp_path)).get_logged_in_user().uid == UID


def test_a_locked_keyring_keeps_what_it_has(
    mode: Mode, service: SecretService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mode.client(store=KeyringStore(tmp_path)).login(UID)
    asked(mode.emulator)
    monkeypatch.setattr(_keyring_calls, "LIMIT", 0.5)
    service.lock()
    chat = mode.client(store=KeyringStore(tmp_path))
    for call in (chat.get_logged_in_user, partial(chat.login, "cometchat-uid-2", switch_user=True)):
        with pytest.raises(errors.StoreUnavailableError, match="Unlock it") as caught:
            call()
        assert "COMETCHAT_STORE=file:" in str(caught.value)
    assert asked(mode.emulator) == []
    service.unlock()
    monkeypatch.setattr(_keyring_calls, "LIMIT", 10.0)  # one that answers may take its time
    time.sleep(1.0)  # for as long as the last look at the keyring speaks for the next
    assert chat.get_logged_in_user().uid == UID


class Hanging(KeyringBackend):
    """Asks somebody who is not there."""

    let_go: threading.Event

    @properties.classproperty
    def priority(self) -> float:
        return 5

    def get_password(self, service: str, username: str) -> str | None:
        self.let_go.wait(20)
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        self.let_go.wait(20)


def test_a_keyring_that_hangs_is_given_up(
    mode: Mode, clean: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _keyring_calls.LIMIT == 3.0
    monkeypatch.setattr(_keyring_calls, "LIMIT", 0.2)
    hanging = cast("Any", Hanging)()
    hanging.let_go = threading.Event()
    keyring.set_keyring(hanging)
    chat = mode.client(store=KeyringStore(tmp_path))
    began = time.monotonic()
    with pytest.raises(errors.StoreUnavailableError, match=r"did not answer within 0\.2 seconds"):
        chat.login(UID)
    assert time.monotonic() - began < 5
    hanging.let_go.set()
    assert asked(mode.emulator) == []
    assert on_disk(tmp_path) == b""


class Plain(KeyringBackend):
    """Writes secrets where everybody can read them, as keyrings.alt does, and says so by its priority."""

    @properties.classproperty
    def priority(self) -> float:
        return 0.5

    def get_password(self, service: str, username: str) -> str | None:
        raise AssertionError

    def set_password(self, service: str, username: str, password: str) -> None:
        raise AssertionError


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring, Plain])
def test_nothing_is_kept_in_plain_text_instead(
    mode: Mode, clean: None, tmp_path: Path, backend: type[KeyringBackend]
) -> None:
    keyring.set_keyring(cast("Any", backend)())
    chat = mode.client(store=KeyringStore(tmp_path))
    assert chat.get_logged_in_user() is None  # nothing is stored, so no keyring is needed to know
    with pytest.raises(errors.StoreUnavailableError, match="none that keeps a secret"):
        chat.login(UID)
    assert asked(mode.emulator) == []
    assert b"token" not in on_disk(tmp_path)


def test_a_token_that_does_not_fit_everywhere_is_refused(service: SecretService, tmp_path: Path) -> None:
    store = KeyringStore(tmp_path)
    record = a_record()
    assert record.session is not None
    fits = _with_token(record, "t" * 1200)
    assert store.save("key", fits, expected=store.load("key"))
    with pytest.raises(errors.StoreUnavailableError, match="1,200 characters"):
        store.save("key", _with_token(record, "t" * 1201), expected=fits)
    session = KeyringStore(tmp_path).load("key").session
    assert session is not None
    assert session.auth_token == Secret("t" * 1200)
    assert len(service.entries()) == 1


def _with_token(record: Record, token: str) -> Record:
    from attrs import evolve

    session = record.session
    assert session is not None
    return evolve(record, revision=new_id(), session=evolve(session, auth_token=Secret(token)))


# Several at once, and kills


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_one_login_for_many_processes(
    emulator: Emulator, service: SecretService, process_pool: ProcessPool, tmp_path: Path, mode: str
) -> None:
    emulator.fault("delay", seconds=0.15)
    job = Job(where(emulator), service.opener(tmp_path), mode, 8)
    outcomes = process_pool.at_once(job, 8)
    assert {(one.uid, one.error) for one in outcomes} == {(UID, None)}, {one.text for one in outcomes}
    assert len({one.token for one in outcomes}) == 1
    assert asked(emulator) == ONE_LOGIN
    assert list(service.entries().values()) == [outcomes[0].token]


@pytest.mark.parametrize("kind", ["CometChat", "AsyncCometChat"])
def test_a_fork_waits_for_every_import(
    emulator: Emulator, service: SecretService, tmp_path: Path, kind: str
) -> None:
    assert late_imports.cut(emulator, service.opener(tmp_path), kind) == {}


def test_one_failure_for_many_processes(
    emulator: Emulator, service: SecretService, process_pool: ProcessPool, tmp_path: Path
) -> None:
    emulator.fault("delay", method="POST", seconds=0.15, times=1)
    emulator.fault("status", method="PUT", status=401)
    outcomes = process_pool.at_once(Job(where(emulator), service.opener(tmp_path), "sync", 4), 4)
    assert {one.error for one in outcomes} == {"AuthTokenNotFoundError"}
    assert service.entries() == {}


def _killed(line: Connection, address: str, folder: Path, ends: bool, at: int) -> None:
    """Change the session, and die at the given call of the keyring, before it or after."""
    store = open_store(address, folder)
    old = store.load("key")
    backend: Any = keyring.get_keyring()
    count = 0

    def dying(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            nonlocal count
            count += 1
            if count == at:
                os.kill(os.getpid(), signal.SIGKILL)
            done = real(*args)
            count += 1
            if count == at:
                os.kill(os.getpid(), signal.SIGKILL)
            return done

        return call

    for name in ("get_password", "set_password", "delete_password"):
        setattr(backend, name, dying(getattr(backend, name)))
    new = Record(revision="new") if ends else _with_token(old, "another-token")
    store.save("key", new, expected=old)
    line.send("done")


@pytest.mark.parametrize("ends", [False, True], ids=["another token", "logout"])
def test_a_kill_at_any_call_leaves_the_old_or_the_new(
    service: SecretService, tmp_path: Path, ends: bool
) -> None:
    context = multiprocessing.get_context("spawn")
    points = 0
    for at in range(1, 50):
        folder = tmp_path / str(at)
        service.empty()
        store = KeyringStore(folder)
        store.save("key", a_record(), expected=store.load("key"))
        ours, theirs = context.Pipe()
        worker = context.Process(
            target=_killed, args=(theirs, service.address, folder, ends, at), daemon=True
        )
        worker.start()
        theirs.close()
        worker.join(30)
        survived = worker.exitcode == 0
        ours.close()
        after = KeyringStore(folder)
        session = after.load("key").session
        tokens = {None} if session is None else {session.auth_token.reveal()}
        assert tokens <= ({None, TOKEN} if ends else {"another-token", TOKEN})
        # Whatever was left behind goes with the next change.
        assert after.save("key", Record(revision=new_id()), expected=after.load("key"))
        assert service.entries() == {}
        if survived:
            break
        points += 1
    print(f"killed at {points} points")
    assert points >= 2


def test_a_slow_keyring_does_not_block_the_loop(
    emulator: Emulator, service: SecretService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend: Any = keyring.get_keyring()
    real = backend.get_password
    longest = 0.0

    def slow(*args: Any) -> Any:
        time.sleep(0.6)
        return real(*args)

    async def beat() -> None:
        nonlocal longest
        while True:
            began = time.monotonic()
            await asyncio.sleep(0.01)
            longest = max(longest, time.monotonic() - began)

    async def story() -> None:
        monkeypatch.setattr(backend, "get_password", slow)
        heart = asyncio.create_task(beat())
        async with AsyncCometChat(**where(emulator), store=KeyringStore(tmp_path), retry=NO_WAIT) as chat:
            await chat.login(UID)
            assert await chat.get_logged_in_user() is not None
        heart.cancel()

    began = time.monotonic()
    asyncio.run(story())
    assert time.monotonic() - began > 0.5
    assert longest < 0.4


# Choosing it


def test_its_url(clean: None, tmp_path: Path) -> None:
    store = open_by_url(f"keyring:{tmp_path}")
    assert isinstance(store, KeyringStore)
    assert store.folder == str(tmp_path)
    assert repr(store) == f"KeyringStore({str(tmp_path)!r})"
    assert isinstance(open_by_url("keyring:"), KeyringStore)


def test_without_its_package_the_store_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cometchat_session.stores.keyring.find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match=r"cometchat-session\[keyring\]"):
        open_by_url("keyring:")
