"""P8, in real threads and processes: no login that began before `logout()` leaves a session after it."""

from __future__ import annotations

import os
import random
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import pytest
from support.processes import Job, Outcome, until, where

from cometchat_session import CometChat

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.processes import Stage

    from cometchat_session import SessionStore
    from cometchat_session.stores.record import Record

ROUNDS = 8
LOGINS = 4


def announcing(opener: Callable[[], SessionStore], folder: Path) -> SessionStore:
    """Open a store that says, by a file, that its client has looked: a login has then begun."""
    store = opener()
    real = store.load

    def load(key: str) -> Record:
        record = real(key)
        (folder / f"{os.getpid()}-{id(store)}").touch()
        return record

    vars(store)["load"] = load
    return store


def all_began(folder: Path) -> bool:
    """Return whether every login has looked into its store."""
    return len(list(folder.iterdir())) == LOGINS


def in_threads(_: Stage, jobs: list[Job]) -> list[Outcome]:
    """Do each job's one login in a thread of this process."""

    def log_in(job: Job) -> Outcome:
        with CometChat(**job.client_options()) as client:
            try:
                return Outcome(client.login(job.uid, **job.options).uid)
            except Exception as error:  # noqa: BLE001 - the test looks at it
                return Outcome.of(error)

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(log_in, jobs))


def in_processes(stage: Stage, jobs: list[Job]) -> list[Outcome]:
    """Do each job's one login in a process of its own."""
    return stage.process_pool.each_at_once(jobs)


@pytest.mark.parametrize("race", [in_threads, in_processes])
def test_no_login_outlives_a_logout(
    stage: Stage, race: Callable[[Stage, list[Job]], list[Outcome]], tmp_path: Path, in_full: bool
) -> None:
    chance = random.Random(8)
    opener = stage.stores.opener()
    stage.emulator.fault("delay", seconds=0.01)
    for number in range(ROUNDS * (4 if in_full else 1)):
        begun = tmp_path / f"begun-{number}"
        begun.mkdir()
        jobs = [
            Job(where(stage.emulator), partial(announcing, opener, begun), mode, 1, options={"force": True})
            for mode in ("sync", "async") * (LOGINS // 2)
        ]
        with (
            ThreadPoolExecutor(1) as background,
            CometChat(**where(stage.emulator), store=opener()) as other,
        ):
            racing = background.submit(race, stage, jobs)
            until(partial(all_began, begun))
            time.sleep(chance.uniform(0.0, 0.05))  # another moment of the logins every time
            other.logout()
            outcomes = racing.result()
            assert other.get_logged_in_user() is None
        assert {one.error for one in outcomes} <= {None, "NotLoggedInError"}
