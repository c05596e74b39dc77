"""Thousands of generated requests, good and bad: the emulator answers each as the OpenAPI document says."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from contract.evergreen import TOKEN, evergreen

if TYPE_CHECKING:
    from cometchat_session.emulator.app import App

HERE = Path(__file__).parent
SPEC = HERE.parents[1] / "openapi" / "cometchat.yaml"
OPERATIONS = {
    f"{method.upper()} {re.sub(r'{.*?}', '*', path)}"
    for path, item in yaml.safe_load(SPEC.read_text(encoding="utf-8"))["paths"].items()
    for method in ("get", "put", "post", "delete")
    if method in item
}


@pytest.fixture(scope="session")
def program() -> str:
    found = shutil.which("schemathesis")
    if not found:
        pytest.skip("needs schemathesis: nox -s contract")
    return found


def examine(
    program: str, app: App, url: str, folder: Path, *options: str
) -> subprocess.CompletedProcess[str]:
    """Let schemathesis loose on the emulator, with both credentials on every request."""
    command = [program, "--no-color", "--config-file", str(HERE / "schemathesis.toml"), "run", str(SPEC)]
    command += [
        "--url",
        f"{url}/v3",
        "--header",
        f"apikey: {app.rest_api_key}",
        "--header",
        f"authToken: {TOKEN}",
    ]
    # It writes down where it stands; nothing of that is to stay in the tree.
    return subprocess.run(
        [*command, *options], cwd=folder, capture_output=True, text=True, timeout=280, check=False
    )


def answers(app: App) -> Counter[tuple[str, int | None]]:
    """How often each operation gave which status."""
    counted: Counter[tuple[str, int | None]] = Counter()
    for call in app.record.public():
        parts = call["path"].partition("?")[0].split("/")[2:]
        path = "/".join("*" if index in (1, 3) else part for index, part in enumerate(parts))
        counted[f"{call['method']} /{path}", call["status"]] += 1
    return counted


@pytest.mark.timeout(300)
def test_every_answer_is_documented_and_every_operation_succeeds_and_refuses(
    program: str, tmp_path: Path
) -> None:
    with evergreen() as (app, url):
        done = examine(program, app, url, tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        counted = answers(app)
    print(done.stdout)
    assert counted.total() > 1000
    assert {status for _, status in counted} <= {200, 400, 401, 403, 404}
    assert {operation for operation, status in counted if status == 200} == OPERATIONS
    refused = {operation for operation, status in counted if status in (400, 404)}
    assert refused >= OPERATIONS - {"GET /me", "DELETE /me"}  # there is nothing to refuse in these


@pytest.mark.parametrize(
    ("fault", "check"),
    [
        ({"kind": "status", "status": 500}, "Server error"),
        ({"kind": "html", "status": 404}, "Undocumented Content-Type"),
        ({"kind": "status", "status": 200, "body": {"data": {"name": "nobody"}}}, "violates schema"),
    ],
)
def test_a_wrong_answer_would_be_found(
    program: str, tmp_path: Path, fault: dict[str, object], check: str
) -> None:
    with evergreen() as (app, url):
        app.faults.arm({"method": "GET", "path": "/users/ann", **fault})
        done = examine(program, app, url, tmp_path, "--include-operation-id", "getUser")
    assert done.returncode == 1
    assert check in done.stdout
