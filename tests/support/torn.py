"""One process that writes a session over and over, and others that read it as fast as they can."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from attrs import evolve

from cometchat_session._secret import Secret
from cometchat_session.models.user import User
from cometchat_session.stores.file import FileStore
from cometchat_session.stores.record import EMPTY, Record, Session, new_id

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

KEY = "key"


def record(number: int) -> Record:
    """Return a record that is only right as a whole, of a length of its own."""
    user = User.from_api({"uid": "ann", "name": f"{number}", "metadata": {"padding": "x" * (number % 5000)}})
    session = Session(user=user, auth_token=Secret(f"token_{number}"), created_at=number, verified_at=number)
    return evolve(EMPTY, revision=new_id(), session=session)


def write(folder: str, line: Connection) -> None:
    """Write until told to stop; tell how often."""
    os.fsync = lambda fd: None  # durability has no part in this, and more writes are more chances
    store = FileStore(folder)
    number = 0
    line.send("ready")
    while not line.poll():
        old = store.load(KEY)
        number += 1
        if not store.save(KEY, record(number), expected=old):
            line.send("a write was refused")
            return
    line.send(number)


def read(folder: str, reads: int, line: Connection) -> None:
    """Read so many times, the file itself each time; tell what was bad, and how many writes were seen."""
    store = FileStore(folder)
    bad: list[str] = []
    seen = set()
    for _ in range(reads):
        store._seen.clear()  # or most looks would find nothing new, and read nothing
        session = store.load(KEY).session
        if session is None:
            bad.append("no session")
            continue
        number = int(session.created_at)
        whole = (session.user.name, session.auth_token.reveal()) == (f"{number}", f"token_{number}")
        if not whole or len((session.user.metadata or {})["padding"]) != number % 5000:
            bad.append(f"a mixture: {number}")
        seen.add(number)
    line.send((bad, len(seen)))
