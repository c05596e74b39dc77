"""One emulator for the whole run, as new for every test; and no settings of whoever runs the tests."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest
from support.modes import AsyncMode, SyncMode
from support.processes import ProcessPool
from support.redis_server import RedisServer, is_there
from support.store_factories import KINDS, SHARED, StoreFactory

from cometchat_session.emulator import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.modes import Mode

# Started in the background, a shell's child ignores Ctrl-C, and so would everything that is tested with it.
signal.signal(signal.SIGINT, signal.default_int_handler)

pytest_plugins = ["support.secret_scan", "support.counts", "support.xdist_groups"]
collect_ignore = ["projects"]  # suites of their own: `nox -s projects`


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in tuple(os.environ):
        if name.startswith("COMETCHAT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))


@pytest.fixture(scope="session")
def running_emulator() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def emulator(running_emulator: Emulator) -> Emulator:
    running_emulator.reset()
    return running_emulator


@pytest.fixture(params=[SyncMode, AsyncMode], ids=["sync", "async"])
def mode(request: pytest.FixtureRequest, emulator: Emulator) -> Iterator[Mode]:
    """Both clients in turn, called alike."""
    with request.param(emulator) as mode:
        yield mode


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis for all tests that leave it as it is."""
    if not is_there():
        pytest.skip("redis-server is not installed")
    server = RedisServer(tmp_path_factory.mktemp("redis")).start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def process_pool() -> Iterator[ProcessPool]:
    """Spawned processes, started when they are first needed."""
    process_pool = ProcessPool()
    yield process_pool
    process_pool.close()


@pytest.fixture(params=SHARED)
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> StoreFactory:
    """StoreFactory that several processes can share, of every kind of store in turn."""
    return StoreFactory(request.param, request, tmp_path)


@pytest.fixture(params=KINDS)
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> StoreFactory:
    """StoreFactory of every kind of store in turn."""
    return StoreFactory(request.param, request, tmp_path)
