"""One more operation, as `CONTRIBUTING.md` tells it: the spec, one command, a typed call, eight lines."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.timeout(300)  # the generator may have to be installed

ROOT = Path(__file__).resolve().parents[2]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
TOLD = CONTRIBUTING.partition("\n## Add an operation\n")[2].partition("\n## ")[0]


def block(language: str, number: int = 0) -> str:
    """Return a block of code of that section."""
    found: list[str] = re.findall(rf"^```{language}\n(.*?)^```$", TOLD, re.DOTALL | re.MULTILINE)
    return found[number]


SPEC, BY_SESSION, BY_HAND, BY_BACKEND = block("yaml"), block("python"), block("diff"), block("python", 1)

FRIENDS = {
    "data": [{"uid": "bob", "name": "Bob", "tags": ["staff"], "createdAt": 1700000000}, {"uid": "cid"}],
    "meta": {"pagination": {"total": 7, "count": 2, "per_page": 2, "current_page": 3, "total_pages": 1}},
}
ANN = {"data": {"uid": "ann", "name": "Ann", "authToken": "a-token"}}
NOBODY = {"error": {"code": "ERR_UID_NOT_FOUND", "message": "The user is not there."}}

GENERATED = """
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
    client = Client(base_url=sys.argv[1] + "/v3", httpx_args={"trust_env": False})
    async with client:
        return told(await list_friends.asyncio_detailed("ann", client=client, page=3, per_page=2))

with Client(base_url=sys.argv[1] + "/v3", httpx_args={"trust_env": False}) as client:
    blocking = told(list_friends.sync_detailed("ann", client=client, page=3, per_page=2))
    try:
        list_friends.sync_detailed("..", client=client)
        raise SystemExit("a path was folded away")
    except ValueError:
        pass
print(json.dumps([cometchat_rest.__file__, blocking, asyncio.run(main())]))
"""

SESSION = f"""
import asyncio, json, sys
import cometchat_session
from cometchat_session import AsyncCometChat, CometChat, errors
{BY_SESSION.partition("reply")[0]}
where = {{"app_id": "app", "region": "us", "base_url": sys.argv[1], "store": "memory:"}}

def told(reply):
    return [type(reply).__name__, [friend.uid for friend in reply.data]]

async def main():
    async with AsyncCometChat(**where) as chat:
        await chat.login(auth_token="a-token")
        return told(await list_friends.asyncio("ann", client=chat.api))

with CometChat(**where) as chat:
    chat.login(auth_token="a-token")
{indent(BY_SESSION, "    ")}
    blocking = told(reply)
    try:
        list_friends.sync("nobody", client=chat.api)
        raise SystemExit("an error was taken for a reply")
    except errors.UserNotFoundError:
        pass
print(json.dumps([cometchat_session.__file__, blocking, asyncio.run(main())]))
"""

BACKEND = f"""
import asyncio, json, sys
import cometchat_session
from cometchat_session import AsyncCometChatAdmin, CometChatAdmin, User, errors
where = {{"app_id": "app", "region": "us", "base_url": sys.argv[1], "api_key": "k" * 40, "store": "memory:"}}

async def main():
    async with AsyncCometChatAdmin(**where) as admin:
        return [friend.name async for friend in admin.users.friends("Ann")]

with CometChatAdmin(**where) as admin:
{indent(BY_BACKEND, "    ")}
    assert all(isinstance(friend, User) for friend in admin.users.friends("Ann"))
    refused = []
    for uid in ("nobody", ".."):
        try:
            list(admin.users.friends(uid))
        except (errors.UserNotFoundError, errors.InvalidUIDError) as error:
            refused.append([type(error).__name__, error.message])
print(json.dumps([cometchat_session.__file__, names, asyncio.run(main()), refused]))
"""

TYPES = f"""
from typing import assert_type
from cometchat_rest.models import ErrorReply, UserList
from cometchat_session import CometChat, CometChatAdmin, User
from cometchat_session._transport.operations import ANY_CLIENT, LIST_FRIENDS

def by_session(chat: CometChat) -> None:
{indent(BY_SESSION, "    ")}
    assert_type(reply, ErrorReply | UserList | None)
    assert isinstance(reply, UserList)
    assert_type(reply.data[0].uid, str)
    print(reply.data[0].nickname)  # error: "User" has no attribute "nickname"  [attr-defined]
    list_friends.sync("ann", client=chat.api, pages=1)  # error: Unexpected keyword argument "pages"

def by_backend(admin: CometChatAdmin) -> None:
{indent(BY_BACKEND, "    ")}
    assert_type(names, list[str | None])
    assert_type(next(admin.users.friends("ann")), User)
    admin.users.friends(5)  # error: Argument 1 to "friends" of "Users" has incompatible type "int"

def by_operation() -> None:
    reply = LIST_FRIENDS("ann", client=ANY_CLIENT).sync(ANY_CLIENT)
    assert_type(reply, UserList)
    assert_type(reply.data[0].uid, str)
    print(reply.datum)  # error: "UserList" has no attribute "datum"
    LIST_FRIENDS(5, client=ANY_CLIENT)  # error: Argument 1 to "__call__" of "Operation" has incompatible type
"""


class Tree:
    """A copy of what the generated client is made from, of the client, and of the library."""

    parts = ("cometchat_session", "generated_client", "openapi", "scripts")
    import_from = ("generated_client", ".")

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for part in self.parts:
            shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", folder)

    def replace(self, name: str, old: str, new: str) -> None:
        """Put whole lines of a file in the place of others, which must be there once."""
        path = self.folder / name
        text = "\n" + path.read_text(encoding="utf-8")
        assert text.count("\n" + old) == 1, f"{name} does not have once:\n{old}"
        path.write_text(text.replace("\n" + old, "\n" + new)[1:], encoding="utf-8")

    def apply(self, diff: str) -> None:
        """Do what a diff says: `+++` names a file, `@@` begins a hunk, its context says where it belongs."""
        for part in re.split(r"^\+\+\+ ", diff, flags=re.MULTILINE)[1:]:
            name, *hunks = re.split(r"\n@@$", part, flags=re.MULTILINE)
            for hunk in hunks:
                lines = [line for line in hunk.splitlines(keepends=True) if line.strip()]
                assert {line[0] for line in lines} <= {" ", "+"}
                context = "".join(line[1:] for line in lines if line[0] == " ")
                self.replace(name, context, "".join(line[1:] for line in lines))

    def run(self, *arguments: str, fails: bool = False) -> str:
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
        assert (done.returncode != 0) is fails, done.stdout + done.stderr
        return done.stdout

    def files(self) -> dict[str, bytes]:
        """Return the generated package, file by file."""
        package = self.folder / "generated_client" / "cometchat_rest"
        return {
            path.relative_to(package).as_posix(): path.read_bytes()
            for path in package.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Tree, dict[str, bytes]]:
    """The copy once all is done that `CONTRIBUTING.md` says, and the generated files from before that."""
    tree = Tree(tmp_path_factory.mktemp("grown") / "tree")
    before = tree.files()
    tree.replace("openapi/cometchat.yaml", "paths:\n", f"paths:\n{SPEC}\n")
    (command,) = re.findall(r"`python (scripts/\S+)`", TOLD)
    tree.run(command)
    tree.apply(BY_HAND)
    return tree, before


@contextmanager
def server() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Serve ann, who can log in, and her friends on loopback; give the address, and a list of what was asked.

    With each request stands the kind of credential that came with it.
    """
    asked: list[tuple[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.answer(200, ANN)

        def do_GET(self) -> None:
            if "/users/ann/friends" in self.path:
                self.answer(200, FRIENDS)
            else:
                self.answer(404, NOBODY)

        def answer(self, status: int, document: Any) -> None:
            sent = [name for name in ("apikey", "authToken") if name in self.headers]
            asked.append((f"{self.command} {self.path}", " ".join(sent)))
            body = json.dumps(document).encode()
            self.send_response(status)
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
            yield f"http://127.0.0.1:{httpd.server_port}", asked
        finally:
            httpd.shutdown()
            thread.join()


def test_it_takes_fewer_than_ten_lines_by_hand() -> None:
    """Every line counts that is not blank, whatever is on it."""
    added = [line for line in BY_HAND.splitlines() if line[:1] == "+" and line[:4] != "+++ "]
    counted = [line for line in added if line[1:].strip()]
    assert len(counted) == 8
    assert "takes eight lines" in " ".join(TOLD.split())


def test_the_spec_and_one_command_make_one_module_more(grown: tuple[Tree, dict[str, bytes]]) -> None:
    tree, before = grown
    after = tree.files()
    assert after.keys() - before.keys() == {"api/users/list_friends.py"}
    assert {name: after[name] for name in before} == before

    with server() as (url, asked):
        package, blocking, tasked = json.loads(tree.run("-c", GENERATED, url))
    assert Path(package).is_relative_to(tree.folder)
    assert blocking == tasked == [200, "bob", "Bob", ["staff"], 1700000000, 7]
    assert asked == [("GET /v3/users/ann/friends?page=3&perPage=2", "")] * 2


def test_a_session_calls_it_as_it_stands(grown: tuple[Tree, dict[str, bytes]]) -> None:
    tree, _ = grown
    with server() as (url, asked):
        package, blocking, tasked = json.loads(tree.run("-c", SESSION, url))
    assert Path(package).is_relative_to(tree.folder)
    assert blocking == tasked == ["UserList", ["bob", "cid"]]
    assert [call for call in asked if call[0].startswith("GET")] == [
        ("GET /v3.0/users/ann/friends", "authToken"),
        ("GET /v3.0/users/nobody/friends", "authToken"),
        ("GET /v3.0/users/ann/friends", "authToken"),
    ]


def test_a_backend_s_client_calls_it(grown: tuple[Tree, dict[str, bytes]]) -> None:
    tree, _ = grown
    with server() as (url, asked):
        package, names, tasked, refused = json.loads(tree.run("-c", BACKEND, url))
    assert Path(package).is_relative_to(tree.folder)
    assert names == tasked == ["Bob", None]
    assert refused[0] == ["UserNotFoundError", "User 'nobody' does not exist or is deactivated."]
    assert [kind for kind, _ in refused] == ["UserNotFoundError", "InvalidUIDError"]
    assert set(asked) == {
        ("GET /v3/users/ann/friends?page=1", "apikey"),
        ("GET /v3/users/nobody/friends?page=1", "apikey"),
    }


def test_type_checkers_know_it(grown: tuple[Tree, dict[str, bytes]]) -> None:
    """mypy finds the mistakes that are marked, in their lines, and no other."""
    tree, _ = grown
    (tree.folder / "uses.py").write_text(TYPES, encoding="utf-8")
    options = ("--strict", f"--cache-dir={os.devnull}", "--no-error-summary")
    out = tree.run("-m", "mypy", *options, "uses.py", "cometchat_session/_backend", fails=True)
    marked = {
        number: line.partition("# error: ")[2]
        for number, line in enumerate(TYPES.splitlines(), 1)
        if "# error: " in line
    }
    found = {
        int(number): text
        for name, number, text in re.findall(r"^(\S+):(\d+): error: (.*)$", out, re.MULTILINE)
        if name == "uses.py"
    }
    assert out.count(": error: ") == len(found) == len(marked), out
    assert {number: found[number][: len(text)] for number, text in marked.items()} == marked
