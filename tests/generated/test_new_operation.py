"""One operation more in the spec: one command, and the client has it, with types."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]

LIST_FRIENDS = """\
  /users/{uid}/friends:
    parameters:
      - $ref: "#/components/parameters/uid"
    get:
      operationId: listFriends
      tags: [users]
      summary: List a user's friends
      parameters:
        - $ref: "#/components/parameters/page"
        - $ref: "#/components/parameters/perPage"
      responses:
        "200":
          description: A page of users.
          content:
            application/json:
              schema: { $ref: "#/components/schemas/UserList" }
        default: { $ref: "#/components/responses/Error" }

"""

FRIENDS = {
    "data": [{"uid": "bob", "name": "Bob", "tags": ["staff"], "createdAt": 1700000000}, {"uid": "cid"}],
    "meta": {"pagination": {"total": 7, "count": 2, "per_page": 2, "current_page": 3, "total_pages": 4}},
}

CALLS = """
import asyncio, json, sys
import cometchat_rest
from cometchat_rest import Client, models
from cometchat_rest.api.users import list_friends
from cometchat_rest.types import UNSET

def told(reply):
    assert isinstance(reply.parsed, models.UserList)
    bob, cid = reply.parsed.data
    assert isinstance(bob, models.User) and cid.name is UNSET
    total = reply.parsed.meta.pagination.total
    return [reply.status_code, bob.uid, bob.name, bob.tags, bob.created_at, total]

async def main():
    client = Client(base_url=sys.argv[1], httpx_args={"trust_env": False})
    async with client:
        return told(await list_friends.asyncio_detailed("ann", client=client, page=3, per_page=2))

with Client(base_url=sys.argv[1], httpx_args={"trust_env": False}) as client:
    blocking = told(list_friends.sync_detailed("ann", client=client, page=3, per_page=2))
    try:
        list_friends.sync_detailed("..", client=client)
        raise SystemExit("a path was folded away")
    except ValueError:
        pass
print(json.dumps([cometchat_rest.__file__, blocking, asyncio.run(main())]))
"""


class Tree:
    """A copy of what the generated client is made from, and of the client."""

    parts = ("generated_client", "openapi", "scripts")
    import_from = ("generated_client",)

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for part in self.parts:
            shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", folder)

    def add_path(self, text: str) -> None:
        """Write a path into the spec, before the first one with a parameter."""
        spec = self.folder / "openapi" / "cometchat.yaml"
        before, marker, after = spec.read_text(encoding="utf-8").partition("  /users/{uid}:\n")
        spec.write_text(before + text + marker + after, encoding="utf-8")

    def run(self, *arguments: str) -> str:
        """Run Python in the copy, and with its packages; return what it prints."""
        # The copy is no part of what coverage measures, and warnings of pip are none of ours.
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("COV", "PYTHON"))}
        roots = os.pathsep.join(str(self.folder / root) for root in self.import_from)
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env={**kept, "PYTHONPATH": roots},
            capture_output=True,
            text=True,
            timeout=280,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def files(self) -> dict[str, bytes]:
        """Return the generated package, file by file."""
        package = self.folder / "generated_client" / "cometchat_rest"
        return {
            path.relative_to(package).as_posix(): path.read_bytes()
            for path in package.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }


@contextmanager
def server(answer: Any) -> Iterator[tuple[str, list[str]]]:
    """Serve one answer to every GET on loopback; give the address, and a list of what was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - so it is called there
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{httpd.server_port}/v3", asked
        finally:
            httpd.shutdown()
            thread.join()


@pytest.mark.timeout(300)  # the generator may have to be installed
def test_an_operation_more_takes_the_spec_and_one_command(tmp_path: Path) -> None:
    tree = Tree(tmp_path / "tree")
    before = tree.files()
    tree.add_path(LIST_FRIENDS)
    tree.run("scripts/regenerate.py")
    after = tree.files()
    assert after.keys() - before.keys() == {"api/users/list_friends.py"}
    assert {name: after[name] for name in before} == before

    with server(FRIENDS) as (url, asked):
        package, blocking, tasked = json.loads(tree.run("-c", CALLS, url))
    assert Path(package).is_relative_to(tree.folder)
    assert blocking == tasked == [200, "bob", "Bob", ["staff"], 1700000000, 7]
    assert asked == ["/v3/users/ann/friends?page=3&perPage=2"] * 2
