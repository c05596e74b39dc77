"""What ``cometchat emulator`` does once its options are read."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cometchat_session.emulator import settings as table
from cometchat_session.emulator.app import (
    DEFAULT_APP_ID,
    DEFAULT_AUTH_KEY,
    DEFAULT_REGION,
    DEFAULT_REST_API_KEY,
)
from cometchat_session.emulator.document import DocumentError
from cometchat_session.emulator.emulator import Emulator
from cometchat_session.emulator.switches import SettingsError, parse_assignments

if TYPE_CHECKING:
    from collections.abc import Sequence

DONE, FAILED, WRONG_USAGE = 0, 1, 2


def run(
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    app_id: str = DEFAULT_APP_ID,
    region: str = DEFAULT_REGION,
    auth_key: str = DEFAULT_AUTH_KEY,
    rest_api_key: str = DEFAULT_REST_API_KEY,
    as_json: bool = False,
    explain: bool = False,
    state_file: str | None = None,
    switches: Sequence[str] = (),
) -> int:
    """Serve until SIGINT or SIGTERM; returns the exit status.

    ``switches`` are texts ``name=value``. A state file is read at the start, if it is there, and written at
    the end.
    """
    if explain:
        _say(table.explain())
        return DONE
    try:
        settings = parse_assignments(table.TABLE, switches)
        emulator = Emulator(
            host=host,
            port=port,
            app_id=app_id,
            region=region,
            auth_key=auth_key,
            rest_api_key=rest_api_key,
            settings=settings,
        )
        if state_file and Path(state_file).exists():
            emulator.load_file(state_file)
    except (SettingsError, DocumentError, json.JSONDecodeError) as error:
        return _complain(str(error), WRONG_USAGE)
    try:
        emulator.serve(_announce_json if as_json else _announce)
    except OSError as error:
        return _complain(f"Cannot listen on {host} port {port}: {error.strerror}.", FAILED)
    if state_file:
        emulator.save_file(state_file)
    return DONE


def _announce(emulator: Emulator) -> None:
    """Tell a person where it is and what to paste."""
    lines = [f"export {name}={value}" for name, value in emulator.environment.items()]
    last = "Open it in a browser to see what it holds. Ctrl-C stops it."
    _say("\n".join([f"CometChat emulator at {emulator.url}", "", *lines, "", last]))


def _announce_json(emulator: Emulator) -> None:
    """Tell a program."""
    names = ("url", "app_id", "region", "auth_key", "rest_api_key")
    _say(json.dumps({name: getattr(emulator, name) for name in names}))


def _say(text: str) -> None:
    """Print at once: whoever waits for the line waits for the emulator."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _complain(text: str, status: int) -> int:
    """Say what is wrong, and with which status to leave."""
    sys.stderr.write(text + "\n")
    return status
