"""J10, "add CometChat login to my FastAPI app": all that takes is on the pages, and is right when copied."""

from __future__ import annotations

import builtins
import inspect
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import cometchat_session
from cometchat_session import errors

if TYPE_CHECKING:
    from journeys.person import Person

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("README.md", "docs/backend.md", "docs/sessions.md", "docs/testing.md", "docs/cli.md")
APP = """
    ENDPOINT

    class SignedIn:  # what the app already has
        uid, name = "ann", "Ann"


    if __name__ == "__main__":
        first, again = (chat_token(SignedIn, "phone") for _ in range(2))
        assert first == again
        print(sorted(first))
"""


def _block(page: str, having: str) -> str:
    """Copy the block of a page that has a certain word."""
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks: list[str] = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    [block] = [block for block in blocks if having in block]
    return block


def test_the_documented_call_works_as_it_is_copied(person: Person) -> None:
    """I look for "token" in the pages, copy the endpoint word by word, and call it."""
    endpoint = _block("docs/backend.md", "token_for(")
    person.writes("app.py", APP.replace("ENDPOINT", endpoint.replace("\n", "\n    ")))
    assert person.runs("python app.py") == "['auth_token']\n"
    asked = [(call["method"], call["path"], call["status"]) for call in person.emulator.requests]
    # Refused once because the user was missing, made once, and then kept.
    assert asked.count(("POST", "/v3/users/ann/auth_tokens", 200)) == 1
    assert asked.count(("POST", "/v3/users", 200)) == 1


def test_the_first_screen_of_the_readme_works_as_it_is_copied(person: Person) -> None:
    """I copy the ten lines of the README and run them, before I have any key."""
    person.writes("first.py", _block("README.md", "Emulator()"))
    for name in [name for name in person.environment if name.startswith("COMETCHAT_")]:
        del person.environment[name]
    said = person.runs("python first.py")
    assert said.splitlines()[0] == "Hello, Andrew Joseph"


def test_the_offline_test_passes_as_it_is_copied(person: Person) -> None:
    """I copy a test from the page on testing, and it is green without a network."""
    person.writes("test_sign_up.py", _block("docs/testing.md", "def test_sign_up("))
    person.writes("test_outage.py", _block("docs/testing.md", "def test_a_rate_limit("))
    for name in [name for name in person.environment if name.startswith("COMETCHAT_")]:
        del person.environment[name]
    done = person.tests("-q")
    assert done.status == 0, done.out + done.err
    assert "5 passed" in done.out


@pytest.mark.parametrize("name", sorted(cometchat_session.__all__))
def test_help_explains_what_is_public(name: str) -> None:
    """I ask `help()`: every name says what it means, and every call what it raises."""
    thing = getattr(cometchat_session, name)
    assert inspect.getdoc(thing), name
    if inspect.isclass(thing) and issubclass(thing, errors.CometChatError):
        assert name in (errors.__doc__ or ""), "the tree in the docstring of errors leaves it out"


@pytest.mark.parametrize("client", ["CometChat", "AsyncCometChat", "CometChatAdmin", "AsyncCometChatAdmin"])
def test_help_names_what_a_call_raises(client: str) -> None:
    """I want to know what to catch: whatever a docstring says is raised is a class that there is."""
    members = inspect.getmembers(getattr(cometchat_session, client), inspect.isfunction)
    said = {name: inspect.getdoc(call) or "" for name, call in members if not name.startswith("_")}
    assert not [name for name, text in said.items() if not text]
    named = {
        word
        for text in said.values()
        for part in text.split("Raises:")[1:]
        for word in re.findall(r"^ *((?:\w+Error(?:, )?)+):", part, re.MULTILINE)
    }
    for word in ", ".join(sorted(named)).split(", "):
        assert issubclass(getattr(errors, word, None) or getattr(builtins, word), Exception)
    assert "Raises:" in said["login" if "Admin" not in client else "token_for"]


def test_every_page_that_the_readme_names_is_there() -> None:
    """I follow the links."""
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        for link in re.findall(r"\]\((?!https?://|#)([^)#]+)", text):
            assert (ROOT / page).parent.joinpath(link).exists(), f"{page} names {link}"
