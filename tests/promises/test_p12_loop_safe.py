"""P12: one client for any number of event loops and threads, and no loop waits for a disk or a lock."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from support.processes import NO_WAIT, asked, where

from cometchat_session import AsyncCometChat, FileStore
from cometchat_session.stores._file_lock import FileLock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine
    from pathlib import Path
    from typing import Any

    from support.store_factories import StoreFactory

    from cometchat_session.emulator import Emulator

UID = "cometchat-uid-1"
ONE_LOGIN = [("POST", f"/users/{UID}/auth_tokens"), ("PUT", "/me")]
SLOW = 0.4  # seconds, of a disk or a lock; the promise is that a loop waits 0.05 at most
BLOCKED = 0.2  # seconds; between the two, so that a busy machine is not taken for a blocked loop


@pytest.fixture
def chat(emulator: Emulator, stores: StoreFactory) -> AsyncCometChat:
    return AsyncCometChat(**where(emulator), store=stores.open(), retry=NO_WAIT)


def test_one_client_on_three_loops(chat: AsyncCometChat, emulator: Emulator) -> None:
    async def both() -> None:
        user = await chat.login(UID)
        assert await chat.get_logged_in_user() == user

    for _ in range(3):
        asyncio.run(both())
    assert asked(emulator) == ONE_LOGIN
    for _ in range(3):
        assert asyncio.run(chat.get_logged_in_user(verify=True)) is not None
    assert asyncio.run(chat.logout()).revoked
    assert asked(emulator) == [("GET", "/me")] * 3 + [("DELETE", "/me")]
    asyncio.run(chat.aclose())


def test_one_client_on_eight_loops_at_once(chat: AsyncCometChat, emulator: Emulator) -> None:
    emulator.fault("delay", seconds=0.15)
    barrier = threading.Barrier(8)

    async def many() -> list[Any]:
        return await asyncio.gather(*(chat.login(UID) for _ in range(4)))

    def run(_: int) -> list[str]:
        barrier.wait()
        return [user.uid for user in asyncio.run(many())]

    with ThreadPoolExecutor(8) as pool:
        uids = list(pool.map(run, range(8)))
    assert uids == [[UID] * 4] * 8
    assert asked(emulator) == ONE_LOGIN
    asyncio.run(chat.aclose())


def test_a_loop_that_ended_in_the_middle(chat: AsyncCometChat, emulator: Emulator) -> None:
    """It takes its login with it; the next loop makes another one."""
    emulator.fault("hang", times=1)
    with pytest.raises(TimeoutError):
        asyncio.run(asyncio.wait_for(chat.login(UID), 0.2))
    assert asyncio.run(chat.login(UID)).uid == UID
    assert asked(emulator) == [ONE_LOGIN[0], *ONE_LOGIN]
    asyncio.run(chat.aclose())


@asynccontextmanager
async def heartbeat() -> AsyncIterator[list[float]]:
    """Yield a list that grows by the time between two beats of the loop."""
    gaps: list[float] = []

    async def beat() -> None:
        last = time.monotonic()
        while True:
            await asyncio.sleep(0.005)
            gaps.append((now := time.monotonic()) - last)
            last = now

    task = asyncio.create_task(beat())
    await asyncio.sleep(0.02)
    yield gaps
    task.cancel()


def longest_gap(chat: AsyncCometChat, call: Coroutine[Any, Any, Any]) -> tuple[float, float]:
    """Return the loop's longest silence during a call, and how long the call took."""

    async def watch() -> tuple[float, float]:
        async with heartbeat() as gaps:
            began = time.monotonic()
            await call
            took = time.monotonic() - began
            await asyncio.sleep(0.02)
        return max(gaps), took

    return asyncio.run(watch())


@pytest.fixture
def file_chat(emulator: Emulator, tmp_path: Path) -> AsyncCometChat:
    """A client over files; what is imported late is imported, for that is no waiting."""
    asyncio.run(AsyncCometChat(**where(emulator), store="memory:").login(UID))
    return AsyncCometChat(**where(emulator), store=FileStore(tmp_path), retry=NO_WAIT)


def test_a_slow_disk_does_not_block_the_loop(
    file_chat: AsyncCometChat, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real = os.fsync

    def slow(fd: int) -> None:
        time.sleep(SLOW)
        real(fd)

    monkeypatch.setattr(os, "fsync", slow)
    for call in (file_chat.login(UID), file_chat.get_logged_in_user(verify=True), file_chat.logout()):
        gap, took = longest_gap(file_chat, call)
        print(f"the loop was silent for {gap * 1000:.0f} ms of {took * 1000:.0f}")
        assert took > SLOW
        assert gap < BLOCKED


@pytest.mark.parametrize("name", ["login.lock", "write.lock"])
def test_a_lock_that_is_held_does_not_block_the_loop(
    file_chat: AsyncCometChat, tmp_path: Path, name: str
) -> None:
    asyncio.run(file_chat.login(UID))
    (session,) = tmp_path.glob("*/session.json")
    lock = FileLock(str(session.with_name(name)))
    assert lock.try_acquire()
    timer = threading.Timer(SLOW, lock.release)
    timer.start()
    gap, took = longest_gap(file_chat, file_chat.login(UID, force=True))
    timer.join()
    assert took > SLOW / 2
    assert gap < BLOCKED


def test_a_look_at_a_damaged_file_waits_for_nobody(file_chat: AsyncCometChat, tmp_path: Path) -> None:
    asyncio.run(file_chat.login(UID))
    (session,) = tmp_path.glob("*/session.json")
    lock = FileLock(str(session.with_name("write.lock")))
    assert lock.try_acquire()
    session.write_bytes(b"damage")
    gap, took = longest_gap(file_chat, file_chat.get_logged_in_user())
    lock.release()
    assert max(gap, took) < BLOCKED
