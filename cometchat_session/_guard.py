"""While it is up, no connection to a real CometChat host can be made, by whatever library.

It listens to Python's own audit events of name look-ups and connections, which every HTTP library causes;
an audit hook cannot be removed, so one is put in at the first use and switched.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

# CometChat's REST documentation, "Network allowlist": the domain families of its hosts.
REAL_HOSTS = ("cometchat.io", "cc-cluster-2.io", "cc-edge-2.io")
_EVENTS = {"socket.getaddrinfo": 0, "socket.gethostbyname": 0, "socket.connect": 1}

_state = {"up": 0, "hooked": 0}


class RealHostError(RuntimeError):
    """A test tried to reach the real CometChat."""


def is_real(host: object) -> bool:
    """Tell whether a host is one of CometChat's own."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if not isinstance(host, str):
        return False
    name = host.lower().rstrip(".")
    return any(name == family or name.endswith(f".{family}") for family in REAL_HOSTS)


@contextmanager
def real_hosts_refused() -> Iterator[None]:
    """Refuse connections to real CometChat hosts inside the block, in all threads."""
    if not _state["hooked"]:
        _state["hooked"] = 1
        sys.addaudithook(_watch)
    _state["up"] += 1
    try:
        yield
    finally:
        _state["up"] -= 1


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if not _state["up"] or event not in _EVENTS:
        return
    host = arguments[_EVENTS[event]]
    host = host[0] if isinstance(host, tuple) and host else host
    if is_real(host):
        raise RealHostError(
            f"A test tried to reach the real CometChat at {host!r}. Point the client at the emulator: pass "
            "base_url=cometchat_emulator.url, or set COMETCHAT_BASE_URL."
        )
