"""What the promises' tests share: the processes, and how much of everything is enough."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from support.processes import Stage

if TYPE_CHECKING:
    from support.places import Places
    from support.processes import Crew

    from cometchat_session.emulator import Emulator

IN_FULL = os.environ.get("PROMISES") == "in full"  # as `nox -s promises` sets it


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the tests counted, which pytest keeps to itself where they pass."""
    terminalreporter.section("gone through " + ("in full" if IN_FULL else "in part"))
    for report in terminalreporter.getreports("passed"):
        if report.capstdout and "/promises/" in report.nodeid:
            terminalreporter.write_line(f"{report.nodeid.rpartition('/')[2]}: {report.capstdout.strip()}")


@pytest.fixture(scope="session")
def in_full() -> bool:
    """Whether a test goes through all that is promised, or through a part that suits every change."""
    return IN_FULL


@pytest.fixture
def stage(emulator: Emulator, crew: Crew, shared: Places) -> Stage:
    return Stage(emulator, crew, shared)
