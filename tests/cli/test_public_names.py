"""The command line is written with what the library offers to everybody."""

from __future__ import annotations

import ast
from configparser import ConfigParser
from pathlib import Path

import cometchat_session
from cometchat_session import cli

PACKAGE, ROOT = Path(cometchat_session.__file__).parent, Path(__file__).parents[2]


def test_no_private_name_is_imported() -> None:
    for path in Path(cli.__file__).parent.glob("**/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            names = [one.name for one in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
            parts = set(".".join([module, *names]).split(".")) - {"__future__", "__version__"}
            assert not [part for part in parts if part.startswith("_")], f"{path}: {ast.unparse(node)}"


def test_the_contract_names_every_private_module() -> None:
    rules = ConfigParser()
    rules.read(ROOT / ".importlinter")
    named = set(rules["importlinter:contract:command-line"]["forbidden_modules"].split())
    private = {
        ".".join(("cometchat_session", *path.relative_to(PACKAGE).with_suffix("").parts))
        for folder in (PACKAGE, PACKAGE / "models", PACKAGE / "stores")
        for path in folder.glob("_*")
        if not path.name.startswith("__")
    }
    assert named == private
