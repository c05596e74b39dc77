"""Keeps tests that fill the machine with processes on one worker: two crowds only wait for each other.

And tests that share something on one, so that it is made once.

Not by xdist's marks for groups: xdist puts those into the names of tests, where this pytest does not let it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

SHARED = ("test_new_operation",)  # files whose tests share what takes long to make
CROWDS = ("test_p01_", "test_p02_", "test_p16_", "test_token_for_processes")


def unit(nodeid: str) -> str:
    """Return what a test is handed out with: the other crowds, those of its file, or nothing else."""
    if any(name in nodeid for name in CROWDS):
        return "crowds"
    return next((name for name in SHARED if name in nodeid), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand tests out unit by unit, the largest first, unless another way is asked for."""
    if config.getvalue("dist") != "load":
        return None
    by_unit: Callable[..., Any] = import_module("xdist.scheduler").LoadScopeScheduling
    scheduling = by_unit(config, log)
    scheduling._split_scope = unit
    return scheduling
