"""The list of users and the two bulk calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from emulator.service import data, details

if TYPE_CHECKING:
    from cometchat_session.emulator import Emulator
    from emulator.service import Api

SEED = [f"cometchat-uid-{number}" for number in range(1, 6)]


def uids(api: Api, query: str = "") -> list[str]:
    response = api.rest("GET", f"/users{query}")
    assert response.status_code == 200, response.text
    return [user["uid"] for user in response.json()["data"]]


def test_a_new_app_has_five_users_and_hides_the_bot(api: Api) -> None:
    assert uids(api) == SEED


def test_pages(api: Api) -> None:
    pages = [api.rest("GET", f"/users?perPage=2&page={page}").json() for page in (1, 2, 3, 4)]
    assert [[user["uid"] for user in page["data"]] for page in pages] == [SEED[:2], SEED[2:4], SEED[4:], []]
    assert pages[2]["meta"]["pagination"] == {
        "total": 5,
        "count": 1,
        "per_page": 2,
        "current_page": 3,
        "total_pages": 3,
    }
    assert pages[2]["cursor"]["affix"] == "append"
    assert "cursor" not in pages[3]


def test_page_size_is_100_unless_asked(api: Api, emulator: Emulator) -> None:
    emulator.load({"users": [{"uid": f"u{number}"} for number in range(1500)]})
    assert len(uids(api)) == 100
    assert len(uids(api, "?perPage=1000")) == 1000
    assert len(uids(api, "?perPage=1000&page=2")) == 500
    assert uids(api, "?page=" + "9" * 40) == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("perPage=1001", {"perPage": ["The perPage may not be greater than 1000."]}),
        ("perPage=0", {"perPage": ["The perPage must be at least 1."]}),
        ("page=x", {"page": ["The page must be an integer."]}),
        ("page=-1", {"page": ["The page must be an integer."]}),
        ("page=" + "9" * 101, {"page": ["The page must be an integer."]}),
        ("status=busy", {"status": ["The selected status is invalid."]}),
        ("searchIn=tags", {"searchIn": ["The selected searchIn is invalid."]}),
        ("count=perhaps", {"count": ["The count field must be true or false."]}),
        ("withDeactivated=maybe", {"withDeactivated": ["The withDeactivated field must be true or false."]}),
    ],
)
def test_wrong_queries(api: Api, query: str, expected: dict[str, Any]) -> None:
    assert details(api.rest("GET", f"/users?{query}")) == expected


def test_an_empty_page_number_is_the_default(api: Api) -> None:
    assert uids(api, "?page=&perPage=") == SEED


def test_search_is_by_prefix(api: Api) -> None:
    api.create("zoe", name="Cometa")
    assert uids(api, "?searchKey=COMET") == [*SEED, "zoe"]
    assert uids(api, "?searchKey=comet&searchIn=name") == ["zoe"]
    assert uids(api, "?searchKey=zo&searchIn=uid,name") == ["zoe"]
    assert uids(api, "?searchKey=omet") == []


def test_filter_by_role(api: Api, emulator: Emulator) -> None:
    emulator.load({"roles": ["boss"]})
    api.create("zoe", role="Boss")
    assert uids(api, "?role=boss") == ["zoe"]
    assert uids(api, "?roles=boss,default") == [*SEED, "zoe"]


def test_filter_by_tags_and_show_them_on_request(api: Api) -> None:
    api.create("ann", tags=["a", "b"])
    api.create("bob", tags=["b"])
    assert uids(api, "?tags=a") == ["ann"]
    assert uids(api, "?tags=a,b") == ["ann", "bob"]
    assert "tags" not in api.rest("GET", "/users?tags=a").json()["data"][0]
    assert api.rest("GET", "/users?tags=a&withTags=true").json()["data"][0]["tags"] == ["a", "b"]


def test_filter_by_presence(api: Api) -> None:
    token = api.token("cometchat-uid-3")
    assert uids(api, "?status=available") == []
    api.user("PUT", "/me", token)
    assert uids(api, "?status=available") == uids(api, "?status=online") == ["cometchat-uid-3"]
    assert "cometchat-uid-3" not in uids(api, "?status=offline")
    api.user("DELETE", "/me", token)
    assert uids(api, "?status=offline") == SEED


def test_deactivated_users_are_listed_on_request(api: Api, emulator: Emulator) -> None:
    emulator.freeze(1_700_000_000)
    api.rest("DELETE", "/users/cometchat-uid-2")
    assert uids(api) == [uid for uid in SEED if uid != "cometchat-uid-2"]
    assert uids(api, "?withDeactivated=true") == SEED
    assert uids(api, "?onlyDeactivated=1") == ["cometchat-uid-2"]
    assert api.rest("GET", "/users?onlyDeactivated=1").json()["data"][0]["deactivatedAt"] == 1_700_000_000


def test_a_logged_in_user_sees_the_list_from_his_side(api: Api) -> None:
    seen = api.user("GET", "/users?perPage=1", api.token("cometchat-uid-2")).json()["data"]
    assert seen[0]["conversationId"] == "cometchat-uid-1_user_cometchat-uid-2"


def test_bulk_deactivation_has_three_buckets(api: Api) -> None:
    api.rest("DELETE", "/users/cometchat-uid-2")
    body = {"uidsToDeactivate": ["Cometchat-UID-1", "cometchat-uid-2", "Nobody", "cometchat-uid-1"]}
    assert data(api.rest("DELETE", "/users", body)) == {
        "deactivatedUids": ["cometchat-uid-1"],
        "alreadyDeactivatedUids": ["cometchat-uid-2", "cometchat-uid-1"],
        "notFound": ["Nobody"],
    }


def test_bulk_reactivation_has_three_buckets_and_revives_tokens(api: Api) -> None:
    token = api.token("cometchat-uid-1")
    api.rest("DELETE", "/users/cometchat-uid-1")
    body = {"uidsToActivate": ["cometchat-uid-1", "cometchat-uid-2", "Nobody"]}
    assert data(api.rest("PUT", "/users", body)) == {
        "reactivatedUids": ["cometchat-uid-1"],
        "nonDeactivatedUids": ["cometchat-uid-2"],
        "notFound": ["Nobody"],
    }
    data(api.user("GET", "/me", token))


@pytest.mark.parametrize(("method", "field"), [("DELETE", "uidsToDeactivate"), ("PUT", "uidsToActivate")])
@pytest.mark.parametrize(
    ("value", "key", "text"),
    [
        (None, "{}", "The {} field is required."),
        ([], "{}", "The {} field is required."),
        ("ann", "{}", "The {} must be an array."),
        (["u"] * 26, "{}", "The {} may not have more than 25 items."),
        (["ann", 7], "{}.1", "The {}.1 must be a string."),
        ([""], "{}.0", "The {}.0 must be a string."),
    ],
)
def test_bulk_lists_are_checked(
    api: Api, *, method: str, field: str, value: object, key: str, text: str
) -> None:
    response = api.rest(method, "/users", {field: value})
    assert details(response) == {key.format(field): [text.format(field)]}


def test_25_uids_are_not_too_many(api: Api) -> None:
    body = {"uidsToDeactivate": [f"u{number}" for number in range(25)]}
    assert len(data(api.rest("DELETE", "/users", body))["notFound"]) == 25


@pytest.mark.parametrize("path", ["/users?perPage=2", "/users/ann"])
def test_private_metadata_is_for_its_own_user_and_for_keys(api: Api, path: str) -> None:
    metadata = {"open": 1, "@private": {"mail": "ann@example.com"}}
    api.create("ann", metadata=metadata)
    api.rest("DELETE", "/users", {"uidsToDeactivate": [uid for uid in SEED if uid != "cometchat-uid-1"]})

    def seen(answer: Any) -> Any:
        assert answer.status_code == 200, answer.text
        users = answer.json()["data"]
        users = users if isinstance(users, list) else [users]
        return next(user["metadata"] for user in users if user["uid"] == "ann")

    assert seen(api.user("GET", path, api.token("cometchat-uid-1"))) == {"open": 1}
    assert seen(api.user("GET", path, api.token("ann"))) == metadata
    assert seen(api.rest("GET", path)) == metadata


def test_a_user_cannot_look_through_the_eyes_of_another(api: Api) -> None:
    api.create("ann", metadata={"@private": {"mail": "ann@example.com"}})
    token = api.token("cometchat-uid-2")
    seen = data(api.user("GET", "/users/ann", token, onBehalfOf="cometchat-uid-1"))
    assert seen["conversationId"] == "ann_user_cometchat-uid-2"
    assert seen["metadata"] == {}
    assert data(api.user("GET", "/users/ann", token, onBehalfOf="nobody")) == seen
