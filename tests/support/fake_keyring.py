"""A keyring made of files, and a way through every step of a store that uses it, striking at each."""

from __future__ import annotations

import json
import logging
import os
import shutil
import warnings
from collections import Counter
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import keyring
from attrs import evolve, frozen
from keyring.backend import KeyringBackend
from keyring.compat import properties
from keyring.errors import PasswordDeleteError

from cometchat_session import KeyringStore
from cometchat_session._secret import Secret
from cometchat_session.errors import StoreError
from cometchat_session.stores.record import Record, new_id
from cometchat_session.testing import TOKEN, a_record
from support.crashes import KEY, Seam

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

    from support.crashes import Interrupter

OLD, NEW = TOKEN, TOKEN.replace("ann", "bob")
CHANGES = {"first": (None, NEW), "another": (OLD, NEW), "logout": (OLD, None)}


class Drawer(KeyringBackend):
    """Keeps each secret in a file of its own. Its calls are made in `os`, so that they can be struck at."""

    folder: Path

    @properties.classproperty
    def priority(self) -> float:
        return 5

    def get_password(self, service: str, username: str) -> str | None:
        try:
            fd = os.open(self.folder / service, os.O_RDONLY)
        except FileNotFoundError:
            return None
        try:
            return os.read(fd, 10_000).decode()
        finally:
            os.close(fd)

    def set_password(self, service: str, username: str, password: str) -> None:
        path = self.folder / service
        fd = os.open(f"{path}.new", os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.write(fd, password.encode())
        finally:
            os.close(fd)
        os.replace(f"{path}.new", path)  # noqa: PTH105 - what is struck at is the function of `os`

    def delete_password(self, service: str, username: str) -> None:
        try:
            os.unlink(self.folder / service)  # noqa: PTH108 - see above
        except FileNotFoundError:
            raise PasswordDeleteError from None

    def secrets(self) -> list[str]:
        """Return what is in it, without what was not written to its end."""
        return [path.read_text() for path in self.folder.iterdir() if path.suffix != ".new"]


def drawer(folder: Path) -> Drawer:
    """Make a drawer the keyring of this process."""
    folder.mkdir(parents=True, exist_ok=True)
    made = cast("Any", Drawer)()
    made.folder = folder
    keyring.set_keyring(made)
    return cast("Drawer", made)


def with_token(record: Record, token: str | None) -> Record:
    """Return a record of the next revision, with that token or with no session."""
    session = record.session or a_record().session
    kept = session and evolve(session, auth_token=Secret(token or ""))
    return evolve(record, revision=new_id(), session=kept if token else None)


@frozen
class Trial:
    """One change with one fault, to be gone through in a folder."""

    interrupter: Interrupter
    change: str
    fault: str
    folder: Path

    @property
    def here(self) -> Path:
        """Holds both the store's files and the keyring's."""
        return self.folder / "here"

    def open(self) -> tuple[KeyringStore, Drawer]:
        """Open both anew, as another process would."""
        made = drawer(self.here / "drawer")
        return KeyringStore(self.here / "store"), made


def run(line: Connection, folder: str, faults: tuple[str, ...]) -> None:
    """Go through all changes and faults; send how many points there were, and what broke."""
    logging.disable()
    # A thread that has just made its call may not have ended yet; the children have no use for it.
    warnings.filterwarnings("ignore", r".*multi-threaded.*fork", DeprecationWarning)
    points: Counter[str] = Counter()
    broken: list[str] = []
    interrupter = Seam()
    for change in CHANGES:
        for fault in faults:
            trial = Trial(interrupter, change, fault, Path(folder))
            for at, complaint in _through(trial):
                points[fault] += 1
                if complaint:
                    broken.append(f"{change}, {fault} at call {at}: {complaint}")
    line.send((dict(points), broken))


def _through(trial: Trial) -> Iterator[tuple[int, str | None]]:
    for at in count(1):
        store, _ = trial.open()
        old = CHANGES[trial.change][0]
        if old is not None:
            assert store.save(KEY, with_token(Record(), old), expected=store.load(KEY))
        report = _in_child(trial, at)
        struck = report is None or report["struck"]
        if struck:
            yield at, _complaint(trial, report)
        shutil.rmtree(trial.here)
        if report is not None and report["calls"] < at:
            return


def _in_child(trial: Trial, at: int) -> dict[str, Any] | None:
    """Make the change in a forked child; return its report, or nothing where it was killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.write(writing, json.dumps(_act(trial, at)).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return json.loads(text) if text else None


def _act(trial: Trial, at: int) -> dict[str, Any]:
    store, _ = trial.open()
    before = store.load(KEY)
    trial.interrupter.arm(str(trial.here), trial.fault, at)
    try:
        said = str(store.save(KEY, with_token(before, CHANGES[trial.change][1]), expected=before))
    except StoreError as failure:
        said = type(failure).__name__
    except BaseException as failure:  # noqa: BLE001 - anything else is a fault, and reported
        said = f"!{failure!r}"
    calls, struck = trial.interrupter.disarm()
    session = store.load(KEY).session
    token = session.auth_token.reveal() if session else None
    return {"calls": calls, "struck": struck, "said": said, "token": token, "troubles": list(store.troubles)}


def _complaint(trial: Trial, report: dict[str, Any] | None) -> str | None:
    """Return what is wrong with what was left, if anything is."""
    old, new = CHANGES[trial.change]
    store, made = trial.open()
    session = store.load(KEY).session
    found = session.auth_token.reveal() if session else None
    if found not in (old, new):
        return f"found {found}"
    if leak := _in_clear(trial):
        return f"{leak} holds a token"
    if report is not None and (complaint := _of_caller(report, old, new, found, made.secrets())):
        return complaint
    # Whatever is left behind goes with the next change.
    if not store.save(KEY, with_token(store.load(KEY), None), expected=store.load(KEY)):
        return "cannot be changed any more"
    left = [path.name for path in (trial.here / "store").rglob("secret-*")]
    return f"left for good: {made.secrets()} {left}" if made.secrets() or left else None


def _of_caller(
    report: dict[str, Any], old: str | None, new: str | None, found: str | None, secrets: list[str]
) -> str | None:
    """Return what is wrong for a caller that lived on."""
    if report["said"] not in ("True", "StoreUnavailableError"):
        return f"it said {report['said']}"
    done = report["said"] == "True"
    if report["token"] not in ((new,) if done else (old, new)):
        return f"it said {report['said']}, and has {report['token']}"
    if done and not report["troubles"] and (found != new or secrets != [new] * bool(new)):
        return f"it told of no trouble; there are {secrets}, and {found} is found"
    return None


def _in_clear(trial: Trial) -> str | None:
    files = (path for path in (trial.here / "store").rglob("*") if path.is_file())
    held = (path.name for path in files if any(one.encode() in path.read_bytes() for one in (OLD, NEW)))
    return next(held, None)
