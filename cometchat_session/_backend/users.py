"""`CometChatAdmin.users`, in both colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cometchat_session._backend.bulk.run import Bulk
from cometchat_session._backend.bulk.tasks import ensure_all as ensure_all_tasked
from cometchat_session._backend.bulk.threads import ensure_all as ensure_all_blocking
from cometchat_session._backend.paging import async_walk, walk
from cometchat_session._docstrings import documented_by
from cometchat_session._runtime.port import run_sync
from cometchat_session.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

    from cometchat_session._backend.service import Backend
    from cometchat_session.models.bulk import BulkProgress, BulkReport, RowResult, Rows
    from cometchat_session.models.results import EnsuredUser, UsersChanged
    from cometchat_session.models.user import User


class Users:
    """The users of an app."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def create(
        self,
        uid: str,
        name: str,
        *,
        avatar: str | None = None,
        link: str | None = None,
        role: str | None = None,
        metadata: dict[str, Any] | None = None,
        tags: Sequence[str] | None = None,
        status_message: str | None = None,
        with_auth_token: bool = False,
    ) -> User:
        """Create a user.

        Not repeated after an answer was lost: the user may exist then. `ensure` copes with that.

        Raises:
            InvalidUIDError: before any request.
            UserAlreadyExistsError: also where the user is deactivated.
            APIError, NetworkError, DeadlineExceededError: the server refused, or gave no answer.
        """
        fields = _fields(
            avatar=avatar,
            link=link,
            role=role,
            metadata=metadata,
            tags=tags,
            status_message=status_message,
        )
        return run_sync(
            self._backend.create_user(uid, name, **fields, with_auth_token=with_auth_token or None)
        )

    def get(self, uid: str) -> User:
        """Get a user.

        Raises:
            UserNotFoundError: there is none, or it is deactivated.
        """
        return run_sync(self._backend.get_user(uid))

    def update(
        self,
        uid: str,
        *,
        name: str | None = None,
        avatar: str | None = None,
        link: str | None = None,
        role: str | None = None,
        metadata: dict[str, Any] | None = None,
        tags: Sequence[str] | None = None,
        status_message: str | None = None,
        unset: Sequence[str] = (),
    ) -> User:
        """Change what is given, and empty what `unset` names: `avatar`, `link` or `metadata`."""
        fields = _fields(
            avatar=avatar,
            link=link,
            role=role,
            metadata=metadata,
            tags=tags,
            status_message=status_message,
        )
        return run_sync(self._backend.update_user(uid, _unset(unset), name=name, **fields))

    def list(
        self,
        *,
        search_key: str | None = None,
        role: str | None = None,
        tags: Sequence[str] = (),
        status: str | None = None,
        with_deactivated: bool = False,
        only_deactivated: bool = False,
        per_page: int = 100,
    ) -> Iterator[User]:
        """Walk over the users that fit; pages of `per_page`, up to 1,000, come as needed."""
        query = _query(
            search_key,
            role,
            tags,
            status,
            with_deactivated=with_deactivated,
            only_deactivated=only_deactivated,
        )
        return walk(lambda page: run_sync(self._backend.users_page(page, per_page, **query)))

    def deactivate(self, *uids: str) -> UsersChanged:
        """Deactivate users; `reactivate` takes it back."""
        return run_sync(self._backend.change_users("deactivate_users", uids))

    def reactivate(self, *uids: str) -> UsersChanged:
        """Reactivate users; their groups and tokens work again."""
        return run_sync(self._backend.change_users("reactivate_users", uids))

    def delete(self, uid: str) -> None:
        """Erase a user for good; `deactivate` is the reversible way."""
        run_sync(self._backend.delete_user(uid))

    def ensure(
        self,
        uid: str,
        name: str,
        *,
        avatar: str | None = None,
        link: str | None = None,
        role: str | None = None,
        metadata: dict[str, Any] | None = None,
        tags: Sequence[str] | None = None,
        status_message: str | None = None,
    ) -> EnsuredUser:
        """Create a user, or bring an existing one up to date; two at once for one uid both succeed.

        Raises:
            UserNotFoundError: the user exists and is deactivated.
        """
        fields = _fields(
            avatar=avatar,
            link=link,
            role=role,
            metadata=metadata,
            tags=tags,
            status_message=status_message,
        )
        return run_sync(self._backend.ensure_user(uid, name, **fields))

    def ensure_many(
        self,
        rows: Rows,
        *,
        concurrency: int = 16,
        on_progress: Callable[[BulkProgress], None] | None = None,
        on_row: Callable[[RowResult], None] | None = None,
    ) -> BulkReport:
        """Create users, or bring existing ones up to date: any number of them, in little memory.

        Rows that fail do not stop the others. What would stop them all raises at once: a wrong key, a host
        that is not found, a used-up plan. It goes as fast as the server's limits allow, and waits where
        they are reached. Rows for one uid are done one after another.

        Args:
            rows: for each user a mapping of what `ensure` takes; taken one by one, as they are needed.
            concurrency: how many users are worked on at the same time at most, 1 to 100.
            on_progress: is told how many rows are done, after each one.
            on_row: is told what became of each row, in the order in which they end.

        Raises:
            AuthenticationError, PermissionDeniedError, PlanError: no row can be done.
            RateLimitedError: the server refused everything, time after time.
            NetworkError: there is no such host, or it cannot be trusted.
        """
        return ensure_all_blocking(Bulk(self._backend, concurrency, on_progress, on_row), rows)


@documented_by(Users)
class AsyncUsers:
    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def create(
        self,
        uid: str,
        name: str,
        *,
        avatar: str | None = None,
        link: str | None = None,
        role: str | None = None,
        metadata: dict[str, Any] | None = None,
        tags: Sequence[str] | None = None,
        status_message: str | None = None,
        with_auth_token: bool = False,
    ) -> User:
        fields = _fields(
            avatar=avatar,
            link=link,
            role=role,
            metadata=metadata,
            tags=tags,
            status_message=status_message,
        )
        return await self._backend.create_user(uid, name, **fields, with_auth_token=with_auth_token or None)

    async def get(self, uid: str) -> User:
        return await self._backend.get_user(uid)

    async def update(
        self,
        uid: str,
        *,
        name: str | None = None,
        avatar: str | None = None,
        link: str | None = None,
        role: str | None = None,
        metadata: dict[str, Any] | None = None,
        tags: Sequence[str] | None = None,
        status_message: str | None = None,
        unset: Sequence[str] = (),
    ) -> User:
        fields = _fields(
            avatar=avatar,
            link=link,
            role=role,
            metadata=metadata,
            tags=tags,
            status_message=status_message,
        )
        return await self._backend.update_user(uid, _unset(unset), name=name, **fields)

    def list(
        self,
        *,
        search_key: str | None = None,
        role: str | None = None,
        tags: Sequence[str] = (),
        status: str | None = None,
        with_deactivated: bool = False,
        only_deactivated: bool = False,
        per_page: int = 100,
    ) -> AsyncIterator[User]:
        query = _query(
            search_key,
            role,
            tags,
            status,
            with_deactivated=with_deactivated,
            only_deactivated=only_deactivated,
        )
        return async_walk(lambda page: self._backend.users_page(page, per_page, **query))

    async def deactivate(self, *uids: str) -> UsersChanged:
        return await self._backend.change_users("deactivate_users", uids)

    async def reactivate(self, *uids: str) -> UsersChanged:
        return await self._backend.change_users("reactivate_users", uids)

    async def delete(self, uid: str) -> None:
        await self._backend.delete_user(uid)

    async def ensure(
        self,
        uid: str,
        name: str,
        *,
        avatar: str | None = None,
        link: str | None = None,
        role: str | None = None,
        metadata: dict[str, Any] | None = None,
        tags: Sequence[str] | None = None,
        status_message: str | None = None,
    ) -> EnsuredUser:
        fields = _fields(
            avatar=avatar,
            link=link,
            role=role,
            metadata=metadata,
            tags=tags,
            status_message=status_message,
        )
        return await self._backend.ensure_user(uid, name, **fields)

    async def ensure_many(
        self,
        rows: Rows,
        *,
        concurrency: int = 16,
        on_progress: Callable[[BulkProgress], None] | None = None,
        on_row: Callable[[RowResult], None] | None = None,
    ) -> BulkReport:
        return await ensure_all_tasked(Bulk(self._backend, concurrency, on_progress, on_row), rows)


def _fields(
    *,
    avatar: str | None,
    link: str | None,
    role: str | None,
    metadata: dict[str, Any] | None,
    tags: Sequence[str] | None,
    status_message: str | None,
) -> dict[str, Any]:
    return {
        "avatar": avatar,
        "link": link,
        "role": role,
        "metadata": metadata,
        "tags": None if tags is None else list(tags),
        "status_message": status_message,
    }


def _query(
    search_key: str | None,
    role: str | None,
    tags: Sequence[str],
    status: str | None,
    *,
    with_deactivated: bool,
    only_deactivated: bool,
) -> dict[str, Any]:
    if status not in (None, "available", "offline"):
        raise ConfigurationError(f"status must be 'available' or 'offline', not {status!r}.")
    query = {
        "search_key": search_key,
        "role": role,
        "tags": ",".join(tags) or None,
        "status": status,
        "with_tags": True,
        "with_deactivated": with_deactivated or None,
        "only_deactivated": only_deactivated or None,
    }
    return {name: value for name, value in query.items() if value is not None}


def _unset(names: Sequence[str]) -> tuple[str, ...]:
    if odd := sorted(set(names) - {"avatar", "link", "metadata"}):
        raise ConfigurationError(f"unset takes avatar, link and metadata, not {', '.join(odd)}.")
    return tuple(names)
