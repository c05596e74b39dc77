"""The benchmarks run and print every row; what they count, which no slow machine changes, is as promised."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

SCRIPTS = Path(__file__).parents[2] / "scripts"
OWN, BARE = "cometchat-session", "bare httpx, a bare file"


def said(script: str, *options: str) -> str:
    """Run a script quickly; return what it prints."""
    path = os.pathsep.join(filter(None, (str(SCRIPTS), os.environ.get("PYTHONPATH"))))
    done = subprocess.run(
        [sys.executable, SCRIPTS / script, "--quick", *options],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def tables(script: str) -> dict[str, dict[str, list[str]]]:
    """Run a script without the other libraries; return the rows of each table by its title."""
    found: dict[str, dict[str, list[str]]] = {}
    for block in said(script, "--alone").split("\n\n")[1:]:
        title, *rows = block.splitlines()
        cells = [re.split(r"\s{2,}", row.strip()) for row in rows]
        found[title] = {name: values for name, *values in cells}
    return found


def seconds(cell: str) -> float:
    """Read a time as the tables show it."""
    number, unit = cell.split(" ")
    return float(number) * {"us": 1e-6, "ms": 1e-3, "s": 1.0}[unit]


def test_storm() -> None:
    crowds = tables("bench_storm.py")
    killed = crowds.pop(next(title for title in crowds if "is killed" in title))
    middle, slowest = (seconds(cell) for cell in killed[OWN][:2])
    assert 0 < middle <= slowest < 2  # of a lock that had to run out it would be more
    assert killed[BARE][0] == "-"
    assert len(crowds) == 6
    for title, rows in crowds.items():
        logins, requests, _, _, ended = rows[OWN]
        if "succeeds" in title:
            assert (logins, requests, ended) == ("1", "2", "8 ok, 0 failed"), title
        else:
            assert int(requests) <= 3, title
            assert ended == "0 ok, 8 failed"
        assert rows[BARE][0] == "8", title


def test_session() -> None:
    found = tables("bench_session.py")
    assert len(found) == 7
    for title, rows in found.items():
        if "Log in" in title:
            assert rows[OWN][3] == "2 requests"
        else:
            assert {OWN, BARE} <= set(rows), title


def test_bulk() -> None:
    out = said("bench_bulk.py")
    ratios = re.findall(r"^  (\w+) .* rows/s +([\d.]+) of plain$", out, re.MULTILINE)
    assert {name for name, _ in ratios} >= {"AsyncCometChatAdmin", "CometChatAdmin"}, out
    assert re.search(r"took [\d.]+ s, [\d.]+ of ideal; [\d.]+% refused", out), out
    assert re.search(r"difference +-?[\d.]+ MB", out), out


def test_whoami() -> None:
    out = said("bench_whoami.py")
    assert len(re.findall(r"^cometchat whoami.* ms +[\d.]+ of `import httpx`$", out, re.MULTILINE)) == 2, out
