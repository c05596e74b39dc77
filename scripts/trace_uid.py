"""How often a login and a look-up pass from one room of the package to another.

    python scripts/trace_uid.py            the figures, and the commonest steps
    python scripts/trace_uid.py --check    the same; exit status 1 above the bounds

A room is a file or folder at the top of `cometchat_session`. A step is a call from a function of one room to
a function of another, or the return from it. Code of other packages in between is passed over, the generated
client too: a call of ours that httpx makes counts as one from our function that called httpx.

What runs is `login(uid)` with an Auth Key, that is two requests, and a look-up of the session it stored, on
the emulator and with a `FileStore`, for both clients. Both have run before, so that imports are done and the
file is known.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import threading
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cometchat_session import AsyncCometChat, CometChat
from cometchat_session.emulator import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

PACKAGE = "cometchat_session"
UID = "cometchat-uid-1"
MOST_LOGIN_STEPS = 200
MOST_LOOK_UP_ROOMS = 3


class Trace:
    """The steps of one call, and the rooms that it was in."""

    def __init__(self) -> None:
        self.steps: Counter[tuple[str, str]] = Counter()
        self.rooms: set[str] = set()

    def note(self, frame: FrameType, event: str, _: object) -> None:
        """Record a call or a return; this is what `sys.setprofile` calls."""
        room = room_of(frame)
        if event not in {"call", "return"} or room is None:
            return
        self.rooms.add(room)
        caller = frame.f_back
        while caller is not None and room_of(caller) is None:
            caller = caller.f_back
        other = None if caller is None else room_of(caller)
        if other not in {None, room}:
            self.steps[(str(other), room) if event == "call" else (room, str(other))] += 1


def room_of(frame: FrameType) -> str | None:
    """Return the room that a frame's code is in, or `None` for code that is not the client's."""
    first, _, rest = str(frame.f_globals.get("__name__")).partition(".")
    room = rest.partition(".")[0]
    return room if first == PACKAGE and room != "emulator" else None


@contextmanager
def tracing() -> Iterator[Trace]:
    """Trace what runs meanwhile, in this thread and in those that it starts."""
    trace = Trace()
    threading.setprofile(trace.note)
    sys.setprofile(trace.note)
    try:
        yield trace
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def traces(folder: str) -> Iterator[tuple[str, Trace, Trace]]:
    """Return for each client the traces of a login and of a look-up."""

    def trace_sync(profile: str) -> tuple[str, Trace, Trace]:
        with CometChat(store=f"file:{folder}", profile=profile) as chat:
            with tracing() as login:
                chat.login(UID)
            chat.get_logged_in_user()
            with tracing() as look_up:
                chat.get_logged_in_user()
        return "CometChat", login, look_up

    async def trace_async(profile: str) -> tuple[str, Trace, Trace]:
        async with AsyncCometChat(store=f"file:{folder}", profile=profile) as chat:
            with tracing() as login:
                await chat.login(UID)
            await chat.get_logged_in_user()
            with tracing() as look_up:
                await chat.get_logged_in_user()
        return "AsyncCometChat", login, look_up

    trace_sync("first")
    yield trace_sync("second")
    asyncio.run(trace_async("third"))
    yield asyncio.run(trace_async("fourth"))


def main() -> int:
    """Print the traces; return 1 if they are to be checked and are above a bound."""
    for name in [name for name in os.environ if name.startswith("COMETCHAT_")]:
        del os.environ[name]
    above = False
    with Emulator() as emulator, tempfile.TemporaryDirectory() as folder:
        os.environ.update(emulator.environment)
        for client, login, look_up in traces(folder):
            print(
                f"{client}: a login takes {login.steps.total()} steps in {len(login.rooms)} rooms,", end=" "
            )
            print(f"a look-up {look_up.steps.total()} in {len(look_up.rooms)}")
            for (one, other), times in login.steps.most_common(8):
                print(f"  {times:4} {one} -> {other}")
            above |= login.steps.total() > MOST_LOGIN_STEPS or len(look_up.rooms) > MOST_LOOK_UP_ROOMS
    print(f"at most: {MOST_LOGIN_STEPS} steps of a login, {MOST_LOOK_UP_ROOMS} rooms of a look-up")
    return int(above and "--check" in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
