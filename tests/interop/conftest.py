"""The two sides of the comparison, each told the story once; and pages in which the official SDK lives."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.chromium import NOWHERE, Chromium, is_there

from interop.door import Door
from interop.pages import BrowserPage, NodePage
from interop.sides import Side, tell
from interop.visit import Visit
from interop.website import Site

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


@pytest.fixture(scope="session")
def site(modules: str) -> Iterator[Site]:
    sdk = Path(modules, "@cometchat", "chat-sdk-javascript", "CometChat.js")
    with Site(sdk, HERE / "actor.js") as site:
        yield site


@pytest.fixture(scope="session")
def door(running_emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """Where https comes in to the emulator of this run."""
    if not shutil.which("openssl"):
        pytest.skip("needs openssl")
    with Door(running_emulator.url, tmp_path_factory.mktemp("door")) as door:
        yield door


@pytest.fixture(scope="session")
def chromium(door: Door, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """A browser to which the service's names lead to the door."""
    if not is_there():
        pytest.skip("needs Chromium")
    with Chromium(
        tmp_path_factory.mktemp("chromium"),
        "--ignore-certificate-errors",  # the door signs for itself
        names=f"MAP *.cometchat.io 127.0.0.1:{door.port}, {NOWHERE}",
    ) as chromium:
        yield chromium


@pytest.fixture
def browser_page(chromium: Chromium, site: Site, emulator: Emulator) -> Iterator[BrowserPage]:
    """A page whose SDK calls the service's own names, over https, from another origin."""
    with BrowserPage(chromium, site.url, {"region": emulator.region}) as page:
        yield page


@pytest.fixture
def in_chromium(browser_page: BrowserPage, emulator: Emulator) -> Visit:
    return Visit(emulator, browser_page)


@pytest.fixture
def in_node(tmp_path: Path, node: str, modules: str, emulator: Emulator) -> Iterator[Visit]:
    with NodePage(node, HERE / "live.cjs", modules, tmp_path / "localStorage.json", emulator) as page:
        yield Visit(emulator, page)


@pytest.fixture(params=["node", "chromium"])
def visit(request: pytest.FixtureRequest) -> Visit:
    """A visit to a page on which the SDK has been started and nobody is logged in."""
    visit: Visit = request.getfixturevalue(f"in_{request.param}")
    visit.init()
    return visit
