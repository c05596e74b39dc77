"""A lock with an expiry, renewed for as long as its holder lives."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from cometchat_session._log import log
from cometchat_session.errors import StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable


class Lease:
    """Renews one lock from a thread of its own.

    Args:
        holder: what the lock's value is while it is ours; a fresh one for each lease is what fences it.
        seconds: between renewals.
        renew: renews it, or returns `False` where it is ours no longer.
    """

    def __init__(self, holder: str, seconds: float, renew: Callable[[str], bool]) -> None:
        self.holder = holder
        self._seconds = seconds
        self._renew = renew
        self._ended = threading.Event()

    def start(self) -> None:
        """Begin to renew."""
        threading.Thread(target=self._keep, name="cometchat-lease", daemon=True).start()

    def end(self) -> None:
        """Renew no more. The lock is then given back, or expires."""
        self._ended.set()

    def _keep(self) -> None:
        while not self._ended.wait(self._seconds):
            try:
                if not self._renew(self.holder):
                    return  # lost: whoever stores under it will find out
            except StoreUnavailableError as error:
                log().debug("a lock could not be renewed, the next try may succeed: %s", error)
