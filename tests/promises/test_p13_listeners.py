"""P13: one event a transition, after the fact, with no lock held; no listener spoils anything for others."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from support.fake import FakeRuntime, FakeServer, build, by_key
from support.modes import AsyncMode
from support.processes import asked

from cometchat_session import FileStore, LoginListener, MemoryStore, errors
from cometchat_session._runtime.port import run_sync

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from support.modes import Mode
    from support.store_factories import StoreFactory

    from cometchat_session import User
    from cometchat_session.stores.base import SessionStore

UID, OTHER = "cometchat-uid-1", "cometchat-uid-2"
EVENTS = ("login_success", "login_failure", "logout_success", "logout_failure")
TOO_LONG = 3.0  # seconds; a call waits one second for a listener that hangs


class Recorder(LoginListener):
    """Remembers what it heard, and what was so when it heard that."""

    def __init__(self, look: Callable[[], Any] = lambda: None) -> None:
        self.events: list[str] = []
        self.seen: list[Any] = []
        self._look = look

    def _note(self, event: str) -> None:
        self.events.append(event)
        self.seen.append(self._look())

    def login_success(self, user: User) -> None:
        self._note(f"login_success {user.uid}")

    def login_failure(self, error: errors.CometChatError) -> None:
        self._note(f"login_failure {type(error).__name__}")

    def logout_success(self) -> None:
        self._note("logout_success")

    def logout_failure(self, error: errors.CometChatError) -> None:
        self._note(f"logout_failure {type(error).__name__}")


def hostile(act: Callable[..., Any], *events: str) -> LoginListener:
    """Return a listener that does something nasty when it hears one of the events."""
    listener = LoginListener()
    for event in events or EVENTS:
        setattr(listener, event, act)
    return listener


def settle(mode: Mode) -> None:
    """Let the tasks of listeners go on: they have no loop but the callers'."""
    if isinstance(mode, AsyncMode):
        mode.runner.run(asyncio.sleep(0.2))


def go_through_all(mode: Mode, client: Any) -> None:
    """Go through every transition there is, and see each call do what it does without listeners."""
    assert client.login(UID).uid == UID
    with pytest.raises(errors.UserNotFoundError):
        client.login("nobody", switch_user=True)
    assert client.get_logged_in_user().uid == UID
    assert client.logout().revoked
    assert client.get_logged_in_user() is None
    assert client.login(OTHER).uid == OTHER
    mode.emulator.revoke(uid=OTHER)
    assert client.get_logged_in_user(verify=True) is None
    assert not client.logout().revoked


ALL = [
    f"login_success {UID}",
    "login_failure UserNotFoundError",
    "logout_success",
    f"login_success {OTHER}",
    "logout_success",
]


def test_one_event_a_transition(mode: Mode) -> None:
    client, recorder = mode.client(), Recorder()
    client.add_login_listener("recorder", recorder)
    go_through_all(mode, client)
    assert recorder.events == ALL


def test_the_event_comes_after_the_fact_and_with_no_lock_held(mode: Mode, tmp_path: Path) -> None:
    def look() -> tuple[str | None, bool]:
        other = FileStore(tmp_path)
        locked = other.try_lock(client._key)
        other.unlock(client._key)
        session = other.load(client._key).session
        return (session.uid if session else None), locked

    client, recorder = mode.client(store=FileStore(tmp_path)), Recorder(look)
    client.add_login_listener("recorder", recorder)
    go_through_all(mode, client)
    assert recorder.events == ALL
    assert recorder.seen == [(UID, True), (UID, True), (None, True), (OTHER, True), (None, True)]


@pytest.mark.parametrize("uid", [UID, "nobody"])
def test_many_callers_one_event(mode: Mode, stores: StoreFactory, uid: str) -> None:
    client, recorder = mode.client(store=stores.open()), Recorder()
    client.add_login_listener("recorder", recorder)
    mode.emulator.fault("delay", seconds=0.4, method="POST")
    mode.at_once([lambda: client.login(uid)] * 16)
    failed = "login_failure UserNotFoundError"
    assert recorder.events == [failed if uid == "nobody" else f"login_success {uid}"]


@pytest.mark.parametrize("uid", ["ann", "nobody"])
def test_no_lock_is_held_by_one_that_waited(uid: str) -> None:
    """It looks for the result with the lock in its hand, and tells only after it has given that back."""
    server = FakeServer()

    class Overtaken(MemoryStore):
        """Somebody else's login ends between a caller's arrival and its getting the lock."""

        overtaken = False

        def try_lock(self, key: str) -> bool:
            if not self.overtaken:
                self.overtaken = True
                with suppress(errors.UserNotFoundError):
                    run_sync(build(FakeRuntime(server), store)[0].login(by_key(uid)))
            return super().try_lock(key)

    store = Overtaken()
    manager, recorder = build(FakeRuntime(server), store)
    looker = Recorder(lambda: not store._held)
    manager.listeners.add("looker", looker)
    with suppress(errors.UserNotFoundError):
        run_sync(manager.login(by_key(uid)))
    assert server.asked.count("create_auth_token") == 1
    assert looker.events == recorder.events
    assert looker.seen == [True]


def test_a_listener_raises(mode: Mode, caplog: pytest.LogCaptureFixture) -> None:
    def act(*_: Any) -> None:
        raise ValueError("out of order")

    client, recorder = mode.client(), Recorder()
    client.add_login_listener("hostile", hostile(act))
    client.add_login_listener("recorder", recorder)
    go_through_all(mode, client)
    assert recorder.events == ALL
    assert [record.levelname for record in caplog.records].count("ERROR") == len(ALL)


def test_a_listener_raises_what_no_handler_expects(mode: Mode) -> None:
    def act(*_: Any) -> None:
        raise asyncio.CancelledError

    client, recorder = mode.client(), Recorder()
    client.add_login_listener("recorder", recorder)
    if isinstance(mode, AsyncMode):
        client.add_login_listener("hostile", hostile(act))
    go_through_all(mode, client)
    assert recorder.events == ALL


def test_a_listener_logs_in(mode: Mode) -> None:
    """At its logout a user is logged in again: the logout still ended what it was called for."""
    client, recorder = mode.client(), Recorder()

    def act() -> Awaitable[Any] | None:
        answer = client.login(OTHER)
        return answer if isinstance(mode, AsyncMode) else None

    client.add_login_listener("hostile", hostile(act, "logout_success"))
    client.add_login_listener("recorder", recorder)
    client.login(UID)
    assert client.logout().revoked
    settle(mode)
    assert client.get_logged_in_user().uid == OTHER
    assert sorted(recorder.events) == sorted(
        [f"login_success {UID}", "logout_success", f"login_success {OTHER}"]
    )
    assert len(asked(mode.emulator)) == 5


def test_a_listener_logs_out(mode: Mode) -> None:
    client, recorder = mode.client(), Recorder()

    def act(user: User) -> Awaitable[Any] | None:
        answer = client.logout()
        return answer if isinstance(mode, AsyncMode) else None

    client.add_login_listener("hostile", hostile(act, "login_success"))
    client.add_login_listener("recorder", recorder)
    assert client.login(UID).uid == UID
    settle(mode)
    assert client.get_logged_in_user() is None
    assert sorted(recorder.events) == [f"login_success {UID}", "logout_success"]


def test_a_listener_unsubscribes_itself_and_another(mode: Mode) -> None:
    client, recorder = mode.client(), Recorder()

    def act(*_: Any) -> None:
        remove()
        client.remove_login_listener("recorder")

    remove = client.add_login_listener("hostile", hostile(act))
    client.add_login_listener("recorder", recorder)
    go_through_all(mode, client)
    assert recorder.events == ALL[:1]  # it was registered when that happened


def test_a_listener_hangs(mode: Mode) -> None:
    release = threading.Event()

    def hang(*_: Any) -> Awaitable[Any] | None:
        if isinstance(mode, AsyncMode):
            return asyncio.Event().wait()
        release.wait(30)
        return None

    client, recorder = mode.client(), Recorder()
    client.add_login_listener("hostile", hostile(hang, "login_success", "logout_success"))
    client.add_login_listener("recorder", recorder)
    began = time.monotonic()
    assert client.login(UID).uid == UID
    assert client.logout().revoked
    assert time.monotonic() - began < 2 * TOO_LONG
    assert recorder.events == [f"login_success {UID}", "logout_success"]
    release.set()


def test_an_asynchronous_listener(mode: Mode, caplog: pytest.LogCaptureFixture) -> None:
    """Either client takes one; what it raises is logged."""
    heard: list[str] = []

    class Listener(LoginListener):
        async def login_success(self, user: User) -> None:
            await asyncio.sleep(0)
            heard.append(user.uid)

        async def logout_success(self) -> None:
            await asyncio.sleep(0)
            raise ValueError("out of order")

    client = mode.client()
    client.add_login_listener("listener", Listener())
    client.login(UID)
    client.logout()
    settle(mode)
    assert heard == [UID]
    assert "listener" in caplog.text
    assert "out of order" in caplog.text


def test_a_logout_that_cannot_be_done(mode: Mode, monkeypatch: pytest.MonkeyPatch) -> None:
    client, recorder = mode.client(), Recorder()
    client.login(UID)
    client.add_login_listener("recorder", recorder)
    store: SessionStore = client._store

    def save(*_: Any, **__: Any) -> bool:
        raise errors.StoreUnavailableError("gone")

    monkeypatch.setattr(store, "save", save)
    with pytest.raises(errors.StoreUnavailableError):
        client.logout()
    assert recorder.events == ["logout_failure StoreUnavailableError"]
