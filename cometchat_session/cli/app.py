"""The root of the commands. Each one is imported when it is called: `whoami` must not wait for the others."""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

import click

from cometchat_session import __version__
from cometchat_session.cli.text import examples

if TYPE_CHECKING:
    from collections.abc import Sequence


class LazyGroup(click.Group):
    """A group that knows where its commands live, and what to say of them, without importing them."""

    homes: ClassVar[dict[str, tuple[str, str]]] = {
        "login": ("commands.session", "Log a user in, once; the session is kept."),
        "whoami": ("commands.session", "Show who is logged in."),
        "logout": ("commands.session", "End the session, here and on the server."),
        "users": ("commands.users", "Create, find, change, deactivate and erase users."),
        "tokens": ("commands.tokens", "Make, list and end the auth tokens of a user."),
        "doctor": ("commands.doctor", "Find what is wrong, and say what to do next."),
        "config": ("commands.config", "Show what is set, and from where; secrets are masked."),
        "emulator": ("commands.emulator", "Serve a local CometChat for tests."),
        "demo": ("commands.demo", "Show the whole story, on an emulator or on a real app."),
    }

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002 - click's own signature
        **options: Any,
    ) -> Any:
        """Run the command that was typed. With `--json`, wrong usage is a document as well."""
        words = sys.argv[1:] if args is None else list(args)
        if os.environ.get("NO_COLOR"):
            options["color"] = False  # https://no-color.org
        as_json = "--json" in (words[: words.index("--")] if "--" in words else words)
        if not standalone_mode or not as_json:
            return super().main(args, prog_name, complete_var, standalone_mode, **options)
        try:
            status = super().main(args, prog_name, complete_var, standalone_mode=False, **options)
        except click.ClickException as error:
            status = _tell(error, error.format_message(), error.exit_code)
        except click.Abort as error:
            status = _tell(error, "Aborted.", 1)
        sys.exit(status)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the story."""
        return list(self.homes)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in self.homes:
            return None
        module = import_module(f"cometchat_session.cli.{self.homes[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands for the help text without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self.homes.items()])


def _tell(error: Exception, message: str, status: int) -> int:
    click.echo(json.dumps({"error": type(error).__name__, "message": message}))
    return status


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=examples("cometchat demo", "cometchat login cometchat-uid-1", "cometchat whoami --verify"),
)
@click.version_option(__version__, message="cometchat-session %(version)s")
def cometchat(**_: Any) -> None:
    """Log CometChat users in once, keep their sessions, and look after users and tokens.

    Settings come from the environment: COMETCHAT_APP_ID, COMETCHAT_REGION and COMETCHAT_AUTH_KEY, or
    COMETCHAT_REST_API_KEY for a backend's commands. Keys and tokens are never arguments.

    Exit status: 0 done, 1 the operation failed, 2 wrong usage or configuration, 3 nobody is logged in.
    """
