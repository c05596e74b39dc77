"""How long a look-up takes from a cold start, beside `import httpx`: both sides and the ratio.

Run it in an environment with this package's base dependencies and nothing else: with click and rich
installed, httpx imports a command line of its own and takes twice as long.
"""

from __future__ import annotations

import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 31
LOOK_UP = "from cometchat_session import CometChat; assert CometChat('app', 'us').get_logged_in_user()"
SIDES = {
    "bare interpreter": "pass",
    "import attrs": "import attrs",
    "import httpx": "import httpx",
    "import, build a client, look the user up": LOOK_UP,
}


def store_a_session() -> None:
    """Store a session, as a login would have, for the look-ups to find."""
    from cometchat_session import FileStore, User
    from cometchat_session._secret import Secret
    from cometchat_session.stores.record import EMPTY, Record, Session, new_id

    session = Session(user=User(uid="ann"), auth_token=Secret("token"), created_at=0.0, verified_at=0.0)
    FileStore().save("app.us.default", Record(revision=new_id(), session=session), expected=EMPTY)


def measure() -> dict[str, list[float]]:
    """Time each side in turn, round by round, so that a slow moment hits all alike; milliseconds."""
    times: dict[str, list[float]] = {name: [] for name in SIDES}
    for _ in range(ROUNDS):
        for name, code in SIDES.items():
            began = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True)
            times[name].append((time.perf_counter() - began) * 1000)
    return times


def main() -> None:
    """Print the medians, less the bare interpreter's, and the median of the ratios round by round."""
    if importlib.util.find_spec("rich") and importlib.util.find_spec("click"):
        print("note: click and rich are installed here, so httpx looks slower than it is on its own")
    with tempfile.TemporaryDirectory() as home:
        os.environ["XDG_STATE_HOME"] = home
        store_a_session()
        assert any(Path(home).rglob("session.json"))
        times = measure()
    bare, httpx = times["bare interpreter"], times["import httpx"]
    print(f"Python {sys.version.split()[0]}, {ROUNDS} rounds, median milliseconds over the bare interpreter")
    for name in list(SIDES)[1:]:
        added = statistics.median(times[name]) - statistics.median(bare)
        ratios = [
            (one - base) / (whole - base) for one, base, whole in zip(times[name], bare, httpx, strict=True)
        ]
        print(f"{name:<42} {added:7.1f} ms   {statistics.median(ratios):5.2f} of `import httpx`")


if __name__ == "__main__":
    main()
