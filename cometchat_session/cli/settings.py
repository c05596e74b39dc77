"""`config`: what is set, and from where. Secrets show their last characters only."""

from __future__ import annotations

import os
from typing import Any

from cometchat_session.cli._output import command, say
from cometchat_session.cli._words import examples

# Name, whether it is a secret, and what counts where nothing is set.
SETTINGS = (
    ("COMETCHAT_APP_ID", False, None),
    ("COMETCHAT_REGION", False, None),
    ("COMETCHAT_AUTH_KEY", True, None),
    ("COMETCHAT_REST_API_KEY", True, None),
    ("COMETCHAT_API_KEY", True, None),
    ("COMETCHAT_BASE_URL", False, None),
    ("COMETCHAT_PROFILE", False, "default"),
    ("COMETCHAT_STORE", False, "file:"),
    ("COMETCHAT_LOG", False, None),
)
LEAST = 12  # of a shorter secret three characters would be too many


@command(epilog=examples("cometchat config --json"))
def config() -> Any:
    """Show what is set, and from where; secrets are masked."""
    rows = [_row(*setting) for setting in SETTINGS]
    width = max(len(row["name"]) for row in rows)
    for row in rows:
        value = "(not set)" if row["value"] is None else row["value"]
        say(f"{row['name']:<{width}}  {value:<44}  {row['source']}".rstrip())
    return {"settings": rows}


def masked(secret: str) -> str:
    """Show enough of a key to tell it from another, and not more."""
    return f"***{secret[-3:]} ({len(secret)} characters)" if len(secret) > LEAST else "***"


def _row(name: str, secret: bool, default: str | None) -> dict[str, Any]:  # noqa: FBT001 - one row of a table
    value = os.environ.get(name, "").strip()
    if not value:
        return {"name": name, "value": default, "source": "" if default is None else "default"}
    shown = masked(value) if secret else _without_password(value)
    return {"name": name, "value": shown, "source": "environment"}


def _without_password(url: str) -> str:
    """Mask the password that a store's URL may hold."""
    scheme, found, rest = url.partition("://")
    user, at, place = rest.rpartition("@")
    return f"{scheme}{found}***@{place}" if found and at and user else url
