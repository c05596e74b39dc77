"""What `users.ensure_many` takes and tells."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from attrs import field, frozen

if TYPE_CHECKING:
    from cometchat_session.errors import CometChatError

Row = Mapping[str, Any]
"""A user as `users.ensure` takes it: `uid`, `name`, and what else is to be set, by name."""

Rows = Iterable[Row] | AsyncIterable[Row]
"""Any number of rows, taken one by one; async ones in the async client only."""

Outcome = Literal["created", "updated", "unchanged", "failed"]


@frozen
class BulkProgress:
    """How many rows are done, by what became of them.

    Attributes:
        created: users that were made.
        updated: users that were brought up to date.
        unchanged: users that were as they should be.
        failed: rows that could not be done.
        waiting: seconds until the app's rate limit lets rows go on, where all that is done is to wait for it.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: int = 0
    waiting: float = 0.0

    @property
    def done(self) -> int:
        """How many rows are done, failed ones included."""
        return self.created + self.updated + self.unchanged + self.failed


@frozen
class RowFailure:
    """A row that could not be done.

    Attributes:
        number: which row it was, counted from 1.
        uid: the row's uid, where it had one.
        code: the server's `error.code`, or the name of the error's class.
        message: what happened, and what to do next.
        details: what the server refused in the row, by field, where it said so.
    """

    number: int
    uid: str | None
    code: str
    message: str
    details: Any = field(default=None, hash=False)


@frozen
class RowResult:
    """What became of a row.

    Attributes:
        number: which row it was, counted from 1.
        row: the row as it was given.
        uid: the row's uid, where it had one.
        outcome: whether the user was `created`, `updated`, found `unchanged`, or the row `failed`.
        error: why it failed.
    """

    number: int
    row: Any = field(repr=False)
    uid: str | None
    outcome: Outcome
    error: CometChatError | None = None

    @property
    def failure(self) -> RowFailure | None:
        """Why it failed, in plain values."""
        error = self.error
        if error is None:
            return None
        code = error.code or type(error).__name__
        return RowFailure(self.number, self.uid, code, str(error), error.details)


@frozen
class BulkReport(BulkProgress):
    """What became of all rows.

    Attributes:
        failures: the rows that failed, as often as you walk over them. They are kept outside of memory
            where they are many, and go when the report goes.
        seconds: how long it took.
    """

    failures: Iterable[RowFailure] = ()
    seconds: float = 0.0
