"""Whatever library asks, the real service is out of reach, and everything else is where it was."""

from __future__ import annotations

import asyncio
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import aiohttp
import httpx
import pytest
import requests
import urllib3

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REAL = "https://app.api-us.cometchat.io/v3/users"


async def fetch(url: str) -> int:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status


LIBRARIES: dict[str, Callable[[str], int]] = {
    "requests": lambda url: requests.get(url, timeout=5).status_code,
    "urllib3": lambda url: urllib3.request("GET", url, timeout=5.0, retries=False).status,
    "urllib3 that tries again": lambda url: urllib3.request("GET", url, timeout=5.0).status,
    "aiohttp": lambda url: asyncio.run(fetch(url)),
    "httpx": lambda url: httpx.get(url).status_code,
}


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def another_server() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.usefixtures("cometchat_emulator")
@pytest.mark.parametrize("library", LIBRARIES)
def test_the_real_service_is_out_of_reach(library: str) -> None:
    with pytest.raises(Exception) as caught:
        LIBRARIES[library](REAL)
    found, seen = [], [caught.value]
    while seen:
        error = seen.pop()
        found.append(f"{type(error).__name__}: {error}")
        seen += [one for one in (error.__cause__, error.__context__) if one is not None]
    assert any(text.startswith("RealHostError") and "COMETCHAT_BASE_URL" in text for text in found), found


@pytest.mark.usefixtures("cometchat_emulator")
@pytest.mark.parametrize("library", LIBRARIES)
def test_other_servers_are_not(library: str, another_server: str) -> None:
    assert LIBRARIES[library](another_server) == 204
