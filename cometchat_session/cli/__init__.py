"""The command `cometchat`: thin over the clients and the emulator."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; the console script's entry."""
    try:
        from cometchat_session.cli.app import cometchat
    except ModuleNotFoundError as missing:
        if missing.name != "click":
            raise
        sys.exit("The command needs click: pip install 'cometchat-session[cli]'")
    cometchat()
