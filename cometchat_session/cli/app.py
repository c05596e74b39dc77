"""The root of the commands. Each one is imported when it is called: `whoami` must not wait for the others."""

from __future__ import annotations

from importlib import import_module
from typing import Any, ClassVar

import click

from cometchat_session._version import __version__


class LazyGroup(click.Group):
    """A group that knows where its commands live, and what to say of them, without importing them."""

    homes: ClassVar[dict[str, tuple[str, str]]] = {
        "login": ("session", "Log a user in, once; the session is kept."),
        "whoami": ("session", "Show who is logged in."),
        "logout": ("session", "End the session, here and on the server."),
        "users": ("users", "Create, find, change, deactivate and erase users."),
        "tokens": ("tokens", "Make, list and end the auth tokens of a user."),
        "doctor": ("doctor", "Find what is wrong, and say what to do next."),
        "config": ("settings", "Show what is set, and from where; secrets are masked."),
        "emulator": ("emulator", "Serve a local CometChat for tests."),
        "demo": ("demo", "Show the whole story, on an emulator or on a real app."),
    }

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


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, message="cometchat-session %(version)s")
def cometchat(**_: Any) -> None:
    r"""Log CometChat users in once, keep their sessions, and look after users and tokens.

    Settings come from the environment: COMETCHAT_APP_ID, COMETCHAT_REGION and COMETCHAT_AUTH_KEY, or
    COMETCHAT_REST_API_KEY for a backend's commands. Keys and tokens are never arguments.

    \b
    Examples:
      cometchat demo
      cometchat login cometchat-uid-1
      cometchat whoami --verify

    Exit status: 0 done, 1 the operation failed, 2 wrong usage or configuration, 3 nobody is logged in.
    """
