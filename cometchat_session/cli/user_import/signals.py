"""Being told to stop from outside ends an import as Ctrl-C does."""

from __future__ import annotations

import os
import signal
import stat
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# What `kill` and service managers send, and a terminal that is closed; Windows has no such terminal.
SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


@contextmanager
def like_ctrl_c() -> Iterator[None]:
    """Raise `KeyboardInterrupt` on the first of these signals, and take no notice of more.

    A shell that is closed may send a second one. In what Ctrl-C would break off then, rows are kept.
    """
    if threading.current_thread() is not threading.main_thread():  # which alone hears of signals
        yield
        return
    # One that is ignored, as under `nohup`, stays so.
    before = {one: signal.getsignal(one) for one in SIGNALS if signal.getsignal(one) != signal.SIG_IGN}

    def stop(*_: object) -> None:
        for one in before:
            signal.signal(one, signal.SIG_IGN)
        _leave_lost_terminal()
        raise KeyboardInterrupt

    for one in before:
        signal.signal(one, stop)
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _leave_lost_terminal() -> None:
    """Let go of a terminal that is gone: whatever is printed there would fail."""
    for file in (0, 1, 2):
        if stat.S_ISCHR(os.fstat(file).st_mode) and not os.isatty(file):
            nowhere = os.open(os.devnull, os.O_RDWR)
            os.dup2(nowhere, file)
            os.close(nowhere)
