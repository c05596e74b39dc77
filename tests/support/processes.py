"""Real processes that wait for one signal and then all call at once."""

from __future__ import annotations

import asyncio
import multiprocessing
import threading
import time
from importlib import import_module
from typing import TYPE_CHECKING, Any, Self

from attrs import evolve, field, frozen

from cometchat_session import AsyncCometChat, CometChat, CometChatError, LoginListener, RetryPolicy
from support import IN_FULL

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from cometchat_session import SessionStore
    from cometchat_session.emulator import Emulator
    from support.store_factories import StoreFactory

# What a login imports late, which is no part of what is tested.
LATE = [
    f"cometchat_session.{name}"
    for name in (
        "_runtime.blocking",
        "_runtime.tasks",
        "_session.manager",
        "_session.requests",
        "_transport.async_client",
        "_transport.sync_client",
        "admin",
        "stores.redis",
    )
]
for name in LATE:
    import_module(name)

SPAWNED = multiprocessing.get_context("spawn")
# Starting a Python that imports all this takes half a second of a core. In full it is done as promised;
# else the processes are forked from one that has it, was told nothing, and runs no thread.
STARTED = SPAWNED if IN_FULL else multiprocessing.get_context("forkserver")
STARTED.set_forkserver_preload(LATE)
PATIENCE = 30.0  # seconds; a worker that needs longer hangs, and the test says so
NO_WAIT = RetryPolicy(wait_initial=0.0)


@frozen
class Job:
    """What every worker is to do: so many calls of one client at once.

    Attributes:
        where: the emulator, as the client's settings name it.
        opener: opens the store; a function that a worker can import.
        mode: `sync` for threads, `async` for tasks.
        calls: how many.
        uid: who.
        retry: how often a client tries.
        options: more keyword arguments for `login`.
        looks: call `get_logged_in_user(verify=True)` instead of `login`.
    """

    where: dict[str, Any]
    opener: Callable[[], SessionStore]
    mode: str
    calls: int
    uid: str = "cometchat-uid-1"
    retry: RetryPolicy = NO_WAIT
    options: dict[str, Any] = field(factory=dict)
    looks: bool = False

    def client_options(self) -> dict[str, Any]:
        """Return the keyword arguments of the client."""
        return {**self.where, "store": self.opener(), "retry": self.retry}


@frozen
class Outcome:
    """How one call ended: the uid and the token, or the error's class and text.

    The first outcome of a process has the events that its listeners heard.
    """

    uid: str | None = None
    token: str | None = None
    error: str | None = None
    text: str | None = None
    events: tuple[str, ...] = ()

    @classmethod
    def of(cls, error: BaseException) -> Self:
        """Return the outcome of a call that raised."""
        known = isinstance(error, CometChatError)
        return cls(error=type(error).__name__, text=str(error) if known else repr(error))


def where(emulator: Emulator) -> dict[str, Any]:
    """Return an emulator's settings as arguments of a client."""
    return {
        "app_id": emulator.app_id,
        "region": emulator.region,
        "auth_key": emulator.auth_key,
        "base_url": emulator.url,
    }


def asked(emulator: Emulator) -> list[tuple[str, str]]:
    """Return method and path of every request since the last look, without the version."""
    requests = [(one["method"], one["path"].removeprefix("/v3.0")) for one in emulator.requests]
    emulator.clear_requests()
    return requests


class Listener(LoginListener):
    """Remembers the events that change who is logged in."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def login_success(self, user: Any) -> None:
        self.events.append("login_success")

    def logout_success(self) -> None:
        self.events.append("logout_success")

    def told(self, outcomes: list[Outcome]) -> list[Outcome]:
        """Put what was heard into the first outcome."""
        return [evolve(outcomes[0], events=tuple(self.events)), *outcomes[1:]]


class Solo:
    """One process that does one job, and may be killed at it."""

    def __init__(self, job: Job) -> None:
        self._line, theirs = STARTED.Pipe()
        self.worker = STARTED.Process(target=work, args=(theirs,), daemon=True)
        self.worker.start()
        theirs.close()
        self._line.send(job)
        assert _heard(self._line) == "ready"

    def go(self) -> None:
        """Let it begin."""
        self._line.send("go")

    def outcomes(self) -> list[Outcome]:
        """Wait for the end of its job; the process ends too."""
        outcomes: list[Outcome] = _heard(self._line)
        self.end()
        return outcomes

    def kill(self) -> None:
        """Kill it as `kill -9` does."""
        self.worker.kill()
        self.end()

    def end(self) -> None:
        """Stop it."""
        self._line.close()
        self.worker.join(PATIENCE)


def until(condition: Callable[[], bool], seconds: float = PATIENCE) -> float:
    """Wait for a condition; return the seconds that took."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"not so after {seconds} s")
        time.sleep(0.002)
    return time.monotonic() - began


class ProcessPool:
    """Spawned processes, kept for as long as the tests last: starting one takes longer than a login."""

    def __init__(self) -> None:
        self._workers: list[tuple[BaseProcess, Connection]] = []

    def at_once(self, job: Job, processes: int) -> list[Outcome]:
        """Have so many processes do a job, all at the same moment; return every call's outcome."""
        return self.each_at_once([job] * processes)

    def each_at_once(self, jobs: list[Job]) -> list[Outcome]:
        """Have one process a job do it, all at the same moment; return every call's outcome."""
        while len(self._workers) < len(jobs):
            self._hire()
        lines = [line for _, line in self._workers[: len(jobs)]]
        try:
            for line, job in zip(lines, jobs, strict=True):
                line.send(job)
            for line in lines:
                assert _heard(line) == "ready"
            for line in lines:
                line.send("go")
            return [outcome for line in lines for outcome in _heard(line)]
        except BaseException:
            self._fire()  # one of them is out of step, and the next test needs all of them
            raise

    def close(self) -> None:
        """End the workers: each ends when its line does."""
        for _, line in self._workers:
            line.close()
        for worker, _ in self._workers:
            worker.join(PATIENCE)

    def _fire(self) -> None:
        for worker, _ in self._workers:
            worker.kill()
        self.close()
        self._workers = []

    def _hire(self) -> None:
        ours, theirs = STARTED.Pipe()
        worker = STARTED.Process(target=work, args=(theirs,), daemon=True)
        worker.start()
        theirs.close()
        self._workers.append((worker, ours))


@frozen
class Stage:
    """An emulator, processes to act against it, and stores of their own to keep sessions in."""

    emulator: Emulator
    process_pool: ProcessPool
    stores: StoreFactory

    def job(self, mode: str, calls: int, part: object = "", **more: Any) -> Job:
        """Return so many logins with one client, whose store is the place of that name."""
        return Job(where(self.emulator), self.stores.opener(part), mode, calls, **more)

    def asked(self) -> list[tuple[str, str]]:
        """Return method and path of every request since the last look."""
        return asked(self.emulator)


def _heard(line: Connection) -> Any:
    if not line.poll(PATIENCE):
        raise TimeoutError("a worker does not answer: it hangs")
    return line.recv()


def work(line: Connection) -> None:
    """Do one job after the other, until nobody sends any more."""
    while True:
        try:
            job: Job = line.recv()
        except EOFError:
            return
        line.send(_threads(job, line) if job.mode == "sync" else asyncio.run(_tasks(job, line)))


def _threads(job: Job, line: Connection) -> list[Outcome]:
    outcomes: list[Outcome] = []
    go = threading.Event()
    listener = Listener()
    with CometChat(**job.client_options()) as client:
        client.add_login_listener("job", listener)

        def call() -> None:
            go.wait(PATIENCE)
            try:
                if job.looks:
                    found = client.get_logged_in_user(verify=True)
                    outcomes.append(Outcome(found.uid if found else None))
                    return
                user = client.login(job.uid, **job.options)
                outcomes.append(Outcome(user.uid, client.get_auth_token()))
            except Exception as error:  # noqa: BLE001 - the test looks at it
                outcomes.append(Outcome.of(error))

        threads = [threading.Thread(target=call, daemon=True) for _ in range(job.calls)]
        for thread in threads:
            thread.start()
        _ready(line)
        go.set()
        give_up = time.monotonic() + PATIENCE
        for thread in threads:
            thread.join(max(0.0, give_up - time.monotonic()))
    return listener.told(outcomes)


async def _tasks(job: Job, line: Connection) -> list[Outcome]:
    listener = Listener()
    async with AsyncCometChat(**job.client_options()) as client:
        client.add_login_listener("job", listener)

        async def call() -> Outcome:
            try:
                if job.looks:
                    found = await client.get_logged_in_user(verify=True)
                    return Outcome(found.uid if found else None)
                user = await client.login(job.uid, **job.options)
                return Outcome(user.uid, await client.get_auth_token())
            except Exception as error:  # noqa: BLE001 - the test looks at it
                return Outcome.of(error)

        _ready(line)
        outcomes = await asyncio.gather(*(call() for _ in range(job.calls)))
    return listener.told(outcomes)


def _ready(line: Connection) -> None:
    line.send("ready")
    assert _heard(line) == "go"
