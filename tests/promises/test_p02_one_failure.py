"""P2: a login that fails fails once, for all who wait for it; who comes later tries again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from support.processes import Crew, Job, asked, where

if TYPE_CHECKING:
    from pathlib import Path

    from cometchat_session.emulator import Emulator

UID = "cometchat-uid-1"
MINT, ENTER = ("POST", f"/users/{UID}/auth_tokens"), ("PUT", "/me")

# Long enough that the slowest of the callers has begun to wait before the failure is there.
DELAY: dict[str, Any] = {"kind": "delay", "seconds": 0.8, "method": "POST", "times": 1}
FAILURES: dict[str, tuple[dict[str, Any], str, list[tuple[str, str]]]] = {
    "500": ({"kind": "status", "status": 500, "method": "PUT"}, "ServerError", [MINT] + [ENTER] * 3),
    "401": ({"kind": "status", "status": 401, "method": "PUT"}, "AuthTokenNotFoundError", [MINT, ENTER]),
}


@pytest.mark.parametrize("colour", ["sync", "async"])
@pytest.mark.parametrize(("processes", "calls"), [(8, 8), (16, 16)])
@pytest.mark.parametrize("failure", FAILURES)
def test_one_failure(
    emulator: Emulator,
    crew: Crew,
    tmp_path: Path,
    effort: int,
    failure: str,
    processes: int,
    calls: int,
    colour: str,
) -> None:
    fault, kind, requests = FAILURES[failure]
    for repeat in range(effort):
        emulator.reset()
        emulator.fault(**DELAY)
        emulator.fault(**fault)
        job = Job(where(emulator), str(tmp_path / str(repeat)), colour, calls)
        outcomes = crew.at_once(job, processes)
        assert len(outcomes) == processes * calls
        assert {one.error for one in outcomes} == {kind}, {one.text for one in outcomes}
        assert len({one.text for one in outcomes}) == 1
        assert asked(emulator) == requests

        again = crew.at_once(job, 1)  # after the end: a flight of its own, with the same fault
        assert {one.error for one in again} == {kind}
        assert asked(emulator) == requests
        emulator.disarm()
        assert {one.uid for one in crew.at_once(job, 2)} == {UID}
        assert asked(emulator) == [MINT, ENTER]


def test_the_failure_of_one_is_not_the_failure_of_another(
    emulator: Emulator, crew: Crew, tmp_path: Path
) -> None:
    """Who asked for something else does not get an error that is not his."""
    emulator.fault(**DELAY)
    jobs = [
        Job(where(emulator), str(tmp_path), "sync", 4, uid=uid)
        for uid in ("nobody", "nobody", "cometchat-uid-1")
    ]
    outcomes = crew.each_at_once(jobs)
    assert {one.error for one in outcomes[:8]} <= {"UserNotFoundError", "AlreadyLoggedInError"}
    assert {one.uid for one in outcomes[8:]} == {UID}
    requests = asked(emulator)
    assert requests.count(("POST", "/users/nobody/auth_tokens")) <= 1
    assert requests.count(MINT) == requests.count(ENTER) == 1
