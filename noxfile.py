"""Every check of this project, each in an environment of its own: ``nox`` runs all, ``nox -l`` lists them.

A check that needs a program which this machine lacks is skipped, and says so. With ``CI`` set that is a
failure instead, because there nobody reads the list of what did not run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import nox

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
PROJECT = nox.project.load_toml(HERE / "pyproject.toml")
PYTHONS = nox.project.python_versions(PROJECT)
REDOCLY = "@redocly/cli@2.77.0"
IN_CI = bool(os.environ.get("CI"))
EXTERNAL: tuple[str, ...] = ("cc", "chromium", "dbus-run-session", "gnome-keyring-daemon", "redis-server")
"""Programs that tests start and no Python package brings."""
BROWSER = ("chromium", "openssl")
"""What the official SDK needs to run in a browser: the browser, and a certificate for the emulator's door."""

nox.needs_version = ">=2026.10"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.error_on_external_run = True
# Interpreters are looked for and never fetched. One that is absent is skipped in plain sight, in CI too: a
# project does not decide which Pythons a machine has. That none is there at all is an error.
nox.options.download_python = "never"
nox.options.error_on_missing_interpreters = False


def runs_as(program: Path, version: str) -> bool:
    """Tell whether ``program`` is a Python of that version which starts.

    A version manager puts a program of every name it knows on ``PATH``, and most of them refuse to start.
    """
    ask = [str(program), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    try:
        answer = subprocess.run(ask, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and answer.stdout.strip() == version


def candidates(version: str) -> Iterator[Path]:
    """Name what may be a Python of that version: programs on ``PATH``, then pyenv's, the newest first."""
    yield from (Path(folder, f"python{version}") for folder in os.get_exec_path())
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    found = pyenv.glob(f"versions/{version}.*/bin/python{version}")
    yield from sorted(found, key=lambda path: (len(path.parts[-3]), path), reverse=True)


def put_pythons_on_path() -> None:
    """Let nox find the interpreters that are not on ``PATH`` themselves, by appending their folders to it."""
    own = "{}.{}".format(*sys.version_info)
    found = {own} & set(PYTHONS)
    for version in PYTHONS:
        program = next((program for program in candidates(version) if runs_as(program, version)), None)
        if program:
            found.add(version)
            os.environ["PATH"] += os.pathsep + str(program.parent)
    if not found:
        message = (
            f"None of Python {', '.join(PYTHONS)} is on this machine: neither on PATH nor among pyenv's."
        )
        raise SystemExit(message)


put_pythons_on_path()


def install(session: nox.Session, *what: str, groups: tuple[str, ...] = ()) -> None:
    """Install ``what`` and dependency groups, the versions of our own dependencies held by ``runtime``."""
    session.install(*what, *nox.project.dependency_groups(PROJECT, "runtime", *groups))


def scratch(session: nox.Session, name: str) -> Path:
    """Return an empty folder that goes when the session's environment goes.

    Not nox's own temporary folder: that becomes everybody's ``TMPDIR``, and a pytest that a test starts
    there takes this project's settings for its own.
    """
    folder = Path(session.virtualenv.location).absolute() / "scratch" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def install_group(session: nox.Session, name: str) -> None:
    """Install the tools of one dependency group, and nothing of this project."""
    session.install(*nox.project.dependency_groups(PROJECT, name))


@nox.session
def demo(session: nox.Session) -> None:
    """Show the whole story on the built-in emulator: log in, restart, still logged in, log out."""
    install(session, ".[all]")
    session.run("cometchat", "demo", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Look for mistakes and untidiness with ruff."""
    install_group(session, "lint")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def layers(session: nox.Session) -> None:
    """Hold the rules of who imports whom, written in .importlinter, and the picture of them."""
    install_group(session, "layers")
    roots = os.pathsep.join((".", "generated_client"))
    session.run("lint-imports", "--no-cache", "--no-logo", env={"PYTHONPATH": roots})
    session.run("python", "scripts/draw_layers.py", "--check")


@nox.session
def typing(session: nox.Session) -> None:
    """Check types over everything, the generated client included, with mypy (strict) and pyright."""
    install(session, groups=("typing",))
    session.run("mypy")
    session.run("pyright", "--pythonpath", str(Path(session.bin, "python")))


@nox.session(python=PYTHONS)
def generated(session: nox.Session) -> None:
    """Generate the low-level client anew and compare every byte with what is committed."""
    install_group(session, "generate")
    session.run("python", "scripts/regenerate.py", "--check")


@nox.session
def spec(session: nox.Session) -> None:
    """Check the OpenAPI document: that it is valid, and that it follows the rules beside it."""
    install_group(session, "spec")
    session.run("openapi-spec-validator", "openapi/cometchat.yaml")
    session.run("npx", "--yes", REDOCLY, "lint", "openapi/cometchat.yaml", env={"REDOCLY_TELEMETRY": "off"})


@nox.session
def package(session: nox.Session) -> None:
    """Build what would be released, look into it, install it elsewhere and run the demo from there."""
    install_group(session, "package")
    out = scratch(session, "dist")
    session.run("python", "-m", "build", "--outdir", str(out), ".")
    built = [str(path) for path in sorted(out.iterdir())]
    session.run("twine", "check", "--strict", *built)
    session.run("python", "scripts/check_dist.py", *built)
    wheel = next(path for path in built if path.endswith(".whl"))

    elsewhere = scratch(session, "elsewhere")
    session.run("python", "-m", "venv", str(elsewhere / "venv"))
    programs = elsewhere / "venv" / "bin"
    pip = (str(programs / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
    with session.chdir(elsewhere):
        session.run(*pip, wheel, external=True)
        session.run(str(programs / "python"), str(HERE / "scripts" / "try_base_install.py"), external=True)
        session.run(*pip, f"{wheel}[all]", *nox.project.dependency_groups(PROJECT, "runtime"), external=True)
        session.run(str(programs / "cometchat"), "demo", external=True)


@nox.session
def projects(session: nox.Session) -> None:
    """Run the test suites of small programs as users write them, against the wheel."""
    install_group(session, "package")
    out = scratch(session, "wheel")
    session.run("python", "-m", "build", "--wheel", "--outdir", str(out), ".", silent=True)
    install(session, f"{next(out.iterdir())}[all]", groups=("projects",))
    pytest = ("python", "-m", "pytest", "-p", "no:cacheprovider")
    for project, *commands in (
        ("flask_shop", pytest),
        ("fastapi_service", pytest, (*pytest, "-o", "asyncio_mode=auto")),
        ("bot", pytest),
        ("guarded", pytest),
        ("unittest_job", ("python", "-W", "error", "-m", "unittest")),
        ("django_site", ("python", "-W", "error", "manage.py", "test", "--parallel", "2")),
    ):
        with session.chdir(HERE / "tests" / "projects" / project):
            for command in commands:
                session.run(*command, env={"PYTHONDONTWRITEBYTECODE": "1"})


@nox.session
def examples(session: nox.Session) -> None:
    """Test the example applications with their frameworks' own clients, and check their types as users do."""
    install(session, ".[all]", groups=("examples",))
    quiet = {"PYTHONDONTWRITEBYTECODE": "1"}
    mypy = ("mypy", "--strict", f"--cache-dir={os.devnull}")
    pytest = ("python", "-m", "pytest", "-p", "no:cacheprovider", "-c", str(HERE / "examples" / "pytest.ini"))
    for example in ("fastapi_service", "flask_site", "worker", "bot"):
        with session.chdir(HERE / "examples" / example):
            session.run(*mypy, "--config-file=", ".", env=quiet)
            session.run(*pytest, env=quiet)
    with session.chdir(HERE / "examples" / "django_site"):
        settings = {"DJANGO_SETTINGS_MODULE": "site_settings.testing", **quiet}
        session.run(*mypy, "--config-file=mypy.ini", ".", env=settings)
        session.run("python", "manage.py", "makemigrations", "--check", env=settings)
        session.run("python", "-W", "error", "manage.py", "test", env=settings)


@nox.session
def interop(session: nox.Session) -> None:
    """Hold the emulator, and then this library, against the official JavaScript SDK."""
    look_for(session, *BROWSER)
    install(session, ".[all]", groups=("tests", "node"))
    folder = scratch(session, "sdk")
    shutil.copy(HERE / "tests" / "interop" / "package.json", folder)
    session.run(
        "npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--prefix", str(folder), silent=True
    )
    environment = {"INTEROP_MODULES": str(folder / "node_modules"), "PYTHONSAFEPATH": "1"}
    report = scratch(session, "report") / "interop.xml"
    pytest = ("-m", "pytest", "-n2", f"--junitxml={report}", "tests/interop", *session.posargs)
    session.run("python", *pytest, env=environment)
    forbid_skips(session, report)


@nox.session
def contract(session: nox.Session) -> None:
    """Generate requests from the OpenAPI document, and hold the emulator's answers against it."""
    install(session, ".[all]", groups=("tests", "contract"))
    report = scratch(session, "report") / "contract.xml"
    pytest = ("-m", "pytest", f"--junitxml={report}", "tests/contract", *session.posargs)
    session.run("python", *pytest, env={"PYTHONSAFEPATH": "1"})
    forbid_skips(session, report)


@nox.session
def promises(session: nox.Session) -> None:
    """Go through what a promise has a number for in full, and print it; see that the benchmarks run."""
    look_for(session, *EXTERNAL)
    install(session, ".[all]", groups=("tests",))
    report = scratch(session, "report") / "promises.xml"
    what = ("tests/promises", "tests/scripts", *session.posargs)
    pytest = ("-m", "pytest", "--numprocesses=2", f"--junitxml={report}", *what)
    environment = {"PROMISES": "in full", "PYTHONSAFEPATH": "1", "PYTHONWARNINGS": "error"}
    session.run("python", *pytest, env=environment)
    forbid_skips(session, report)


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests against the installed package, not against the tree."""
    run_tests(session)


@nox.session
def coverage(session: nox.Session) -> None:
    """Measure what the tests reach without the large ones, which are there for what lines do not tell."""
    environment = {"COVERAGE_FILE": str(scratch(session, "coverage") / "data")}
    run_tests(session, "journeys", "model", "promises", under=("-m", "coverage", "run"), env=environment)
    session.run("coverage", "combine", "--quiet", env=environment)
    session.run("coverage", "report", env=environment)


def run_tests(
    session: nox.Session, *without: str, under: tuple[str, ...] = (), env: dict[str, str] | None = None
) -> None:
    """Run all tests but those with a session of their own and some folders, ``under`` another program."""
    look_for(session, *EXTERNAL)
    install(session, ".[all]", groups=("tests",))
    report = scratch(session, "report") / "tests.xml"
    environment = {
        "TEST_SCREENSHOTS": str(scratch(session, "screenshots")),
        # Else the tree stands before the installed package on sys.path, here and in what the tests start.
        "PYTHONSAFEPATH": "1",
        "PYTHONWARNINGS": "error",
        **(env or {}),
    }
    ignored = [f"--ignore=tests/{name}" for name in ("contract", "interop", "scripts", *without)]
    pytest = ("-m", "pytest", "--numprocesses=3", *ignored, f"--junitxml={report}", *session.posargs)
    session.run("python", *under, *pytest, env=environment)
    forbid_skips(session, report)


def look_for(session: nox.Session, *programs: str) -> None:
    """Say which programs are missing, and fail over it in CI."""
    for program in (program for program in programs if not shutil.which(program)):
        say = session.error if IN_CI else session.warn
        say(f"{program} is not installed: tests that need it are skipped.")


def forbid_skips(session: nox.Session, report: Path) -> None:
    """Fail in CI over a test that did not run."""
    skipped = skips(report)
    if skipped and IN_CI:
        session.error("Skipped in CI: " + "; ".join(skipped))


def skips(report: Path) -> list[str]:
    """Read the tests that pytest skipped, and why, from its report; expected failures are not among them."""
    cases = ET.parse(report).iter("testcase")  # noqa: S314 - pytest has just written this file
    skipped = ((case.get("name"), case.find("skipped")) for case in cases)
    return [
        f"{name} ({element.get('message')})"
        for name, element in skipped
        if element is not None and element.get("type") == "pytest.skip"
    ]


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Measure all that docs/benchmarks.md records; about fifteen minutes, `-- --quick` for a look."""
    # With rich installed httpx imports a command line of its own, and whatever stands beside it looks quick.
    held = (pin for pin in nox.project.dependency_groups(PROJECT, "runtime", "bench") if "rich" not in pin)
    session.install(".[emulator]", *held)
    for script in ("bench_session.py", "bench_storm.py"):
        session.run("python", f"scripts/{script}", *session.posargs)
    # These need the commands and pytest; `whoami` hides rich from one of its sides itself.
    pytest = (pin for pin in nox.project.dependency_groups(PROJECT, "tests") if pin.startswith("pytest=="))
    install(session, ".[all]", *pytest)
    session.run("python", "scripts/bench_bulk.py", *(session.posargs or ["--full"]))
    for script in ("bench_plugin.py", "bench_whoami.py"):
        session.run("python", f"scripts/{script}", *session.posargs)
