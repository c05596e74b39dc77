"""The library says nothing by itself, and all it has to say to whoever listens."""

from __future__ import annotations

import subprocess
import sys

import pytest

WARN = "from cometchat_session._log import log; log().warning('a store is away'); log().info('hm')"
LISTEN = "import logging; logging.basicConfig(level='INFO'); "
COMMAND = "from cometchat_session.cli.output import _start_logging; _start_logging(); "


@pytest.mark.parametrize(
    ("before", "heard"),
    [
        ("", ""),
        (LISTEN, "WARNING:cometchat_session:a store is away\nINFO:cometchat_session:hm\n"),
        (COMMAND, "a store is away\n"),
    ],
    ids=["nobody", "application", "command line"],
)
def test_nothing_is_said_where_nobody_listens(before: str, heard: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", before + WARN],
        capture_output=True,
        text=True,
        timeout=50,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("", heard)
