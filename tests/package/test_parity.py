"""The async client is the sync one, awaited: names, parameters, defaults, docstrings."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from cometchat_session import AsyncCometChat, CometChat

RENAMED = {"close": "aclose", "__enter__": "__aenter__", "__exit__": "__aexit__"}
AWAITED = {"login", "get_logged_in_user", "get_auth_token", "logout", "close", "__enter__", "__exit__"}


def members(kind: type) -> dict[str, Any]:
    return {
        name: member
        for name, member in inspect.getmembers(kind)
        if (not name.startswith("_") or name in {*RENAMED, *RENAMED.values()})
        and not isinstance(member, type)
    }


BLOCKING, ASYNC = members(CometChat), members(AsyncCometChat)


def test_same_names() -> None:
    assert {RENAMED.get(name, name) for name in BLOCKING} == set(ASYNC)


@pytest.mark.parametrize("name", BLOCKING)
def test_same_signature_and_docstring(name: str) -> None:
    ours, twin = BLOCKING[name], ASYNC[RENAMED.get(name, name)]
    assert inspect.getdoc(ours) == inspect.getdoc(twin)
    if isinstance(ours, property):
        assert isinstance(twin, property)
        return
    assert inspect.iscoroutinefunction(twin) is (name in AWAITED)
    assert not inspect.iscoroutinefunction(ours)
    assert inspect.signature(ours) == inspect.signature(twin)


def test_same_constructor() -> None:
    assert inspect.signature(CometChat) == inspect.signature(AsyncCometChat)
    assert CometChat.__doc__ == AsyncCometChat.__doc__


def test_the_signatures_that_are_fixed() -> None:
    assert str(inspect.signature(CometChat)).replace("'", "") == (
        "(app_id: str | None = None, region: str | None = None, *, auth_key: str | None = None, "
        "base_url: str | None = None, profile: str = default, store: SessionStore | str | None = None, "
        "retry: RetryPolicy = RetryPolicy(attempts=3, deadline=30.0, wait_initial=0.5, wait_max=8.0), "
        "timeout: float = 10.0) -> None"
    )
    assert str(inspect.signature(CometChat.login)).replace("'", "") == (
        "(self, uid: str | None = None, auth_key: str | None = None, *, auth_token: str | None = None, "
        "switch_user: bool = False, verify: bool = False, force: bool = False) -> User"
    )
