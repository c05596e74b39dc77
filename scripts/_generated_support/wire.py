"""What keeps odd requests from being sent and odd answers from being misread."""

from __future__ import annotations

import threading
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from cometchat_rest.errors import UnexpectedStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

T = TypeVar("T")
_opening = threading.Lock()


def path_segment(value: object) -> str:
    """Return a path parameter as one segment of a path.

    Raises:
        ValueError: it would change the path.
    """
    text = str(value)
    if text in {"", ".", ".."}:
        raise ValueError("a path parameter must not be empty, '.' or '..'")
    return quote(text, safe="")


def status_of(response: httpx.Response) -> HTTPStatus | int:
    """Return the status by name where it has one."""
    try:
        return HTTPStatus(response.status_code)
    except ValueError:
        return response.status_code


def parsed_or_refused(parse: Callable[[], T], response: httpx.Response) -> T:
    """Return what an answer is parsed into.

    Raises:
        UnexpectedStatus: the answer is not what the spec says.
    """
    try:
        return parse()
    except (ValueError, LookupError, TypeError, AttributeError):
        pass
    # Outside of the handler: what the parser raised holds the body, and with it tokens.
    raise UnexpectedStatus(response.status_code, response.content)


def one_at_a_time(method: Callable[[Any], T]) -> Callable[[Any], T]:
    """Return a method that threads run one after the other."""

    @wraps(method)
    def locked(self: Any) -> T:
        with _opening:
            return method(self)

    return locked
