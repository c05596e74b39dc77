"""`doctor`: what is wrong, in the order in which to mend it, and what to do next."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from attrs import asdict, frozen

from cometchat_session import config as settings
from cometchat_session import errors
from cometchat_session._blocking import BlockingPort
from cometchat_session._call import Call
from cometchat_session._io import run_sync
from cometchat_session._secret import Secret, hide
from cometchat_session.admin import CometChatAdmin
from cometchat_session.cli._output import FAILED, command, end_with, say
from cometchat_session.cli._tally import WHAT_TO_DO, is_full, tally
from cometchat_session.cli._words import examples
from cometchat_session.client import CometChat
from cometchat_session.stores import open_store
from cometchat_session.stores.file import FileStore

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from cometchat_session.config import AppConfig

REST_API_KEYS = ("COMETCHAT_REST_API_KEY", "COMETCHAT_API_KEY")
SKEW = 120.0  # seconds between this clock and the server's beyond which waiting and certificates go wrong
MARKS = {"ok": ("✓", "green"), "note": ("·", "cyan"), "warn": ("!", "yellow"), "bad": ("✗", "red")}


@frozen
class Finding:
    """One thing that was looked at.

    Attributes:
        about: what was looked at.
        state: `ok`, `note`, `warn` or `bad`.
        found: what was found.
        next_step: what to do about it, or `None`.
    """

    about: str
    state: str
    found: str
    next_step: str | None = None


@command(
    epilog=examples(
        "cometchat doctor --uid ann",
        "cometchat doctor --json | jq '.findings[] | select(.state == \"bad\")'",
    )
)
@click.option("--uid", help="Look at this user's tokens too.  [default: whoever is logged in here]")
def doctor(uid: str | None) -> Any:
    """Find what is wrong with settings, network, keys, session, store and tokens, and say what to do next.

    Exit status 1 if something is.
    """
    findings = []
    for finding in _examine(uid):
        mark, colour = MARKS[finding.state]
        say(f"{click.style(mark, fg=colour)} {finding.about}: {finding.found}")
        if finding.next_step:
            say(f"    {finding.next_step}")
        findings.append(finding)
    document = {"findings": [asdict(finding) for finding in findings]}
    if any(finding.state == "bad" for finding in findings):
        end_with(FAILED)
    return document


def _examine(uid: str | None) -> Iterator[Finding]:
    """Look at one thing after the other; stop where the next would only repeat the trouble."""
    app = yield from _settings()
    if app is None:
        return
    reached = yield from _host(app)
    keys = {}
    if reached:
        for name in ("COMETCHAT_AUTH_KEY", "COMETCHAT_REST_API_KEY"):
            keys[name] = _key(app, name)
            yield keys[name]
    yield from _store(app)
    logged_in = yield from _session(reached=reached)
    key = keys.get("COMETCHAT_REST_API_KEY")
    usable = key is not None and key.state == "ok"
    if uid is not None:
        hint = "Set COMETCHAT_REST_API_KEY right first: only with it tokens can be listed."
        yield _tokens(uid) if usable else Finding(f"tokens of {uid}", "warn", "not looked at", hint)
    elif usable and logged_in is not None and (finding := _tokens(logged_in)).state != "ok":
        yield finding


def _settings() -> Generator[Finding, None, AppConfig | None]:
    try:
        app = settings.read(None, None, None, key=None, key_names=("COMETCHAT_AUTH_KEY",), key_required=False)
    except errors.ConfigurationError as error:
        yield Finding("settings", "bad", error.message, error.hint)
        return None
    yield Finding("settings", "ok", f"app {app.app_id} in region {app.region}")
    if (ambiguous := settings.ambiguity()) is not None:
        yield Finding(
            "COMETCHAT_AUTH_TOKEN", "note", ambiguous, "Set the one that you mean, and unset this one."
        )
    keys = {os.environ.get(name, "").strip() for name in REST_API_KEYS} - {""}
    if len(keys) > 1:
        found = f"{' and '.join(REST_API_KEYS)} are set and differ; the first counts"
        yield Finding("two keys", "warn", found, "Unset the one that is wrong.")
    return app


def _host(app: AppConfig) -> Generator[Finding, None, bool]:
    import httpx

    url = httpx.URL(app.admin_url)
    try:
        answer = httpx.get(url.copy_with(path="/"), timeout=10, follow_redirects=False)
    except httpx.HTTPError as failure:
        hint = "Check the network, and that app id and region belong together: they make the host's name."
        yield Finding("host", "bad", f"{url.host} cannot be reached: {failure}", hint)
        return False
    yield Finding("host", "ok", f"{url.host} answers")
    then = answer.headers.get("date")
    if then is not None:
        from email.utils import parsedate_to_datetime

        skew = time.time() - parsedate_to_datetime(then).timestamp()
        if abs(skew) > SKEW:
            hint = "Set the clock: certificates and waits depend on it."
            yield Finding("clock", "warn", f"this machine is {skew:+.0f} s off the server's", hint)
        else:
            yield Finding("clock", "ok", "agrees with the server's")
    return True


def _key(app: AppConfig, name: str) -> Finding:
    """Find out a key's scope by asking for what only the full scope may see."""
    names = REST_API_KEYS if name in REST_API_KEYS else (name,)
    value = next(filter(None, (os.environ.get(one, "").strip() for one in names)), "")
    if not value:
        what = "logging in by uid" if name == "COMETCHAT_AUTH_KEY" else "a backend's commands"
        return Finding(name, "note", f"not set; needed for {what} only")
    full = name == "COMETCHAT_REST_API_KEY"
    try:
        _ask(app, hide(value) or Secret(""))
    except errors.PermissionDeniedError:
        if not full:
            return Finding(name, "ok", "known, and an Auth Key")
        hint = "Put the REST API key (scope fullAccess) here; this is the Auth Key."
        return Finding(name, "bad", "known, but without the scope of a REST API key", hint)
    except errors.CometChatError as error:
        return Finding(name, "bad", error.message, error.hint)
    if full:
        return Finding(name, "ok", "known, and a REST API key; keep it on your server")
    hint = "Use the Auth Key here. The REST API key must never ship with a client: it can do everything."
    return Finding(name, "bad", "this is a REST API key, not an Auth Key", hint)


def _ask(app: AppConfig, key: Secret) -> None:
    port = BlockingPort(app, 10.0)
    call = Call(
        operation="list_users", url=app.admin_url, header="apikey", credential=key, query={"per_page": 1}
    )
    try:
        run_sync(port.send(call, 10.0))
    finally:
        run_sync(port.close())


def _store(app: AppConfig) -> Iterator[Finding]:
    try:
        store = open_store(app.store)
        record = store.load(app.session_key)
    except errors.CometChatError as error:
        yield Finding("store", "bad", error.message, error.hint)
        return
    if isinstance(store, FileStore) and (store.troubles or not _can_write(Path(store.folder))):
        hint = "Make its folder writable, or name another place: COMETCHAT_STORE=file:/some/folder."
        found = (
            repr(store)
            if store.troubles
            else f"{store!r} cannot be written: no session will outlive a process"
        )
        yield Finding("store", "warn", found, hint)
    else:
        yield Finding("store", "ok", repr(store))
    if record.session is not None and isinstance(store, FileStore):
        yield from _modes(Path(store.folder))
    store.close()


def _can_write(folder: Path) -> bool:
    """Tell whether a folder, or the one in which it would be made, takes files."""
    there = next(place for place in (folder, *folder.parents) if place.exists())
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def _modes(folder: Path) -> Iterator[Finding]:
    """Look for files that others can read."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    open_to_others = [path for path in files if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if open_to_others:
        hint = f"Run: chmod -R go= {folder}. Then log out and in again: the token may have been read."
        yield Finding("file modes", "bad", f"others can read {open_to_others[0]}", hint)
    else:
        yield Finding("file modes", "ok", "only this user can read the session")


def _session(*, reached: bool) -> Generator[Finding, None, str | None]:
    """Look at the session kept here; return whose it is, or was."""
    try:
        with CometChat() as chat:
            user = chat.get_logged_in_user()
            if user is None:
                yield Finding("session", "note", "nobody is logged in", "cometchat login UID")
                return None
            if not reached:
                yield Finding("session", "note", f"{user.uid} is logged in; not checked")
            elif chat.get_logged_in_user(verify=True) is None:
                yield Finding(
                    "session", "bad", f"the session of {user.uid} was dead; it is removed", "Log in again."
                )
            else:
                yield Finding("session", "ok", f"{user.uid} is logged in, and the server agrees")
            return user.uid
    except errors.CometChatError as error:
        yield Finding("session", "bad", error.message, error.hint)
    return None


def _tokens(uid: str) -> Finding:
    """Look whether a user has as many tokens as the server keeps: each new one logs a device out then."""
    about = f"tokens of {uid}"
    try:
        with CometChatAdmin(store="memory:") as admin:
            tokens = list(admin.auth_tokens.list(uid))
    except errors.CometChatError as error:
        return Finding(about, "bad", error.message, error.hint)
    full = is_full(tokens)
    return Finding(about, "warn" if full else "ok", tally(tokens), WHAT_TO_DO if full else None)
