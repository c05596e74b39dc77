"""What ends a wait: `close()`, cancelling, Ctrl-C. Each at once, however long the wait would have lasted."""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from support.processes import until, where

from cometchat_session import AsyncCometChat, CometChat, MemoryStore, RetryPolicy, errors
from cometchat_session._runtime.tasks import AsyncRuntime

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cometchat_session.emulator import Emulator
    from cometchat_session.stores.record import Record

UID = "cometchat-uid-1"
LONG = 50.0  # seconds; what a wait would last
SOON = 20.0  # at once, on a machine that has much else to do
WAITS = pytest.mark.parametrize("wait", ["pause", "lock"])


class Taken(MemoryStore):
    """A store whose lock somebody else holds for ever."""

    poll = (LONG, LONG)

    def __init__(self) -> None:
        super().__init__()
        self.looks = 0

    def try_lock(self, key: str) -> bool:
        self.looks += 1
        return False


@pytest.fixture
def waiting(wait: str, emulator: Emulator) -> tuple[dict[str, Any], Callable[[], bool]]:
    """The arguments of a client whose login will wait, and what tells that it does."""
    options = {**where(emulator), "retry": RetryPolicy(deadline=2 * LONG)}
    if wait == "lock":
        taken = Taken()
        return {**options, "store": taken}, lambda: taken.looks > 0
    emulator.fault("status", status=503, headers={"Retry-After": str(LONG)})
    return {**options, "store": MemoryStore()}, lambda: len(emulator.requests) > 0


@contextmanager
def soon() -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < SOON


@WAITS
def test_close_ends_it(waiting: tuple[dict[str, Any], Callable[[], bool]]) -> None:
    options, waits = waiting
    client = CometChat(**options)
    failures: list[Exception] = []

    def log_in() -> None:
        try:
            client.login(UID)
        except errors.NetworkError as error:
            failures.append(error)

    thread = threading.Thread(target=log_in, daemon=True)
    with soon():
        thread.start()
        until(waits)
        client.close()
        thread.join(LONG)
    assert [error.code for error in failures if isinstance(error, errors.NetworkError)] == ["CLOSED"]


@WAITS
def test_aclose_ends_it(waiting: tuple[dict[str, Any], Callable[[], bool]]) -> None:
    options, waits = waiting

    async def story() -> None:
        client = AsyncCometChat(**options)
        login = asyncio.create_task(client.login(UID))
        await asyncio.to_thread(until, waits)
        await client.aclose()
        with pytest.raises(errors.NetworkError, match="closed"):
            await login

    with soon():
        asyncio.run(story(), debug=True)


@WAITS
def test_aclose_on_another_loop_ends_it(waiting: tuple[dict[str, Any], Callable[[], bool]]) -> None:
    options, waits = waiting
    client = AsyncCometChat(**options)
    failures: list[Exception] = []

    async def log_in() -> None:
        with pytest.raises(errors.NetworkError, match="closed") as caught:
            await client.login(UID)
        failures.append(caught.value)

    thread = threading.Thread(target=lambda: asyncio.run(log_in(), debug=True), daemon=True)
    with soon():
        thread.start()
        until(waits)
        asyncio.run(client.aclose(), debug=True)
        thread.join(LONG)
    assert len(failures) == 1


@WAITS
def test_cancelling_ends_it(waiting: tuple[dict[str, Any], Callable[[], bool]]) -> None:
    options, waits = waiting

    async def story() -> None:
        async with AsyncCometChat(**options) as client:
            login = asyncio.create_task(client.login(UID))
            await asyncio.to_thread(until, waits)
            login.cancel()
            with pytest.raises(asyncio.CancelledError):
                await login

    with soon():
        asyncio.run(story())


@pytest.mark.parametrize("mode", ["sync", "async"])
@WAITS
def test_ctrl_c_ends_it(waiting: tuple[dict[str, Any], Callable[[], bool]], mode: str) -> None:
    options, waits = waiting
    main = threading.get_ident()
    left = threading.Event()

    def press() -> None:
        until(lambda: waits() or left.is_set())
        if not left.is_set():
            signal.pthread_kill(main, signal.SIGINT)

    async def breathe() -> None:
        # An idle loop may miss a Ctrl-C that comes as it falls asleep, whatever it runs.
        for _ in range(1000):
            await asyncio.sleep(0.05)

    async def task() -> None:
        async with AsyncCometChat(**options) as client, asyncio.TaskGroup() as group:
            group.create_task(breathe())
            await client.login(UID)

    def log_in() -> None:
        try:
            if mode == "async":
                asyncio.run(task())
            with CometChat(**options) as client:
                client.login(UID)
        finally:
            left.set()

    thread = threading.Thread(target=press, daemon=True)
    thread.start()
    with soon(), pytest.raises(KeyboardInterrupt):
        log_in()
    thread.join()


class Gated(MemoryStore):
    """A store that is in the middle of something until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.go_on = threading.Event(), threading.Event()

    def dwell(self) -> None:
        self.begun.set()
        self.go_on.wait(LONG)


class SlowToLoad(Gated):
    blocking = frozenset(("load",))

    def load(self, key: str) -> Record:
        self.dwell()
        raise errors.StoreUnavailableError("too late")


class SlowToLock(Gated):
    blocking = frozenset(("try_lock",))

    def try_lock(self, key: str) -> bool:
        locked = super().try_lock(key)
        self.dwell()
        return locked


def test_cancelling_a_look_does_not_wait_for_the_store(emulator: Emulator) -> None:
    store = SlowToLoad()
    complaints: list[dict[str, Any]] = []

    async def story() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
        async with AsyncCometChat(**where(emulator), store=store) as client:
            look = asyncio.create_task(client.get_logged_in_user())
            await asyncio.to_thread(store.begun.wait, LONG)
            look.cancel()
            with pytest.raises(asyncio.CancelledError):
                await look
            store.go_on.set()

    with soon():
        asyncio.run(story())
    assert complaints == []


def test_a_loop_that_ends_while_the_lock_is_being_taken_gives_it_back(emulator: Emulator) -> None:
    store = SlowToLock()
    client = AsyncCometChat(**where(emulator), store=store)

    async def leave() -> None:
        login = asyncio.create_task(client.login(UID))
        await asyncio.to_thread(store.begun.wait, LONG)
        login.cancel()
        # The loop ends, and cancels the work that is left on it, with the lock's thread under way.
        asyncio.get_running_loop().call_later(0.1, store.go_on.set)

    with soon():
        asyncio.run(leave())
        assert asyncio.run(client.login(UID)).uid == UID


@pytest.mark.parametrize(
    ("seconds", "times"), [(LONG, 2), (0.0, 1)], ids=["closed twice at once", "closed as it ends anyway"]
)
def test_a_pause_that_two_things_end_at_once_ends_once(seconds: float, times: int) -> None:
    complaints: list[dict[str, Any]] = []

    async def story() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
        runtime = AsyncRuntime(MemoryStore())
        pause = asyncio.create_task(runtime.sleep(seconds))
        await asyncio.sleep(0)  # it has begun, and the loop has not looked at the time since
        for _ in range(times):
            runtime.close()
        with pytest.raises(errors.NetworkError, match="closed"):
            await pause

    with soon():
        asyncio.run(story())
    assert complaints == []
