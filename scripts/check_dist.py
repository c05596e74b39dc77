"""Check a built wheel and source distribution: what must be in them, and that nothing else is.

Usage: python scripts/check_dist.py dist/*.whl dist/*.tar.gz
"""

from __future__ import annotations

import sys
import tarfile
import zipfile
from pathlib import PurePosixPath

PACKAGES = {"cometchat_rest", "cometchat_session"}
MARKERS = {f"{package}/py.typed" for package in PACKAGES}
SOURCES = {
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "cometchat_session/py.typed",
    "generated_client/cometchat_rest/py.typed",
    "noxfile.py",
    "openapi/cometchat.yaml",
    "pyproject.toml",
    "scripts/regenerate.py",
    "tests/conftest.py",
}
NEVER = {".DS_Store", ".env", ".git", ".nox", ".venv", "__pycache__", "node_modules"}


def faults_of_wheel(names: list[str]) -> list[str]:
    """Return what is wrong with the files of a wheel."""
    top = {PurePosixPath(name).parts[0] for name in names}
    packages = {name for name in top if not name.endswith(".dist-info")}
    faults = [f"top level {sorted(packages)}, expected {sorted(PACKAGES)}"] if packages != PACKAGES else []
    if len(top - packages) != 1:
        faults.append(f"one .dist-info folder expected, found {sorted(top - packages)}")
    return faults + [f"{name} is missing" for name in sorted(MARKERS - set(names))]


def faults_of_sdist(names: list[str]) -> list[str]:
    """Return what is wrong with the files of a source distribution."""
    inside = {"/".join(PurePosixPath(name).parts[1:]) for name in names}
    return [f"{name} is missing" for name in sorted(SOURCES - inside)]


def faults(path: str) -> list[str]:
    """Return what is wrong with one built file."""
    if path.endswith(".whl"):
        with zipfile.ZipFile(path) as wheel:
            names = wheel.namelist()
        found = faults_of_wheel(names)
    else:
        with tarfile.open(path) as sdist:
            names = sdist.getnames()
        found = faults_of_sdist(names)
    stray = sorted(name for name in names if NEVER & set(PurePosixPath(name).parts))
    return found + [f"{name} does not belong there" for name in stray]


def main(paths: list[str]) -> int:
    """Print a line for every fault; succeed if there is a wheel, a source distribution and no fault."""
    kinds = sorted(path.rpartition(".")[2] for path in paths)
    wrong = [f"{path}: {fault}" for path in paths for fault in faults(path)]
    if kinds != ["gz", "whl"]:
        wrong.append(f"expected one wheel and one source distribution, got {paths}")
    print("\n".join(wrong) or f"{len(paths)} built files hold what they should")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
