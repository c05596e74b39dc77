"""P1: however many processes, threads and tasks log in at once, one login is made and all get its session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.processes import Stage

UID = "cometchat-uid-1"
ONE_LOGIN = [("POST", f"/users/{UID}/auth_tokens"), ("PUT", "/me")]
SECONDS = 0.15  # the server's
REPEATS = 12  # as promised


@pytest.mark.timeout(150)
@pytest.mark.parametrize("mode", ["sync", "async"])
@pytest.mark.parametrize(("processes", "calls"), [(8, 8), (16, 16), (32, 4)])
def test_one_login(stage: Stage, in_full: bool, mode: str, processes: int, calls: int) -> None:
    repeats = REPEATS if in_full else 1
    for repeat in range(repeats):
        stage.emulator.reset()
        stage.emulator.fault("delay", seconds=SECONDS)
        outcomes = stage.process_pool.at_once(stage.job(mode, calls, repeat), processes)
        assert len(outcomes) == processes * calls
        assert {one.error for one in outcomes} == {None}, {one.text for one in outcomes}
        assert {one.uid for one in outcomes} == {UID}
        assert len({one.token for one in outcomes}) == 1
        assert stage.asked() == ONE_LOGIN
    print(f"{repeats} cold starts of {processes} x {calls} callers")


def test_threads_and_tasks_share_one_login(stage: Stage) -> None:
    stage.emulator.fault("delay", seconds=SECONDS)
    outcomes = stage.process_pool.each_at_once([stage.job(mode, 8) for mode in ("sync", "async") * 4])
    assert {(one.uid, one.error) for one in outcomes} == {(UID, None)}
    assert len({one.token for one in outcomes}) == 1
    assert stage.asked() == ONE_LOGIN


def test_logins_of_two_users_leave_one_of_them(stage: Stage) -> None:
    """One login each would be two sessions in one place: the second user is refused, and costs nothing."""
    stage.emulator.fault("delay", seconds=SECONDS)
    uids = ["cometchat-uid-1", "cometchat-uid-2"] * 4
    outcomes = stage.process_pool.each_at_once([stage.job("sync", 4, uid=uid) for uid in uids])
    (winner,) = {one.uid for one in outcomes if one.uid}
    assert [one.uid for one in outcomes].count(winner) == 16
    assert [one.error for one in outcomes].count("AlreadyLoggedInError") == 16
    assert stage.asked() == [("POST", f"/users/{winner}/auth_tokens"), ("PUT", "/me")]
