"""What the tests of the promises went through, printed at the end, though they passed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support import IN_FULL

if TYPE_CHECKING:
    import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out of a run in full what is the same in every run: the session `tests` has it."""
    if IN_FULL:
        config.hook.pytest_deselected(items=[item for item in items if not longer(item)])
        items[:] = [item for item in items if longer(item)]


def longer(item: pytest.Item) -> bool:
    """Return whether a run in full has a test: one that goes through more in it, or that is of no promise."""
    return "promises" not in item.path.parts or "in_full" in getattr(item, "fixturenames", ())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print a line for each test that counted something."""
    passed = [one for one in terminalreporter.getreports("passed") if "promises/" in one.nodeid]
    told = [one for one in passed if one.capstdout]
    if told:
        terminalreporter.section("gone through " + ("in full" if IN_FULL else "in part"))
    for one in told:
        terminalreporter.write_line(
            f"{one.nodeid.rpartition('/')[2]}: {'; '.join(one.capstdout.splitlines())}"
        )
