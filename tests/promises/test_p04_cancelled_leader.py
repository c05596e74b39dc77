"""P4: whoever stops waiting, the login goes on and the others get it."""

from __future__ import annotations

import asyncio
import signal
import threading
from typing import TYPE_CHECKING, Any

import pytest
from support.processes import NO_WAIT, asked, until, where

from cometchat_session import AsyncCometChat, CometChat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.store_factories import StoreFactory

    from cometchat_session import SessionStore
    from cometchat_session.emulator import Emulator

UID = "cometchat-uid-1"
ONE_LOGIN = [("POST", f"/users/{UID}/auth_tokens"), ("PUT", "/me")]
TASKS = 8


@pytest.fixture
def store(stores: StoreFactory) -> SessionStore:
    return stores.open()


def client(emulator: Emulator, store: SessionStore) -> AsyncCometChat:
    return AsyncCometChat(**where(emulator), store=store, retry=NO_WAIT)


async def cancel_one(emulator: Emulator, store: SessionStore, index: int, during: str) -> list[Any]:
    """Log in with eight tasks, cancel one while a request is on its way; return what became of them."""
    async with client(emulator, store) as chat:
        tasks = [asyncio.create_task(chat.login(UID)) for _ in range(TASKS)]
        await asyncio.to_thread(until, lambda: during in {one["method"] for one in emulator.requests})
        tasks[index].cancel()
        return await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize("during", ["POST", "PUT"])
def test_any_of_eight_is_cancelled(emulator: Emulator, stores: StoreFactory, during: str) -> None:
    for index in range(TASKS):
        emulator.reset()
        emulator.fault("delay", seconds=0.15)
        results = asyncio.run(cancel_one(emulator, stores.open(index), index, during))
        assert isinstance(results.pop(index), asyncio.CancelledError)
        assert {user.uid for user in results} == {UID}
        assert asked(emulator) == ONE_LOGIN


def test_a_time_out_of_the_caller_s_is_a_cancellation(emulator: Emulator, store: SessionStore) -> None:
    async def story() -> None:
        async with client(emulator, store) as chat:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(chat.login(UID), 0.1)
            assert (await chat.login(UID)).uid == UID  # joins the login that goes on

    emulator.fault("delay", seconds=0.3)
    asyncio.run(story())
    assert asked(emulator) == ONE_LOGIN


def test_all_are_cancelled_and_the_login_still_ends(emulator: Emulator, store: SessionStore) -> None:
    async def story() -> None:
        async with client(emulator, store) as chat:
            tasks = [asyncio.create_task(chat.login(UID)) for _ in range(TASKS)]
            await asyncio.to_thread(until, lambda: bool(emulator.requests))
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            await asyncio.to_thread(until, lambda: store.load(chat._key).session is not None)
            assert (await chat.login(UID)).uid == UID

    emulator.fault("delay", seconds=0.1)
    asyncio.run(asyncio.wait_for(story(), 20))
    assert asked(emulator) == ONE_LOGIN


class Interrupted(Exception):  # noqa: N818 - no error, but what Ctrl-C is like
    """What the signal handler raises."""


@pytest.fixture
def interrupt() -> Iterator[Callable[[], None]]:
    """A call that interrupts the main thread, as Ctrl-C does."""

    def handler(*_: object) -> None:
        raise Interrupted

    main = threading.get_ident()
    former = signal.signal(signal.SIGUSR1, handler)
    yield lambda: signal.pthread_kill(main, signal.SIGUSR1)
    signal.signal(signal.SIGUSR1, former)


def in_a_thread(chat: CometChat, users: list[Any]) -> threading.Thread:
    thread = threading.Thread(target=lambda: users.append(chat.login(UID)), daemon=True)
    thread.start()
    return thread


def test_a_waiting_thread_is_interrupted(
    emulator: Emulator, store: SessionStore, interrupt: Callable[[], None]
) -> None:
    emulator.fault("delay", seconds=0.4)
    users: list[Any] = []
    with CometChat(**where(emulator), store=store, retry=NO_WAIT) as chat:
        leader = in_a_thread(chat, users)
        until(lambda: bool(emulator.requests))
        timer = threading.Timer(0.1, interrupt)
        timer.start()
        with pytest.raises(Interrupted):
            chat.login(UID)
        leader.join(10)
    assert [user.uid for user in users] == [UID]
    assert asked(emulator) == ONE_LOGIN


def test_an_interrupted_thread_that_logs_in_leaves_no_lock(
    emulator: Emulator, store: SessionStore, interrupt: Callable[[], None]
) -> None:
    """A thread cannot be told to go on without its caller: one that waits takes over instead."""
    emulator.fault("hang", times=1)
    users: list[Any] = []
    with CometChat(**where(emulator), store=store, retry=NO_WAIT) as chat:

        def join_and_interrupt() -> None:
            until(lambda: bool(emulator.requests))
            waiters.extend(in_a_thread(chat, users) for _ in range(4))
            interrupt()

        waiters: list[threading.Thread] = []
        helper = threading.Thread(target=join_and_interrupt, daemon=True)
        helper.start()
        with pytest.raises(Interrupted):
            chat.login(UID)
        helper.join(10)
        for waiter in waiters:
            waiter.join(10)
    assert [user.uid for user in users] == [UID] * 4
    assert asked(emulator) == [ONE_LOGIN[0], *ONE_LOGIN]
