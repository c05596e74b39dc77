"""A bulk, async: tasks that each take a row, do it, and take the next."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable
from contextlib import aclosing
from typing import TYPE_CHECKING

from cometchat_session._backend.bulk.run import PULSE

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from cometchat_session._backend.bulk.run import BulkRun, Job
    from cometchat_session.models.bulk import BulkReport, Row, Rows


async def ensure_all(bulk: BulkRun, rows: Rows) -> BulkReport:
    """Do all rows. However it ends, no task is left."""
    failure: BaseException
    try:
        async with aclosing(_walk(rows)) as walk, asyncio.TaskGroup() as group:
            pool = TaskPool(bulk, walk)
            workers = [group.create_task(pool.work()) for _ in range(bulk.concurrency)]
            reporter = group.create_task(_report_waits(bulk))
            await asyncio.wait(workers)
            reporter.cancel()
    except BaseExceptionGroup as failures:
        failure = failures.exceptions[0]
    else:
        return bulk.report()
    raise failure


async def _report_waits(bulk: BulkRun) -> None:
    while True:
        await asyncio.sleep(PULSE)
        bulk.report_wait()


async def _walk(rows: Rows) -> AsyncGenerator[Row, None]:
    if isinstance(rows, AsyncIterable):
        async for row in rows:
            yield row
    else:
        for row in rows:
            yield row


class TaskPool:
    """Where the tasks take their rows, one task at a time."""

    def __init__(self, bulk: BulkRun, rows: AsyncIterator[Row]) -> None:
        self._bulk = bulk
        self._rows = rows
        self._turn = asyncio.Lock()
        self._busy: dict[str, asyncio.Event] = {}

    async def work(self) -> None:
        """Do rows until there are no more."""
        worker = self._bulk.worker()
        try:
            while (job := await self._next()) is not None:
                try:
                    result = await worker.work(job)
                finally:
                    self._busy.pop(job.uid).set()
                self._bulk.settle(result)
        finally:
            await worker.close()

    async def _next(self) -> Job | None:
        """Take the next row that can be done, once no other row of this user is on its way."""
        async with self._turn:
            async for row in self._rows:
                if (job := self._bulk.take(row)) is None:
                    await asyncio.sleep(0)  # many bad rows in a row must not hold up the loop
                    continue
                if (other := self._busy.get(job.uid)) is not None:
                    await other.wait()
                self._busy[job.uid] = asyncio.Event()
                return job
        return None
