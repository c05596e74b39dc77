"""`emulator`: a local CometChat for tests."""

from __future__ import annotations

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from typing import Any, TextIO

import click

from cometchat_session.cli.text import examples


@click.command(
    epilog=examples("cometchat emulator --port 8765", "cometchat emulator --set token_limit=3 --json")
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=0, show_default=True, help="Port to listen on; 0 picks a free one.")
@click.option("--app-id", help="Id of the app that it plays.")
@click.option("--region", help="Region of that app.")
@click.option("--auth-key", metavar="KEY", help="Auth Key that it takes; made up, so safe as an argument.")
@click.option("--rest-api-key", metavar="KEY", help="REST API key that it takes; made up as well.")
@click.option(
    "--state", "state_file", metavar="FILE", help="Load users and tokens from here; save them at the end."
)
@click.option("--set", "switches", multiple=True, metavar="NAME=VALUE", help="Set a switch; see --explain.")
@click.option("--explain", is_flag=True, help="List every disputed fact, its switch and its default.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document once it is ready.")
def emulator(*, as_json: bool, **options: Any) -> None:
    """Serve a local CometChat for tests, until Ctrl-C.

    Prints its URL and the variables to paste once it accepts connections.
    """
    try:
        from cometchat_session.emulator import run
    except ModuleNotFoundError as missing:
        raise click.UsageError(str(missing)) from None
    given = {name: value for name, value in options.items() if value is not None}
    if not as_json:
        sys.exit(run(**given))
    if options["explain"]:
        raise click.UsageError("--explain is a text to read: leave --json away.")
    with redirect_stdout(_Remembering(sys.stdout)) as told, redirect_stderr(_Remembering(sys.stderr)) as said:
        status = run(**given, as_json=True)
    if status and not told.getvalue():
        click.echo(json.dumps({"error": "EmulatorError", "message": said.getvalue().strip()}))
    sys.exit(status)


class _Remembering(io.StringIO):
    """A stream that also keeps what is written to it."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream

    def write(self, text: str, /) -> int:
        self._stream.write(text)
        return super().write(text)

    def flush(self) -> None:
        self._stream.flush()
