"""`CometChatAdmin.users`, sync and async."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from cometchat_session._backend.bulk import tasks, threads
from cometchat_session._backend.bulk.run import BulkRun
from cometchat_session._backend.paging import iterate
from cometchat_session._backend.user_calls import UserCalls
from cometchat_session._client_base import documented_by
from cometchat_session._runtime.port import run_sync

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cometchat_session._backend.service import BackendService
    from cometchat_session._backend.user_fields import UserFields, UserQuery
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
        self._calls = UserCalls(backend)

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
        return run_sync(self._calls.create(uid, name, with_auth_token=with_auth_token, **fields))

    def get(self, uid: str) -> User:
        """Get a user.

        Raises:
            UserNotFoundError: there is none, or it is deactivated.
        """
        return run_sync(self._calls.get(uid))

    def update(
        self, uid: str, *, name: str | None = None, unset: Sequence[str] = (), **fields: Unpack[UserFields]
    ) -> User:
        """Change what is given, and empty what `unset` names: `avatar`, `link` or `metadata`."""
        return run_sync(self._calls.update(uid, name=name, unset=unset, **fields))

    def list(self, **query: Unpack[UserQuery]) -> Iterator[User]:
        """Walk over the users that fit; their pages are fetched as they are needed.

        Args:
            query: `search_key` (the beginning of a uid or a name), `role`, `tags`, `status` (`available` or
                `offline`), `with_deactivated`, `only_deactivated`, and `per_page`, 100 unless given and up
                to 1,000.
        """
        return iterate(self._calls.list(**query))

    def deactivate(self, *uids: str) -> UsersChanged:
        """Deactivate users; `reactivate` takes it back."""
        return run_sync(self._calls.deactivate(*uids))

    def reactivate(self, *uids: str) -> UsersChanged:
        """Reactivate users; their groups and tokens work again."""
        return run_sync(self._calls.reactivate(*uids))

    def delete(self, uid: str) -> None:
        """Erase a user for good; `deactivate` is the reversible way."""
        run_sync(self._calls.delete(uid))

    def ensure(self, uid: str, name: str, **fields: Unpack[UserFields]) -> EnsuredUser:
        """Create a user, or bring an existing one up to date; two at once for one uid both succeed.

        Raises:
            UserNotFoundError: the user exists and is deactivated.
        """
        return run_sync(self._calls.ensure(uid, name, **fields))

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
class AsyncUsers(UserCalls):
    async def ensure_many(
        self,
        rows: Rows,
        *,
        concurrency: int = 16,
        on_progress: Callable[[BulkProgress], None] | None = None,
        on_row: Callable[[RowResult], None] | None = None,
    ) -> BulkReport:
        return await tasks.ensure_all(BulkRun(self._backend, concurrency, on_progress, on_row), rows)
