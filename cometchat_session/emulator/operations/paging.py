"""Pages of lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cometchat_session.emulator.settings import Settings

T = TypeVar("T")
PER_PAGE = 100
MOST_PER_PAGE = 1000


def page_of(
    items: Sequence[T], page: int, per_page: int, settings: Settings
) -> tuple[Sequence[T], dict[str, Any]]:
    """One page and the ``meta`` that goes with it."""
    shown = items[(page - 1) * per_page : page * per_page]
    pagination = {
        "total": len(items),
        "count": len(shown),
        "per_page": per_page,
        "current_page": page,
        "total_pages": -(-len(items) // per_page) or settings.empty_total_pages,
    }
    return shown, {"pagination": pagination}
