"""Whatever a login meets: the right error in time, the former session untouched, and the next login works."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any

import pytest
from support.faults import TABLE
from support.modes import QUICK

from cometchat_session import MemoryStore, RetryPolicy, errors

if TYPE_CHECKING:
    from support.modes import Mode

DEADLINE = 1.5


@pytest.mark.parametrize(
    ("fault", "kind", "requests"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_put_me(mode: Mode, fault: dict[str, Any], kind: type[errors.CometChatError], requests: int) -> None:
    store = MemoryStore()
    policy = RetryPolicy(deadline=DEADLINE, wait_initial=0.0)
    client = mode.client(store=store, retry=policy, timeout=0.4)
    client.login("cometchat-uid-3")
    former = store.load(client._key).session
    mode.emulator.clear_requests()
    mode.emulator.fault(method="PUT", path="/me", **fault)
    began = time.monotonic()
    with pytest.raises(kind) as caught:
        client.login("cometchat-uid-1", switch_user=True)
    assert time.monotonic() - began < DEADLINE + 0.25
    assert type(caught.value) is kind
    assert caught.value.attempts == requests
    assert caught.value.elapsed is not None
    assert len([one for one in mode.emulator.requests if one["method"] == "PUT"]) == requests
    assert store.load(client._key).session is former
    mode.emulator.disarm()
    assert client.login("cometchat-uid-1", switch_user=True).uid == "cometchat-uid-1"


@pytest.fixture
def free_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        return int(nobody.getsockname()[1])


def test_connection_refused(mode: Mode, free_port: int) -> None:
    client = mode.client(base_url=f"http://127.0.0.1:{free_port}")
    with pytest.raises(errors.NetworkError, match=f"127.0.0.1:{free_port}") as caught:
        client.login("cometchat-uid-1")
    assert (caught.value.sent, caught.value.attempts) == ("no", 3)
    assert client.get_logged_in_user() is None


def test_a_wait_that_does_not_fit_is_not_begun(mode: Mode) -> None:
    client = mode.client(retry=RetryPolicy(deadline=5.0))
    mode.emulator.fault("status", status=429, headers={"Retry-After": "60"})
    began = time.monotonic()
    with pytest.raises(errors.RateLimitedError) as caught:
        client.login("cometchat-uid-1")
    assert time.monotonic() - began < 1
    assert caught.value.retry_after == 60


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n{"


@pytest.mark.parametrize("begins", [HEAD, HEAD[:20]], ids=["the body", "the head"])
def test_a_server_that_drips_is_silent_too(mode: Mode, begins: bytes) -> None:
    """A byte now and then keeps httpx's own time-outs from striking."""
    with Dripping(begins) as port:
        client = mode.client(
            base_url=f"http://127.0.0.1:{port}", timeout=0.5, retry=RetryPolicy(deadline=1.2)
        )
        began = time.monotonic()
        with pytest.raises(errors.DeadlineExceededError):
            client.login("cometchat-uid-1")
        assert time.monotonic() - began < 1.2 + 0.25


def test_so_is_a_proxy_that_drips(mode: Mode, monkeypatch: pytest.MonkeyPatch) -> None:
    with Dripping(HEAD[:20]) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        client = mode.client(
            base_url="https://app.example", timeout=0.5, retry=RetryPolicy(attempts=1, deadline=5.0)
        )
        with pytest.raises(errors.DeadlineExceededError, match=r"No answer in 0\.5 s"):
            client.login("cometchat-uid-1")


def test_a_host_that_no_proxy_is_for_is_asked_itself(
    mode: Mode, monkeypatch: pytest.MonkeyPatch, free_port: int
) -> None:
    with Dripping(HEAD[:20]) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        client = mode.client(base_url=f"https://127.0.0.1:{free_port}", retry=RetryPolicy(attempts=1))
        with pytest.raises(errors.NetworkError, match=f"Could not connect to 127.0.0.1:{free_port}"):
            client.login("cometchat-uid-1")


@pytest.mark.parametrize("path", ["/users/*/auth_tokens", "/me"])
def test_a_fault_that_passes_is_not_noticed(mode: Mode, path: str) -> None:
    client = mode.client(retry=QUICK)
    mode.emulator.fault("apply_then_drop", path=path, times=1)
    assert client.login("cometchat-uid-1").uid == "cometchat-uid-1"


class Dripping:
    """A server that never ends its answer: a byte at a time, for ever."""

    def __init__(self, begins: bytes) -> None:
        self.begins = begins

    def __enter__(self) -> int:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.stop = threading.Event()
        self.begun: set[socket.socket] = set()
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()
        return int(self.listener.getsockname()[1])

    def __exit__(self, *args: object) -> None:
        self.stop.set()
        self.thread.join(2)
        self.listener.close()

    def serve(self) -> None:
        self.listener.settimeout(0.05)
        with ExitStack() as connections:
            dripping: set[socket.socket] = set()
            while not self.stop.is_set():
                with suppress(OSError):
                    dripping.add(connections.enter_context(self.listener.accept()[0]))
                for connection in tuple(dripping):
                    try:
                        connection.sendall(b" " if connection in self.begun else self.begins)
                        self.begun.add(connection)
                    except OSError:
                        dripping.discard(connection)
