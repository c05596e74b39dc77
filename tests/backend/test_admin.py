"""A backend's calls over real HTTP, sync and async."""

from __future__ import annotations

import inspect
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from cometchat_session import AsyncCometChatAdmin, CometChatAdmin, errors
from cometchat_session._backend.auth_tokens import AsyncAuthTokens, AuthTokens
from cometchat_session._backend.users import AsyncUsers, Users

if TYPE_CHECKING:
    from collections.abc import Callable

    from backend.conftest import Office

SAMPLE = "cometchat-uid-1"


def test_create_get_update(office: Office) -> None:
    admin = office.client()
    made = admin.users.create("Ann", "Ann", tags=["staff"], metadata={"team": "night"}, status_message="hi")
    assert (made.uid, made.name, made.tags, made.metadata) == ("ann", "Ann", ("staff",), {"team": "night"})
    assert admin.users.get("ANN").status_message == "hi"
    changed = admin.users.update("ann", name="Ann B.", avatar="https://a.example/a.png")
    assert (changed.name, changed.avatar, changed.metadata) == (
        "Ann B.",
        "https://a.example/a.png",
        {"team": "night"},
    )
    assert admin.users.update("ann", unset=["avatar"]).avatar is None
    assert office.asked == ["POST /users", "GET /users/ann", "PUT /users/ann", "PUT /users/ann"]
    with pytest.raises(errors.UserAlreadyExistsError, match="ann") as caught:
        admin.users.create("ann", "Ann")
    assert "ensure" in (caught.value.hint or "")
    with pytest.raises(errors.BadRequestError) as refused:
        admin.users.create("bob", "Bob", avatar="no url")
    assert "avatar" in refused.value.details
    assert admin.users.create("cy", "Cy", with_auth_token=True).uid == "cy"


SETTINGS = {
    "COMETCHAT_APP_ID": "shop",
    "COMETCHAT_REGION": "EU",
    "COMETCHAT_REST_API_KEY": "5" * 40,
    "COMETCHAT_BASE_URL": "http://127.0.0.1:9",
    "COMETCHAT_STORE": "memory:",
}


@pytest.mark.parametrize("kind", [CometChatAdmin, AsyncCometChatAdmin])
@pytest.mark.parametrize("form", [dict, SimpleNamespace])
def test_a_framework_s_settings(kind: type[CometChatAdmin], form: Callable[..., object]) -> None:
    client = kind.from_settings(form(**SETTINGS, DEBUG=True), timeout=3.0)
    assert repr(client) == f"{kind.__name__}('shop', 'eu')"
    with pytest.raises(errors.ConfigurationError) as caught:
        kind.from_settings(form(COMETCHAT_APP_ID="your_app_id", COMETCHAT_REGION=None, COMETCHAT_API_KEY=""))
    for name in ("COMETCHAT_APP_ID", "COMETCHAT_REGION", "COMETCHAT_REST_API_KEY"):
        assert name in caught.value.message


def test_settings_come_before_the_environment(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {"COMETCHAT_API_KEY": office.emulator.rest_api_key, "COMETCHAT_BASE_URL": office.emulator.url}
    environment = SETTINGS | {"COMETCHAT_APP_ID": office.emulator.app_id, "COMETCHAT_REGION": "us"}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with CometChatAdmin.from_settings(settings) as admin:
        assert admin.users.get(SAMPLE).uid == SAMPLE


def test_bad_input_never_leaves_the_machine(office: Office) -> None:
    admin = office.client()
    for call in (admin.users.get, admin.users.delete, admin.auth_tokens.create, admin.token_for):
        with pytest.raises(errors.InvalidUIDError):
            call("a/b")
    with pytest.raises(errors.ConfigurationError, match="unset"):
        admin.users.update("ann", unset=["name"])
    with pytest.raises(errors.ConfigurationError, match="status"):
        admin.users.list(status="online")
    with pytest.raises(errors.ConfigurationError, match="token"):
        admin.auth_tokens.get("ann", " ")
    with pytest.raises(errors.ConfigurationError, match="device"):
        admin.token_for("ann", device="a/b")
    with pytest.raises(errors.ConfigurationError, match="timeout"):
        office.client(timeout=0)
    with pytest.raises(errors.ConfigurationError, match="COMETCHAT_REST_API_KEY"):
        office.client(api_key=None)
    assert office.asked == []


def test_list_walks_the_pages(office: Office) -> None:
    admin = office.client()
    for number in range(7):
        admin.users.create(f"walker-{number}", "Walker", tags=["w"] if number % 2 else None)
    office.emulator.clear_requests()
    found = admin.users.list(search_key="walker", per_page=3)
    assert [user.uid for user in found] == [f"walker-{number}" for number in range(7)]
    pages = [asked.partition("&page=")[2] for asked in office.asked]
    assert pages == ["1&perPage=3", "2&perPage=3", "3&perPage=3"]
    assert len(admin.users.list(tags=["w"])) == 3
    everybody = len(admin.users.list())
    assert len(admin.users.list(status="offline")) + len(admin.users.list(status="available")) == everybody


def test_list_stops_at_an_empty_page(office: Office) -> None:
    office.emulator.fault("status", status=200, body={"data": []}, times=1)
    assert office.client().users.list() == []


def test_deactivate_and_reactivate_any_number(office: Office) -> None:
    admin = office.client()
    admin.users.create("ann", "Ann")
    uids = [*(f"nobody-{number}" for number in range(30)), "ann"]
    done = admin.users.deactivate(*uids)
    assert (done.changed, len(done.not_found)) == (("ann",), 30)
    assert office.asked == ["POST /users", "DELETE /users", "DELETE /users"]
    assert admin.users.deactivate("ann").unchanged == ("ann",)
    assert [user.uid for user in admin.users.list(only_deactivated=True)] == ["ann"]
    assert "ann" in [user.uid for user in admin.users.list(with_deactivated=True)]
    with pytest.raises(errors.UserNotFoundError):
        admin.users.get("ann")
    assert admin.users.reactivate("ann").changed == ("ann",)
    assert admin.users.reactivate("ann").unchanged == ("ann",)


def test_delete_is_for_good(office: Office) -> None:
    admin = office.client()
    admin.users.create("ann", "Ann")
    admin.users.delete("ann")
    with pytest.raises(errors.UserNotFoundError):
        admin.users.delete("ann")
    admin.users.create("ann", "Ann again")


def test_a_delete_whose_answer_was_lost_is_done(office: Office) -> None:
    admin = office.client()
    admin.users.create("ann", "Ann")
    office.emulator.fault("apply_then_drop", method="DELETE", times=1)
    admin.users.delete("ann")


def test_ensure(office: Office) -> None:
    admin = office.client()
    assert admin.users.ensure("ann", "Ann", tags=["b", "a"]).outcome == "created"
    office.emulator.clear_requests()
    assert admin.users.ensure("ANN", "Ann", tags=["a", "b"]).outcome == "unchanged"
    assert office.asked == ["POST /users", "GET /users/ann"]
    done = admin.users.ensure("ann", "Ann B.")
    assert (done.outcome, done.user.name) == ("updated", "Ann B.")


def test_ensure_names_the_way_out_for_a_deactivated_user(office: Office) -> None:
    admin = office.client()
    admin.users.deactivate(SAMPLE)
    with pytest.raises(errors.UserNotFoundError, match="deactivated") as caught:
        admin.users.ensure(SAMPLE, "Andrew")
    assert "reactivate" in (caught.value.hint or "")


MISSING: dict[str, Any] = {"status": 404, "body": {"error": {"code": "ERR_UID_NOT_FOUND"}}}


@pytest.mark.parametrize(
    ("method", "asked"),
    [("GET", ["POST", "GET", "POST", "GET", "PUT"]), ("PUT", ["POST", "GET", "PUT"] * 2)],
)
def test_who_seems_gone_once_is_not_taken_for_deactivated(
    office: Office, method: str, asked: list[str]
) -> None:
    office.emulator.fault("status", method=method, times=1, **MISSING)
    assert office.client().users.ensure(SAMPLE, "Ann").outcome == "updated"
    assert [one.split()[0] for one in office.asked] == asked


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_who_is_erased_on_the_way_is_created(office: Office, method: str) -> None:
    office.emulator.remove_user(SAMPLE)
    there = {"error": {"code": "ERR_UID_ALREADY_EXISTS"}}
    office.emulator.fault("status", method="POST", status=409, body=there, times=1)
    if method == "PUT":  # it is there still when it is read
        read = {"data": {"uid": SAMPLE, "name": "Old name"}}
        office.emulator.fault("status", method="GET", status=200, body=read, times=1)
    assert office.client().users.ensure(SAMPLE, "Ann").outcome == "created"


def test_who_is_gone_again_and_again_is_not_called_deactivated(office: Office) -> None:
    office.emulator.fault("status", method="PUT", **MISSING)
    with pytest.raises(errors.UserNotFoundError, match="does not exist or is deactivated"):
        office.client().users.ensure(SAMPLE, "Ann")


def test_two_at_once_ensure_one(office: Office) -> None:
    admin = office.client().subject
    done = office.at_once([lambda: admin.users.ensure("ann", "Ann")] * 8)
    assert {one.user.uid for one in done} == {"ann"}
    assert sorted(one.outcome for one in done) == ["created"] + ["unchanged"] * 7


def test_ensure_survives_a_lost_answer(office: Office) -> None:
    office.emulator.fault("apply_then_drop", method="POST", times=1)
    assert office.client().users.ensure("ann", "Ann").user.uid == "ann"


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, errors.AuthenticationError), (403, errors.PermissionDeniedError), (500, errors.ServerError)],
)
def test_ensure_reads_nothing_else_as_missing(office: Office, status: int, kind: type[Exception]) -> None:
    office.emulator.fault("status", status=status, body={"error": {"code": "ERR_X"}})
    with pytest.raises(kind):
        office.client().users.ensure("ann", "Ann")


def test_create_is_not_repeated_after_a_lost_answer(office: Office) -> None:
    office.emulator.fault("apply_then_drop", method="POST")
    with pytest.raises(errors.NetworkError) as caught:
        office.client().users.create("ann", "Ann")
    assert caught.value.sent == "unknown"
    assert office.asked == ["POST /users"]


def test_tokens(office: Office) -> None:
    admin = office.client()
    first, second = (admin.auth_tokens.create(SAMPLE, force=True) for _ in range(2))
    assert first.auth_token != second.auth_token
    assert {token.auth_token for token in admin.auth_tokens.list(SAMPLE)} == {
        first.auth_token,
        second.auth_token,
    }
    assert admin.auth_tokens.get(SAMPLE, first.auth_token).uid == SAMPLE
    seen = admin.auth_tokens.update(
        SAMPLE, first.auth_token, platform="ios", user_agent="shop", app_info={"v": 1}
    )
    assert (seen.platform, seen.user_agent) == ("ios", "shop")
    admin.auth_tokens.revoke(SAMPLE, first.auth_token)
    admin.auth_tokens.revoke(SAMPLE, first.auth_token)
    with pytest.raises(errors.AuthTokenNotFoundError):
        admin.auth_tokens.get(SAMPLE, first.auth_token)
    admin.auth_tokens.flush(SAMPLE)
    assert admin.auth_tokens.list(SAMPLE) == []
    with pytest.raises(errors.UserNotFoundError):
        admin.auth_tokens.revoke("nobody", second.auth_token)


def test_a_revocation_with_a_wrong_key_is_no_success(office: Office) -> None:
    with pytest.raises(errors.APIKeyNotFoundError):
        office.client(api_key="0" * 40).auth_tokens.revoke(SAMPLE, "token")


def test_nor_is_one_whose_refusal_is_of_another_token(office: Office) -> None:
    """The code for a token that is gone is another one than that for a token that signs a request."""
    office.emulator.fault("status", method="DELETE", status=401)
    with pytest.raises(errors.AuthTokenNotFoundError) as caught:
        office.client().auth_tokens.revoke(SAMPLE, "token")
    assert caught.value.code == "AUTH_ERR_AUTH_TOKEN_NOT_FOUND"


def test_the_auth_key_is_not_enough(office: Office) -> None:
    with pytest.raises(errors.PermissionDeniedError) as caught:
        office.client(api_key=office.emulator.auth_key).users.get(SAMPLE)
    assert "REST API key" in (caught.value.hint or "")


def test_repr_holds_no_key(office: Office) -> None:
    admin = office.client().subject
    assert repr(admin) == f"{office.kind.__name__}('app', 'us')"
    assert "not configured" in repr(object.__new__(office.kind))
    with pytest.raises(TypeError, match="pickle"):
        admin.__reduce__()


def test_as_context(office: Office) -> None:
    client = office.client().subject
    if isinstance(client, CometChatAdmin):
        with client as admin:
            assert admin is client
    else:

        async def use() -> None:
            async with client as admin:
                assert admin is client

        office.runner.run(use())


@pytest.mark.parametrize(
    ("blocking", "twin"),
    [(CometChatAdmin, AsyncCometChatAdmin), (Users, AsyncUsers), (AuthTokens, AsyncAuthTokens)],
)
def test_parity(blocking: type, twin: type) -> None:
    def names(kind: type) -> set[str]:
        return {name for name in dir(kind) if not name.startswith("_")}

    assert names(blocking) - {"close"} == names(twin) - {"aclose"}
    assert blocking.__doc__ == twin.__doc__
    assert inspect.signature(blocking) == inspect.signature(twin)
    for name in names(blocking) - {"close"}:
        ours, theirs = getattr(blocking, name), getattr(twin, name)
        assert inspect.getdoc(ours) == inspect.getdoc(theirs)
        if callable(ours):
            assert (
                str(inspect.signature(ours)).partition(" ->")[0]
                == str(inspect.signature(theirs)).partition(" ->")[0]
            )
