"""The tree of errors: what is worth another try later, and what comes out of a store again."""

from __future__ import annotations

import pickle

import pytest

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


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ServerError", errors.ServerError),
        ("HeadacheError", errors.CometChatError),  # a newer version's
        ("Any", errors.CometChatError),  # of the module, and no error
        ("FIELDS", errors.CometChatError),
    ],
)
def test_an_error_that_was_stored(name: str, kind: type[errors.CometChatError]) -> None:
    error = errors.from_json({"error": name, "message": "It aches.", "status": 500, "newer": "field"})
    assert type(error) is kind
    assert (error.message, error.status) == ("It aches.", 500)


def test_a_pickle_keeps_every_field() -> None:
    values = dict.fromkeys(errors.FIELDS, 1)
    error = errors.CometChatError(**values)  # type: ignore[arg-type]  # whatever they hold
    assert vars(error) == values
    assert vars(pickle.loads(pickle.dumps(error))) == values
