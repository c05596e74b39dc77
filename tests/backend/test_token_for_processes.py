"""One token for each user and device, also where the backend is many processes, as web servers start them."""

from __future__ import annotations

import asyncio
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from support.processes import PATIENCE, STARTED, asked

from cometchat_session import AsyncCometChatAdmin, CometChatAdmin

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.synchronize import Barrier

    from support.store_factories import StoreFactory

    from cometchat_session import SessionStore
    from cometchat_session.emulator import Emulator

UID = "cometchat-uid-1"
PROCESSES = CALLS = 4
BARRIER: list[Barrier] = []


def begin(barrier: Barrier) -> None:
    """Keep, in a worker, what it is to wait for."""
    BARRIER.append(barrier)


def threads(
    settings: dict[str, Any], opener: Callable[[], SessionStore], kwargs: dict[str, Any]
) -> list[str]:
    """Request tokens from several threads of this process, at the moment at which all processes do."""
    with CometChatAdmin(**settings, store=opener()) as admin, ThreadPoolExecutor(CALLS) as pool:
        BARRIER[0].wait(PATIENCE)
        made = [pool.submit(admin.token_for, UID, **kwargs) for _ in range(CALLS)]
        return [one.result(PATIENCE).auth_token for one in made]


def tasks(settings: dict[str, Any], opener: Callable[[], SessionStore], kwargs: dict[str, Any]) -> list[str]:
    """Request tokens from several tasks of this process, at the moment at which all processes do."""

    async def ask() -> list[str]:
        async with AsyncCometChatAdmin(**settings, store=opener()) as admin:
            BARRIER[0].wait(PATIENCE)
            made = await asyncio.gather(*(admin.token_for(UID, **kwargs) for _ in range(CALLS)))
            return [one.auth_token for one in made]

    return asyncio.run(ask())


@pytest.mark.parametrize("worker", [threads, tasks], ids=["sync", "async"])
def test_processes_that_ask_at_once_make_one_token_and_replace_a_dead_one_once(
    emulator: Emulator, shared: StoreFactory, worker: Callable[..., list[str]]
) -> None:
    settings = {
        "app_id": emulator.app_id,
        "region": emulator.region,
        "api_key": emulator.rest_api_key,
        "base_url": emulator.url,
    }
    emulator.fault("delay", method="POST", seconds=0.2)  # so that the others come while the first is at it
    barrier = STARTED.Barrier(PROCESSES)
    with ProcessPoolExecutor(PROCESSES, STARTED, begin, (barrier,)) as pool:

        def ask(**kwargs: Any) -> set[str]:
            jobs = [
                pool.submit(worker, settings, shared.opener(), {"device": "phone"} | kwargs)
                for _ in range(PROCESSES)
            ]
            return {token for job in jobs for token in job.result(PATIENCE)}

        (token,) = ask()
        assert [method for method, _ in asked(emulator)] == ["POST"]
        assert ask() == {token}
        assert asked(emulator) == []
        emulator.revoke(token)
        (fresh,) = ask(verify=True)
        assert fresh != token
        methods = [method for method, _ in asked(emulator)]
        assert methods.count("POST") == 1
        assert methods.count("GET") <= PROCESSES * CALLS  # each looks once at most
