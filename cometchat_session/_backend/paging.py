"""A list that the core walks over, for sync callers."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from cometchat_session._runtime.port import run_sync

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

T = TypeVar("T")


def iterate(walk: AsyncGenerator[T, None]) -> Iterator[T]:
    """Yield what the core walks over, in the caller's thread."""

    async def take() -> list[T]:
        async for item in walk:
            return [item]
        return []

    try:
        while some := run_sync(take()):
            yield from some
    finally:
        run_sync(walk.aclose())
