"""One emulator for all tests of a worker, reset for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cometchat_session.emulator import Emulator
from emulator.service import Api

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def running() -> Iterator[Api]:
    with Emulator() as emulator:
        api = Api(emulator)
        yield api
        api.http.close()


@pytest.fixture
def api(running: Api) -> Api:
    running.emulator.reset()
    return running


@pytest.fixture
def emulator(api: Api) -> Emulator:
    return api.emulator
