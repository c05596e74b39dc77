"""What every command shares: `--json`, errors as exit statuses, and a log that can be switched on."""

from __future__ import annotations

import functools
import json
import logging
import os
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import click

from cometchat_session import CometChatError, ConfigurationError, InvalidUIDError
from cometchat_session.cli.shell_hints import shell_hint
from cometchat_session.cli.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable

FAILED, WRONG_USAGE, NOBODY = 1, 2, 3


def command(**settings: Any) -> Callable[[Callable[..., Any]], click.Command]:
    """Make a command of a function that returns what `--json` prints and prints the rest by `say`.

    Its errors become messages and exit statuses; with `--json` they are a document as well.
    """

    def decorate(function: Callable[..., Any]) -> click.Command:
        @functools.wraps(function)
        def run(*args: Any, as_json: bool, **options: Any) -> None:
            _start_logging()
            click.get_current_context().meta[_QUIET] = as_json
            try:
                document = function(*args, **options)
            except CometChatError as error:
                _fail(error, as_json=as_json)
            if as_json:
                click.echo(json.dumps(document))
            if status := click.get_current_context().meta.get(_STATUS):
                sys.exit(status)

        as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
        made: click.Command = click.command(**settings)(as_json(run))
        return made

    return decorate


_QUIET = "cometchat_session.cli.quiet"
_STATUS = "cometchat_session.cli.status"
_LEFT_OUT = ("remark", "server_time")


def end_with(status: int) -> None:
    """Have the command end with a status of its own, once everything is printed."""
    click.get_current_context().meta[_STATUS] = status


def say(text: str) -> None:
    """Print for a person; nothing where `--json` was given."""
    if not click.get_current_context().meta.get(_QUIET):
        click.echo(text)


def note_case(uid: str, stored: str) -> None:
    """Print a note where the server stores a typed uid in another form: it has lower case only."""
    if uid != stored and not click.get_current_context().meta.get(_QUIET):
        click.echo(f"The uid {uid!r} is {stored!r} on the server, which folds letter case.", err=True)


def leave(status: int, document: Any, text: str) -> NoReturn:
    """End with a status that is no error's, such as "nobody is logged in"."""
    quiet = click.get_current_context().meta.get(_QUIET)
    click.echo(json.dumps(document) if quiet else text, err=not quiet)
    sys.exit(status)


def warn(text: str) -> None:
    """Print a note that is no result: on standard error, where no program looks for a document."""
    click.echo(text, err=True)


def wants_document() -> bool:
    """Return whether `--json` was given."""
    return bool(click.get_current_context().meta.get(_QUIET))


def somebody_is_there() -> bool:
    """Return whether a person can be asked."""
    return sys.stdin.isatty()


def confirm(question: str, *, yes: bool) -> None:
    """Have something irreversible confirmed; where nobody can be asked, `--yes` has to be given."""
    if yes:
        return
    if not somebody_is_there():
        raise click.UsageError("This cannot be taken back, and nobody is there to ask: add --yes.")
    click.confirm(question, abort=True, err=True)


def read_token() -> str:
    """Return the auth token from standard input; a person types or pastes it where nobody sees it."""
    if somebody_is_there():
        token: str = click.prompt("Auth token", hide_input=True, err=True)
        return token.strip()
    return sys.stdin.readline().strip()


dry_run = click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")


def user_document(user: Any) -> dict[str, Any] | None:
    """Return a user as JSON has it."""
    document: dict[str, Any] | None = None if user is None else user.to_api()
    return document


def error_document(error: CometChatError) -> dict[str, Any]:
    """Return an error as JSON has it, in the words of the command line."""
    # The remark is part of the hint, and the server's time is for `doctor`.
    document = {name: value for name, value in error.to_json().items() if name not in _LEFT_OUT}
    return document | ({} if error.hint is None else {"hint": shell_hint(error)})


def _fail(error: CometChatError, *, as_json: bool) -> NoReturn:
    if as_json:
        click.echo(json.dumps(error_document(error)))
    else:
        what = " ".join(filter(None, ("Error:", error.message, error.effort)))
        click.secho(one_line(what), fg="red", err=True)
        if error.body:
            click.echo(f"It begins: {one_line(error.body)}", err=True)
        if hint := shell_hint(error):
            click.echo(one_line(hint), err=True)
    sys.exit(WRONG_USAGE if isinstance(error, ConfigurationError | InvalidUIDError) else FAILED)


def _start_logging() -> None:
    """Log to standard error, at the level that COMETCHAT_LOG names, such as `info`; else warnings only."""
    logger = logging.getLogger("cometchat_session")
    if level := os.environ.get("COMETCHAT_LOG", "").strip().upper():
        if level not in logging.getLevelNamesMapping():
            raise click.UsageError(f"COMETCHAT_LOG is no log level: {level.lower()}. Try info or debug.")
        logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
        logger.setLevel(level)
    elif not logger.hasHandlers():
        # What `logging` does by itself where no handler is; but the library would add one that is silent.
        logger.addHandler(logging.lastResort or logging.StreamHandler())
