"""Lists that come in pages, fetched as they are needed."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

T = TypeVar("T")


def walk(fetch: Callable[[int], tuple[list[T], bool]]) -> Iterator[T]:
    for page in count(1):
        items, more = fetch(page)
        yield from items
        if not more:
            return


async def async_walk(
    fetch: Callable[[int], Awaitable[tuple[list[T], bool]]],
) -> AsyncIterator[T]:
    for page in count(1):
        items, more = await fetch(page)
        for item in items:
            yield item
        if not more:
            return
