"""`config`: what is set, and from where. Secrets show their last characters only."""

from __future__ import annotations

import os
from typing import Any

from cometchat_session import FileStore
from cometchat_session.cli.output import command, say
from cometchat_session.cli.table import in_a_terminal, show
from cometchat_session.cli.text import examples, one_line
from cometchat_session.config import emulated

# Name, whether it is a secret, and what counts where nothing is set.
SETTINGS = (
    ("COMETCHAT_APP_ID", False, None),
    ("COMETCHAT_REGION", False, None),
    ("COMETCHAT_AUTH_KEY", True, None),
    ("COMETCHAT_REST_API_KEY", True, None),
    ("COMETCHAT_API_KEY", True, None),
    ("COMETCHAT_BASE_URL", False, None),
    ("COMETCHAT_EMULATOR_HOST", False, None),
    ("COMETCHAT_PROFILE", False, "default"),
    ("COMETCHAT_STORE", False, "file:"),
    ("COMETCHAT_LOG", False, None),
)
LEAST = 12  # of a shorter secret three characters would be too many


@command(epilog=examples("cometchat config --json"))
def config() -> Any:
    """Show what is set, and from where; secrets are masked."""
    rows = [_row(*setting) for setting in SETTINGS]
    shown = [
        (row["name"], "(not set)" if row["value"] is None else row["value"], row["source"]) for row in rows
    ]
    if in_a_terminal():
        show(("setting", "value", "from"), shown, styles=("cyan", "", "green"))
    else:
        width = max(len(name) for name, _, _ in shown)
        for name, value, source in shown:
            say(f"{name:<{width}}  {one_line(value):<44}  {source}".rstrip())
    return {"settings": rows}


def masked(secret: str) -> str:
    """Show enough of a key to tell it from another, and not more."""
    return f"***{secret[-3:]} ({len(secret)} characters)" if len(secret) > LEAST else "***"


def _row(name: str, secret: bool, default: str | None) -> dict[str, Any]:  # noqa: FBT001 - one row of a table
    value = os.environ.get(name, "").strip()
    source = "environment"
    if not value:
        value, source = emulated().get(name, ""), "COMETCHAT_EMULATOR_HOST"
    if not value:
        value, source = default or "", "default"
    if not value:
        return {"name": name, "value": None, "source": ""}
    if name == "COMETCHAT_STORE":
        value = _place(value)
    return {"name": name, "value": masked(value) if secret else _without_password(value), "source": source}


def _place(store: str) -> str:
    """Name the folder that a store of files is in, where its URL leaves that open."""
    if not store.startswith("file:"):
        return store
    return f"file:{FileStore(store.removeprefix('file:').removeprefix('//') or None).folder}"


def _without_password(url: str) -> str:
    """Mask the password that a store's URL may hold."""
    scheme, found, rest = url.partition("://")
    user, at, place = rest.rpartition("@")
    return f"{scheme}{found}***@{place}" if found and at and user else url
