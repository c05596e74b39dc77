"""The person whose journey it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from journeys.person import Person

if TYPE_CHECKING:
    from pathlib import Path

    from cometchat_session.emulator import Emulator


@pytest.fixture
def person(emulator: Emulator, tmp_path: Path) -> Person:
    """Somebody whose shell has the settings of the emulator, as new for every test."""
    home = tmp_path / "home"
    home.mkdir()
    return Person(home, emulator)
