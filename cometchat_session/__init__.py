"""Log an end user in to CometChat once, keep the session, hand it back for ever after.

    from cometchat_session import CometChat

    chat = CometChat()                     # COMETCHAT_APP_ID, _REGION, _AUTH_KEY from the environment
    user = chat.get_logged_in_user() or chat.login("cometchat-uid-1")
    ...
    chat.logout()

Importing this package loads no HTTP library: names are imported when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from cometchat_session._late_imports import importing

if TYPE_CHECKING:
    from cometchat_session import errors
    from cometchat_session._session.listeners import LoginListener
    from cometchat_session._version import __version__
    from cometchat_session.admin import AsyncCometChatAdmin, CometChatAdmin
    from cometchat_session.client import AsyncCometChat, CometChat
    from cometchat_session.errors import (
        AlreadyLoggedInError,
        APIError,
        APIKeyNotFoundError,
        AuthenticationError,
        AuthTokenNotFoundError,
        BadRequestError,
        CometChatError,
        ConfigurationError,
        DeadlineExceededError,
        IdentityMismatchError,
        InvalidUIDError,
        NetworkError,
        NotLoggedInError,
        PermissionDeniedError,
        PlanError,
        RateLimitedError,
        ServerError,
        StoreCorruptedError,
        StoreError,
        StoreLockTimeoutError,
        StoreUnavailableError,
        UnexpectedResponseError,
        UserAlreadyExistsError,
        UserNotFoundError,
    )
    from cometchat_session.models.auth_token import AuthToken, LogoutResult
    from cometchat_session.models.bulk import BulkProgress, BulkReport, RowFailure, RowResult
    from cometchat_session.models.results import EnsuredUser, UsersChanged
    from cometchat_session.models.user import User
    from cometchat_session.retry_policy import RetryPolicy
    from cometchat_session.stores.base import SessionStore
    from cometchat_session.stores.file import FileStore
    from cometchat_session.stores.keyring import KeyringStore
    from cometchat_session.stores.memory import MemoryStore
    from cometchat_session.stores.redis import RedisStore
    from cometchat_session.uids import decode_uid, encode_uid

__all__ = [
    "APIError",
    "APIKeyNotFoundError",
    "AlreadyLoggedInError",
    "AsyncCometChat",
    "AsyncCometChatAdmin",
    "AuthToken",
    "AuthTokenNotFoundError",
    "AuthenticationError",
    "BadRequestError",
    "BulkProgress",
    "BulkReport",
    "CometChat",
    "CometChatAdmin",
    "CometChatError",
    "ConfigurationError",
    "DeadlineExceededError",
    "EnsuredUser",
    "FileStore",
    "IdentityMismatchError",
    "InvalidUIDError",
    "KeyringStore",
    "LoginListener",
    "LogoutResult",
    "MemoryStore",
    "NetworkError",
    "NotLoggedInError",
    "PermissionDeniedError",
    "PlanError",
    "RateLimitedError",
    "RedisStore",
    "RetryPolicy",
    "RowFailure",
    "RowResult",
    "ServerError",
    "SessionStore",
    "StoreCorruptedError",
    "StoreError",
    "StoreLockTimeoutError",
    "StoreUnavailableError",
    "UnexpectedResponseError",
    "User",
    "UserAlreadyExistsError",
    "UserNotFoundError",
    "UsersChanged",
    "__version__",
    "decode_uid",
    "encode_uid",
    "errors",
]

_HOMES = {
    "_version": ("__version__",),
    "admin": ("AsyncCometChatAdmin", "CometChatAdmin"),
    "models.bulk": ("BulkProgress", "BulkReport", "RowFailure", "RowResult"),
    "client": ("AsyncCometChat", "CometChat"),
    "_session.listeners": ("LoginListener",),
    "models.user": ("User",),
    "retry_policy": ("RetryPolicy",),
    "models.results": ("EnsuredUser", "UsersChanged"),
    "stores.base": ("SessionStore",),
    "stores.file": ("FileStore",),
    "stores.keyring": ("KeyringStore",),
    "stores.memory": ("MemoryStore",),
    "stores.redis": ("RedisStore",),
    "models.auth_token": ("AuthToken", "LogoutResult"),
    "uids": ("decode_uid", "encode_uid"),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import a public name from where it lives, on its first use (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with importing:
        module = import_module(f"{__name__}.{_HOME.get(name, 'errors')}")
    value = globals()[name] = module if name == "errors" else getattr(module, name)
    return value


def __dir__() -> list[str]:
    return __all__
