"""What the README shows runs as it stands."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_first_example_runs() -> None:
    code = re.findall(r"```python\n(.*?)```", README, re.DOTALL)[0]
    assert code.count("\n") <= 10
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Hello, Andrew Joseph\nUser(uid='cometchat-uid-1'")


@pytest.mark.parametrize("name", re.findall(r"\]\(([\w./-]+\.md)\)", README))
def test_what_is_linked_is_there(name: str) -> None:
    assert (ROOT / name).is_file()


@pytest.mark.parametrize(("mark", "end"), [("demo", "nox -s demo"), ("tests", "nox")])
def test_the_two_commands(mark: str, end: str) -> None:
    found = re.search(rf"<!-- {mark} -->\n```sh\n(.*)\n```", README)
    assert found is not None
    assert found[1].endswith(end)
