"""Where sessions are kept. One file a store; `open_store` picks one by its URL."""

from __future__ import annotations

from cometchat_session._late_imports import importing
from cometchat_session.errors import ConfigurationError
from cometchat_session.stores.base import SessionStore

__all__ = ["SessionStore", "open_store"]

KNOWN = "memory:, file:, file:/some/folder, keyring:, keyring:/some/folder and redis://host:port/db"


def open_store(url: str) -> SessionStore:
    """Return the store that a URL names.

    Raises:
        ConfigurationError: there is no such store, or the package it needs is not installed.
    """
    scheme, _, rest = url.partition(":")
    if scheme == "memory" and not rest:
        with importing:
            from cometchat_session.stores.memory import MemoryStore
        return MemoryStore()
    if scheme == "file":
        with importing:
            from cometchat_session.stores.file import FileStore
        return FileStore(rest.removeprefix("//") or None)
    if scheme == "keyring":
        with importing:
            from cometchat_session.stores.keyring import KeyringStore
        return KeyringStore(rest.removeprefix("//") or None)
    if scheme in ("redis", "rediss"):
        try:
            with importing:
                from cometchat_session.stores.redis import RedisStore
        except ModuleNotFoundError as error:
            missing = error.name
        else:
            return RedisStore(url)
        raise ConfigurationError(
            f"The store {scheme}: needs the package {missing!r}, which is not installed.",
            hint='Install it: pip install "cometchat-session[redis]".',
        )
    raise ConfigurationError(
        f"COMETCHAT_STORE names no store: {scheme}:… is unknown.", hint=f"Known are {KNOWN}."
    )
