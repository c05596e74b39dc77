"""Both clients, called alike: `mode.client()` answers to the sync client's methods in either case."""

from __future__ import annotations

import asyncio
import functools
import inspect
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Self

from cometchat_session import AsyncCometChat, CometChat, MemoryStore, RetryPolicy

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from cometchat_session.emulator import Emulator

QUICK = RetryPolicy(wait_initial=0.0, deadline=5.0)


class Mode:
    """Makes clients of one mode, and closes them at the end."""

    kind: type[CometChat | AsyncCometChat]

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.made: list[Any] = []

    def client(self, **options: Any) -> Any:
        """Return a client of the emulator with a memory store, unless told otherwise."""
        given: dict[str, Any] = {
            "app_id": self.emulator.app_id,
            "region": self.emulator.region,
            "auth_key": self.emulator.auth_key,
            "base_url": self.emulator.url,
            "store": MemoryStore(),
            "retry": QUICK,
        }
        client = self.wrap(self.kind(**(given | options)))
        self.made.append(client)
        return client

    def wrap(self, client: Any) -> Any:
        raise NotImplementedError

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run a coroutine on the loop of the async mode."""
        raise NotImplementedError

    def at_once(self, calls: list[Callable[[], Any]]) -> list[Any]:
        """Make all calls at the same time; return results and exceptions."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: object) -> None:
        for client in self.made:
            client.close()


class SyncMode(Mode):
    kind = CometChat

    def wrap(self, client: Any) -> Any:
        return client

    def at_once(self, calls: list[Callable[[], Any]]) -> list[Any]:
        barrier = threading.Barrier(len(calls))

        def run(call: Callable[[], Any]) -> Any:
            barrier.wait()
            return _outcome(call)

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(run, calls))


class AsyncMode(Mode):
    kind = AsyncCometChat

    def __enter__(self) -> Self:
        self.runner = asyncio.Runner()
        self.runner.__enter__()
        return self

    def __exit__(self, *args: object) -> None:
        super().__exit__(*args)
        self.runner.close()

    def wrap(self, client: Any) -> Any:
        return _Run(client, self.runner)

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    def at_once(self, calls: list[Callable[[], Any]]) -> list[Any]:
        async def all_of_them() -> list[Any]:
            return await asyncio.gather(*(call() for call in calls), return_exceptions=True)

        return self.runner.run(all_of_them())


class _Run:
    """Runs what an async client returns; inside a running loop, leaves that to the caller."""

    def __init__(self, client: Any, runner: asyncio.Runner) -> None:
        self._client = client
        self._runner = runner

    def __getattr__(self, name: str) -> Any:
        member = getattr(self._client, "aclose" if name == "close" else name)
        if not callable(member):
            return member

        @functools.wraps(member)
        def call(*args: Any, **kwargs: Any) -> Any:
            result = member(*args, **kwargs)
            if not inspect.iscoroutine(result) or asyncio._get_running_loop() is not None:
                return result
            return self._runner.run(result)

        return call

    def __repr__(self) -> str:
        return repr(self._client)


def _outcome(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except Exception as error:  # noqa: BLE001 - the test looks at it
        return error
