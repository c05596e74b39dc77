"""The two sides of the comparison, each told the story once."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from interop.sides import Side, tell

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Side:
    modules = os.environ.get("INTEROP_MODULES")
    node = shutil.which("node")
    if not modules or not node:
        pytest.skip("needs the SDK from npm: nox -s interop")
    story = [node, str(HERE / "story.cjs")]
    return tell(Side(story, tmp_path_factory.mktemp("sdk") / "localStorage.json", modules))


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Side:
    story = [sys.executable, str(HERE / "story.py")]
    return tell(Side(story, tmp_path_factory.mktemp("ours") / "store", ""))
