"""What testing against the emulator costs: each figure beside what it is compared with, and the ratio.

Needs the package with `[all]`, and pytest. Medians; the sides take turns, so that a slow moment hits both.
"""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from cometchat_session import CometChat
from cometchat_session.emulator import Emulator

if TYPE_CHECKING:
    from collections.abc import Callable

TESTS = 200
ROUNDS = 7
REQUESTS = 2000
SUITE = """
import pytest

@pytest.fixture
def nothing():
    yield

@pytest.mark.parametrize("n", range({tests}))
def test_it({fixture}, n):
    pass
"""


def row(what: str, value: float, beside: str, other: float, unit: str) -> None:
    """Print one comparison."""
    print(f"{what:<44}{value:>9.2f} {unit:<6} {beside:<34}{other:>9.2f} {unit:<6} ratio {value / other:.2f}")


def timed(call: Callable[[], Any]) -> float:
    """Return the milliseconds that a call takes."""
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


def suite(fixture: str, folder: Path) -> float:
    """Return the milliseconds a test of a suite takes, by pytest's own account."""
    (folder / "test_it.py").write_text(SUITE.format(tests=TESTS, fixture=fixture), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:randomly",
        str(folder),
    ]
    out = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder).stdout
    found = re.search(r"passed in ([\d.]+)s", out)
    assert found, out
    return float(found[1]) * 1000 / TESTS


def fixtures() -> None:
    """Compare the fixtures with one that does nothing."""
    names = ("nothing", "cometchat_emulator", "cometchat", "cometchat_admin")
    times: dict[str, list[float]] = {name: [] for name in names}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(ROUNDS):
            for name in names:
                times[name].append(suite(name, Path(folder)))
    base = statistics.median(times["nothing"])
    for name in names[1:]:
        row(f"a test with {name}", statistics.median(times[name]), "with a fixture of nothing", base, "ms")


def ready() -> None:
    """Compare the command until it answers with Python importing what it is made of."""
    command = [sys.executable, "-m", "cometchat_session.cli", "emulator", "--json"]
    imports = [sys.executable, "-c", "import starlette.applications, uvicorn, httptools"]

    def start() -> None:
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            httpx.get(json.loads(process.stdout.readline())["url"] + "/_emulator/health").raise_for_status()
            times.append((time.perf_counter() - began) * 1000)
            process.terminate()

    times: list[float] = []
    others: list[float] = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        start()
        others.append(timed(lambda: subprocess.run(imports, check=True)))
    row("the command, until it answers", statistics.median(times), "python importing starlette, uvicorn",
        statistics.median(others), "ms")  # fmt: skip


def reset(emulator: Emulator) -> None:
    """Compare a reset, of a new app and of a full one, with a call that touches no state."""
    others = statistics.median(timed(lambda: emulator.requests) for _ in range(200))
    beside = "reading the empty list of requests"
    row("a reset", statistics.median(timed(emulator.reset) for _ in range(200)), beside, others, "ms")
    with Emulator(state=crowd(emulator)) as full:
        times = [timed(full.reset) for _ in range(20)]
    row("a reset to 1,000 users with 100 tokens each", statistics.median(times), beside, others, "ms")


class Bare:
    """The same server with nothing behind it: one route, one constant answer."""

    def __init__(self, answer: dict[str, Any]) -> None:
        async def get(_: Any) -> JSONResponse:
            return JSONResponse(answer)

        app = Starlette(routes=[Route("/v3.0/me", get)])
        self._server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def __enter__(self) -> str:
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        host, port = self._server.servers[0].sockets[0].getsockname()
        return f"http://{host}:{port}"

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()


LOAD = f"""
import http.client, sys, time, urllib.parse
url = urllib.parse.urlsplit(sys.argv[1]); headers = dict(zip(sys.argv[2::2], sys.argv[3::2]))
line = http.client.HTTPConnection(url.hostname, url.port)
began = time.perf_counter()
for _ in range({REQUESTS}):
    line.request("GET", "/v3.0/me", headers=headers)
    answer = line.getresponse()
    assert answer.read() and answer.status == 200
print({REQUESTS} / (time.perf_counter() - began))
"""


def rate(url: str, headers: dict[str, str]) -> float:
    """Return the requests a second of two processes that ask one after the other."""
    words = [word for pair in headers.items() for word in pair]
    loads = [
        subprocess.Popen([sys.executable, "-c", LOAD, url, *words], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    return sum(float(load.communicate()[0]) for load in loads)


def throughput(emulator: Emulator) -> None:
    """Compare requests a second with a server of nothing, empty and full."""
    place: dict[str, Any] = {"app_id": emulator.app_id, "region": emulator.region, "base_url": emulator.url}
    with CometChat(**place, auth_key=emulator.auth_key, store="memory:") as chat:
        chat.login("cometchat-uid-1")
        headers = {"appId": emulator.app_id, "authToken": chat.get_auth_token()}
    answer = httpx.get(f"{emulator.url}/v3.0/me", headers=headers).json()
    with Bare(answer) as bare:
        rates = [(rate(emulator.url, headers), rate(bare, headers)) for _ in range(3)]
    empty = statistics.median(mine for mine, _ in rates)
    row(
        "GET /me, empty",
        empty,
        "starlette and a constant",
        statistics.median(other for _, other in rates),
        "req/s",
    )
    emulator.load(crowd(emulator))
    full = statistics.median(rate(emulator.url, headers) for _ in range(3))
    row("GET /me, 1,000 users with 100 tokens each", full, "empty", empty, "req/s")


def crowd(emulator: Emulator) -> dict[str, Any]:
    """Return the emulator's state with a thousand users more, each with a hundred tokens."""
    state = emulator.state
    uids = [f"user-{number}" for number in range(1000)]
    state["users"] += [{"uid": uid} for uid in uids]
    state["tokens"] += [{"uid": uid, "authToken": f"{uid}_{n}"} for uid in uids for n in range(100)]
    return state


def saving(emulator: Emulator) -> None:
    """Compare saving and loading a full state with json alone."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "state.json")
        save, load = timed(lambda: emulator.save_file(path)), timed(lambda: emulator.load_file(path))
        state = json.loads(path.read_text(encoding="utf-8"))
        text = json.dumps(state, indent=1)
        row("saving that state", save, "json.dumps of it", timed(lambda: json.dumps(state, indent=1)), "ms")
        row("loading that state", load, "json.loads of it", timed(lambda: json.loads(text)), "ms")


def main() -> None:
    """Print all rows."""
    print(f"Python {sys.version.split()[0]}; medians")
    fixtures()
    ready()
    with Emulator() as emulator:
        reset(emulator)
        throughput(emulator)
        saving(emulator)


if __name__ == "__main__":
    main()
