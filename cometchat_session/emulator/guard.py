"""While it is up, no connection to a real CometChat host can be made, by whatever library.

It listens to Python's own audit events of name look-ups and connections, which every HTTP library causes.
What does both by itself (a proxy, aiodns, uvloop) still begins TLS in Python and names the host there: real
hosts speak nothing else. Neither watch can be taken away again, so both are put in at the first use and
switched.
"""

from __future__ import annotations

import functools
import inspect
import ssl
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# CometChat's REST documentation, "Network allowlist": the domain families of its hosts.
REAL_HOSTS = ("cometchat.io", "cc-cluster-2.io", "cc-edge-2.io")
_EVENTS = {"socket.getaddrinfo": 0, "socket.gethostbyname": 0, "socket.connect": 1}
_HANDSHAKES = ("wrap_socket", "wrap_bio")

_state = {"up": 0, "watching": 0}
_lock = threading.Lock()


class RealHostError(RuntimeError):
    """Something tried to reach the real CometChat."""


def is_real(host: object) -> bool:
    """Return whether a host is one of CometChat's own."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if not isinstance(host, str):
        return False
    name = host.lower().rstrip(".")
    return any(name == family or name.endswith(f".{family}") for family in REAL_HOSTS)


@contextmanager
def real_hosts_refused() -> Iterator[None]:
    """Refuse connections to real CometChat hosts inside the block, in all threads of this process."""
    with _lock:
        if not _state["watching"]:
            _state["watching"] = 1
            sys.addaudithook(_watch)
            for name in _HANDSHAKES:
                setattr(ssl.SSLContext, name, _watched(getattr(ssl.SSLContext, name)))
        _state["up"] += 1
    try:
        yield
    finally:
        with _lock:
            _state["up"] -= 1


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if not _state["up"] or event not in _EVENTS:
        return
    host = arguments[_EVENTS[event]]
    _refuse(host[0] if isinstance(host, tuple) and host else host)


def _watched(begin: Callable[..., Any]) -> Callable[..., Any]:
    """A way to begin TLS that looks first with whom."""
    place = list(inspect.signature(begin).parameters).index("server_hostname")

    @functools.wraps(begin)
    def watched(*arguments: Any, **named: Any) -> Any:
        if _state["up"]:
            _refuse(named.get("server_hostname", arguments[place] if len(arguments) > place else None))
        return begin(*arguments, **named)

    return watched


def _refuse(host: object) -> None:
    if is_real(host):
        raise RealHostError(
            f"Refused to reach the real CometChat at {host!r}. Point the client at the emulator: pass "
            "its url as base_url, or set COMETCHAT_BASE_URL."
        )
