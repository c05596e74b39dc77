"""What an attempt leaves in the log at level DEBUG."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

import pytest

from cometchat_session import RetryPolicy, errors

if TYPE_CHECKING:
    from support.modes import Mode

UID = "cometchat-uid-1"


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what was said of attempts, the milliseconds as a dot."""
    debug = [one for one in caplog.records if one.name == "cometchat_session" and one.levelname == "DEBUG"]
    return [re.sub(r"in \d+ ms", "in . ms", one.getMessage()) for one in debug]


def test_each_attempt_is_a_line(mode: Mode, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "cometchat_session")
    client = mode.client(retry=RetryPolicy(wait_initial=0.0))
    mode.emulator.fault(method="POST", times=1, status=503, headers={"X-Request-Id": "r-7"})
    mode.emulator.fault("reset", method="PUT", path="/me", times=1)
    client.login(UID)
    assert lines(caplog) == [
        "POST /users/{uid}/auth_tokens -> 503 in . ms; request r-7",
        "POST /users/{uid}/auth_tokens -> 200 in . ms; try 2",
        "PUT /me -> no answer in . ms; try 2",
        "PUT /me -> 200 in . ms; try 3",
    ]
    assert UID not in caplog.text


def test_no_line_is_made_for_nobody(mode: Mode, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "cometchat_session")
    mode.client().login(UID)
    assert lines(caplog) == []


def test_the_server_s_rate_is_told(mode: Mode, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "cometchat_session")
    mode.emulator.configure(rate_limit_core=20)
    mode.client().login(UID)
    assert lines(caplog) == [
        "POST /users/{uid}/auth_tokens -> 200 in . ms; 20 requests a minute, 19 left",
        "PUT /me -> 200 in . ms; 20 requests a minute, 18 left",
    ]


def test_a_rate_that_makes_no_sense_is_not_told(mode: Mode, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "cometchat_session")
    odd = {"X-Rate-Limit": "many", "X-Rate-Limit-Remaining": "-1"}
    mode.emulator.fault(method="POST", times=1, status=401, headers=odd)
    with pytest.raises(errors.AuthenticationError):
        mode.client().login(UID)
    assert lines(caplog) == ["POST /users/{uid}/auth_tokens -> 401 in . ms"]
