"""Rebuild `generated_client/cometchat_rest` from `openapi/cometchat.yaml`; with `--check`, compare only.

It works on the tree that it stands in, which may be a copy. It needs nothing but Python: generator and
formatter, in the exact versions that `pyproject.toml` names, are installed into a temporary environment
unless the running one has them.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path
from typing import Any

from _patches import apply_patches
from _spec_facts import facts

ROOT = Path(__file__).resolve().parent.parent
SPEC = ROOT / "openapi" / "cometchat.yaml"
CONFIG = ROOT / "openapi" / "codegen.yml"
PACKAGE = ROOT / "generated_client" / "cometchat_rest"

YAML_TO_JSON = (
    "import json, sys; from ruamel.yaml import YAML; "
    "json.dump(YAML(typ='safe').load(sys.stdin.buffer), sys.stdout)"
)
"""A program for the tools' interpreter: the generator brings a parser of YAML, Python alone has none."""


def pins() -> list[str]:
    """Return the generator and the formatter as pinned."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        found: list[str] = tomllib.load(file)["dependency-groups"]["generate"]
    return found


def has(pin: str) -> bool:
    """Return whether the running environment has exactly this version."""
    name, version = pin.split("==")
    try:
        return importlib.metadata.version(name) == version
    except importlib.metadata.PackageNotFoundError:
        return False


def tools(folder: Path) -> Path:
    """Return the interpreter of an environment with the pinned tools, made in a folder if need be."""
    if all(map(has, pins())):
        return Path(sys.executable)
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    # Little of what is installed is imported, and all of it only once or twice.
    options = ("--quiet", "--no-compile", "--disable-pip-version-check")
    subprocess.run([python, "-m", "pip", "install", *options, *pins()], check=True)
    return python


def document(python: Path) -> dict[str, Any]:
    """Return the OpenAPI document, read by an interpreter that has the generator."""
    with SPEC.open("rb") as file:
        done = subprocess.run(
            [str(python), "-c", YAML_TO_JSON], check=True, stdin=file, stdout=subprocess.PIPE
        )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def generate(package: Path, python: Path) -> None:
    """Generate a package and repair it."""
    # A formatter that is not found would be passed over in silence, so it comes first on the path.
    environment = {**os.environ, "PATH": os.pathsep.join((str(python.parent), os.environ.get("PATH", "")))}
    command: list[str | Path] = [python, "-m", "openapi_python_client", "generate"]
    command += ["--path", SPEC, "--config", CONFIG]
    subprocess.run(
        [*command, "--output-path", package, "--meta", "none", "--fail-on-warning", "--overwrite"],
        check=True,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    apply_patches(package, facts(document(python)))
    (package / "py.typed").touch()


def contents(package: Path) -> dict[str, bytes | None]:
    """Return what a package holds, folders as `None`; byte code does not count."""
    return {
        path.relative_to(package).as_posix(): None if path.is_dir() else path.read_bytes()
        for path in package.rglob("*")
        if "__pycache__" not in path.parts
    }


def differences(ours: Path, fresh: Path) -> list[str]:
    """Return a line for each file or folder that is missing, too much or different."""
    have, want = contents(ours), contents(fresh)
    lines = [f"missing: {name}" for name in sorted(want.keys() - have.keys())]
    lines += [f"too much: {name}" for name in sorted(have.keys() - want.keys())]
    both = sorted(have.keys() & want.keys())
    return lines + [f"different: {name}" for name in both if have[name] != want[name]]


def main() -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail if anything would change")
    check = parser.parse_args().check
    with tempfile.TemporaryDirectory() as temporary:
        fresh = Path(temporary, "cometchat_rest")
        generate(fresh, tools(Path(temporary, "tools")))
        if check:
            lines = differences(PACKAGE, fresh)
            print("\n".join(lines) or f"{PACKAGE.relative_to(ROOT)} follows from the spec, byte for byte.")
            return 1 if lines else 0
        shutil.rmtree(PACKAGE, ignore_errors=True)
        shutil.copytree(fresh, PACKAGE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
