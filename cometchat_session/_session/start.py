"""What a look-up does without, imported when it is first needed: the only such place of the session layer.

Below it, imports stand at the top of modules. A look-up needs none of it, an async one over a slow store no
HTTP library, nor does whoever takes the result of another login. Imports hold the lock that a fork waits for:
see `_late_imports`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from cometchat_session._late_imports import importing

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from cometchat_session._runtime.blocking import SyncRuntime
    from cometchat_session._runtime.port import Runtime
    from cometchat_session._runtime.tasks import AsyncRuntime
    from cometchat_session._secret import Secret
    from cometchat_session._session.login import LoginRequest
    from cometchat_session._session.manager import SessionManager
    from cometchat_session._session.requests import SessionRequests
    from cometchat_session._transport.async_client import AsyncTransport
    from cometchat_session._transport.request import Transport
    from cometchat_session._transport.sync_client import SyncTransport
    from cometchat_session.config import AppConfig
    from cometchat_session.retry_policy import RetryPolicy
    from cometchat_session.stores import SessionStore


def sync_runtime() -> SyncRuntime:
    """Return the runtime of a sync client."""
    with importing:
        from cometchat_session._runtime.blocking import SyncRuntime
    return SyncRuntime()


def async_runtime(store: SessionStore) -> AsyncRuntime:
    """Return the runtime of an async client."""
    with importing:
        from cometchat_session._runtime.tasks import AsyncRuntime
    return AsyncRuntime(store)


def sync_transport(config: AppConfig, timeout: float) -> SyncTransport:
    """Return the transport of a sync client."""
    with importing:
        from cometchat_session._transport.sync_client import SyncTransport
    return SyncTransport(config, timeout)


def async_transport(config: AppConfig, timeout: float) -> AsyncTransport:
    """Return the transport of an async client."""
    with importing:
        from cometchat_session._transport.async_client import AsyncTransport
    return AsyncTransport(config, timeout)


def session_manager(
    config: AppConfig,
    store: SessionStore,
    runtime: Runtime,
    policy: RetryPolicy,
    transport: Callable[[], Transport],
) -> SessionManager:
    """Return the manager of a session, which asks for a transport when it has something to send."""
    with importing:
        from cometchat_session._session.manager import SessionManager

    @cache
    def requests() -> SessionRequests:
        with importing:
            from cometchat_session._runtime.retrying import RetryingSender
            from cometchat_session._session.requests import SessionRequests
        return SessionRequests(config, RetryingSender(transport(), runtime, policy))

    return SessionManager(runtime, store, config.session_key, policy, requests)


def login_request(
    uid: str | None, key: Secret | None, token: Secret | None, own_key: Secret | None, **how: bool
) -> LoginRequest:
    """Return what `login` was asked for, checked. Raise what its docstring names."""
    with importing:
        from cometchat_session._session.login import checked_request
    return checked_request(uid, key, token, own_key, **how)


def session_auth(manager: SessionManager, config: AppConfig, *, strict: bool) -> httpx.Auth:
    """Return what signs requests with the session."""
    with importing:
        from cometchat_session._session.auth import SessionAuth
    return SessionAuth(manager, config, strict=strict)
