"""The guard by itself: no real host, on whatever way, and every other where it was."""

from __future__ import annotations

import asyncio
import http.client
import socket
import ssl
import threading
import urllib.request
from typing import TYPE_CHECKING, Self

import httpx
import pytest

from cometchat_session.emulator import Emulator, RealHostError, real_hosts_refused
from cometchat_session.emulator.guard import _watch, is_real

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REAL = "app.api-us.cometchat.io"


class Tunnel:
    """A proxy that agrees to everything, and keeps what was said to it."""

    def __init__(self) -> None:
        self.events = b""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(20)
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        with connection:
            while b"\r\n\r\n" not in self.events:
                self.events += connection.recv(4096)
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            while more := connection.recv(4096):
                self.events += more

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def all_heard(self) -> bytes:
        """What was said, once the other side has hung up."""
        self._thread.join()
        return self.events

    def __exit__(self, *_: object) -> None:
        self._thread.join()
        self._listener.close()


@pytest.fixture
def tunnel() -> Iterator[Tunnel]:
    with Tunnel() as tunnel:
        yield tunnel


def by_http_client(port: int) -> None:
    line = http.client.HTTPSConnection("127.0.0.1", port, timeout=5)
    line.set_tunnel(REAL, 443)
    try:
        line.connect()
    finally:
        line.close()


def by_urllib(port: int) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({"https": f"http://127.0.0.1:{port}"}))
    opener.open(f"https://{REAL}/v3/users", timeout=5)


def by_httpx(port: int) -> None:
    with httpx.Client(proxy=f"http://127.0.0.1:{port}", trust_env=False) as client:
        client.get(f"https://{REAL}/v3/users")


def by_asyncio(port: int) -> None:
    async def story() -> None:
        async with httpx.AsyncClient(proxy=f"http://127.0.0.1:{port}", trust_env=False) as client:
            await client.get(f"https://{REAL}/v3/users")

    asyncio.run(story())


@pytest.mark.parametrize("call", [by_http_client, by_urllib, by_httpx, by_asyncio])
def test_a_proxy_is_no_way_round(tunnel: Tunnel, call: Callable[[int], None]) -> None:
    with real_hosts_refused(), pytest.raises(RealHostError, match="COMETCHAT_BASE_URL"):
        call(tunnel.port)
    heard = tunnel.all_heard()
    assert heard.startswith(f"CONNECT {REAL}:443 ".encode())
    assert heard.endswith(b"\r\n\r\n")


@pytest.mark.parametrize("name", ["wrap_socket", "wrap_bio"])
def test_the_host_is_seen_wherever_it_stands(name: str) -> None:
    context = ssl.create_default_context()
    with socket.create_server(("127.0.0.1", 0)) as server, real_hosts_refused():
        ends = (server,) if name == "wrap_socket" else (ssl.MemoryBIO(), ssl.MemoryBIO())
        between = (False, True, True) if name == "wrap_socket" else (False,)
        for host in (REAL, f"{REAL}.".upper()):
            with pytest.raises(RealHostError):
                getattr(context, name)(*ends, *between, host)
            with pytest.raises(RealHostError):
                getattr(context, name)(*ends, server_hostname=host)


def test_a_name_that_another_resolver_found_is_no_way_round() -> None:
    async def story(sock: socket.socket) -> None:
        await asyncio.open_connection(sock=sock, ssl=True, server_hostname=REAL)

    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as sock,
        real_hosts_refused(),
        pytest.raises(RealHostError),
    ):
        asyncio.run(story(sock))


def test_other_hosts_speak_tls_as_ever() -> None:
    context = ssl.create_default_context()
    with real_hosts_refused():
        context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="example.com")
        context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), False, "example.com")
    context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname=REAL)


@pytest.mark.parametrize("host", ["cometchat.io", "APP.api-us.CometChat.io.", b"x.cc-edge-2.io"])
def test_real_hosts(host: object) -> None:
    assert is_real(host)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "notcometchat.io", "cometchat.io.example", None, 5]
)
def test_other_hosts(host: object) -> None:
    assert not is_real(host)


def test_the_guard_goes_down_again() -> None:
    with real_hosts_refused(), real_hosts_refused():
        with pytest.raises(RealHostError):
            socket.getaddrinfo("app.api-us.cometchat.io", 443)
        with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
            pass
    with pytest.raises(OSError, match=r".*"):
        socket.getaddrinfo("app.invalid", 443)


# What Python tells an audit hook.
ANY_SOCKET = object()
OF_REAL_HOSTS: dict[str, tuple[object, ...]] = {
    "socket.getaddrinfo": (REAL, 443, 0, 1, 0),
    "socket.gethostbyname": (REAL,),
    "socket.connect": (ANY_SOCKET, (REAL, 443)),
}
OF_OTHERS: list[tuple[str, tuple[object, ...]]] = [
    ("socket.getaddrinfo", ("localhost", 443, 0, 1, 0)),
    ("socket.getaddrinfo", (None, 0, 0, 1, 0)),
    ("socket.gethostbyname", ("example.com",)),
    ("socket.connect", (ANY_SOCKET, ("127.0.0.1", 443))),
    ("socket.connect", (ANY_SOCKET, ("::1", 443, 0, 0))),
    ("socket.connect", (ANY_SOCKET, "/run/app.sock")),
    ("socket.bind", (ANY_SOCKET, (REAL, 443))),
    ("open", (REAL, "r", 0)),
]


@pytest.mark.parametrize("event", OF_REAL_HOSTS)
def test_what_python_tells_of_a_real_host_is_refused_while_the_guard_is_up(event: str) -> None:
    _watch(event, OF_REAL_HOSTS[event])
    with real_hosts_refused(), pytest.raises(RealHostError, match=REAL):
        _watch(event, OF_REAL_HOSTS[event])
    _watch(event, OF_REAL_HOSTS[event])


@pytest.mark.parametrize(("event", "arguments"), OF_OTHERS)
def test_what_python_tells_of_anything_else_is_let_pass(event: str, arguments: tuple[object, ...]) -> None:
    with real_hosts_refused():
        _watch(event, arguments)


def test_without_pytest_the_guard_stands_by_itself() -> None:
    with Emulator() as emulator, real_hosts_refused():
        assert httpx.get(f"{emulator.url}/_emulator/health").status_code == 200
        with pytest.raises(RealHostError):
            socket.create_connection((REAL, 443), 1)
