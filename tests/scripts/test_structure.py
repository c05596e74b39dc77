"""The two scripts that measure the package's structure: each holds its bounds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPTS = Path(__file__).parents[2] / "scripts"


def run(script: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run a script, and return what became of it."""
    return subprocess.run(
        [sys.executable, SCRIPTS / script, *options], capture_output=True, text=True, timeout=50, check=False
    )


def test_a_login_and_a_look_up_pass_few_rooms() -> None:
    done = run("trace_uid.py", "--check")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("steps in") == 2
    assert "_session -> _runtime" in done.stdout


def test_the_picture_is_that_of_the_import_rules() -> None:
    done = run("draw_layers.py", "--check")
    assert done.returncode == 0, done.stdout + done.stderr
