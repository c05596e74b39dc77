"""A worker that brings chat up to date, job by job, however long chat was away.

The queue is a table of your own database, so a job is written in the transaction that signs the member up:
either both are there, or neither. With Celery the job is the task's argument, it pickles, and
`autoretry_for=errors.TEMPORARY` says the same as below.
"""

from __future__ import annotations

import sqlite3
import sys
import time
from typing import TYPE_CHECKING

from attrs import frozen

from cometchat_session import CometChatAdmin, CometChatError, errors

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMA = """
create table if not exists jobs (
    id integer primary key, uid text not null, name text not null, due real not null default 0,
    tries integer not null default 0, failed text
)
"""
NO_JOB_S_FAULT = (errors.AuthenticationError, errors.PermissionDeniedError, errors.PlanError)
"""The key or the plan is wrong: the worker ends, and every job is still there when that is mended."""
LONGEST_WAIT = 3600.0  # seconds between two tries of a job


@frozen
class EnsureUser:
    """A member who is to be a chat user of this name. Plain data: it goes through any queue."""

    uid: str
    name: str


def put(database: sqlite3.Connection, job: EnsureUser) -> None:
    """Queue a job, in whatever transaction is open."""
    database.execute("insert into jobs (uid, name) values (?, ?)", (job.uid, job.name))


def work(
    database: sqlite3.Connection, chat: CometChatAdmin, now: Callable[[], float] = time.time
) -> float | None:
    """Do the jobs that are due. Return the seconds until the next one is, or `None` if none is left."""
    due = "select id, uid, name, tries from jobs where failed is null and due <= ? order by due, id"
    for number, uid, name, tries in database.execute(due, (now(),)).fetchall():
        try:
            chat.users.ensure(uid, name)
        except errors.TEMPORARY as error:
            # Chat is away, for every job: none is tried before the server wants, or within a second. This one
            # waits longer each time, so that it does not hold up the others if the trouble is its own.
            rest = error.retry_after or 1.0
            wait = max(rest, min(LONGEST_WAIT, 2.0 ** min(tries, 20)))
            put_off(database, now() + rest)
            database.execute(
                "update jobs set tries = tries + 1, due = ? where id = ?", (now() + wait, number)
            )
            database.commit()
            break
        except NO_JOB_S_FAULT:
            raise
        except CometChatError as error:  # no try will be better than this one: a person has to look
            database.execute("update jobs set failed = ? where id = ?", (str(error), number))
        else:
            database.execute("delete from jobs where id = ?", (number,))
        database.commit()
    (left,) = database.execute("select min(due) from jobs where failed is null").fetchone()
    return None if left is None else max(0.0, left - now())


def put_off(database: sqlite3.Connection, until: float) -> None:
    """Let all jobs wait, those longer that have to anyway."""
    database.execute("update jobs set due = max(due, ?) where failed is null", (until,))


def main() -> None:
    """Work for ever; or, given a uid and a name, queue a job."""
    database = sqlite3.connect("jobs.sqlite3")
    database.execute(SCHEMA)
    if job := sys.argv[1:]:
        with database:
            put(database, EnsureUser(*job))
        return
    with CometChatAdmin() as chat:
        while True:
            left = work(database, chat)
            time.sleep(1.0 if left is None else min(left, 1.0))


if __name__ == "__main__":
    main()
