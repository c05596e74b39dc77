"""The library's one logger. `logging` is imported when there is something to say, not before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cometchat_session._late_imports import importing

if TYPE_CHECKING:
    import logging


def log() -> logging.Logger:
    """Return the logger `cometchat_session`; silent unless the application configures logging."""
    with importing:
        import logging

    logger = logging.getLogger("cometchat_session")
    if not logger.handlers:  # else logging prints warnings by itself, for want of a handler
        logger.addHandler(logging.NullHandler())
    return logger
