"""What is written once for the blocking and the asynchronous clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

C = TypeVar("C", bound=type)


def documented_by(blocking: type) -> Callable[[C], C]:
    """Give an asynchronous class, and its methods, the docstrings of its blocking twin."""

    def document(twin: C) -> C:
        twin.__doc__ = blocking.__doc__
        for name, member in vars(twin).items():
            original = getattr(blocking, "close" if name == "aclose" else name, None)
            if callable(member) and not member.__doc__ and original is not None:
                member.__doc__ = original.__doc__
        return twin

    return document
