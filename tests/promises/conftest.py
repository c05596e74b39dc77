"""What the promises' tests share: the processes, and how much of everything is enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support import IN_FULL
from support.processes import Stage

if TYPE_CHECKING:
    from support.processes import ProcessPool
    from support.store_factories import StoreFactory

    from cometchat_session.emulator import Emulator


@pytest.fixture(scope="session")
def in_full() -> bool:
    """Whether a test goes through all that is promised, or through a part that suits every change."""
    return IN_FULL


@pytest.fixture
def stage(emulator: Emulator, process_pool: ProcessPool, shared: StoreFactory) -> Stage:
    return Stage(emulator, process_pool, shared)
