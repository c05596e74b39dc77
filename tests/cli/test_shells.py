"""Completion in bash, zsh and fish, and help that shows how: for every command there is."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from cometchat_session.cli.app import cometchat

if TYPE_CHECKING:
    from collections.abc import Iterator

# The installed command, by its name, wherever it is or is not on the path.
COMETCHAT = (
    sys.executable,
    "-c",
    "import sys; from cometchat_session.cli import main; sys.argv[0] = 'cometchat'; main()",
)


def complete(shell: str, **variables: str) -> str:
    done = subprocess.run(
        COMETCHAT,
        env={**os.environ, "_COMETCHAT_COMPLETE": shell, **variables},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize(
    ("shell", "registers"),
    [
        ("bash", "complete -o nosort -F _cometchat_completion cometchat"),
        ("zsh", "#compdef cometchat"),
        ("fish", "complete --no-files --command cometchat"),
    ],
)
def test_a_shell_gets_its_script(shell: str, registers: str) -> None:
    script = complete(f"{shell}_source")
    assert registers in script
    assert f"_COMETCHAT_COMPLETE={shell}_complete" in script
    if program := shutil.which(shell):
        subprocess.run([program, "-n"], input=script, text=True, check=True)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("cometchat who", ["whoami"]),
        ("cometchat users de", ["deactivate", "delete"]),
        ("cometchat tokens fl", ["flush"]),
        ("cometchat users delete --d", ["--dry-run"]),
        ("cometchat users list --status ", ["available", "offline"]),
        ("cometchat tokens create ann --f", ["--force"]),
    ],
)
def test_what_is_begun_is_completed(typed: str, offered: list[str]) -> None:
    words = complete("bash_complete", COMP_WORDS=typed, COMP_CWORD=str(len(typed.split(" ")) - 1))
    assert [line.partition(",")[2] for line in words.splitlines()] == offered


def commands(group: click.Group, *path: str) -> Iterator[tuple[str, ...]]:
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)


@pytest.mark.parametrize("words", [(), *commands(cometchat)], ids=" ".join)
def test_help_shows_how(words: tuple[str, ...]) -> None:
    done = CliRunner().invoke(cometchat, [*words, "--help"])
    assert done.exit_code == 0
    assert "--help" in done.output


@pytest.mark.parametrize("width", [60, 80, 200])
@pytest.mark.parametrize("words", [(), *commands(cometchat)], ids=" ".join)
def test_each_example_has_a_line_of_its_own(words: tuple[str, ...], width: int) -> None:
    text = CliRunner().invoke(cometchat, [*words, "--help"], terminal_width=width).output
    title, *shown = text[text.index("  Example") :].splitlines()
    assert title == ("  Example:" if len(shown) == 1 else "  Examples:")
    for line in shown:
        assert re.match(rf"    .*\bcometchat {' '.join(words)}".rstrip(), line)
    assert "\\b" not in text
