"""P3: when the process that is logging in is killed, one that waits takes over at once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from support.processes import Solo, until

if TYPE_CHECKING:
    from support.processes import Stage
    from support.store_factories import StoreFactory

UID = "cometchat-uid-1"
MINT, ENTER = ("POST", f"/users/{UID}/auth_tokens"), ("PUT", "/me")
# A lock in Redis outlives its holder by this. Few processes keep it, so it need not be as patient as others.
LEASE = 3.0
# Seconds; the benchmark prints the number, this only tells taking over from waiting for a time-out.
BOUNDS = {"file": 1.0, "redis": LEASE + 2.0}


@pytest.fixture
def shared(shared: StoreFactory) -> StoreFactory:
    shared.lease = LEASE
    return shared


@pytest.mark.parametrize(("leader", "waiters"), [("sync", "async"), ("async", "sync")])
@pytest.mark.parametrize("during", [MINT, ENTER])
def test_a_killed_leader_is_replaced(
    stage: Stage, leader: str, waiters: str, during: tuple[str, str]
) -> None:
    stage.emulator.fault("hang", method=during[0], path=during[1], times=1)
    first = Solo(stage.job(leader, 1))
    rest = Solo(stage.job(waiters, 8))
    first.go()
    until(lambda: len(stage.emulator.requests) == (1 if during == MINT else 2))
    rest.go()
    with pytest.raises(TimeoutError):  # they wait: nobody else asks
        until(lambda: len(stage.emulator.requests) > 2, 0.3)
    before = len(stage.emulator.requests)
    first.worker.kill()
    took = until(lambda: len(stage.emulator.requests) > before)
    first.end()
    print(f"taken over after {took * 1000:.0f} ms")
    assert took < BOUNDS[stage.stores.kind]
    outcomes = rest.outcomes()
    assert {(one.uid, one.error) for one in outcomes} == {(UID, None)}
    assert len({one.token for one in outcomes}) == 1
    asked = stage.asked()
    assert asked == [MINT, MINT, ENTER] if during == MINT else [MINT, ENTER, MINT, ENTER]


def made(stage: Stage, requests: int) -> bool:
    return len(stage.emulator.requests) == requests


def test_a_chain_of_killed_leaders(stage: Stage) -> None:
    """Three die one after the other; the fourth succeeds. No lock is ever left behind."""
    stage.emulator.fault("hang", method="PUT", times=3)
    workers = [Solo(stage.job("sync", 1)) for _ in range(4)]
    for number, worker in enumerate(workers[:3], start=1):
        worker.go()
        until(partial(made, stage, 2 * number))
        worker.kill()
    workers[3].go()
    (outcome,) = workers[3].outcomes()
    assert outcome.uid == UID
    assert stage.asked() == [MINT, ENTER] * 4
