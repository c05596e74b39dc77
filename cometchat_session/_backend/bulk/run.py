"""The core of a bulk, for sync and async: what a row asks for, what becomes of it, and what ends the run.

What differs is only who waits for whom: `threads` and `tasks`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from attrs import frozen

from cometchat_session._backend.bulk.failure_spool import FailureSpool
from cometchat_session._backend.bulk.throttle import Throttle, ThrottledTransport
from cometchat_session._backend.user_calls import ensure_user
from cometchat_session.errors import (
    AuthenticationError,
    CometChatError,
    ConfigurationError,
    NetworkError,
    PermissionDeniedError,
    PlanError,
    RateLimitedError,
)
from cometchat_session.models.bulk import BulkProgress, BulkReport, Outcome, RowResult
from cometchat_session.models.user_row import check_row

if TYPE_CHECKING:
    from collections.abc import Callable

    from cometchat_session._backend.service import BackendService
    from cometchat_session._backend.user_fields import UserFields

MOST_CONNECTIONS = 100  # connections that httpx opens to one host
# What holds for the app, or for every row alike: the next row would only meet it again.
FATAL = (AuthenticationError, PermissionDeniedError, PlanError, RateLimitedError)
PULSE = 0.5  # seconds without a row that is done, after which to look whether the rate limit is why
SHARE = 0.1  # of the last row in what is expected of the next


@frozen
class Job:
    """A row that can be done."""

    number: int
    row: Any
    uid: str
    name: str
    fields: UserFields


def is_fatal(error: CometChatError) -> bool:
    """Return whether every other row would fail so: a wrong key, a host that is unknown, a used-up plan."""
    return isinstance(error, FATAL) or (isinstance(error, NetworkError) and error.code is not None)


class ExistenceEstimate:
    """Whether the last rows' users existed: asking first what most of them were takes the fewest requests."""

    def __init__(self) -> None:
        self._existing = 0.0  # from none of them to all of them

    def look_first(self) -> bool:
        """Return whether the next user probably exists."""
        return self._existing > 1 / 2

    def record(self, *, existed: bool) -> None:
        """Record what a row turned out to be."""
        self._existing += SHARE * (existed - self._existing)


class Worker:
    """Does one row after another, over connections of its own."""

    def __init__(self, backend: BackendService, estimate: ExistenceEstimate) -> None:
        self._backend = backend
        self._estimate = estimate

    async def work(self, job: Job) -> RowResult:
        """Do a row. Raises what ends the run."""
        error: CometChatError
        look_first = self._estimate.look_first()
        try:
            done = await ensure_user(self._backend, job.uid, job.name, job.fields, look_first=look_first)
        except CometChatError as failure:
            if is_fatal(failure):
                raise
            error = failure.with_traceback(None)
        else:
            self._estimate.record(existed=done.outcome != "created")
            return RowResult(job.number, job.row, job.uid, done.outcome)
        return RowResult(job.number, job.row, job.uid, "failed", error)

    async def close(self) -> None:
        """Release the connections."""
        await self._backend.sender.transport.close()


class BulkRun:
    """One run: counts what became of its rows, and calls who listens. Driven from one thread or loop."""

    def __init__(
        self,
        backend: BackendService,
        concurrency: int,
        on_progress: Callable[[BulkProgress], None] | None,
        on_row: Callable[[RowResult], None] | None,
    ) -> None:
        if concurrency not in range(1, MOST_CONNECTIONS + 1):
            raise ConfigurationError(f"concurrency must be 1 to {MOST_CONNECTIONS}, not {concurrency!r}.")
        self.concurrency = concurrency
        self.throttle = Throttle(concurrency)
        self._backend = backend
        self._on_progress = on_progress
        self._on_row = on_row
        self._began = backend.runtime.now()
        self._taken = 0
        self._counts: dict[Outcome, int] = {"created": 0, "updated": 0, "unchanged": 0, "failed": 0}
        self._failures = FailureSpool()
        self._estimate = ExistenceEstimate()

    def take(self, row: Any) -> Job | None:
        """Count a row in. One that could never be done is done with here: nothing is sent for it."""
        self._taken += 1
        try:
            checked = check_row(row)
        except CometChatError as error:
            uid = row.get("uid") if isinstance(row, Mapping) else None
            uid = uid if isinstance(uid, str) else None
            self.settle(RowResult(self._taken, row, uid, "failed", error))
            return None
        return Job(self._taken, row, checked.uid, checked.name, cast("UserFields", checked.fields))

    def worker(self) -> Worker:
        """Return one more worker."""
        backend = self._backend
        transport = ThrottledTransport(backend.sender.transport.clone(), backend.runtime, self.throttle)
        return Worker(backend.over(transport, transport.sleep), self._estimate)

    def settle(self, result: RowResult) -> None:
        """Count a row as done, and call who listens."""
        self._counts[result.outcome] += 1
        if result.failure is not None:
            self._failures.append(result.failure)
        if self._on_row is not None:
            self._on_row(result)
        if self._on_progress is not None:
            self._on_progress(BulkProgress(**self._counts))

    def report_wait(self) -> None:
        """Report that nothing goes on before the rate limit allows it, where that is so."""
        seconds = self.throttle.waiting(self._backend.runtime.now())
        if seconds and self._on_progress is not None:
            self._on_progress(BulkProgress(**self._counts, waiting=seconds))

    def report(self) -> BulkReport:
        """Return what has become of all rows."""
        seconds = self._backend.runtime.now() - self._began
        return BulkReport(**self._counts, failures=self._failures, seconds=seconds)
