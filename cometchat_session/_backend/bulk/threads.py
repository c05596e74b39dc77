"""A bulk, sync: worker threads send, and the caller's thread does all the rest.

Rows are taken and listeners are called in the caller's thread only: a database cursor, say, stays where
it belongs. A listener that Ctrl-C falls into is told of its row again before the interrupt goes on.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from cometchat_session._backend.bulk.run import PULSE
from cometchat_session._runtime.port import run_sync
from cometchat_session.errors import ConfigurationError
from cometchat_session.models.bulk import RowResult

if TYPE_CHECKING:
    from cometchat_session._backend.bulk.run import BulkRun, Job, Worker
    from cometchat_session.models.bulk import BulkReport, Rows


def ensure_all(bulk: BulkRun, rows: Rows) -> BulkReport:
    """Do all rows. However it ends, no thread is left, and every row that was done has been reported."""
    if not isinstance(rows, Iterable):
        raise ConfigurationError(
            f"rows must be an iterable, not {type(rows).__name__}.",
            hint="Asynchronous rows are for AsyncCometChatAdmin.",
        )
    pool = WorkerPool(bulk)
    try:
        for row in rows:
            if (job := bulk.take(row)) is not None:
                pool.give(job)
        while pool.busy:
            pool.settle_one()
    finally:
        pool.dismiss()
    return bulk.report()


class WorkerPool:
    """The worker threads: started as they are needed."""

    def __init__(self, bulk: BulkRun) -> None:
        self._bulk = bulk
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._results: deque[RowResult | BaseException] = deque()
        self._ready: SimpleQueue[None] = SimpleQueue()  # one for each result
        self._threads: list[threading.Thread] = []
        self.busy: set[str] = set()

    def give(self, job: Job) -> None:
        """Hand a row to a worker, once one is free and no other row of this user is on its way."""
        while len(self.busy) >= self._bulk.concurrency or job.uid in self.busy:
            self.settle_one()
        self.busy.add(job.uid)
        if len(self._threads) < len(self.busy):
            # A daemon: who presses Ctrl-C a second time does not wait for a server that hangs.
            thread = threading.Thread(
                target=self._work, args=(self._bulk.worker(),), name="cometchat-bulk", daemon=True
            )
            thread.start()
            self._threads.append(thread)
        self._jobs.put(job)

    def settle_one(self) -> None:
        """Wait until a row is done. Raises what ended its worker."""
        while True:
            try:
                self._ready.get(timeout=PULSE)
            except Empty:
                self._bulk.report_wait()
            else:
                break
        self._settle_first()

    def _settle_first(self) -> None:
        result = self._results[0]
        if isinstance(result, BaseException):
            raise result
        self.busy.discard(result.uid or "")
        # Ctrl-C may fall between any two steps here. The result leaves the queue last, so none is lost.
        try:
            self._bulk.settle(result)
        except Exception:
            self._results.popleft()
            raise
        self._results.popleft()

    def _work(self, worker: Worker) -> None:
        try:
            while (job := self._jobs.get()) is not None:
                try:
                    self._results.append(run_sync(worker.work(job)))
                except BaseException as error:  # noqa: BLE001 - it is raised in the caller's thread
                    self._results.append(error)
                self._ready.put(None)
        finally:
            run_sync(worker.close())

    def dismiss(self) -> None:
        """End the workers, each after the request that it has sent, and tell of what they have done."""
        self._bulk.throttle.stop()
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()
        while self._results:
            if isinstance(self._results[0], RowResult):
                self._settle_first()
            else:
                self._results.popleft()
