"""How the core, written as coroutines, is run by the sync clients."""

from __future__ import annotations

import asyncio

import pytest

from cometchat_session._runtime.port import run_sync


def test_a_runtime_that_suspends_is_a_bug_and_reported_as_one() -> None:
    ended = []

    async def work() -> None:
        try:
            await asyncio.sleep(0)
        finally:
            ended.append(True)

    with pytest.raises(RuntimeError, match="the sync client suspended"):
        run_sync(work())
    assert ended == [True]  # nothing is left hanging in the middle
