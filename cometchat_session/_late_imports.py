"""What a fork must not cut in two: the imports that this library makes late.

A child that is forked while another thread imports a module waits for ever when it imports that module
itself: the thread that would finish it is not there. So late imports are made with this lock held, and a
fork waits for it; it is held for as long as a first login's imports take, and never while waiting.
"""

from __future__ import annotations

import _thread  # `threading` takes longer to import than a look-up takes
import os
from contextlib import suppress
from importlib import import_module

PATIENCE = 20.0  # seconds; a fork while a module is being imported could otherwise wait for itself

importing = _thread.RLock()
_forking: list[bool] = []


def import_now(*names: str) -> None:
    """Import what the packages below would import later, when no fork waits for it; who lacks it lacks it."""
    with importing:
        for name in names:
            with suppress(ImportError):
                import_module(name)


def _before() -> None:
    _forking.append(importing.acquire(timeout=PATIENCE))


def _after() -> None:
    if _forking.pop():
        importing.release()


if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
    os.register_at_fork(before=_before, after_in_parent=_after, after_in_child=_after)
