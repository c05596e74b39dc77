"""How long `cometchat whoami` takes from a cold start, beside `import httpx`: both sides and the ratio.

Run it in an environment with the extra `cli`. Its click and rich are found by httpx too, which then imports a
command line of its own; so httpx is measured without them as well.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _bench.measure import arguments
from bench_import import store_a_session

ROUNDS, QUICK = 31, 3
ABOUT = "How long `cometchat whoami` takes, beside `import httpx`."
WITHOUT_CLICK = "import sys; sys.modules.update(click=None, rich=None); import httpx"
SIDES = {
    "bare interpreter": ["-c", "pass"],
    "cometchat whoami": ["-m", "cometchat_session.cli", "whoami"],
    "cometchat whoami --json": ["-m", "cometchat_session.cli", "whoami", "--json"],
    "import httpx": ["-c", "import httpx"],
    "import httpx, click and rich hidden": ["-c", WITHOUT_CLICK],
}


def measure(rounds: int) -> dict[str, list[float]]:
    """Time each side in turn, round by round, so that a slow moment hits all alike; milliseconds."""
    times: dict[str, list[float]] = {name: [] for name in SIDES}
    for _ in range(rounds):
        for name, words in SIDES.items():
            began = time.perf_counter()
            done = subprocess.run([sys.executable, *words], check=True, capture_output=True, text=True)
            times[name].append((time.perf_counter() - began) * 1000)
            assert "ann" in done.stdout or "whoami" not in name
    return times


def main() -> None:
    """Print the medians, and the median of the ratios round by round."""
    rounds = QUICK if arguments(ABOUT).quick else ROUNDS
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(XDG_STATE_HOME=home, COMETCHAT_APP_ID="app", COMETCHAT_REGION="us")
        for name in ("COMETCHAT_BASE_URL", "COMETCHAT_PROFILE", "COMETCHAT_STORE", "COMETCHAT_LOG"):
            os.environ.pop(name, None)
        store_a_session()
        assert any(Path(home).rglob("session.json"))
        times = measure(rounds)
    print(f"Python {sys.version.split()[0]}, {rounds} rounds, median milliseconds from start to end")
    for name, taken in times.items():
        ratio = statistics.median(
            one / other for one, other in zip(taken, times["import httpx"], strict=True)
        )
        print(f"{name:<36} {statistics.median(taken):7.1f} ms   {ratio:5.2f} of `import httpx`")


if __name__ == "__main__":
    main()
