"""What `import cometchat_session` offers is written down here, so that a change to it is one on purpose."""

from __future__ import annotations

import subprocess
import sys

import pytest

import cometchat_session
from cometchat_session import errors

NAMES = {
    "the clients": ["CometChat", "AsyncCometChat", "CometChatAdmin", "AsyncCometChatAdmin", "RetryPolicy"],
    "what they return": ["User", "AuthToken", "LogoutResult", "EnsuredUser", "UsersChanged"],
    "thousands": ["BulkProgress", "BulkReport", "RowFailure", "RowResult"],
    "listening": ["LoginListener"],
    "stores": ["SessionStore", "MemoryStore", "FileStore", "KeyringStore", "RedisStore"],
    "uids": ["encode_uid", "decode_uid"],
    "the rest": ["__version__", "errors"],
}


ERRORS = {name for name, value in vars(errors).items() if isinstance(value, type) and name.endswith("Error")}


def test_the_names_are_these_and_in_order() -> None:
    named = {name for names in NAMES.values() for name in names}
    assert {*cometchat_session.__all__} == named | ERRORS
    assert list(cometchat_session.__all__) == sorted(cometchat_session.__all__)
    assert dir(cometchat_session) == cometchat_session.__all__


@pytest.mark.parametrize("name", cometchat_session.__all__)
def test_every_name_is_there_and_says_what_it_is(name: str) -> None:
    value = getattr(cometchat_session, name)
    if isinstance(value, type):
        assert value.__name__ == name
    if name != "__version__":
        assert (value.__doc__ or "").strip()


def test_the_drawing_of_the_errors_is_complete() -> None:
    drawn = {word for word in (errors.__doc__ or "").split() if word.endswith("Error")}
    assert drawn == ERRORS


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        cometchat_session.Nothing  # noqa: B018 - looking is the test


def test_importing_loads_no_http_library() -> None:
    found = "{'httpx', 'ssl', 'redis', 'keyring', 'attrs'} & {*sys.modules}"
    look = f"import sys, cometchat_session; print(*sorted({found}))"
    answer = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == ""
