"""A program that logs in in one thread and forks in another. Run by tests, as a process of its own.

It imports nothing of what a login imports late: those imports are part of what a fork may cut in two.
"""

from __future__ import annotations

import asyncio
import faulthandler
import json
import multiprocessing
import os
import sys
import threading
import time
from typing import Any

from cometchat_session import AsyncCometChat, CometChat

Client = CometChat | AsyncCometChat

HUNG = 10.0  # seconds after which a child counts as hung, and ends itself


def log_in(client: Client, uid: str) -> list[str]:
    """Log in; return the uid and the token that are then there."""
    if isinstance(client, CometChat):
        return [client.login(uid).uid, client.get_auth_token()]

    async def story() -> list[str]:
        return [(await client.login(uid)).uid, await client.get_auth_token()]

    return asyncio.run(story())


def in_child(client: Client, uid: str, line: int) -> None:
    """Log in with the client that the parent made, and tell how that went."""
    alarm = threading.Timer(HUNG, hung, (line,))
    alarm.daemon = True
    alarm.start()
    try:
        said: dict[str, Any] = {"got": log_in(client, uid)}
    except BaseException as error:  # noqa: BLE001 - told, whatever it is
        said = {"error": repr(error)}
    os.write(line, json.dumps(said).encode())
    os._exit(0)


def hung(line: int) -> None:
    faulthandler.dump_traceback()
    os.write(line, b'{"error": "it hangs"}')
    os._exit(1)


def fork(client: Client, uid: str, moments: list[float], began: float) -> list[int]:
    """Fork at each of the given moments after the beginning; return the ends of the children's lines."""
    lines = []
    for moment in moments:
        time.sleep(max(0.0, began + moment - time.monotonic()))
        reading, writing = os.pipe()
        if not os.fork():
            in_child(client, uid, writing)
        os.close(writing)
        lines.append(reading)
    return lines


def read(line: int) -> dict[str, Any]:
    """Return what a child said."""
    with os.fdopen(line, "rb") as pipe:
        said: dict[str, Any] = json.loads(pipe.read() or b'{"error": "it died"}')
    os.wait()
    return said


def by_method(told: dict[str, Any]) -> dict[str, Any]:
    """Start one child by one of the ways that Python has; it builds a client of its own."""
    context = multiprocessing.get_context(told["method"])
    ours, theirs = context.Pipe()
    child = context.Process(target=started, args=(theirs, told), daemon=True)
    child.start()
    theirs.close()
    said: dict[str, Any] = ours.recv() if ours.poll(HUNG) else {"error": "it hangs"}
    child.join(HUNG)
    return said


def started(line: Any, told: dict[str, Any]) -> None:
    try:
        line.send({"got": log_in(build(told), told["uid"])})
    except BaseException as error:  # noqa: BLE001 - told, whatever it is
        line.send({"error": repr(error)})


def idle() -> None:
    """Fork when told to; the child does nothing, until the one who gave the word is gone."""
    sys.stdin.readline()
    if not os.fork():
        sys.stdin.readline()
        os._exit(0)
    print("forked", flush=True)
    time.sleep(HUNG)


def build(told: dict[str, Any]) -> Client:
    kind = CometChat if told["colour"] == "sync" else AsyncCometChat
    return kind(**told["where"], store=told["store"])


def main() -> None:
    """Log in, and have children meanwhile; print what every process got."""
    told = json.loads(sys.argv[1])
    client = build(told)
    got: list[list[str]] = []
    began = time.monotonic()
    thread = threading.Thread(target=lambda: got.append(log_in(client, told["uid"])), daemon=True)
    thread.start()
    if told.get("idle"):
        idle()
        return
    if "method" in told:
        time.sleep(0.5)  # in the middle of it, by the server's delay
        children = [by_method(told)]
        thread.join(HUNG)
    else:
        lines = fork(client, told["uid"], told["moments"], began)
        thread.join(HUNG)
        children = [read(line) for line in lines]
    print(json.dumps({"parent": got, "children": children, "took": time.monotonic() - began}))


if __name__ == "__main__":
    main()
