"""Each command is in the documentation, with its help."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from cometchat_session.cli.app import cometchat

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
CONTEXT = click.Context(cometchat)


@pytest.mark.parametrize("name", cometchat.list_commands(CONTEXT))
def test_a_command_is_documented(name: str) -> None:
    assert f"`cometchat {name}" in DOCUMENT
    command = cometchat.get_command(CONTEXT, name)
    assert command is not None
    assert command.help


def test_every_command_can_print_json() -> None:
    for name in cometchat.list_commands(CONTEXT):
        command = cometchat.get_command(CONTEXT, name)
        assert command is not None
        if not isinstance(command, click.Group):
            assert "as_json" in {parameter.name for parameter in command.params}, name
