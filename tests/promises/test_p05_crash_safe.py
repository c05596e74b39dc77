"""P5: no kill, torn write, full disk or failing one, at any file call, loses or corrupts a session.

Of saving and of logging out. There is one form of record only, so there is no migration to go through.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support import crashes, fake_keyring
from support.processes import PATIENCE, SPAWNED

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.crashes import Preloaded, Seam

# Hundreds of processes take their time where others want the machine too.
HANGS = 250  # seconds; each of them has a shorter alarm of its own
pytestmark = pytest.mark.timeout(HANGS + 20)

SOURCE = Path(crashes.__file__).with_name("shim.c")


ALL = crashes.FAULTS[1:]
QUICK = ("kill", "torn")  # where another test goes through all of them, or this one when run in full


def points_of(run: Callable[..., None], *args: Any) -> tuple[dict[str, int], list[str]]:
    """Go through every point in a process of its own; return how many there were, and what broke."""
    ours, theirs = SPAWNED.Pipe()
    worker = SPAWNED.Process(target=run, args=(theirs, *args), daemon=True)
    worker.start()
    theirs.close()
    assert ours.poll(HANGS), "it hangs"
    points, broken = ours.recv()
    worker.join(PATIENCE)
    print(f"{sum(points.values())} points, {points}")
    return points, broken


def go_through(kind: type[Preloaded | Seam], folder: Path, mode: str, faults: tuple[str, ...]) -> None:
    """Go through every point of every scene."""
    points, broken = points_of(crashes.run, kind, str(folder), mode, faults)
    assert not broken, "\n".join(broken)
    assert points["kill"] > 100
    assert points.get("torn", 5) >= 5  # every scene but the look writes
    assert all(points.values())


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_every_call_of_the_c_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_full: bool, mode: str
) -> None:
    if (compiler := shutil.which("cc") or shutil.which("gcc")) is None:
        pytest.skip("no C compiler: the calls are interrupted one layer higher only")
    shim = tmp_path / "shim.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", shim, SOURCE, "-ldl"], check=True)
    monkeypatch.setenv("LD_PRELOAD", str(shim))
    faults = ALL if in_full else QUICK if mode == "sync" else QUICK[:1]
    go_through(crashes.Preloaded, tmp_path / "sessions", mode, faults)


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_every_call_of_the_os_module(tmp_path: Path, in_full: bool, mode: str) -> None:
    faults = ALL if in_full else QUICK if mode == "sync" else QUICK[:1]
    go_through(crashes.Seam, tmp_path / "sessions", mode, faults)


def test_every_call_of_a_store_and_its_keyring(tmp_path: Path, in_full: bool) -> None:
    """The keyring's own calls are struck at like the files'."""
    faults = ALL if in_full else (*QUICK, "full")
    points, broken = points_of(fake_keyring.run, str(tmp_path), faults)
    assert not broken, "\n".join(broken)
    assert points["kill"] > 100
    assert points["torn"] >= 5
    assert all(points[fault] for fault in faults)
