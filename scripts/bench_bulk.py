"""`users.ensure_many` in figures: beside a plain `httpx.AsyncClient`, under a limit, and in memory.

    python scripts/bench_bulk.py               all of it, some two minutes
    python scripts/bench_bulk.py limit --full  500 calls a minute in real time, instead of a quarter of that
    python scripts/bench_bulk.py --quick       a few rows, to see that it runs

Needs the package with `[all]`. Both sides and their ratio are printed; nothing is asserted.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import httpx

from cometchat_session import AsyncCometChatAdmin, CometChatAdmin
from cometchat_session._backend.bulk.run import BulkRun
from cometchat_session._backend.bulk.threads import ensure_all
from cometchat_session.errors import BadRequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cometchat_session._transport.request import ApiRequest, CallBudget

CONCURRENCY = 16
ROWS, ROUNDS = 1500, 9
FEW, MANY = 1_000, 1_000_000


def people(count: int) -> Iterator[dict[str, Any]]:
    """Return rows, made as they are needed."""
    return ({"uid": f"user-{number}", "name": f"User {number}"} for number in range(count))


@contextmanager
def emulator() -> Iterator[dict[str, str]]:
    """Run an emulator in a process of its own, so that it does not share the clients' time."""
    command = (sys.executable, "-m", "cometchat_session.cli", "emulator", "--json")
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()


def settings(place: dict[str, str]) -> dict[str, Any]:
    """Return what points a client at the emulator."""
    return {
        "app_id": place["app_id"],
        "region": place["region"],
        "api_key": place["rest_api_key"],
        "base_url": place["url"],
        "store": "memory:",
    }


# Throughput


async def plain(place: dict[str, str], count: int) -> None:
    """Create the users with nothing but httpx: as many at a time, no retries, no parsing."""
    rows = people(count)
    headers = {"apikey": place["rest_api_key"], "appId": place["app_id"]}
    async with httpx.AsyncClient(headers=headers) as client:

        async def work() -> None:
            for row in rows:
                (await client.post(f"{place['url']}/v3/users", json=row)).raise_for_status()

        await asyncio.gather(*(work() for _ in range(CONCURRENCY)))


async def tasks(place: dict[str, str], count: int) -> None:
    """Create them with the async client."""
    async with AsyncCometChatAdmin(**settings(place)) as admin:
        report = await admin.users.ensure_many(people(count), concurrency=CONCURRENCY)
    assert report.created == count


def threads(place: dict[str, str], count: int) -> None:
    """Create them with the sync client."""
    with CometChatAdmin(**settings(place)) as admin:
        report = admin.users.ensure_many(people(count), concurrency=CONCURRENCY)
    assert report.created == count


def throughput(count: int, rounds: int) -> None:
    """Let the sides take turns, and print rows a second and the median ratio of the rounds."""
    sides: dict[str, Callable[[dict[str, str], int], Any]] = {
        "plain httpx.AsyncClient": lambda place, count: asyncio.run(plain(place, count)),
        "AsyncCometChatAdmin": lambda place, count: asyncio.run(tasks(place, count)),
        "CometChatAdmin": threads,
    }
    print(f"Throughput: {count} new users, {CONCURRENCY} at a time, median of {rounds} rounds")
    times: dict[str, list[float]] = {name: [] for name in sides}
    with emulator() as place:
        for turn in range(rounds + 1):
            for name, run in sides.items():
                httpx.post(f"{place['url']}/_emulator/reset")
                began = time.perf_counter()
                run(place, count)
                if turn:  # the first round warms up
                    times[name].append(time.perf_counter() - began)
    base = times["plain httpx.AsyncClient"]
    for name, took in times.items():
        ratio = statistics.median(one / other for one, other in zip(base, took, strict=True))
        print(f"  {name:<25} {count / statistics.median(took):7.0f} rows/s   {ratio:.2f} of plain")


# Under a limit


def limit(calls: int, window: int, windows: int) -> None:
    """Import under a limit that the emulator counts for real, and print time and refusals."""
    rows = calls * windows
    # The first window's calls go at once, and so do each next one's: what no client can be quicker than.
    ideal = (windows - 1) * window
    print(f"Limit: {rows} new users at {calls} calls in {window} s; ideal {ideal} s")
    with emulator() as place:
        switches = {"settings": {"rate_limit_core": calls, "rate_limit_window": window}}
        httpx.put(f"{place['url']}/_emulator/state", json=switches).raise_for_status()
        with CometChatAdmin(**settings(place)) as admin:
            report = admin.users.ensure_many(people(rows), concurrency=CONCURRENCY)
        asked = httpx.get(f"{place['url']}/_emulator/requests").json()["requests"]
    assert report.created == rows
    refused = sum(one["status"] == httpx.codes.TOO_MANY_REQUESTS for one in asked) / len(asked)
    print(f"  took {report.seconds:.1f} s, {report.seconds / ideal:.2f} of ideal; {refused:.2%} refused")


# Memory


R = TypeVar("R")


class InstantTransport:
    """Answers at once and in process: every tenth row is refused."""

    def clone(self) -> InstantTransport:
        """Return itself: there are no connections."""
        return self

    async def close(self) -> None:
        """Close nothing."""

    async def send(self, request: ApiRequest[R], budget: CallBudget) -> R:  # noqa: ARG002
        """Answer as the service would."""
        user: dict[str, Any] = request.call.kwargs["body"].to_dict()
        if user["uid"].endswith("7"):
            raise BadRequestError("Refused, as every tenth row is here.", code="ERR_BAD_REQUEST", status=400)
        model: Any = request.call.operation.reply
        reply: R = model.from_dict({"data": {**user, "status": "offline", "createdAt": 1}})
        return reply


def rows_in_memory(count: int) -> None:
    """Do so many rows, and print the highest memory this process has had, in MB."""
    with CometChatAdmin("app", "us", api_key="0" * 40, store="memory:") as admin:
        backend = admin._backend  # noqa: SLF001 - the transport is what is replaced
        run = BulkRun(backend.over(InstantTransport(), backend.runtime.sleep), 1, None, None)
        report = ensure_all(run, people(count))
    assert report.done == count
    assert sum(1 for _ in report.failures) == report.failed == count // 10
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def memory(many: int) -> None:
    """Compare the peaks of a short and a long bulk, each in a process of its own."""
    print("Memory: peak of a process that does so many rows, a tenth of which fail; no network")
    peaks = {}
    for count in (FEW, many):
        command = (sys.executable, __file__, "rows", str(count))
        peaks[count] = float(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
        print(f"  {count:>9} rows {peaks[count]:7.1f} MB")
    print(f"  difference {peaks[many] - peaks[FEW]:7.1f} MB")


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "what", nargs="?", choices=["all", "throughput", "limit", "memory", "rows"], default="all"
    )
    parser.add_argument("count", nargs="?", type=int, default=FEW, help="for rows: how many")
    parser.add_argument("--full", action="store_true", help="500 calls a minute, in real time")
    parser.add_argument("--quick", action="store_true", help="few rows: shows that it runs")
    chosen = parser.parse_args()
    if chosen.what == "rows":
        rows_in_memory(chosen.count)
    if chosen.what in ("all", "throughput"):
        throughput(*((100, 1) if chosen.quick else (ROWS, ROUNDS)))
    if chosen.what in ("all", "limit"):
        limit(*((20, 1, 2) if chosen.quick else (500, 60, 3) if chosen.full else (125, 15, 4)))
    if chosen.what in ("all", "memory"):
        memory(10 * FEW if chosen.quick else MANY)


if __name__ == "__main__":
    main()
