"""`doctor`: what is wrong, in the order in which to mend it, and what to do next."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click
from attrs import asdict, evolve

from cometchat_session import CometChat, CometChatAdmin, errors
from cometchat_session import config as settings
from cometchat_session.cli.commands.session import profile_option
from cometchat_session.cli.diagnosis.finding import Finding, failure
from cometchat_session.cli.diagnosis.server import REST_API_KEYS, Server
from cometchat_session.cli.diagnosis.store import look_at_store
from cometchat_session.cli.output import FAILED, command, end_with, say
from cometchat_session.cli.text import examples, one_line
from cometchat_session.cli.token_count import WHAT_TO_DO, is_full, tally

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from cometchat_session.config import AppConfig

MARKS = {"ok": ("✓", "green"), "note": ("·", "cyan"), "warn": ("!", "yellow"), "bad": ("✗", "red")}


@command(
    epilog=examples(
        "cometchat doctor --uid ann",
        "cometchat doctor --json | jq '.findings[] | select(.state == \"bad\")'",
    )
)
@click.option("--uid", help="Look at this user's tokens too.  [default: whoever is logged in here]")
@profile_option
def doctor(uid: str | None, *, profile: str) -> Any:
    """Find what is wrong with settings, network, keys, session, store and tokens, and say what to do next.

    Exit status 1 if something is.
    """
    findings = []
    for found in _examine(uid, profile):
        finding = _printable(found)
        mark, colour = MARKS[finding.state]
        say(f"{click.style(mark, fg=colour)} {finding.about}: {finding.found}")
        if finding.next_step:
            say(f"    {finding.next_step}")
        findings.append(finding)
    document = {"findings": [asdict(finding) for finding in findings]}
    if any(finding.state == "bad" for finding in findings):
        end_with(FAILED)
    return document


def _printable(found: Finding) -> Finding:
    step = found.next_step
    return evolve(found, found=one_line(found.found), next_step=None if step is None else one_line(step))


def _examine(uid: str | None, profile: str) -> Iterator[Finding]:
    """Yield one finding after the other; stop where the next would only repeat the trouble."""
    app = yield from _settings(profile)
    if app is None:
        return
    server = Server(app)
    yield from server.reach()
    keys = {}
    if server.usable:
        for name in ("COMETCHAT_AUTH_KEY", "COMETCHAT_REST_API_KEY"):
            keys[name] = server.key(name)
            yield keys[name]
    modes, store = look_at_store(app)
    logged_in = yield from _session(profile, reached=server.usable)
    if modes is not None:
        yield modes
    yield from server.clock()
    yield store
    key = keys.get("COMETCHAT_REST_API_KEY")
    usable = key is not None and key.state == "ok"
    if uid is not None:
        hint = "Set COMETCHAT_REST_API_KEY right first: only with it tokens can be listed."
        yield _tokens(uid) if usable else Finding(f"tokens of {uid}", "warn", "not looked at", hint)
    elif usable and logged_in is not None and (finding := _tokens(logged_in)).state != "ok":
        yield finding


def _settings(profile: str) -> Generator[Finding, None, AppConfig | None]:
    try:
        app = settings.read(
            None,
            None,
            None,
            key=None,
            key_names=("COMETCHAT_AUTH_KEY",),
            key_required=False,
            profile=profile,
        )
    except errors.ConfigurationError as error:
        yield failure("settings", error)
        return None
    yield Finding("settings", "ok", f"app {app.app_id} in region {app.region}")
    if settings.emulated():
        found = f"every client talks to {app.base_url}, none to the real CometChat"
        hint = "Unset it where the real service is meant. What is not set counts as the emulator's own."
        yield Finding("COMETCHAT_EMULATOR_HOST", "note", found, hint)
    if (ambiguous := settings.ambiguity()) is not None:
        hint = (
            "A key is COMETCHAT_AUTH_KEY or COMETCHAT_REST_API_KEY; a token goes to cometchat login "
            "--auth-token-stdin. Set the one that you mean, and unset this one."
        )
        yield Finding("COMETCHAT_AUTH_TOKEN", "note", ambiguous, hint)
    keys = {os.environ.get(name, "").strip() for name in REST_API_KEYS} - {""}
    if len(keys) > 1:
        found = f"{' and '.join(REST_API_KEYS)} are set and differ; the first counts"
        yield Finding("two keys", "warn", found, "Unset the one that is wrong.")
    return app


def _session(profile: str, *, reached: bool) -> Generator[Finding, None, str | None]:
    """Check the session kept here; return whose it is, or was."""
    try:
        with CometChat(profile=profile) as chat:
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
        yield failure("session", error)
    return None


def _tokens(uid: str) -> Finding:
    """Check whether a user has as many tokens as the server keeps: each new one logs a device out then."""
    about = f"tokens of {uid}"
    try:
        with CometChatAdmin(store="memory:") as admin:
            tokens = list(admin.auth_tokens.list(uid))
    except errors.CometChatError as error:
        return failure(about, error)
    full = is_full(tokens)
    return Finding(about, "warn" if full else "ok", tally(tokens), WHAT_TO_DO if full else None)
