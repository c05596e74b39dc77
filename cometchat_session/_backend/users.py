"""`CometChatAdmin.users`, sync and async."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from cometchat_session._backend.bulk import tasks, threads
from cometchat_session._backend.bulk.run import BulkRun
from cometchat_session._backend.paging import async_walk, walk
from cometchat_session._backend.user_fields import UserFields, UserQuery, list_users
from cometchat_session._client_base import documented_by
from cometchat_session._runtime.port import run_sync
from cometchat_session.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

    from cometchat_session._backend.service import BackendService
    from cometchat_session.models.bulk import BulkProgress, BulkReport, RowResult, Rows
    from cometchat_session.models.results import EnsuredUser, UsersChanged
    from cometchat_session.models.user import User


class Users:
    """The users of an app.

    Where `fields` are taken, these are `avatar`, `link`, `role`, `metadata`, `tags` and `status_message`. One
    that is `None` counts as not given.
    """

    def __init__(self, backend: BackendService) -> None:
        self._backend = backend

    def create(
        self, uid: str, name: str, *, with_auth_token: bool = False, **fields: Unpack[UserFields]
    ) -> User:
        """Create a user.

        Not repeated after an answer was lost: the user may exist then. `ensure` copes with that.

        Raises:
            InvalidUIDError: before any request.
            UserAlreadyExistsError: also where the user is deactivated.
            APIError, NetworkError, DeadlineExceededError: the server refused, or gave no answer.
        """
        return run_sync(self._backend.create_user(uid, name, with_auth_token=with_auth_token, **fields))

    def get(self, uid: str) -> User:
        """Get a user.

        Raises:
            UserNotFoundError: there is none, or it is deactivated.
        """
        return run_sync(self._backend.get_user(uid))

    def update(
        self, uid: str, *, name: str | None = None, unset: Sequence[str] = (), **fields: Unpack[UserFields]
    ) -> User:
        """Change what is given, and empty what `unset` names: `avatar`, `link` or `metadata`."""
        return run_sync(self._backend.update_user(uid, name, _unset(unset), **fields))

    def list(self, **query: Unpack[UserQuery]) -> Iterator[User]:
        """Walk over the users that fit; their pages are fetched as they are needed.

        Args:
            query: `search_key` (the beginning of a uid or a name), `role`, `tags`, `status` (`available` or
                `offline`), `with_deactivated`, `only_deactivated`, and `per_page`, 100 unless given and up
                to 1,000.
        """
        call = list_users(**query)  # what cannot be asked is refused here, not when the first user is taken
        return walk(lambda page: run_sync(self._backend.users_page(call, page)))

    def deactivate(self, *uids: str) -> UsersChanged:
        """Deactivate users; `reactivate` takes it back."""
        return run_sync(self._backend.deactivate_users(*uids))

    def reactivate(self, *uids: str) -> UsersChanged:
        """Reactivate users; their groups and tokens work again."""
        return run_sync(self._backend.reactivate_users(*uids))

    def delete(self, uid: str) -> None:
        """Erase a user for good; `deactivate` is the reversible way."""
        run_sync(self._backend.delete_user(uid))

    def ensure(self, uid: str, name: str, **fields: Unpack[UserFields]) -> EnsuredUser:
        """Create a user, or bring an existing one up to date; two at once for one uid both succeed.

        Raises:
            UserNotFoundError: the user exists and is deactivated.
        """
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
        return threads.ensure_all(BulkRun(self._backend, concurrency, on_progress, on_row), rows)


@documented_by(Users)
class AsyncUsers:
    def __init__(self, backend: BackendService) -> None:
        self._backend = backend

    async def create(
        self, uid: str, name: str, *, with_auth_token: bool = False, **fields: Unpack[UserFields]
    ) -> User:
        return await self._backend.create_user(uid, name, with_auth_token=with_auth_token, **fields)

    async def get(self, uid: str) -> User:
        return await self._backend.get_user(uid)

    async def update(
        self, uid: str, *, name: str | None = None, unset: Sequence[str] = (), **fields: Unpack[UserFields]
    ) -> User:
        return await self._backend.update_user(uid, name, _unset(unset), **fields)

    def list(self, **query: Unpack[UserQuery]) -> AsyncIterator[User]:
        call = list_users(**query)
        return async_walk(lambda page: self._backend.users_page(call, page))

    async def deactivate(self, *uids: str) -> UsersChanged:
        return await self._backend.deactivate_users(*uids)

    async def reactivate(self, *uids: str) -> UsersChanged:
        return await self._backend.reactivate_users(*uids)

    async def delete(self, uid: str) -> None:
        await self._backend.delete_user(uid)

    async def ensure(self, uid: str, name: str, **fields: Unpack[UserFields]) -> EnsuredUser:
        return await self._backend.ensure_user(uid, name, **fields)

    async def ensure_many(
        self,
        rows: Rows,
        *,
        concurrency: int = 16,
        on_progress: Callable[[BulkProgress], None] | None = None,
        on_row: Callable[[RowResult], None] | None = None,
    ) -> BulkReport:
        return await tasks.ensure_all(BulkRun(self._backend, concurrency, on_progress, on_row), rows)


def _unset(names: Sequence[str]) -> Sequence[str]:
    if odd := sorted(set(names) - {"avatar", "link", "metadata"}):
        raise ConfigurationError(f"unset takes avatar, link and metadata, not {', '.join(odd)}.")
    return names
