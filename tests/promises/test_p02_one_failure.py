"""P2: a login that fails fails once, for all who wait for it; who comes later tries again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from support.processes import Stage

UID = "cometchat-uid-1"
MINT, ENTER = ("POST", f"/users/{UID}/auth_tokens"), ("PUT", "/me")

# Long enough that the slowest of the callers has begun to wait before the failure is there.
DELAY: dict[str, Any] = {"kind": "delay", "seconds": 2.0, "method": "POST", "times": 1}
FAILURES: dict[str, tuple[dict[str, Any], str, list[tuple[str, str]]]] = {
    "500": ({"kind": "status", "status": 500, "method": "PUT"}, "ServerError", [MINT] + [ENTER] * 3),
    "401": ({"kind": "status", "status": 401, "method": "PUT"}, "AuthTokenNotFoundError", [MINT, ENTER]),
}


@pytest.mark.parametrize("mode", ["sync", "async"])
@pytest.mark.parametrize(("processes", "calls"), [(8, 8), (16, 16)])
@pytest.mark.parametrize("failure", FAILURES)
def test_one_failure(stage: Stage, failure: str, processes: int, calls: int, mode: str) -> None:
    fault, kind, requests = FAILURES[failure]
    stage.emulator.fault(**DELAY)
    stage.emulator.fault(**fault)
    job = stage.job(mode, calls)
    outcomes = stage.process_pool.at_once(job, processes)
    assert len(outcomes) == processes * calls
    assert {one.error for one in outcomes} == {kind}, {one.text for one in outcomes}
    assert len({one.text for one in outcomes}) == 1
    assert stage.asked() == requests

    again = stage.process_pool.at_once(job, 1)  # after the end: a login of its own, with the same fault
    assert {one.error for one in again} == {kind}
    assert stage.asked() == requests
    stage.emulator.disarm()
    assert {one.uid for one in stage.process_pool.at_once(job, 2)} == {UID}
    assert stage.asked() == [MINT, ENTER]


def test_the_failure_of_one_is_not_the_failure_of_another(stage: Stage) -> None:
    """Who asked for something else does not get an error that is not his."""
    stage.emulator.fault(**DELAY)
    uids = ["nobody", "nobody", UID]
    outcomes = stage.process_pool.each_at_once([stage.job("sync", 4, uid=uid) for uid in uids])
    assert {one.error for one in outcomes[:8]} <= {"UserNotFoundError", "AlreadyLoggedInError"}
    assert {one.uid for one in outcomes[8:]} == {UID}
    requests = stage.asked()
    assert requests.count(("POST", "/users/nobody/auth_tokens")) <= 1
    assert requests.count(MINT) == requests.count(ENTER) == 1
