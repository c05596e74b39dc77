"""Processes that log in all at once, as a program does that has just been started many times."""

from __future__ import annotations

import multiprocessing
import threading
import time
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from _bench.server import Server
    from _bench.side import Place, Side

# Forked from a process of one thread that has imported everything: starting 32 anew would take a minute.
CONTEXT = multiprocessing.get_context("fork")
PATIENCE = 60.0


class Ended(NamedTuple):
    """How a crowd's calls ended, and the seconds until the last of them had."""

    good: int
    bad: int
    wall: float


class Worker:
    """One process with one object of a library and some threads that use it."""

    def __init__(self, kind: type[Side], place: Place, threads: int) -> None:
        self._line, theirs = CONTEXT.Pipe()
        self.process = CONTEXT.Process(target=_work, args=(theirs, kind, place, threads), daemon=True)
        self.process.start()
        theirs.close()
        self.heard()

    def go(self) -> None:
        """Let its threads log in."""
        self._line.send("go")

    def heard(self) -> Any:
        """Wait for what it says."""
        if not self._line.poll(PATIENCE):
            self.process.kill()
            raise TimeoutError("a process does not answer: it hangs")
        return self._line.recv()

    def end(self) -> None:
        """Stop it."""
        self._line.close()
        self.process.join(PATIENCE)


def at_once(kind: type[Side], place: Place, processes: int, threads: int) -> Ended:
    """Have so many threads in so many processes log in at the same moment, with nothing stored yet."""
    kind.seed(place)
    workers = [Worker(kind, place, threads) for _ in range(processes)]
    began = time.monotonic()
    for worker in workers:
        worker.go()
    results = [worker.heard() for worker in workers]
    wall = time.monotonic() - began
    for worker in workers:
        worker.end()
    good = sum(good for good, _ in results)
    return Ended(good, sum(bad for _, bad in results), wall)


def taken_over(kind: type[Side], place: Place, server: Server, threads: int) -> float:
    """Kill the process that logs in; return the seconds until another one asks the server.

    The server never answers the first request, so the killed process is sure to be in its middle.
    """
    kind.seed(place)
    leader, waiters = Worker(kind, place, 1), Worker(kind, place, threads)
    leader.go()
    _until(server, 1)
    waiters.go()
    time.sleep(0.3)  # long enough for each of them to have begun to wait
    assert len(server.asked()) == 1, "somebody asked who should wait"
    killed = time.monotonic()
    leader.process.kill()
    _until(server, 2)
    waiters.heard()
    for worker in (leader, waiters):
        worker.end()
    return server.asked()[1].at - killed


def _until(server: Server, requests: int) -> None:
    give_up = time.monotonic() + PATIENCE
    while len(server.asked()) < requests:
        if time.monotonic() > give_up:
            raise TimeoutError(f"no request number {requests}")
        time.sleep(0.005)


def _work(line: Connection, kind: type[Side], place: Place, threads: int) -> None:
    side = kind(place)
    ended: list[bool] = []
    go = threading.Event()

    def call() -> None:
        go.wait(PATIENCE)
        try:
            side.log_in()
        except Exception:  # noqa: BLE001 - counted; which it is depends on the library
            ended.append(False)
        else:
            ended.append(True)

    crowd = [threading.Thread(target=call, daemon=True) for _ in range(threads)]
    for thread in crowd:
        thread.start()
    line.send("ready")
    line.recv()
    go.set()
    for thread in crowd:
        thread.join(PATIENCE)
    line.send((ended.count(True), len(ended) - ended.count(True)))
