"""The tree of errors: what is worth another try later."""

from __future__ import annotations

from cometchat_session import errors


def test_what_is_temporary() -> None:
    temporary = {
        name
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, errors.TEMPORARY)
    }
    assert temporary == {
        "NetworkError",
        "DeadlineExceededError",
        "RateLimitedError",
        "ServerError",
        "StoreUnavailableError",
        "StoreLockTimeoutError",
    }
