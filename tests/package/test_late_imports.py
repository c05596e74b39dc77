"""A fork waits for the imports under way, and never for ever."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

import pytest

from cometchat_session import _late_imports

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.filterwarnings(
    "ignore:.*multi-threaded.*fork:DeprecationWarning"
)  # that is what is tried


@pytest.fixture
def importing() -> Iterator[Callable[[float], None]]:
    """Begins an import on another thread, of so many seconds."""
    threads: list[threading.Thread] = []

    def begin(seconds: float) -> None:
        begun = threading.Event()

        def run() -> None:
            with _late_imports.importing:
                begun.set()
                time.sleep(seconds)

        threads.append(threading.Thread(target=run))
        threads[-1].start()
        assert begun.wait(20)

    yield begin
    for thread in threads:
        thread.join(20)


def forked() -> tuple[float, bool]:
    """Fork; return the seconds that took, and whether the child could import at once."""
    began = time.monotonic()
    child = os.fork()
    if not child:
        os._exit(not _late_imports.importing.acquire(blocking=False))
    took = time.monotonic() - began
    return took, os.waitpid(child, 0)[1] == 0


def test_a_fork_waits_until_an_import_has_ended(importing: Callable[[float], None]) -> None:
    importing(0.2)
    took, free = forked()
    assert took >= 0.1
    assert free
    assert _late_imports.importing.acquire(timeout=10.0)
    _late_imports.importing.release()


def test_a_fork_gives_up_waiting_for_an_import_that_does_not_end(
    importing: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes on, and leaves the lock to whoever has it."""
    monkeypatch.setattr(_late_imports, "PATIENCE", 0.05)
    importing(1.0)
    took, free = forked()
    assert took < 0.9
    assert not free
    assert not _late_imports.importing.acquire(blocking=False)
