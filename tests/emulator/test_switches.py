"""The table of disputed facts: each switch does what it says, and takes nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cometchat_session.emulator import settings
from cometchat_session.emulator.switches import SettingsError, parse_assignments
from emulator.service import data, details, refused

if TYPE_CHECKING:
    from cometchat_session.emulator import Emulator
    from emulator.service import Api

ANN = {"uid": "ann", "name": "Ann"}


def test_uid_rules(api: Api, emulator: Emulator) -> None:
    emulator.configure(uid_underscore=False, uid_max_length=3)
    assert details(api.rest("POST", "/users", ANN | {"uid": "a_b"})) == {
        "uid": ["The uid format is invalid."]
    }
    assert "3 characters" in details(api.rest("POST", "/users", ANN | {"uid": "anna"}))["uid"][0]
    data(api.rest("POST", "/users", ANN | {"uid": "a-b"}))


def test_invalid_uid_code(api: Api, emulator: Emulator) -> None:
    emulator.configure(invalid_uid_code="ERR_INVALID_UID")
    refused(api.rest("POST", "/users", ANN | {"uid": "a b"}), 400, "ERR_INVALID_UID")
    emulator.configure(status_err_invalid_uid=422)
    refused(api.rest("POST", "/users", ANN | {"uid": "a b"}), 422, "ERR_INVALID_UID")


def test_duplicate_uid_status(api: Api, emulator: Emulator) -> None:
    emulator.configure(duplicate_uid_status=409)
    api.create("ann")
    refused(api.rest("POST", "/users", ANN), 409, "ERR_UID_ALREADY_EXISTS")


def test_unknown_role(api: Api, emulator: Emulator) -> None:
    emulator.configure(unknown_role_code="ERR_ROLE_NOT_FOUND")
    refused(api.rest("POST", "/users", ANN | {"role": "boss"}), 404, "ERR_ROLE_NOT_FOUND")
    emulator.configure(unknown_role_code="accept")
    assert api.create("ann", role="boss")["role"] == "boss"


def test_wide_characters(api: Api, emulator: Emulator) -> None:
    emulator.configure(emoji_counts_two=False)
    api.create("ann", name="\U0001f600" * 100)


def test_metadata_rules(api: Api, emulator: Emulator) -> None:
    emulator.configure(metadata_as_string=False, metadata_limit=10)
    assert "metadata" in details(api.rest("POST", "/users", ANN | {"metadata": "{}"}))
    assert "10 bytes" in details(api.rest("POST", "/users", ANN | {"metadata": {"long": 123}}))["metadata"][0]
    api.create("ann", metadata={"a": 1})


def test_body_limit(api: Api, emulator: Emulator) -> None:
    emulator.configure(body_limit=10)
    assert "10 bytes" in details(api.rest("POST", "/users", ANN))["body"][0]


def test_empty_name_on_create(api: Api, emulator: Emulator) -> None:
    emulator.configure(empty_field_on_create="value")
    expected = {"name": ["The name field must have a value."]}
    assert details(api.rest("POST", "/users", {"uid": "ann", "name": ""})) == expected
    assert details(api.rest("POST", "/users", {"uid": "ann"})) == {"name": ["The name field is required."]}


def test_bots_and_cursor_in_the_list(api: Api, emulator: Emulator) -> None:
    emulator.configure(bots_listed=True, users_list_cursor=False)
    listed = api.rest("GET", "/users").json()
    assert listed["data"][-1]["uid"] == "cometchat-bot-1"
    assert "cursor" not in listed


def test_page_size_may_be_cut_down(api: Api, emulator: Emulator) -> None:
    emulator.configure(per_page_over_limit="clamp")
    assert api.rest("GET", "/users?perPage=5000").json()["meta"]["pagination"]["per_page"] == 1000


def test_several_tags(api: Api, emulator: Emulator) -> None:
    api.create("ann", tags=["a", "b"])
    api.create("bob", tags=["b"])
    emulator.configure(tags_filter="all")
    found = {query: api.rest("GET", f"/users?tags={query}").json()["data"] for query in ("a,b", "b", "a,c")}
    assert {query: [user["uid"] for user in users] for query, users in found.items()} == {
        "a,b": ["ann"],
        "b": ["ann", "bob"],
        "a,c": [],
    }


@pytest.mark.parametrize("pages", [0, 1])
def test_pages_of_an_empty_list(api: Api, emulator: Emulator, pages: int) -> None:
    emulator.configure(empty_total_pages=pages)
    for path in ("/users?searchKey=nobody", "/users/cometchat-uid-1/auth_tokens"):
        assert api.rest("GET", path).json()["meta"]["pagination"]["total_pages"] == pages


def test_a_viewer_who_is_missing(api: Api, emulator: Emulator) -> None:
    ask = {"onBehalfOf": "nobody"}
    refused(api.rest("GET", "/users/cometchat-uid-1", **ask), 404, "ERR_UID_NOT_FOUND")
    emulator.configure(on_behalf_of_missing="ignore")
    assert "conversationId" not in data(api.rest("GET", "/users/cometchat-uid-1", **ask))


def test_the_status_of_what_is_created(api: Api, emulator: Emulator) -> None:
    emulator.configure(create_status=201)
    assert api.rest("POST", "/users", ANN).status_code == 201
    assert api.rest("POST", "/users/ann/auth_tokens").status_code == 201
    assert api.rest("PUT", "/users/ann", {"name": "Anna"}).status_code == 200
    refused(api.rest("POST", "/users", ANN), 400, "ERR_UID_ALREADY_EXISTS")


def test_flushing_the_tokens_of_nobody(api: Api, emulator: Emulator) -> None:
    refused(api.rest("DELETE", "/users/nobody/auth_tokens"), 404, "ERR_UID_NOT_FOUND")
    emulator.configure(flush_unknown_uid="200")
    assert data(api.rest("DELETE", "/users/nobody/auth_tokens"))["success"] is True


def test_tokens_may_expire(api: Api, emulator: Emulator) -> None:
    emulator.freeze(1_700_000_000)
    first = api.token()
    emulator.advance(10**6)
    data(api.user("GET", "/me", first))
    emulator.configure(token_lifetime=60, mint_force_absent="existing")
    second = api.token()
    assert second != first
    emulator.advance(59)
    assert api.token() == second
    assert [
        one["authToken"] for one in api.rest("GET", "/users/cometchat-uid-1/auth_tokens").json()["data"]
    ] == [second]
    emulator.advance(1)
    refused(api.user("GET", "/me", second), 401, "AUTH_ERR_AUTH_TOKEN_NOT_FOUND")
    log = api.control("GET", "/log?last=1").json()["requests"]
    assert "has ended: it expired." in log[0]["reason"]
    path = f"/users/cometchat-uid-1/auth_tokens/{second}"
    refused(api.rest("GET", path), 404, "ERR_AUTH_TOKEN_NOT_FOUND")


def test_soft_delete_reply(api: Api, emulator: Emulator) -> None:
    emulator.configure(delete_user_reply="success")
    assert data(api.rest("DELETE", "/users/cometchat-uid-1"))["success"] is True


def test_erasing_a_deactivated_user(api: Api, emulator: Emulator) -> None:
    emulator.configure(erase_deactivated=False)
    api.rest("DELETE", "/users/cometchat-uid-1")
    refused(api.rest("DELETE", "/users/cometchat-uid-1", {"permanent": True}), 404, "ERR_UID_NOT_FOUND")


def test_bulk_limit(api: Api, emulator: Emulator) -> None:
    emulator.configure(bulk_limit=1)
    response = api.rest("PUT", "/users", {"uidsToActivate": ["a", "b"]})
    assert details(response) == {"uidsToActivate": ["The uidsToActivate may not have more than 1 items."]}


@pytest.mark.parametrize("code", ["ERR_PLAN_QUOTA_RESTRICTION", "ERR_PLAN_RESTRICTION"])
def test_the_plan_may_be_full(api: Api, emulator: Emulator, code: str) -> None:
    emulator.configure(user_quota=7, user_quota_code=code)
    api.create("ann")
    refused(api.rest("POST", "/users", {"uid": "bob", "name": "Bob"}), 403, code)
    data(api.rest("DELETE", "/users/ann", {"permanent": True}))
    api.create("bob")


@pytest.mark.parametrize(
    ("subscription", "status", "code"),
    [("expired", 402, "ERR_SUBSCRIPTION_EXPIRED"), ("restricted", 403, "ERR_PLAN_RESTRICTION")],
)
def test_the_subscription_may_end(
    api: Api, emulator: Emulator, subscription: str, status: int, code: str
) -> None:
    emulator.configure(subscription=subscription)
    refused(api.rest("GET", "/users"), status, code)


def test_a_reset_brings_the_defaults_back(emulator: Emulator) -> None:
    emulator.configure(bulk_limit=1)
    emulator.reset()
    assert emulator.settings == {name: switch.default for name, switch in settings.TABLE.items()}


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("no_such_switch", 1, "no switch"),
        ("token_limit", "3", "type int"),
        ("token_limit", True, "type int"),
        ("bots_listed", 1, "type bool"),
        ("plan", "gold", "one of unmetered, paid, free"),
        ("token_limit", -1, "negative"),
        ("token_limit", 10**400, "takes 0 to"),
        ("status_err_invalid_uid", 399, "400 to 599"),
        ("status_auth_err_no_access", 600, "400 to 599"),
        ("duplicate_uid_status", 200, "400 to 599"),
        ("rate_limit_window", 0, "takes 1 to"),
        ("token_seed", "\ud800", "cannot hold"),
    ],
)
def test_wrong_values_change_nothing(api: Api, emulator: Emulator, name: str, value: Any, text: str) -> None:
    before = emulator.settings
    with pytest.raises(SettingsError, match=text):
        emulator.configure(**{"bulk_limit": 1, name: value})
    response = api.control("PUT", "/state", {"settings": {"bulk_limit": 1, name: value}})
    assert response.status_code == 400
    assert text in response.json()["error"]
    assert emulator.settings == before


def test_switches_over_http_leave_the_others_alone(api: Api, emulator: Emulator) -> None:
    emulator.configure(bulk_limit=3)
    api.control("PUT", "/state", {"settings": {"token_limit": 5}})
    assert (emulator.settings["bulk_limit"], emulator.settings["token_limit"]) == (3, 5)


def test_switches_as_options() -> None:
    texts = ["token_limit=5", "bots_listed=TRUE", "plan=free", "token_seed=a=b", "advertised_host="]
    assert parse_assignments(settings.TABLE, texts) == {
        "token_limit": 5,
        "bots_listed": True,
        "plan": "free",
        "token_seed": "a=b",
        "advertised_host": "",
    }


@pytest.mark.parametrize("text", ["nope=1", "token_limit=x", "bots_listed=perhaps", "plan", "=1"])
def test_wrong_options(text: str) -> None:
    with pytest.raises(SettingsError):
        parse_assignments(settings.TABLE, [text])


def test_explain_names_every_switch_its_default_and_the_dispute() -> None:
    text = settings.explain()
    for name, switch in settings.TABLE.items():
        assert f"{name} = " in text
        assert switch.about in text
        assert len(switch.about) > 40
    assert "bots_listed = false" in text
    assert 'token_seed = ""' in text
    assert "at least 400, at most 599" in text
    invented = text.splitlines()[-1]
    assert "ERR_ROLE_NOT_FOUND" in invented
    assert "ERR_UID_NOT_FOUND" not in invented
    assert "one of: unmetered, paid, free" in text
