"""What all four clients share: settings, a store, and the docstrings that sync and async have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from types import FunctionType
from typing import TYPE_CHECKING, NoReturn, Self, TypeVar

from cometchat_session import config
from cometchat_session.errors import ConfigurationError
from cometchat_session.stores import SessionStore, open_store

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from cometchat_session._secret import Secret
    from cometchat_session.retry_policy import RetryPolicy

C = TypeVar("C", bound=type)


class ConfiguredClient:
    """A client that knows its app and its store, and has opened nothing yet."""

    def _configure(
        self,
        app_id: str | None,
        region: str | None,
        base_url: str | None,
        *,
        key: Secret | None,
        key_names: tuple[str, ...],
        key_required: bool,
        profile: str = config.DEFAULT_PROFILE,
        store: SessionStore | str | None,
        retry: RetryPolicy,
        timeout: float,
    ) -> None:
        """Read the settings and open the store. Raise `ConfigurationError` for all that is wrong."""
        self._config = config.read(
            app_id,
            region,
            base_url,
            key=key,
            key_names=key_names,
            key_required=key_required,
            profile=profile,
            store=None if isinstance(store, SessionStore) else store,
        )
        if not timeout > 0:
            raise ConfigurationError(f"timeout must be more than 0 seconds, not {timeout!r}.")
        self._store = store if isinstance(store, SessionStore) else open_store(self._config.store)
        self._retry = retry
        self._timeout = timeout

    def __repr__(self) -> str:
        if "_config" not in self.__dict__:  # as in a report on a constructor that failed
            return f"{type(self).__name__}(not configured)"
        return f"{type(self).__name__}({self._described()})"

    def _described(self) -> str:
        return f"{self._config.app_id!r}, {self._config.region!r}"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a client does not pickle: build one where it is needed")


class SyncContext(ABC):
    """A client for `with`."""

    @abstractmethod
    def close(self) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncContext(ABC):
    """A client for `async with`."""

    @abstractmethod
    async def aclose(self) -> None: ...

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


def documented_by(sync: type) -> Callable[[C], C]:
    """Give an async class, and its methods, the docstrings of the sync one."""

    def document(one: C) -> C:
        one.__doc__ = sync.__doc__
        for name in dir(one):
            member, original = getattr(one, name), getattr(sync, "close" if name == "aclose" else name, None)
            if isinstance(member, FunctionType) and not member.__doc__ and original is not None:
                member.__doc__ = original.__doc__
        return one

    return document
