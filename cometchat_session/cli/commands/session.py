"""`login`, `whoami` and `logout`: the session of this machine's user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cometchat_session import CometChat
from cometchat_session.cli.output import (
    NOBODY,
    command,
    error_document,
    leave,
    note_case,
    read_token,
    say,
    somebody_is_there,
    user_document,
    warn,
)
from cometchat_session.cli.shell_hints import shell_text
from cometchat_session.cli.text import examples, named, one_line
from cometchat_session.config import DEFAULT_PROFILE

if TYPE_CHECKING:
    from cometchat_session import LoginListener, User

profile_option = click.option(
    "--profile", default=DEFAULT_PROFILE, help="Which of several users of one app (COMETCHAT_PROFILE)."
)


@command(epilog=examples("cometchat login cometchat-uid-1", "backend | cometchat login --auth-token-stdin"))
@click.argument("uid", required=False)
@click.option("--auth-token-stdin", is_flag=True, help="Log in with the auth token on standard input.")
@click.option("--switch-user", is_flag=True, help="Log in even where another user is logged in.")
@click.option("--verify", is_flag=True, help="Have the server confirm a stored session.")
@click.option("--force", is_flag=True, help="Log in afresh in any case.")
@profile_option
def login(uid: str | None, *, auth_token_stdin: bool, profile: str, **how: Any) -> Any:
    """Log a user in, once; the session is kept.

    In development: UID, with the Auth Key from COMETCHAT_AUTH_KEY or a prompt. In production: an auth
    token from your backend, on standard input.
    """
    if (uid is None) != auth_token_stdin:
        raise click.UsageError("Give a UID, or --auth-token-stdin.")
    with CometChat(profile=profile) as chat:
        made: list[str] = []
        chat.add_login_listener("made", _noting(made))
        if auth_token_stdin:
            user = chat.login(auth_token=read_token(), **how)
        else:
            user = chat.login(uid, None if chat.has_auth_key else _ask_for_key(), **how)
            note_case(uid or "", user.uid)
    say(f"Logged in as {named(user)}.")
    if not _is_kept(profile):
        warn("The session could not be kept: it ended with this command. Ask why: cometchat doctor")
    if not made and not how["verify"]:
        say("The stored session was not checked: --verify asks the server, --force logs in afresh.")
    return {"user": user_document(user)}


@command(epilog=examples("cometchat whoami --json", "cometchat whoami --verify --profile work"))
@click.option("--verify", is_flag=True, help="Ask the server whether the session still holds.")
@profile_option
def whoami(*, verify: bool, profile: str) -> Any:
    """Show who is logged in: from the store, without the network, unless --verify is given.

    Exit status 3 where nobody is.
    """
    with CometChat(profile=profile) as chat:
        user = chat.get_logged_in_user(verify=verify)
    if user is None:
        leave(NOBODY, {"user": None}, "Nobody is logged in. Try: cometchat login UID")
    say(named(user))
    return {"user": user_document(user)}


@command(epilog=examples("cometchat logout --profile work"))
@profile_option
def logout(*, profile: str) -> Any:
    """End the session, here and on the server."""
    with CometChat(profile=profile) as chat:
        was_in = chat.get_logged_in_user() is not None
        result = chat.logout()
    if not was_in:
        say("Nobody was logged in.")
    elif result.error is None:
        say("Logged out.")
    else:
        why = one_line(shell_text(result.error))
        say(f"Logged out here. The server could not be told ({why}); the token may still be valid.")
    error = None if result.error is None else error_document(result.error)
    return {"logged_out": was_in, "revoked": result.revoked, "error": error}


def _is_kept(profile: str) -> bool:
    """Return whether the next command will find a session."""
    with CometChat(profile=profile) as chat:
        return chat.get_logged_in_user() is not None


def _noting(made: list[str]) -> LoginListener:
    """Return a listener that notes each login that is made; finding a stored session is none."""
    from cometchat_session import LoginListener  # which `whoami` does without

    class Noting(LoginListener):
        def login_success(self, user: User) -> None:
            made.append(user.uid)

    return Noting()


def _ask_for_key() -> str | None:
    """Prompt for the Auth Key; return `None` where nobody can answer."""
    if not somebody_is_there():
        return None
    key: str = click.prompt("Auth Key", hide_input=True, err=True)
    return key
