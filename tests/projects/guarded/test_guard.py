"""Whatever library asks, the real service is out of reach, and everything else is where it was."""

from __future__ import annotations

import asyncio
import gc
import queue
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import aiohttp
import httpx
import pytest
import requests
import urllib3
import uvloop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from aiohttp.abc import AbstractResolver

HOST = "app.api-us.cometchat.io"
REAL = f"https://{HOST}/v3/users"


async def fetch(url: str, proxy: str | None = None, resolver: AbstractResolver | None = None) -> int:
    # Said in full, because aiohttp takes aiodns by itself where it is installed.
    connector = aiohttp.TCPConnector(resolver=resolver or aiohttp.ThreadedResolver())
    async with aiohttp.ClientSession(connector=connector) as session, session.get(url, proxy=proxy) as answer:
        return answer.status


async def fetch_by_aiodns(url: str, nameserver: str) -> int:
    return await fetch(url, resolver=aiohttp.AsyncResolver(nameservers=[nameserver]))


LIBRARIES: dict[str, Callable[[str], int]] = {
    "requests": lambda url: requests.get(url, timeout=5).status_code,
    "urllib3": lambda url: urllib3.request("GET", url, timeout=5.0, retries=False).status,
    "urllib3 that tries again": lambda url: urllib3.request("GET", url, timeout=5.0).status,
    "aiohttp": lambda url: asyncio.run(fetch(url)),
    "httpx": lambda url: httpx.get(url).status_code,
}
THROUGH_A_PROXY: dict[str, Callable[[str], object]] = {
    "requests": lambda proxy: requests.get(REAL, timeout=5, proxies={"https": proxy}),
    "urllib3": lambda proxy: urllib3.ProxyManager(proxy).request("GET", REAL, timeout=5.0, retries=False),
    "aiohttp": lambda proxy: asyncio.run(fetch(REAL, proxy)),
    "aiohttp on uvloop": lambda proxy: uvloop.run(fetch(REAL, proxy)),
    "httpx": lambda proxy: httpx.get(REAL, proxy=proxy),
}


tunnelled: queue.Queue[tuple[str, bytes]] = queue.Queue()


class Answer(BaseHTTPRequestHandler):
    timeout = 20  # for connections that a refused library forgets to close

    def do_GET(self) -> None:
        self.send_response(204)
        self.end_headers()

    def do_CONNECT(self) -> None:
        """Agree, as a proxy does, and keep what comes then."""
        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        tunnelled.put((self.path, self.rfile.read()))

    def log_message(self, *args: object) -> None:
        """Log nothing."""


@pytest.fixture
def another_server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def name_server() -> Iterator[str]:
    """Where every name is one of this machine, for resolvers that ask nameservers themselves."""

    def serve() -> None:
        while query := (heard := sock.recvfrom(512))[0]:
            end = query.index(0, 12) + 5  # the name, its type and its class
            found = query[end - 4 : end - 2] == b"\x00\x01"  # an A record
            head = query[:2] + b"\x81\x80\x00\x01" + bytes([0, int(found)]) + b"\x00" * 4
            record = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x00\x00\x04\x7f\x00\x00\x01"
            sock.sendto(head + query[12:end] + (record if found else b""), heard[1])

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=serve)
        thread.start()
        host, port = sock.getsockname()
        yield f"{host}:{port}"
        sock.sendto(b"", (host, port))
        thread.join()


@pytest.mark.usefixtures("cometchat_emulator")
@pytest.mark.parametrize("library", LIBRARIES)
def test_the_real_service_is_out_of_reach(library: str) -> None:
    refused(lambda: LIBRARIES[library](REAL))


@pytest.mark.usefixtures("cometchat_emulator")
@pytest.mark.parametrize("library", THROUGH_A_PROXY)
def test_nothing_but_a_name_goes_through_a_proxy(library: str, another_server: str) -> None:
    refused(lambda: THROUGH_A_PROXY[library](another_server))
    assert tunnelled.get(timeout=20) == (f"{HOST}:443", b"")


# asyncio does not close a socket on which TLS could not begin.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.usefixtures("cometchat_emulator")
def test_another_resolver_finds_the_name_in_vain(name_server: str, another_server: str) -> None:
    port = another_server.rpartition(":")[2]
    assert asyncio.run(fetch_by_aiodns(f"http://{HOST}.example:{port}", name_server)) == 204
    refused(lambda: asyncio.run(fetch_by_aiodns(f"https://{HOST}:{port}", name_server)))
    gc.collect()


def refused(call: Callable[[], object]) -> None:
    """Check that a call fails, and that the guard is the cause, however the library wraps it."""
    with pytest.raises(Exception) as caught:
        call()
    found: list[str] = []
    seen: list[BaseException] = [caught.value]
    while seen:
        error = seen.pop()
        found.append(f"{type(error).__name__}: {error}")
        seen += [one for one in (error.__cause__, error.__context__) if one is not None]
    assert any(text.startswith("RealHostError") and "COMETCHAT_BASE_URL" in text for text in found), found


@pytest.mark.usefixtures("cometchat_emulator")
@pytest.mark.parametrize("library", LIBRARIES)
def test_other_servers_are_not(library: str, another_server: str) -> None:
    assert LIBRARIES[library](another_server) == 204
