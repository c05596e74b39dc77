"""Calls to the operating system's keyring, none of which is waited for longer than three seconds.

A keyring may ask somebody at a screen to unlock it, or hang on a bus where nobody answers. So each call
runs in a thread of its own. Who gives up leaves the thread behind; it ends when the keyring answers, or
with the process.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future
from contextlib import suppress
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, TypeVar

from cometchat_session._late_imports import import_now, importing
from cometchat_session._secret import Secret
from cometchat_session.errors import StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from keyring.backend import KeyringBackend

T = TypeVar("T")

LIMIT = 3.0  # seconds for all the calls of one operation
LONGEST = 1200  # UTF-16 units; Windows takes 2,560 bytes, and what is kept here shall fit everywhere
# What a Secret Service may answer to one of many who ask at once: that it has no place for secrets, or not
# the entry that it has just found. Asked again a moment later it has.
PASSING = frozenset(("InitError", "ItemNotFoundException"))
PAUSES = (0.05, 0.2, 0.0)  # seconds after each try
RECOMMENDED = 1  # the priority from which keyring itself recommends a backend; plain text has less

INSTEAD = "or keep sessions in private files, COMETCHAT_STORE=file:"
INSTALL = f"Install and start one (GNOME Keyring, KWallet), {INSTEAD}."
UNLOCK = f"Unlock it, as a login at the desktop does, {INSTEAD}."

_fit: list[KeyringBackend] = []  # the backend that was found fit, once one was


class Calls:
    """The calls that one operation makes, within one limit."""

    def __init__(self) -> None:
        self._give_up = time.monotonic() + LIMIT

    def get(self, name: str, account: str) -> Secret | None:
        """Return the secret of a name, or `None` where the keyring has none."""

        def work(backend: KeyringBackend) -> Secret | None:
            text = backend.get_password(_service(name), account)
            return None if text is None else Secret(text)

        return _awaited(_started(work), self._give_up)

    def put(self, name: str, account: str, secret: Secret, failed: Callable[[], None]) -> None:
        """Store a secret. Where that fails, `failed` is called when the keyring is done with it.

        That may be much later: a call that was given up goes on, and may still store the secret.
        """

        def work(backend: KeyringBackend) -> None:
            backend.set_password(_service(name), account, secret.reveal())

        call = _started(work, quote=False)
        try:
            _awaited(call, self._give_up)
        except BaseException:
            call.add_done_callback(lambda _: failed())
            raise

    def delete(self, name: str, account: str) -> None:
        """Remove the secret of a name, if there is one."""

        def work(backend: KeyringBackend) -> None:
            with importing:
                from keyring.errors import PasswordDeleteError

            try:
                backend.delete_password(_service(name), account)
            except PasswordDeleteError:
                if backend.get_password(_service(name), account) is not None:
                    raise

        _awaited(_started(work), self._give_up)


def too_long(secret: Secret) -> bool:
    """Return whether a keyring may refuse a secret, or cut it, for its length."""
    return sum(1 + (char > "\uffff") for char in secret.reveal()) > LONGEST


def _started(work: Callable[[KeyringBackend], T], *, quote: bool = True) -> Future[T | StoreUnavailableError]:
    """Begin a call in a thread. What it raises becomes its result, without the frames that hold secrets."""
    call: Future[T | StoreUnavailableError] = Future()

    def run() -> None:
        call.set_result(_outcome(work, quote=quote))

    try:
        threading.Thread(target=run, name="keyring", daemon=True).start()
    except RuntimeError:
        call.set_result(_unavailable("cannot be asked while Python ends", "Log in and out before that."))
    return call


def _outcome(work: Callable[[KeyringBackend], T], *, quote: bool) -> T | StoreUnavailableError:
    failure = _unavailable("was not asked", UNLOCK)
    for pause in PAUSES:
        try:
            return work(_backend())
        except StoreUnavailableError as error:
            return error.with_traceback(None)
        except Exception as error:  # noqa: BLE001 - backends raise what they like
            failure = _explained(error, quote=quote)
            if type(error).__name__ not in PASSING:
                break
        time.sleep(pause)
    return failure


def _awaited(call: Future[T | StoreUnavailableError], give_up: float) -> T:
    """Return what a call comes to.

    Raises:
        StoreUnavailableError: the keyring failed, or did not answer in time.
    """
    try:
        result = call.result(max(0.0, give_up - time.monotonic()))
    except TimeoutError:
        result = _unavailable(f"did not answer within {LIMIT:g} seconds", UNLOCK)
    if isinstance(result, StoreUnavailableError):
        raise result
    return result


def _service(name: str) -> str:
    """Return what an entry is filed under: one each, as Windows shuffles those that share a service."""
    return f"cometchat-session {name}"


def _backend() -> KeyringBackend:
    """Return the keyring to use.

    Raises:
        StoreUnavailableError: there is none that keeps secrets secret.
    """
    with importing:
        import keyring
        from keyring.backends import chainer

        if not _fit:
            for point in entry_points(group="keyring.backends"):
                with suppress(Exception):  # keyring does without it as well
                    point.load()
            import_now("cryptography.hazmat.backends.openssl.backend")  # for a Secret Service's session
    backend = keyring.get_keyring()
    if isinstance(backend, chainer.ChainerBackend):
        backend = backend.backends[0]  # the best; of the others one might hold plain text
    if backend not in _fit:
        kind = type(backend)
        if kind.priority < RECOMMENDED:
            raise _unavailable(f"is none that keeps a secret: {kind.__module__}.{kind.__qualname__}", INSTALL)
        _fit[:] = [backend]
    return backend


def _explained(error: Exception, *, quote: bool) -> StoreUnavailableError:
    if type(error).__name__ == "KeyringLocked":
        return _unavailable("is locked", UNLOCK)
    text = f"{type(error).__name__}: {error}" if quote else type(error).__name__
    return _unavailable(f"failed: {text}", f"See that it works: python -m keyring diagnose, {INSTEAD}.")


def _unavailable(what: str, hint: str) -> StoreUnavailableError:
    return StoreUnavailableError(f"The keyring {what}.", hint=hint)
