"""What the promises' tests share: the processes, and how much of everything is enough."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from support.processes import Crew, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.places import Places

    from cometchat_session.emulator import Emulator


@pytest.fixture(scope="session")
def crew() -> Iterator[Crew]:
    """Spawned processes, started when they are first needed."""
    crew = Crew()
    yield crew
    crew.dismiss()


@pytest.fixture(scope="session")
def effort() -> int:
    """How many times over the tests try: 1 on a desk, more in CI, by `PROMISES_EFFORT`."""
    return int(os.environ.get("PROMISES_EFFORT", "1"))


@pytest.fixture
def stage(emulator: Emulator, crew: Crew, shared: Places) -> Stage:
    return Stage(emulator, crew, shared)
