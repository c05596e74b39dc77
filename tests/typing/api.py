"""Read by the type checkers only: what a user's code may rely on."""

from __future__ import annotations

from typing import assert_type

import httpx
from cometchat_rest import Client

from cometchat_session import (
    AsyncCometChat,
    AuthToken,
    CometChat,
    FileStore,
    LoginListener,
    LogoutResult,
    MemoryStore,
    RetryPolicy,
    SessionStore,
    User,
    errors,
)


def blocking() -> None:
    with CometChat(
        "app", "us", auth_key="key", store="memory:", retry=RetryPolicy(attempts=1), timeout=5
    ) as chat:
        assert_type(chat, CometChat)
        assert_type(chat.login("ann"), User)
        assert_type(chat.login(auth_token="token", switch_user=True), User)
        assert_type(chat.get_logged_in_user(), User | None)
        assert_type(chat.get_logged_in_user(verify=True), User | None)
        assert_type(chat.get_auth_token(), str)
        assert_type(chat.logout(), LogoutResult)
        assert_type(chat.auth, httpx.Auth)
        assert_type(chat.api, Client)
        remove = chat.add_login_listener("id", Listener())
        assert_type(remove(), None)


async def asynchronous() -> None:
    async with AsyncCometChat(store=FileStore("/tmp/x")) as chat:
        assert_type(chat, AsyncCometChat)
        assert_type(await chat.login("ann"), User)
        assert_type(await chat.get_logged_in_user(), User | None)
        assert_type(await chat.get_auth_token(), str)
        assert_type(await chat.logout(), LogoutResult)


class Listener(LoginListener):
    def login_success(self, user: User) -> None:
        assert_type(user.uid, str)


def accepts() -> None:
    stores: list[SessionStore] = [MemoryStore(), FileStore()]
    assert_type(CometChat(store=stores[0]).has_auth_key, bool)
    error: ValueError = errors.ConfigurationError("no")
    late: TimeoutError = errors.DeadlineExceededError("late")
    lost: ConnectionError = errors.NetworkError("lost")
    print(error, late, lost)


def token(token: AuthToken) -> None:
    assert_type(token.auth_token, str)
    assert_type(token.created_at, int | None)
