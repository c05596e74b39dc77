"""What ``cometchat emulator`` does once its options are read."""

from __future__ import annotations

import json
import os
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
from cometchat_session.emulator.emulator import Emulator
from cometchat_session.emulator.switches import parse_assignments

if TYPE_CHECKING:
    from collections.abc import Sequence

DONE, FAILED, WRONG_USAGE = 0, 1, 2
LAST_PORT = 65_535


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
    the end. Switches and keys given here win over those in the file.
    """
    if explain:
        _say(table.explain())
        return DONE
    file = Path(state_file) if state_file else None
    try:
        _check(port, file)
        emulator = Emulator(
            host=host,
            port=port,
            app_id=app_id,
            region=region,
            auth_key=auth_key,
            rest_api_key=rest_api_key,
            settings=parse_assignments(table.TABLE, switches),
        )
        if file and file.exists():
            _load(emulator, file)
    except ValueError as error:
        return _complain(str(error), WRONG_USAGE)
    try:
        emulator.serve(_announce_json if as_json else _announce)
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or error
        return _complain(f"Cannot listen on {host} port {port}: {why}.", FAILED)
    try:
        if file:
            emulator.save_file(file)
    except OSError as error:
        return _complain(f"Cannot save the state to {file}: {error.strerror}.", FAILED)
    return DONE


def _check(port: int, file: Path | None) -> None:
    """Refuse what cannot work at the start, when no state can be lost yet."""
    if not 0 <= port <= LAST_PORT:
        raise ValueError(f"A port is a number from 0 to {LAST_PORT}; not {port}.")
    if file is None:
        return
    if file.is_dir():
        raise ValueError(f"The state file {file} is a folder.")
    if not file.parent.is_dir():
        raise ValueError(f"There is no folder {file.parent} to keep the state in.")
    if not os.access(file if file.exists() else file.parent, os.W_OK):
        raise ValueError(f"The state cannot be saved to {file}: no permission to write there.")


def _load(emulator: Emulator, file: Path) -> None:
    """Take up a saved state; what the command was told wins over it."""
    try:
        emulator.load_file(file)
    except (OSError, ValueError, RecursionError) as error:
        raise ValueError(f"Cannot load the state from {file}: {error}") from error
    emulator.assert_options()


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
