"""Goes through every file call of an operation and has it killed, torn, starved of room or failed there."""

from __future__ import annotations

import asyncio
import ctypes
import errno
import faulthandler
import fcntl
import json
import logging
import os
import shutil
import signal
from copy import deepcopy
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from attrs import frozen

from cometchat_session._runtime.port import run_sync
from cometchat_session._runtime.tasks import AsyncRuntime
from cometchat_session.errors import StoreError
from cometchat_session.stores.file import FileStore
from cometchat_session.stores.record import decode
from support.fake import FakeRuntime, FakeServer, FakeTransport, build, by_key

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from multiprocessing.connection import Connection

    from cometchat_session._session.manager import SessionManager

FAULTS = ("none", "kill", "torn", "full", "stays full", "broken", "stays broken")
NEEDS_ROOM = ("open", "write", "mkdir", "replace", "fsync", "utime")
KEY, OTHERS_KEY = "key", "others"
HANGS = 30.0  # seconds
TOKEN = b"ann_token_"  # how every token of the fake server for Ann begins


class Interrupter(Protocol):
    """Counts the file calls below a folder, and strikes at one of them."""

    def arm(self, folder: str, fault: str, at: int) -> None:
        """Begin to count; strike at the given call."""
        ...

    def disarm(self) -> tuple[int, bool]:
        """Let everything pass again; return how many calls there were, and whether it struck."""
        ...


class Preloaded:
    """The shim that this process was started with: it sees what the C library is asked."""

    def __init__(self) -> None:
        self._shim = ctypes.CDLL(None)

    def arm(self, folder: str, fault: str, at: int) -> None:
        self._shim.crash_arm(folder.encode(), FAULTS.index(fault), at)

    def disarm(self) -> tuple[int, bool]:
        return self._shim.crash_disarm(), bool(self._shim.crash_struck())


class Seam:
    """A seam at Python's own functions, where nothing can be preloaded."""

    BY_PATH = ("open", "mkdir", "replace", "unlink", "listdir", "stat", "lstat", "utime")
    BY_FD = ("read", "write", "fsync", "fstat", "close")

    def __init__(self) -> None:
        self._folder = ""
        self._fds: set[int] = set()
        for name in self.BY_PATH + self.BY_FD:
            self._wrap(os, name)
        self._wrap(fcntl, "flock")

    def arm(self, folder: str, fault: str, at: int) -> None:
        self._folder, self._fault, self._at = folder, fault, at
        self._calls, self._struck = 0, False

    def disarm(self) -> tuple[int, bool]:
        self._folder = ""
        return self._calls, self._struck

    def _wrap(self, module: Any, name: str) -> None:
        real = getattr(module, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            if not self._folder:
                return real(*args, **kwargs)
            first = args[0]
            if not (first in self._fds if isinstance(first, int) else str(first).startswith(self._folder)):
                return real(*args, **kwargs)
            self._strike(name, real, args)
            result = real(*args, **kwargs)
            if name == "open":
                self._fds.add(result)
            elif name == "close":
                self._fds.discard(first)
            return result

        setattr(module, name, call)

    def _strike(self, name: str, real: Callable[..., Any], args: tuple[Any, ...]) -> None:
        self._calls += 1
        fault, stays = self._fault.removeprefix("stays "), self._fault.startswith("stays ")
        if self._at == 0 or self._calls < self._at or (self._calls > self._at and not stays):
            return
        if name == "write" and fault in ("torn", "full") and self._calls == self._at:
            real(args[0], bytes(args[1])[: len(args[1]) // 2])
        if fault == "kill" or (fault == "torn" and name == "write"):
            os.kill(os.getpid(), signal.SIGKILL)
        creates = name != "open" or args[1] & os.O_CREAT
        if fault == "full" and name in NEEDS_ROOM and creates:
            self._struck = True
            raise OSError(errno.ENOSPC, "No space left on device")
        if fault == "broken":
            self._struck = True
            if name == "close":
                real(*args)
                self._fds.discard(args[0])
            raise OSError(errno.EIO, "Input/output error")


class _AsyncRuntime(AsyncRuntime):
    """The async runtime, with the fake server in place of HTTP."""

    def __init__(self, server: FakeServer, store: FileStore) -> None:
        super().__init__(store)
        self._server = server

    def transport(self) -> FakeTransport:
        return FakeTransport(self._server)


@frozen
class Scene:
    """What is stored at first, what is done, and what may be stored afterwards.

    Attributes:
        name: what it is called in the report.
        prepare: makes the folder as it is before; given a store of it and the server.
        act: what is interrupted.
        allowed: the tokens that may be found afterwards.
        left: the token that its caller is left with.
        ends: whether it ends the session: then no byte of a token may be left.
        damaged: whether the file was damaged to begin with.
        if_seen: whether it does nothing where its first look fails.
    """

    name: str
    prepare: Callable[[FileStore, FakeServer], None]
    act: Callable[[SessionManager], Coroutine[Any, Any, Any]]
    allowed: tuple[str | None, ...]
    left: str | None = None
    ends: bool = False
    damaged: bool = False
    if_seen: bool = False


def _nothing(store: FileStore, server: FakeServer) -> None:
    pass


def _ann(store: FileStore, server: FakeServer) -> None:
    run_sync(build(FakeRuntime(server), store)[0].login(by_key("ann")))


def _ann_and_leftovers(store: FileStore, server: FakeServer) -> None:
    """A killed writer's file and a damaged one, both with a token in them."""
    _ann(store, server)
    for name in ("session.json.new-0123456789abcdef", "session.json.corrupt-1"):
        Path(store._path(KEY, name)).write_bytes(b'"auth_token": "ann_token_1"')


def _damaged(store: FileStore, server: FakeServer) -> None:
    _ann_and_leftovers(store, server)
    path = Path(store._path(KEY, "session.json"))
    path.write_bytes(path.read_bytes()[:-9])
    for number in range(2, 5):
        Path(store._path(KEY, f"session.json.corrupt-{number}")).write_bytes(b"ann_token_1")


def _ann_with_a_dead_token(store: FileStore, server: FakeServer) -> None:
    _ann(store, server)
    server.tokens.clear()


OLD, NEW = "ann_token_1", "ann_token_2"
SCENES = (
    Scene("first login", _nothing, lambda one: one.login(by_key("ann")), (None, OLD), left=OLD),
    Scene("login over a session", _ann, lambda one: one.login(by_key("ann", force=True)), (OLD, NEW),
          left=NEW),
    Scene("logout", _ann_and_leftovers, lambda one: one.logout(), (None, OLD), ends=True),
    Scene("dead token", _ann_with_a_dead_token, lambda one: one.verified_user(), (None, OLD), ends=True,
          if_seen=True),
    Scene("login over a damaged file", _damaged, lambda one: one.login(by_key("ann")), (None, NEW), left=NEW,
          damaged=True),
    Scene("look at a damaged file", _damaged, lambda one: one.session(), (None,), damaged=True),
    Scene("logout over a damaged file", _damaged, lambda one: one.logout(), (None,), ends=True, damaged=True),
)  # fmt: skip


def run(
    line: Connection, kind: type[Preloaded | Seam], folder: str, mode: str, faults: tuple[str, ...]
) -> None:
    """Go through all scenes; send how many points there were for each fault, and what broke."""
    logging.disable()
    points: dict[str, int] = dict.fromkeys(faults, 0)
    broken: list[str] = []
    interrupter = kind()
    for scene in SCENES:
        before = Path(folder) / "before"
        server = FakeServer()
        scene.prepare(FileStore(before), server)
        run_sync(_bob(before))
        for fault in faults:
            for at, complaint in _through(Trial(interrupter, scene, server, Path(folder), fault, mode)):
                points[fault] += 1
                if complaint:
                    broken.append(f"{scene.name}, {fault} at call {at}: {complaint}")
        shutil.rmtree(before)
    line.send((points, broken))


async def _bob(folder: Path) -> None:
    """Another account in the same folder: whatever happens to Ann's is none of his business."""
    manager, _ = build(FakeRuntime(FakeServer()), FileStore(folder))
    manager._key = OTHERS_KEY
    await manager.login(by_key("bob"))


@frozen
class Trial:
    """One scene with one fault, to be gone through."""

    interrupter: Interrupter
    scene: Scene
    server: FakeServer
    folder: Path
    fault: str
    mode: str

    @property
    def here(self) -> Path:
        """The folder that is acted on."""
        return self.folder / "here"


def _through(trial: Trial) -> Iterator[tuple[int, str | None]]:
    """Strike at call 1, 2, 3 and so on, until the operation ends before the fault can strike."""
    for at in count(1):
        shutil.copytree(trial.folder / "before", trial.here)
        report = _in_child(trial, at)
        struck = report is None or report["struck"]
        if struck:
            yield at, _complaint(trial.scene, deepcopy(trial.server), trial.here, report)
        shutil.rmtree(trial.here)
        if report is not None and report["calls"] < at:
            return


def _in_child(trial: Trial, at: int) -> dict[str, Any] | None:
    """Do it in a forked child; return its report, or nothing where it was killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        faulthandler.dump_traceback_later(HANGS, exit=True)
        os.write(writing, json.dumps(_act(trial, at)).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        text = pipe.read()
    _, status = os.waitpid(child, 0)
    assert text or os.WIFSIGNALED(status), f"{trial.scene.name}, {trial.fault} at call {at}: it hangs"
    return json.loads(text) if text else None


def _act(trial: Trial, at: int) -> dict[str, Any]:
    store = FileStore(trial.here)
    runtime: Any = FakeRuntime(trial.server) if trial.mode == "sync" else _AsyncRuntime(trial.server, store)
    manager, _ = build(runtime, store)
    runner: Callable[[Any], Any] = run_sync if trial.mode == "sync" else asyncio.run
    error: str | None = None
    trial.interrupter.arm(str(trial.here), trial.fault, at)
    try:
        runner(trial.scene.act(manager))
    except StoreError as failure:
        error = type(failure).__name__
    except BaseException as failure:  # noqa: BLE001 - anything else is a fault, and reported
        error = f"!{failure!r}"
    calls, struck = trial.interrupter.disarm()
    session = store.load(KEY).session
    token = session.auth_token.reveal() if session else None
    return {"calls": calls, "struck": struck, "error": error, "token": token}


def _complaint(scene: Scene, server: FakeServer, here: Path, report: dict[str, Any] | None) -> str | None:
    """Return what is wrong with what was left, if anything is."""
    path = Path(FileStore(here)._path(KEY, "session.json"))
    if path.exists() and not scene.damaged:
        decode(path.read_bytes())
    if (found := _token(here)) not in scene.allowed:
        return f"found {found}"
    complaint = None if report is None else _of_caller(scene, here, report)
    return complaint or _of_next(scene, server, here)


def _of_caller(scene: Scene, here: Path, report: dict[str, Any]) -> str | None:
    """Return what is wrong for a caller that lived on."""
    if report["error"] is not None:
        return f"raised {report['error']}" if report["error"].startswith("!") else None
    if scene.if_seen and _token(here) is not None:
        return None
    if scene.ends and (leak := _leak(here)):
        return f"after logout() returned, {leak} holds a token"
    return None if report["token"] == scene.left else f"its caller was left with {report['token']}"


def _of_next(scene: Scene, server: FakeServer, here: Path) -> str | None:
    """Return what is wrong for the next one that comes along."""
    store = FileStore(here)
    manager, _ = build(FakeRuntime(server), store)
    if scene.ends:
        run_sync(manager.logout())
        if leak := _leak(here):
            return f"after a second logout(), {leak} holds a token"
    else:
        run_sync(manager.login(by_key("ann", force=True)))
        if _token(here) is None or store.troubles:
            return "could not log in afterwards"
    others = FileStore(here).load(OTHERS_KEY).session
    return None if others is not None and others.uid == "bob" else "another account was lost"


def _token(here: Path) -> str | None:
    session = FileStore(here).load(KEY).session
    return None if session is None else session.auth_token.reveal()


def _leak(here: Path) -> str | None:
    folder = Path(FileStore(here)._path(KEY))
    return next((path.name for path in folder.iterdir() if TOKEN in path.read_bytes()), None)
