"""Both backend clients, called alike."""

from __future__ import annotations

import asyncio
import inspect
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from cometchat_session import AsyncCometChatAdmin, CometChatAdmin, MemoryStore, RetryPolicy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cometchat_session.emulator import Emulator


class Office:
    """A backend of the emulator's app, sync or async."""

    def __init__(self, emulator: Emulator, kind: type[Any], runner: asyncio.Runner) -> None:
        self.emulator = emulator
        self.kind = kind
        self.runner = runner
        self.made: list[Any] = []

    def client(self, **options: Any) -> Any:
        given: dict[str, Any] = {
            "app_id": self.emulator.app_id,
            "region": self.emulator.region,
            "api_key": self.emulator.rest_api_key,
            "base_url": self.emulator.url,
            "store": MemoryStore(),
            "retry": RetryPolicy(wait_initial=0.0, deadline=5.0),
        }
        self.made.append(self.kind(**(given | options)))
        return Waited(self.made[-1], self)

    def wait(self, result: Any) -> Any:
        """Return what a call comes to, in either mode."""
        if inspect.iscoroutine(result):
            return self.runner.run(result)
        if inspect.isasyncgen(result):
            return self.runner.run(_all(result))
        return list(result) if inspect.isgenerator(result) else result

    def at_once(self, calls: list[Callable[[], Any]]) -> list[Any]:
        if self.kind is AsyncCometChatAdmin:

            async def gather() -> list[Any]:
                return await asyncio.gather(*(call() for call in calls))

            return self.runner.run(gather())
        barrier = threading.Barrier(len(calls))

        def run(call: Callable[[], Any]) -> Any:
            barrier.wait()
            return call()

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(run, calls))

    @property
    def asked(self) -> list[str]:
        """Return the requests since the last look."""
        asked = [f"{one['method']} {one['path'].removeprefix('/v3')}" for one in self.emulator.requests]
        self.emulator.clear_requests()
        return asked

    def close(self) -> None:
        for client in self.made:
            if isinstance(client, CometChatAdmin):
                client.close()
            else:
                self.runner.run(client.aclose())


class Waited:
    """Waits for whatever a client's methods return."""

    def __init__(self, subject: Any, office: Office) -> None:
        self.subject = subject
        self._office = office

    def __getattr__(self, name: str) -> Any:
        member = getattr(self.subject, name)
        if not callable(member):
            return Waited(member, self._office)
        return lambda *args, **kwargs: self._office.wait(member(*args, **kwargs))


async def _all(items: Any) -> list[Any]:
    return [item async for item in items]


@pytest.fixture(params=[CometChatAdmin, AsyncCometChatAdmin], ids=["sync", "async"])
def office(request: pytest.FixtureRequest, emulator: Emulator) -> Iterator[Office]:
    with asyncio.Runner() as runner:
        office = Office(emulator, request.param, runner)
        yield office
        office.close()
