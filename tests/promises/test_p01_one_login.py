"""P1: however many processes, threads and tasks log in at once, one login is made and all get its session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.processes import Crew, Job, asked, where

if TYPE_CHECKING:
    from pathlib import Path

    from cometchat_session.emulator import Emulator

UID = "cometchat-uid-1"
ONE_LOGIN = [("POST", f"/users/{UID}/auth_tokens"), ("PUT", "/me")]
SECONDS = 0.15  # the server's


@pytest.mark.parametrize("colour", ["sync", "async"])
@pytest.mark.parametrize(("processes", "calls"), [(8, 8), (16, 16), (32, 4)])
def test_one_login(
    emulator: Emulator, crew: Crew, tmp_path: Path, effort: int, colour: str, processes: int, calls: int
) -> None:
    for repeat in range(effort):
        emulator.reset()
        emulator.fault("delay", seconds=SECONDS)
        job = Job(where(emulator), str(tmp_path / str(repeat)), colour, calls)
        outcomes = crew.at_once(job, processes)
        assert len(outcomes) == processes * calls
        assert {one.error for one in outcomes} == {None}, {one.text for one in outcomes}
        assert {one.uid for one in outcomes} == {UID}
        assert len({one.token for one in outcomes}) == 1
        assert asked(emulator) == ONE_LOGIN


def test_threads_and_tasks_share_one_login(emulator: Emulator, crew: Crew, tmp_path: Path) -> None:
    emulator.fault("delay", seconds=SECONDS)
    jobs = [Job(where(emulator), str(tmp_path), colour, 8) for colour in ("sync", "async") * 4]
    outcomes = crew.each_at_once(jobs)
    assert {(one.uid, one.error) for one in outcomes} == {(UID, None)}
    assert len({one.token for one in outcomes}) == 1
    assert asked(emulator) == ONE_LOGIN


def test_logins_of_two_users_leave_one_of_them(emulator: Emulator, crew: Crew, tmp_path: Path) -> None:
    """One login each would be two sessions in one place: the second user is refused, and costs nothing."""
    emulator.fault("delay", seconds=SECONDS)
    jobs = [
        Job(where(emulator), str(tmp_path), "sync", 4, uid=f"cometchat-uid-{1 + number % 2}")
        for number in range(8)
    ]
    outcomes = crew.each_at_once(jobs)
    (winner,) = {one.uid for one in outcomes if one.uid}
    assert [one.uid for one in outcomes].count(winner) == 16
    assert [one.error for one in outcomes].count("AlreadyLoggedInError") == 16
    assert asked(emulator) == [("POST", f"/users/{winner}/auth_tokens"), ("PUT", "/me")]
