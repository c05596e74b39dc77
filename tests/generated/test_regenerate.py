"""`--check` sees whatever differs, and a repair that finds nothing stops the run."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "generated_client" / "cometchat_rest"


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import _patches
    import regenerate

    yield regenerate, _patches
    sys.modules.pop("_patches")
    sys.modules.pop("regenerate")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PACKAGE, tmp_path / "copy", ignore=shutil.ignore_patterns("__pycache__")))


def test_a_copy_does_not_differ(scripts: Any, copy: Path) -> None:
    (copy / "__pycache__").mkdir()
    (copy / "__pycache__" / "x.pyc").touch()
    assert scripts[0].differences(copy, PACKAGE) == []


def test_an_appended_line(scripts: Any, copy: Path) -> None:
    with (copy / "types.py").open("a") as file:
        file.write("\n")
    assert scripts[0].differences(copy, PACKAGE) == ["different: types.py"]


def test_a_file_too_much(scripts: Any, copy: Path) -> None:
    (copy / "models" / "more.py").touch()
    (copy / "empty").mkdir()
    assert scripts[0].differences(copy, PACKAGE) == ["too much: empty", "too much: models/more.py"]


def test_a_missing_file(scripts: Any, copy: Path) -> None:
    (copy / "py.typed").unlink()
    assert scripts[0].differences(copy, PACKAGE) == ["missing: py.typed"]


def test_a_repair_that_finds_nothing(scripts: Any, copy: Path) -> None:
    with pytest.raises(scripts[1].PatchError, match=r"api/\*/\*.py: found 0 times"):
        scripts[1].apply_patches(copy)  # is repaired already, so nothing is there to repair


def test_the_tools_are_pinned_exactly(scripts: Any) -> None:
    assert all(pin.count("==") == 1 for pin in scripts[0].pins())
    assert not scripts[0].has("no-such-package==1")
