"""Where a package is missing that a command needs: it says which, and how to get it."""

from __future__ import annotations

import subprocess
import sys

import pytest

# A process of its own, which has imported nothing yet: there the package is not to be found.
WITHOUT = """
import sys

missing = sys.argv.pop(1)

class Nowhere:
    def find_spec(self, name, *_):
        if name == missing:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Nowhere())
from cometchat_session.cli import main
main()
"""


@pytest.mark.parametrize(
    ("package", "command", "status", "says"),
    [
        ("click", "whoami", 1, "The command needs click: pip install 'cometchat-session[cli]'"),
        *(
            (name, "emulator", 2, f"The emulator needs {name}: pip install 'cometchat-session[emulator]'")
            for name in ("starlette", "uvicorn", "httptools")
        ),
        # What those need themselves is not ours to name an extra for.
        ("anyio", "emulator", 2, "No module named 'anyio'"),
        ("cometchat_session.cli.text", "whoami", 1, "No module named 'cometchat_session.cli.text'"),
    ],
)
def test_a_package_that_is_missing(package: str, command: str, status: int, says: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, package, command], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (status, "")
    assert done.stderr.splitlines()[-1].endswith(says)
    assert done.stderr.count("needs") == says.count("needs")
