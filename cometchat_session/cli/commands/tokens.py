"""`tokens`: the auth tokens of a user's devices, with the REST API key."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

from cometchat_session import CometChatAdmin
from cometchat_session.cli.output import command, confirm, dry_run, read_token, say
from cometchat_session.cli.table import show
from cometchat_session.cli.text import examples
from cometchat_session.cli.token_count import WHAT_TO_DO, is_full, tally
from cometchat_session.models.auth_token import MOST_TOKENS

COLUMNS = ("token", "made", "platform", "client")


@command(epilog=examples("cometchat tokens create ann --show --json"))
@click.argument("uid")
@click.option("--force", is_flag=True, help="Make a new one in any case.")
@click.option("--show", "shown", is_flag=True, help="Print the token. It is a secret.")
def create(uid: str, *, force: bool, shown: bool) -> Any:
    """Make a token for a user."""
    with CometChatAdmin() as admin:
        token = admin.auth_tokens.create(uid, force=force)
    say(token.auth_token if shown else f"A token for {token.uid} is made. --show prints it.")
    return {"uid": token.uid, "created_at": token.created_at} | (
        {"auth_token": token.auth_token} if shown else {}
    )


@command(name="list", epilog=examples("cometchat tokens list ann"))
@click.argument("uid")
def list_(uid: str) -> Any:
    """List a user's tokens, masked: how many, how old, and where they are used."""
    with CometChatAdmin() as admin:
        tokens = list(admin.auth_tokens.list(uid))
    rows = [
        (_masked(token.auth_token), _when(token.created_at), token.platform, token.user_agent)
        for token in tokens
    ]
    show(COLUMNS, rows)
    say(tally(tokens))
    if is_full(tokens):
        say(WHAT_TO_DO)
    return {
        "uid": uid,
        "kept_at_most": MOST_TOKENS,
        "tokens": [dict(zip(COLUMNS, row, strict=True)) for row in rows],
    }


@command(epilog=examples("cometchat tokens revoke ann", "pbpaste | cometchat tokens revoke ann --yes"))
@click.argument("uid")
@click.option("--yes", is_flag=True, help="Do not ask.")
@dry_run
def revoke(uid: str, *, yes: bool, dry_run: bool) -> Any:
    """End one token: it is asked for, or read from standard input, as tokens are no arguments."""
    token = read_token()
    if not dry_run:
        confirm(f"Log {uid} out wherever this token is used?", yes=yes)
    with CometChatAdmin() as admin:
        if dry_run:
            found = admin.auth_tokens.get(uid, token)
            say(f"Would end a token of {found.uid}.")
            return {"uid": found.uid, "revoked": False}
        admin.auth_tokens.revoke(uid, token)
    say("The token is dead.")
    return {"uid": uid, "revoked": True}


@command(epilog=examples("cometchat tokens flush ann --dry-run", "cometchat tokens flush ann --yes"))
@click.argument("uid")
@click.option("--yes", is_flag=True, help="Do not ask.")
@dry_run
def flush(uid: str, *, yes: bool, dry_run: bool) -> Any:
    """End all tokens of a user: logs them out on every device."""
    if dry_run:
        with CometChatAdmin() as admin:
            count = sum(1 for _ in admin.auth_tokens.list(uid))
        say(f"Would end {count} tokens of {uid}.")
        return {"uid": uid, "flushed": False, "tokens": count}
    confirm(f"Log {uid} out on every device?", yes=yes)
    with CometChatAdmin() as admin:
        admin.auth_tokens.flush(uid)
    say(f"All tokens of {uid} are dead.")
    return {"uid": uid, "flushed": True}


def _masked(token: str) -> str:
    return f"***{token[-4:]}"


def _when(created_at: int | None) -> str | None:
    return (
        None if created_at is None else datetime.fromtimestamp(created_at, UTC).isoformat(timespec="seconds")
    )


tokens = click.Group(
    "tokens",
    commands=[create, list_, revoke, flush],
    help="Look after a user's auth tokens, with the REST API key from COMETCHAT_REST_API_KEY.",
    epilog=examples("cometchat tokens list ann"),
)
