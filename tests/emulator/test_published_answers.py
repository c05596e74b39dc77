"""The emulator answers as the service has been seen to answer, case by case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from emulator.forms import shared
from emulator.published import CASES, HERO, NOW, STATE, TOKENS, WORKING, Case, error

if TYPE_CHECKING:
    from emulator.service import Api


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, id=f"{group}: {case.name}") for group, cases in CASES.items() for case in cases],
)
def test_a_published_answer(api: Api, case: Case) -> None:
    emulator = api.emulator
    emulator.freeze(NOW)
    emulator.load(STATE)
    emulator.configure(**case.switches)
    keys = {"rest": emulator.rest_api_key, "auth": emulator.auth_key}
    given = {"apikey": keys.get(case.key, case.key), "authToken": case.token, **case.headers}
    headers = {name: value for name, value in given.items() if value}
    version = "v3.0" if case.path == "/me" else "v3"
    response = api.http.request(case.method, f"/{version}{case.path}", headers=headers, json=case.body)
    answer = response.json()
    assert (response.status_code, shared(answer, case.answer)) == (case.status, case.answer)


def test_the_second_of_two_deletions_finds_nothing(api: Api) -> None:
    api.emulator.load(STATE)
    path = f"{TOKENS}/{WORKING}"
    assert [api.rest("DELETE", path).status_code for _ in range(2)] == [200, 404]


def test_the_hundred_and_first_token_ends_the_first(api: Api) -> None:
    api.emulator.load(STATE)
    for _ in range(99):
        api.token(HERO)
    assert api.user("GET", "/me", WORKING).status_code == 200
    api.token(HERO)
    assert api.user("GET", "/me", WORKING).status_code == 401


def test_the_five_hundred_and_first_call_of_a_free_plan(api: Api) -> None:
    api.emulator.load(STATE)
    api.emulator.freeze(NOW)
    api.emulator.configure(plan="free")
    for _ in range(500):
        assert api.user("GET", "/me", WORKING).status_code == 200
    refused = api.user("GET", "/me", WORKING)
    expected = error("ERR_TOO_MANY_REQUESTS")
    assert (refused.status_code, shared(refused.json(), expected)) == (429, expected)
    assert refused.headers["Retry-After"] == "60"
    for name in ("X-Rate-Limit", "X-RateLimit-Limit"):
        assert refused.headers[name] == "500"
    for family in ("X-Rate-Limit", "X-RateLimit"):
        assert (refused.headers[f"{family}-Remaining"], refused.headers[f"{family}-Reset"]) == (
            "0",
            str(NOW + 60),
        )
