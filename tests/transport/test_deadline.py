"""A connection of the sync client gets what is left of the attempt, never the whole time anew."""

from __future__ import annotations

import socket
import ssl
from collections import deque
from typing import TYPE_CHECKING, Any

import httpcore
import pytest

from cometchat_session._secret import Secret
from cometchat_session._transport import deadline
from cometchat_session._transport.http import Attempt, current
from cometchat_session._transport.operations import ANY_CLIENT, LOGOUT
from cometchat_session._transport.request import ApiRequest, CallBudget
from cometchat_session.config import AppConfig

if TYPE_CHECKING:
    from collections.abc import Iterator

NOBODY = httpcore.ConnectTimeout("nobody is there")


class Clock:
    """Time that passes only where the network below says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


class Below(httpcore.NetworkBackend, httpcore.NetworkStream):
    """A network, and its only connection: what it was given, and 3 seconds for each step."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.given: list[float | None] = []
        self.failures: deque[Exception] = deque()

    def step(self, timeout: float | None) -> None:
        self.given.append(timeout)
        self.clock.now += 3.0
        if self.failures:
            raise self.failures.popleft()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> Below:
        self.step(timeout)
        return self

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Any = None
    ) -> Below:
        self.step(timeout)
        return self

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> Below:
        self.step(timeout)
        return self

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self.step(timeout)
        return b"."

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.step(timeout)


@pytest.fixture
def below(monkeypatch: pytest.MonkeyPatch) -> Below:
    clock = Clock()
    monkeypatch.setattr(deadline, "time", clock)
    address = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 443))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [address] * 4)
    return Below(clock)


@pytest.fixture
def attempt(below: Below) -> Iterator[None]:
    """An attempt of ten seconds."""
    request = ApiRequest(
        call=LOGOUT(client=ANY_CLIENT), url="https://app.example", header="authToken", credential=Secret("t")
    )
    attempt = Attempt(request, CallBudget(0.0, 10.0), 10.0, AppConfig("app", "us", None, None))
    attempt.until = below.clock.now + 10.0
    token = current.set(attempt)
    yield
    current.reset(token)


@pytest.mark.usefixtures("attempt")
def test_each_step_gets_what_is_left(below: Below) -> None:
    stream = deadline._Network(below).connect_tcp("app.example", 443, 5.0)
    stream = stream.start_tls(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), "app.example", 5.0)
    stream.write(b".", 10.0)
    assert stream.read(1, None) == b"."
    assert below.given == [5.0, 5.0, 4.0, 1.0]
    with pytest.raises(httpcore.ReadTimeout):
        stream.read(1, 10.0)
    with pytest.raises(httpcore.WriteTimeout):
        stream.write(b".", 10.0)
    assert len(below.given) == 4


@pytest.mark.usefixtures("attempt")
def test_all_addresses_of_a_host_share_the_time(below: Below) -> None:
    below.failures.extend([NOBODY] * 9)
    with pytest.raises(httpcore.ConnectTimeout):
        deadline._Network(below).connect_tcp("app.example", 443, 5.0)
    assert below.given == [5.0, 5.0, 4.0, 1.0]


@pytest.mark.usefixtures("attempt")
def test_the_first_address_that_answers_is_taken(below: Below) -> None:
    below.failures.append(httpcore.ConnectError("refused"))
    assert deadline._Network(below).connect_tcp("app.example", 443, 5.0).read(1) == b"."


def test_a_host_without_an_address(monkeypatch: pytest.MonkeyPatch, below: Below) -> None:
    network = deadline._Network(below)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [])
    with pytest.raises(httpcore.ConnectError, match="no address"):
        network.connect_tcp("app.example", 443)


def test_without_an_attempt_nothing_is_cut(below: Below) -> None:
    stream = deadline._Network(below).connect_unix_socket("/there", 7.0)
    stream.read(1, 60.0)
    stream.read(1, None)
    assert below.given == [7.0, 60.0, None]
