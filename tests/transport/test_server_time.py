"""An error holds the moment at which the server answered, where that says so."""

from __future__ import annotations

import pytest

from cometchat_session._messages import About
from cometchat_session._transport.error_mapping import error_from


@pytest.mark.parametrize(
    ("headers", "moment"),
    [
        ({"date": "Thu, 01 Jan 1970 00:01:40 GMT"}, 100.0),
        ({"date": "yesterday"}, None),
        ({"date": ""}, None),
        ({}, None),
    ],
)
def test_the_server_s_time(headers: dict[str, str], moment: float | None) -> None:
    error = error_from(503, headers, b"", about=About(asked="GET /users"), now=5.0)
    assert error.server_time == moment
    assert error.to_json().get("server_time") == moment
