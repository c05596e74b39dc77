"""Rate limits, with the clock in hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cometchat_session.emulator.limits import limit_of
from cometchat_session.emulator.settings import Settings
from emulator.service import data, refused

if TYPE_CHECKING:
    from cometchat_session.emulator import Emulator
    from emulator.service import Api

UID = "cometchat-uid-1"
START = 1_625_143_200


def rate_headers(response: Any) -> dict[str, str]:
    return {
        name: value for name, value in response.headers.items() if "rate" in name or name == "retry-after"
    }


@pytest.fixture
def metered(emulator: Emulator) -> Emulator:
    emulator.freeze(START)
    emulator.configure(rate_limit_core=2, rate_limit_standard=3)
    return emulator


def test_unmetered_calls_say_nothing_of_limits(api: Api) -> None:
    assert rate_headers(api.rest("GET", "/users")) == {}


@pytest.mark.parametrize(
    ("plan", "core", "standard"), [("unmetered", 0, 0), ("paid", 10_000, 20_000), ("free", 500, 500)]
)
def test_plans(plan: str, core: int, standard: int) -> None:
    settings = Settings(plan=plan)
    assert (limit_of("core", settings), limit_of("standard", settings)) == (core, standard)


def test_the_free_plan_ends_at_500_a_minute(api: Api, emulator: Emulator) -> None:
    emulator.freeze(START)
    emulator.configure(plan="free")
    token = api.token()
    codes = [api.user("GET", "/me", token).status_code for _ in range(501)]
    assert codes == [200] * 500 + [429]
    emulator.advance(60)
    data(api.user("GET", "/me", token))


def test_the_window_rolls(api: Api, metered: Emulator) -> None:
    for _ in range(3):
        data(api.rest("GET", f"/users/{UID}"))
        metered.advance(10)
    error = refused(api.rest("GET", f"/users/{UID}"), 429, "ERR_TOO_MANY_REQUESTS")
    assert "3 in 60 seconds" in error["message"]
    metered.advance(30)
    data(api.rest("GET", f"/users/{UID}"))
    refused(api.rest("GET", f"/users/{UID}"), 429, "ERR_TOO_MANY_REQUESTS")
    metered.advance(10)
    data(api.rest("GET", f"/users/{UID}"))


def test_headers_of_both_families(api: Api, metered: Emulator) -> None:
    first = api.rest("GET", f"/users/{UID}")
    assert rate_headers(first) == {
        "x-rate-limit": "3",
        "x-rate-limit-remaining": "2",
        "x-rate-limit-reset": str(START + 60),
        "x-ratelimit-limit": "3",
        "x-ratelimit-remaining": "2",
        "x-ratelimit-reset": str(START + 60),
    }
    api.rest("GET", f"/users/{UID}")
    api.rest("GET", f"/users/{UID}")
    metered.advance(45)
    over = rate_headers(api.rest("GET", f"/users/{UID}"))
    assert over["retry-after"] == "15"
    assert over["x-rate-limit-remaining"] == over["x-ratelimit-remaining"] == "0"
    assert over["x-rate-limit-reset"] == over["x-ratelimit-reset"] == str(START + 60)


@pytest.mark.parametrize(
    ("style", "names"),
    [
        ("X-Rate-Limit", {"x-rate-limit", "x-rate-limit-remaining", "x-rate-limit-reset"}),
        ("X-RateLimit", {"x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"}),
        ("none", set()),
    ],
)
def test_header_families_are_a_switch(api: Api, metered: Emulator, style: str, names: set[str]) -> None:
    metered.configure(rate_limit_headers=style)
    assert set(rate_headers(api.rest("GET", "/users"))) == names


def test_core_and_standard_count_apart(api: Api, metered: Emulator) -> None:
    token = api.token()
    data(api.user("PUT", "/me", token))
    refused(api.user("PUT", "/me", token), 429, "ERR_TOO_MANY_REQUESTS")
    refused(api.rest("DELETE", f"/users/{UID}"), 429, "ERR_TOO_MANY_REQUESTS")
    refused(api.rest("POST", f"/users/{UID}/auth_tokens"), 429, "ERR_TOO_MANY_REQUESTS")
    data(api.user("GET", "/me", token))


def test_minting_may_count_as_standard(api: Api, metered: Emulator) -> None:
    metered.configure(rate_limit_minting="standard")
    for _ in range(3):
        api.token()
    refused(api.rest("POST", f"/users/{UID}/auth_tokens"), 429, "ERR_TOO_MANY_REQUESTS")


def test_the_bulk_calls_may_count_in_either_group(api: Api, metered: Emulator) -> None:
    bulk = (("DELETE", {"uidsToDeactivate": [UID]}), ("PUT", {"uidsToActivate": [UID]}))
    counted = [api.rest(method, "/users", body).headers["x-rate-limit"] for method, body in bulk]
    metered.configure(rate_limit_deactivation="standard", rate_limit_reactivation="core")
    counted += [api.rest(method, "/users", body).headers["x-rate-limit"] for method, body in bulk]
    assert counted == ["2", "3", "3", "2"]


@pytest.mark.parametrize(("counted", "then"), [(False, 200), (True, 429)])
def test_a_refused_call_may_count(api: Api, metered: Emulator, *, counted: bool, then: int) -> None:
    metered.configure(refused_calls_count=counted)
    for _ in range(3):
        data(api.rest("GET", f"/users/{UID}"))
    metered.advance(30)
    answers = [api.rest("GET", f"/users/{UID}") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429] * 3
    assert answers[-1].headers["retry-after"] == ("60" if counted else "30")
    metered.advance(30)
    assert api.rest("GET", f"/users/{UID}").status_code == then


def test_refused_calls_have_no_effect_and_failed_ones_count(api: Api, metered: Emulator) -> None:
    refused(api.rest("DELETE", "/users/nobody"), 404, "ERR_UID_NOT_FOUND")
    refused(api.call("PUT", "/v3/me"), 401, "AUTH_ERR_EMPTY_AUTH_TOKEN")
    refused(api.rest("DELETE", f"/users/{UID}"), 429, "ERR_TOO_MANY_REQUESTS")
    data(api.rest("GET", f"/users/{UID}"))


def test_a_limit_lowered_in_the_middle_holds_at_once(api: Api, metered: Emulator) -> None:
    for _ in range(3):
        api.rest("GET", "/users")
        metered.advance(1)
    metered.configure(rate_limit_standard=1)
    response = api.rest("GET", "/users")
    assert response.status_code == 429
    assert response.headers["retry-after"] == "59"


def test_a_reset_forgets_the_calls(api: Api, emulator: Emulator) -> None:
    for _ in range(2):
        emulator.reset()
        emulator.configure(rate_limit_standard=1)
        data(api.rest("GET", f"/users/{UID}"))
