"""Lists that come in pages, fetched as they are needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

T = TypeVar("T")


def walk(fetch: Callable[[int], tuple[list[T], bool]]) -> Iterator[T]:
    page, more = 1, True
    while more:
        items, more = fetch(page)
        yield from items
        page += 1


async def async_walk(
    fetch: Callable[[int], Awaitable[tuple[list[T], bool]]],
) -> AsyncIterator[T]:
    page, more = 1, True
    while more:
        items, more = await fetch(page)
        for item in items:
            yield item
        page += 1
