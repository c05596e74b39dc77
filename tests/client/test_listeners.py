"""What a listener does is nobody else's trouble: it may raise, hang, be asynchronous, or be replaced."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from support.fake import Recorder
from support.modes import AsyncMode, SyncMode

from cometchat_session import LoginListener
from cometchat_session._runtime import blocking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.modes import Mode

    from cometchat_session import CometChat, User
    from cometchat_session.emulator import Emulator

UID = "cometchat-uid-1"
TOLD = [f"login_success {UID}", "logout_success"]


class Acting(LoginListener):
    """Does something when a user has logged in."""

    def __init__(self, act: Callable[[], Any]) -> None:
        self.act = act

    def login_success(self, user: User) -> Any:
        return self.act()


def in_and_out(client: Any, act: Callable[[], Any]) -> list[str]:
    """Log in with a listener that acts so, and out; return what one hears that was added after it."""
    recorder = Recorder()
    client.add_login_listener("acting", Acting(act))
    client.add_login_listener("recorder", recorder)
    assert client.login(UID).uid == UID
    assert client.logout().revoked
    return recorder.events


def settle(mode: Mode) -> None:
    """Let the tasks of listeners go on: they have no loop but the callers'."""
    if isinstance(mode, AsyncMode):
        mode.run(asyncio.sleep(0))


def test_one_that_raises_is_logged(mode: Mode, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise ValueError("out of order")

    assert in_and_out(mode.client(), fail) == TOLD
    (record,) = caplog.records
    assert record.getMessage() == "login listener 'acting' raised; the call it was told of is not affected"
    assert "out of order" in caplog.text


@pytest.mark.parametrize("fails", [False, True], ids=["well", "badly"])
def test_an_asynchronous_one_is_heard_out(mode: Mode, caplog: pytest.LogCaptureFixture, fails: bool) -> None:
    reached: list[str] = []

    async def act() -> None:
        await asyncio.sleep(0)
        reached.append("the end")
        if fails:
            raise ValueError("out of order")

    assert in_and_out(mode.client(), act) == TOLD
    settle(mode)
    assert reached == ["the end"]
    assert [record.levelname for record in caplog.records] == ["ERROR"] * fails
    assert ("out of order" in caplog.text) == fails


def test_one_that_meets_a_cancelled_task(emulator: Emulator, caplog: pytest.LogCaptureFixture) -> None:
    """The caller of `login` is not cancelled by it."""

    def look() -> None:
        task = asyncio.get_running_loop().create_future()
        task.cancel()
        task.result()

    with AsyncMode(emulator) as mode:
        assert in_and_out(mode.client(), look) == TOLD
    assert caplog.messages == [
        "a login listener met a cancelled task; the call it was told of is not affected"
    ]


@pytest.fixture
def client(emulator: Emulator) -> Iterator[CometChat]:
    """A sync client."""
    with SyncMode(emulator) as mode:
        yield mode.client()


def test_one_that_hangs_is_waited_for_for_a_while(
    client: CometChat, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(blocking, "LISTENER_SECONDS", 0.05)
    release = threading.Event()
    began = time.monotonic()
    try:
        assert in_and_out(client, lambda: release.wait(30) and None) == TOLD
    finally:
        release.set()
    assert 0.05 <= time.monotonic() - began < 15
    assert caplog.messages == ["a login listener is still busy after 0 s; going on"]


def test_it_is_told_even_where_no_thread_starts_any_more(
    client: CometChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As while the interpreter ends: then in the caller's own, asynchronous ones to their end as well."""

    def start(self: threading.Thread) -> None:
        raise RuntimeError("can't create new thread at interpreter shutdown")

    told_in: list[threading.Thread] = []

    async def act() -> None:
        told_in.append(threading.current_thread())

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", start)
        heard = in_and_out(client, act)
    assert heard == TOLD
    assert told_in == [threading.current_thread()]


def test_what_removes_a_replaced_one_leaves_the_new_one(mode: Mode) -> None:
    client, former, current = mode.client(), Recorder(), Recorder()
    remove_former = client.add_login_listener("same", former)
    remove_current = client.add_login_listener("same", current)
    remove_former()
    client.login(UID)
    remove_current()
    client.logout()
    assert (former.events, current.events) == ([], TOLD[:1])
