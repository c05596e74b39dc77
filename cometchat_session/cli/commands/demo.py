"""`demo`: the whole story, told while it happens."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import click

from cometchat_session import CometChatAdmin, CometChatError, UserAlreadyExistsError
from cometchat_session.cli.output import command, say
from cometchat_session.cli.text import examples

if TYPE_CHECKING:
    from collections.abc import Iterator

UID = "cometchat-demo"
_REQUEST = re.compile(r"(\w+ /\S*) -> (\d+|no answer) in ")  # the library's own log line of a request


class Story:
    """Tells each step, runs it in a process of its own, and counts the requests that process made."""

    def __init__(self, settings: dict[str, str]) -> None:
        self._environment = {**os.environ, **settings, "COMETCHAT_LOG": "debug"}
        self.steps: list[dict[str, Any]] = []
        self._chapter = 0

    def tell(self, text: str) -> None:
        """Begin a chapter."""
        self._chapter += 1
        say(click.style(f"\n{self._chapter}. {text}", bold=True))

    def note(self, what: str, requests: list[str], outcome: str) -> None:
        """Show what was done, which requests that took, and what came of it."""
        self.steps.append({"did": what, "requests": requests, "outcome": outcome})
        say(click.style(f"   $ {what}", fg="cyan"))
        say(f"   {outcome}")
        shown = ", ".join(requests) if requests else "none"
        say(click.style(f"   requests: {len(requests)}" + (f" ({shown})" if requests else ""), dim=True))

    def run(self, *words: str, token: str | None = None) -> dict[str, Any]:
        """Run a `cometchat` command in a new process and note what it did."""
        done = subprocess.run(  # noqa: S603 - this very interpreter and this very package
            [sys.executable, "-m", "cometchat_session.cli", *words, "--json"],
            env=self._environment,
            input=token,
            capture_output=True,
            text=True,
            check=False,
        )
        requests = _requests(done.stderr)
        try:
            document: dict[str, Any] = json.loads(done.stdout)
        except ValueError:
            raise CometChatError(
                f"`cometchat {' '.join(words)}` did not end well: {done.stderr[-500:]}"
            ) from None
        shown = f"cometchat {' '.join(words)}" + (" < token" if token else "")
        self.note(shown, requests, _outcome(document))
        if document.get("error"):
            raise CometChatError(f"`{shown}` failed: {document.get('message', document['error'])}")
        return document


@command(epilog=examples("cometchat demo", "cometchat demo --live    # with the COMETCHAT_* variables set"))
@click.option("--live", is_flag=True, help="On the app that COMETCHAT_* names, instead of an emulator.")
@click.option("--uid", default=UID, show_default=True, help="The user that logs in; created if need be.")
def demo(*, live: bool, uid: str) -> Any:
    """Show the whole story, on an emulator or on a real app.

    A backend makes a user and a token; the user logs in, once by key and once by token; other processes
    find the session without a request; the user logs out.
    """
    with ExitStack() as stack:
        settings = {"COMETCHAT_STORE": f"file:{stack.enter_context(tempfile.TemporaryDirectory())}"}
        if not live:
            from cometchat_session.emulator import Emulator

            emulator = stack.enter_context(Emulator())
            settings |= emulator.environment
            say(f"A local CometChat is running at {emulator.url}; nothing leaves this machine.")
        story = Story(settings)
        _tell(story, uid, settings)
    say("\nThat is all there is to it: log in once, ask for the user ever after, log out once.")
    return {"live": live, "steps": story.steps}


def _tell(story: Story, uid: str, settings: dict[str, str]) -> None:
    story.tell("Your backend makes the user, and a token for the user's device (REST API key)")
    token = _as_a_backend(story, uid, settings)
    story.tell("In development the user logs in with uid and Auth Key")
    story.run("login", uid)
    story.tell("That process has ended. Another one finds the user without a request")
    story.run("whoami")
    story.tell("Logging in again costs nothing")
    story.run("login", uid)
    story.tell("The user logs out: gone here, and the token is dead on the server")
    story.run("logout")
    story.tell("In production the user logs in with the backend's token")
    story.run("login", "--auth-token-stdin", token=token)
    story.run("whoami")
    story.tell("And the server agrees, if you ask it")
    story.run("whoami", "--verify")
    story.run("logout")


def _as_a_backend(story: Story, uid: str, settings: dict[str, str]) -> str:
    with CometChatAdmin(
        settings.get("COMETCHAT_APP_ID"),
        settings.get("COMETCHAT_REGION"),
        api_key=settings.get("COMETCHAT_REST_API_KEY"),
        base_url=settings.get("COMETCHAT_BASE_URL"),
        store="memory:",
    ) as admin:
        with _listening() as heard:
            try:
                outcome = f"the user exists now: {admin.users.create(uid, 'Demo User').uid}"
            except UserAlreadyExistsError:
                outcome = "the user existed already"
        story.note(f"admin.users.create({uid!r}, 'Demo User')", _requests(heard.getvalue()), outcome)
        with _listening() as heard:
            token = admin.auth_tokens.create(uid, force=True)
        outcome = f"a token for {token.uid}; its text goes to the user's device, and into no log"
        story.note(f"admin.auth_tokens.create({uid!r}, force=True)", _requests(heard.getvalue()), outcome)
    return token.auth_token


@contextmanager
def _listening() -> Iterator[io.StringIO]:
    """Collect what the library logs in this process."""
    heard, logger = io.StringIO(), logging.getLogger("cometchat_session")
    handler, level = logging.StreamHandler(heard), logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield heard
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


def _requests(log: str) -> list[str]:
    return [f"{asked} -> {status}" for asked, status in _REQUEST.findall(log)]


def _outcome(document: dict[str, Any]) -> str:
    if document.get("error"):
        return f"failed: {document.get('message', document['error'])}"
    if "revoked" in document:
        return "logged out; the token is dead" if document["revoked"] else "logged out here only"
    user = document.get("user")
    return f"user: {user['uid']} ({user.get('name')})" if user else "nobody is logged in"
