"""A program that logs in in one thread and forks in another. Run by tests, as a process of its own.

It imports nothing of what a login imports late: those imports are part of what a fork may cut in two.
"""

from __future__ import annotations

import asyncio
import faulthandler
import json
import multiprocessing
import os
import pickle
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


def timed(client: Client, uid: str, say: Any = id) -> dict[str, Any]:
    """Log in; return what that gave, and when it began and ended by the clock of all processes."""
    began = time.monotonic()
    say({"begins": True})
    try:
        said: dict[str, Any] = {"got": log_in(client, uid)}
    except BaseException as error:  # noqa: BLE001 - told, whatever it is
        said = {"error": repr(error)}
    return said | {"began": began, "ended": time.monotonic()}


def in_child(client: Client, uid: str, line: int) -> None:
    """Log in with the client that the parent made, and tell how that went."""
    alarm = threading.Timer(HUNG, hung, (line,))
    alarm.daemon = True
    alarm.start()
    os.write(line, json.dumps(timed(client, uid)).encode())
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


def by_method(told: dict[str, Any], all_began: threading.Event) -> list[dict[str, Any]]:
    """Start children by one of the ways that Python has; each builds a client of its own."""
    context: Any = multiprocessing.get_context(told["method"])
    children = []
    sys.stdin.readline()  # the parent's login is on its way
    began = time.monotonic()
    for moment in told["moments"]:
        time.sleep(max(0.0, began + moment - time.monotonic()))
        ours, theirs = context.Pipe()
        child = context.Process(target=started, args=(theirs, told), daemon=True)
        child.start()
        theirs.close()
        children.append((child, ours))
    said = [heard(line) for _, line in children]
    if "begins" in said[0]:
        all_began.set()
        said = [heard(line) for _, line in children]
    for child, _ in children:
        child.join(HUNG)
    return said


def heard(line: Any) -> dict[str, Any]:
    said: dict[str, Any] = line.recv() if line.poll(HUNG) else {"error": "it hangs"}
    return said


def started(line: Any, told: dict[str, Any]) -> None:
    line.send(timed(build(told), told["uid"], line.send))


def idle() -> None:
    """Fork when told to; the child does nothing, until the one who gave the word is gone."""
    sys.stdin.readline()
    if not os.fork():
        sys.stdin.readline()
        os._exit(0)
    print("forked", flush=True)
    time.sleep(HUNG)


def build(told: dict[str, Any], store: Any = None) -> Client:
    kind = CometChat if told["mode"] == "sync" else AsyncCometChat
    return kind(**told["where"], store=store or pickle.loads(bytes.fromhex(told["opener"]))())


def held(told: dict[str, Any], all_began: threading.Event) -> Client:
    """Return a client whose login is not done before the children have begun theirs."""
    store = pickle.loads(bytes.fromhex(told["opener"]))()
    save = store.save

    def save_later(*args: Any, **kwargs: Any) -> Any:
        all_began.wait(HUNG)
        return save(*args, **kwargs)

    store.save = save_later
    return build(told, store)


def main() -> None:
    """Log in, and have children meanwhile; print what every process got, and when."""
    told = json.loads(sys.argv[1])
    all_began = threading.Event()
    client = held(told, all_began) if "method" in told else build(told)
    parent: list[dict[str, Any]] = []
    began = time.monotonic()
    thread = threading.Thread(target=lambda: parent.append(timed(client, told["uid"])), daemon=True)
    thread.start()
    if told.get("idle"):
        idle()
        return
    if "method" in told:
        children = by_method(told, all_began)
        thread.join(HUNG)
    else:
        lines = fork(client, told["uid"], told["moments"], began)
        thread.join(HUNG)
        children = [read(line) for line in lines]
    print(json.dumps({"parent": parent, "children": children}))


if __name__ == "__main__":
    main()
