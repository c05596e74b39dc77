"""The two sides of the comparison, each told the story once; and pages in which the official SDK lives."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from interop.pages import NodePage
from interop.sides import Side, tell
from interop.visit import Visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cometchat_session.emulator import Emulator

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def modules() -> str:
    """The folder in which npm put the SDK."""
    folder = os.environ.get("INTEROP_MODULES")
    if not folder:
        pytest.skip("needs the SDK from npm: nox -s interop")
    return folder


@pytest.fixture(scope="session")
def node() -> str:
    program = shutil.which("node")
    if not program:
        pytest.skip("needs Node.js: nox -s interop")
    return program


@pytest.fixture(scope="module")
def sdk(tmp_path_factory: pytest.TempPathFactory, node: str, modules: str) -> Side:
    story = [node, str(HERE / "story.cjs")]
    return tell(Side(story, tmp_path_factory.mktemp("sdk") / "localStorage.json", modules))


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Side:
    story = [sys.executable, str(HERE / "story.py")]
    return tell(Side(story, tmp_path_factory.mktemp("ours") / "store", ""))


@pytest.fixture
def visit(tmp_path: Path, node: str, modules: str, emulator: Emulator) -> Iterator[Visit]:
    """A visit to a page on which the SDK has been started and nobody is logged in."""
    with NodePage(node, HERE / "live.cjs", modules, tmp_path / "localStorage.json", emulator) as page:
        visit = Visit(emulator, page)
        visit.init()
        yield visit
