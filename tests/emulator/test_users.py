"""Create, get, update and delete one user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from emulator.service import data, details, refused

if TYPE_CHECKING:
    from cometchat_session.emulator import Emulator
    from emulator.service import Api

ANN = {"uid": "ann", "name": "Ann"}
REQUIRED_NAME = {"name": ["The name field is required."]}


def test_create_answers_200_with_the_user(api: Api, emulator: Emulator) -> None:
    emulator.freeze(1_700_000_000)
    assert data(api.rest("POST", "/users", ANN)) == {
        "uid": "ann",
        "name": "Ann",
        "status": "offline",
        "role": "default",
        "createdAt": 1_700_000_000,
    }


def test_create_keeps_every_field(api: Api) -> None:
    fields = {
        "avatar": "https://example.com/a.png",
        "link": "http://example.com",
        "statusMessage": "here",
        "metadata": {"@private": {"email": "a@example.com"}, "plan": 1.5},
        "tags": ["one", "two"],
    }
    api.rest("POST", "/users", ANN | fields)
    shown = data(api.rest("GET", "/users/ann"))
    assert {name: shown[name] for name in fields} == fields


def test_uid_is_stored_and_found_in_lower_case(api: Api) -> None:
    assert api.create("Ann")["uid"] == "ann"
    assert data(api.rest("GET", "/users/ANN"))["uid"] == "ann"


def test_create_with_auth_token_hands_out_a_working_one(api: Api) -> None:
    token = api.create("ann", withAuthToken=True)["authToken"]
    assert data(api.user("GET", "/me", token))["uid"] == "ann"


def test_create_without_auth_token_has_none(api: Api) -> None:
    assert "authToken" not in api.create("ann", withAuthToken=False)


@pytest.mark.parametrize("uid", ["ann", "ANN"])
def test_a_uid_is_taken_once(api: Api, uid: str) -> None:
    api.create("ann")
    error = refused(api.rest("POST", "/users", {"uid": uid, "name": "x"}), 400, "ERR_UID_ALREADY_EXISTS")
    assert error["message"].startswith("The uid ann already exists")


def test_a_deactivated_user_keeps_the_uid_until_erased(api: Api) -> None:
    api.create("ann")
    api.rest("DELETE", "/users/ann")
    refused(api.rest("POST", "/users", ANN), 400, "ERR_UID_ALREADY_EXISTS")
    data(api.rest("DELETE", "/users/ann", {"permanent": True}))
    data(api.rest("POST", "/users", ANN))


LONG_URL = "https://example.com/" + "a" * 2980
WRONG: list[tuple[dict[str, Any], dict[str, list[str]]]] = [
    ({"name": "x"}, {"uid": ["The uid field is required."]}),
    ({"uid": "", "name": "x"}, {"uid": ["The uid field is required."]}),
    ({"uid": None, "name": "x"}, {"uid": ["The uid field is required."]}),
    ({"uid": 7, "name": "x"}, {"uid": ["The uid must be a string."]}),
    ({"uid": "a" * 101, "name": "x"}, {"uid": ["The uid may not be greater than 100 characters."]}),
    ({"uid": "a b", "name": "x"}, {"uid": ["The uid format is invalid."]}),
    ({"uid": "a.b", "name": "x"}, {"uid": ["The uid format is invalid."]}),
    ({"uid": "é", "name": "x"}, {"uid": ["The uid format is invalid."]}),
    ({"uid": "ann"}, REQUIRED_NAME),
    ({"uid": "ann", "name": ""}, REQUIRED_NAME),
    ({"uid": "ann", "name": "  "}, REQUIRED_NAME),
    ({"uid": "ann", "name": None}, REQUIRED_NAME),
    (ANN | {"name": 7}, {"name": ["The name must be a string."]}),
    (ANN | {"name": "é" * 101}, {"name": ["The name may not be greater than 100 characters."]}),
    (ANN | {"name": "\U0001f600" * 51}, {"name": ["The name may not be greater than 100 characters."]}),
    (ANN | {"avatar": "nope"}, {"avatar": ["The avatar must be a valid URL."]}),
    (ANN | {"avatar": "ftp://example.com"}, {"avatar": ["The avatar must be a valid URL."]}),
    (ANN | {"avatar": "https://a b"}, {"avatar": ["The avatar must be a valid URL."]}),
    (ANN | {"avatar": "https://[::1"}, {"avatar": ["The avatar must be a valid URL."]}),
    (ANN | {"link": "https:///x"}, {"link": ["The link must be a valid URL."]}),
    (ANN | {"avatar": None}, {"avatar": ["The avatar must have a value"]}),
    (ANN | {"avatar": LONG_URL + "a"}, {"avatar": ["The avatar may not be greater than 3000 characters."]}),
    (ANN | {"role": "boss"}, {"role": ["The selected role is invalid."]}),
    (ANN | {"role": 1}, {"role": ["The role must be a string."]}),
    (ANN | {"statusMessage": 1}, {"statusMessage": ["The statusMessage must be a string."]}),
    (ANN | {"metadata": 1}, {"metadata": ["The metadata must be a JSON object."]}),
    (ANN | {"metadata": "{"}, {"metadata": ["The metadata must be a JSON object."]}),
    (ANN | {"metadata": "7"}, {"metadata": ["The metadata must be a JSON object."]}),
    (
        ANN | {"metadata": {"a": "x" * 5120}},
        {"metadata": ["The metadata may not be greater than 5120 bytes."]},
    ),
    (ANN | {"tags": "one"}, {"tags": ["The tags must be an array."]}),
    (ANN | {"tags": ["t"] * 26}, {"tags": ["The tags may not have more than 25 items."]}),
    (ANN | {"tags": [""]}, {"tags.0": ["The tags.0 field is required."]}),
    (ANN | {"tags": ["a", None]}, {"tags.1": ["The tags.1 field is required."]}),
    (ANN | {"tags": ["a" * 101]}, {"tags.0": ["The tags.0 may not be greater than 100 characters."]}),
    (ANN | {"withAuthToken": "yes"}, {"withAuthToken": ["The withAuthToken field must be true or false."]}),
]


@pytest.mark.parametrize(("body", "expected"), WRONG)
def test_create_names_what_is_wrong(api: Api, body: dict[str, Any], expected: dict[str, list[str]]) -> None:
    assert details(api.rest("POST", "/users", body)) == expected


def test_complaints_come_together(api: Api) -> None:
    assert set(details(api.rest("POST", "/users"))) == {"uid", "name"}


@pytest.mark.parametrize(
    "fields",
    [
        {"uid": "a" * 100},
        {"uid": "A_b-9"},
        {"name": "é" * 100},
        {"name": "\U0001f600" * 50},
        {"avatar": LONG_URL},
        {"tags": ["t" * 100] * 25},
        {"metadata": {"a": "x" * 5112}},
        {"metadata": "{}"},
        {"metadata": []},
        {"role": "DEFAULT"},
    ],
)
def test_limits_include_their_last_value(api: Api, fields: dict[str, Any]) -> None:
    data(api.rest("POST", "/users", ANN | fields))


def test_body_may_not_be_too_large(api: Api) -> None:
    body = {"uid": "ann", "name": "Ann", "unknown": "x" * 10240}
    assert details(api.rest("POST", "/users", body)) == {
        "body": ["The body may not be greater than 10240 bytes."]
    }


@pytest.mark.parametrize(
    "body", [b"{", b"\xff", b'{"uid": NaN}', b'{"uid": 1e999}', b"[" * 200 + b"]" * 200, b"[" * 9000]
)
def test_a_body_that_is_no_json_is_refused(api: Api, body: bytes) -> None:
    error = refused(api.rest("POST", "/users", body), 400, "ERR_BAD_REQUEST")
    assert error["message"] == "The body of the request is not valid JSON."


def test_a_body_that_is_no_object_is_refused(api: Api) -> None:
    assert details(api.rest("POST", "/users", [1])) == {"body": ["The body must be a JSON object."]}


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_unknown_user(api: Api, method: str) -> None:
    error = refused(api.rest(method, "/users/babuInvalid"), 404, "ERR_UID_NOT_FOUND")
    assert error["message"] == (
        "The UID babuinvalid does not exist, please make sure you have created a user with UID babuinvalid."
    )


def test_update_changes_only_what_is_sent(api: Api, emulator: Emulator) -> None:
    emulator.freeze(1_700_000_000)
    before = api.create("ann", tags=["x"], link="https://example.com", metadata={"a": 1})
    emulator.advance(60)
    after = data(api.rest("PUT", "/users/ann", {"name": "Anna", "metadata": '{"b": 2}'}))
    assert after == before | {"name": "Anna", "metadata": {"b": 2}, "updatedAt": 1_700_000_060}


@pytest.mark.parametrize("body", [{}, [], None])
def test_update_with_nothing_changes_nothing_else(api: Api, body: Any) -> None:
    before = api.create("ann")
    after = data(api.rest("PUT", "/users/ann", body))
    assert after.pop("updatedAt")
    assert after == before


def test_unset_empties(api: Api) -> None:
    api.create(
        "ann", avatar="https://example.com/a", link="https://example.com", metadata={"a": 1}, tags=["t"]
    )
    after = data(api.rest("PUT", "/users/ann", {"unset": ["avatar", "metadata", "link"]}))
    assert after["tags"] == ["t"]
    assert not {"avatar", "link", "metadata"} & set(after)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"name": ""}, {"name": ["The name field must have a value."]}),
        ({"name": None}, {"name": ["The name field must have a value."]}),
        ({"unset": ["tags"]}, {"unset.0": ["The selected unset.0 is invalid."]}),
        ({"unset": [[]]}, {"unset.0": ["The selected unset.0 is invalid."]}),
        ({"unset": "avatar"}, {"unset": ["The unset must be an array."]}),
        ({"link": None}, {"link": ["The link must have a value"]}),
    ],
)
def test_update_names_what_is_wrong(api: Api, body: dict[str, Any], expected: dict[str, list[str]]) -> None:
    api.create("ann")
    assert details(api.rest("PUT", "/users/ann", body)) == expected


def test_an_update_that_fails_changes_nothing(api: Api) -> None:
    before = api.create("ann")
    api.rest("PUT", "/users/ann", {"name": "Anna", "tags": [""]})
    assert data(api.rest("GET", "/users/ann")) == before


def test_delete_puts_aside(api: Api) -> None:
    api.create("ann")
    assert data(api.rest("DELETE", "/users/Ann")) == {"deactivatedUids": ["ann"]}
    refused(api.rest("GET", "/users/ann"), 404, "ERR_UID_NOT_FOUND")
    refused(api.rest("DELETE", "/users/ann"), 404, "ERR_UID_NOT_FOUND")


@pytest.mark.parametrize("permanent", [True, "true"])
def test_delete_permanent_erases_user_and_tokens(api: Api, permanent: object) -> None:
    api.create("ann")
    token = api.token("ann")
    assert data(api.rest("DELETE", "/users/ann", {"permanent": permanent}))["success"] is True
    refused(api.user("GET", "/me", token), 401, "AUTH_ERR_AUTH_TOKEN_NOT_FOUND")
    refused(api.rest("DELETE", "/users/ann", {"permanent": True}), 404, "ERR_UID_NOT_FOUND")
    api.create("ann")
    refused(api.user("GET", "/me", token), 401, "AUTH_ERR_AUTH_TOKEN_NOT_FOUND")


def test_permanent_is_true_or_false(api: Api) -> None:
    response = api.rest("DELETE", "/users/cometchat-uid-1", {"permanent": "perhaps"})
    assert details(response) == {"permanent": ["The permanent field must be true or false."]}
    data(api.rest("GET", "/users/cometchat-uid-1"))


def test_on_behalf_of_adds_what_the_viewer_sees(api: Api, emulator: Emulator) -> None:
    plain = api.create("ann")
    api.create("bob")
    seen = data(api.rest("GET", "/users/ann", onBehalfOf="Bob"))
    assert seen == plain | {
        "hasBlockedMe": False,
        "blockedByMe": False,
        "conversationId": "ann_user_bob",
    }
    users = emulator.state["users"]
    for user in users:
        user["blocked"] = {"ann": {"bob": 10}, "bob": {"ann": 20}}.get(user["uid"], {})
    emulator.load({"users": users})
    seen = data(api.rest("GET", "/users/ann", onBehalfOf="bob"))
    assert (seen["hasBlockedMe"], seen["blockedAt"]) == (True, 10)
    assert (seen["blockedByMe"], seen["blockedByMeAt"]) == (True, 20)
    emulator.remove_user("bob")
    assert all(not user["blocked"] for user in emulator.state["users"])


def test_on_behalf_of_nobody(api: Api) -> None:
    response = api.rest("GET", "/users/cometchat-uid-1", onBehalfOf="nobody")
    assert "nobody" in refused(response, 404, "ERR_UID_NOT_FOUND")["message"]


def test_private_metadata_is_not_for_other_users(api: Api) -> None:
    metadata = {"@private": {"email": "a@example.com"}, "city": "Rome"}
    token = api.create("ann", metadata=metadata, withAuthToken=True)["authToken"]
    assert data(api.rest("GET", "/users/ann"))["metadata"] == metadata
    assert data(api.user("GET", "/users/ann", token))["metadata"] == metadata
    other = data(api.user("GET", "/users/ann", api.token("cometchat-uid-1")))
    assert other["metadata"] == {"city": "Rome"}
    assert other["conversationId"] == "ann_user_cometchat-uid-1"


def test_a_user_without_metadata_has_nothing_to_hide(api: Api) -> None:
    seen = data(api.user("GET", "/users/cometchat-uid-2", api.token("cometchat-uid-1")))
    assert "metadata" not in seen
