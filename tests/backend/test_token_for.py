"""One token for each user and device, sync and async."""

from __future__ import annotations

from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve

from cometchat_session import CometChatAdmin, MemoryStore, RetryPolicy, errors
from cometchat_session.emulator import Emulator

if TYPE_CHECKING:
    from collections.abc import Callable

    from backend.conftest import Office
    from support.store_factories import StoreFactory

    from cometchat_session.stores.record import Record

SAMPLE = "cometchat-uid-1"
MAKING = f"POST /users/{SAMPLE}/auth_tokens"


def key(office: Office) -> str:
    """Return where the store has the sample's token."""
    place = office.emulator.url.replace("://", ".").replace(":", ".")
    return f"{office.emulator.app_id}.{office.emulator.region}.token@{SAMPLE}@default@{place}"


def test_one_token_for_each_user_and_device(office: Office) -> None:
    admin = office.client()
    phone = admin.token_for(SAMPLE, device="phone")
    assert office.asked == [MAKING]
    assert admin.token_for(SAMPLE.upper(), device="phone").auth_token == phone.auth_token
    assert office.asked == []
    assert admin.token_for(SAMPLE, device="tablet").auth_token != phone.auth_token
    assert admin.token_for(SAMPLE).auth_token != phone.auth_token


def many_devices(office: Office) -> Any:
    """Return a client whose store knows fifty devices of the user."""
    admin = office.client()
    for number in range(50):
        office.wait(admin.subject._backend.device_tokens.announce(SAMPLE, f"device-{number}"))
    return admin


def test_a_token_that_ends_the_oldest_is_warned_of(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    admin = many_devices(office)
    tokens = [admin.auth_tokens.create(SAMPLE, force=True).auth_token for _ in range(98)]
    admin.token_for(SAMPLE, device="phone")
    admin.token_for(SAMPLE, device="tablet")
    assert caplog.messages == []
    assert admin.auth_tokens.get(SAMPLE, tokens[0])
    admin.token_for(SAMPLE, device="watch")
    (warning,) = caplog.messages
    assert "100 auth tokens" in warning
    assert "ends the oldest" in warning
    with pytest.raises(errors.AuthTokenNotFoundError):
        admin.auth_tokens.get(SAMPLE, tokens[0])
    admin.token_for(SAMPLE, device="phone")
    assert len(caplog.messages) == 1


@pytest.mark.parametrize(
    "fault", [{"status": 500}, {"kind": "reset"}, {"status": 200, "body": {"data": []}}, {"kind": "html"}]
)
def test_counting_tokens_stands_in_nobody_s_way(
    office: Office, fault: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    admin = many_devices(office)
    office.emulator.fault(method="GET", path="/users/*/auth_tokens*", **fault)
    assert admin.token_for(SAMPLE, device="phone").uid == SAMPLE
    assert office.asked[-1] == MAKING
    assert caplog.messages == []


def test_many_at_once_make_one_token(office: Office) -> None:
    store = MemoryStore()
    admins = [office.client(store=store).subject for _ in range(2)]
    office.emulator.fault("delay", method="POST", seconds=0.1)
    tokens = office.at_once([partial(admin.token_for, SAMPLE) for admin in admins * 8])
    assert len({token.auth_token for token in tokens}) == 1
    assert office.asked == [MAKING]


def test_a_missing_user_is_created_where_its_name_is_known(office: Office) -> None:
    admin = office.client()
    with pytest.raises(errors.UserNotFoundError):
        admin.token_for("ann")
    office.emulator.clear_requests()
    assert admin.token_for("ann", name="Ann").uid == "ann"
    tokens = "/users/ann/auth_tokens"
    assert office.asked == [f"POST {tokens}", "POST /users", f"POST {tokens}"]


def test_a_dead_token_is_replaced_when_asked_to_look(office: Office) -> None:
    admin = office.client()
    old = admin.token_for(SAMPLE)
    assert admin.token_for(SAMPLE, verify=True).auth_token == old.auth_token
    office.emulator.revoke(old.auth_token)
    assert admin.token_for(SAMPLE).auth_token == old.auth_token
    assert admin.token_for(SAMPLE, verify=True).auth_token != old.auth_token


@pytest.mark.parametrize("verify", [False, True])
def test_a_token_that_takes_too_long_elsewhere(office: Office, verify: bool) -> None:
    store = MemoryStore()
    admin = office.client(store=store, retry=RetryPolicy(deadline=0.2))
    if verify:
        admin.token_for(SAMPLE)
    assert store.try_lock(key(office))
    office.emulator.clear_requests()
    with pytest.raises(errors.StoreLockTimeoutError, match=SAMPLE):
        admin.token_for(SAMPLE, verify=verify)
    assert office.asked == []  # who waits asks the server nothing


def test_a_lock_that_does_not_hold_makes_no_second_token(office: Office) -> None:
    class Quicker(MemoryStore):
        lost = 1

        def save(self, key: str, record: Any, *, expected: Any) -> bool:
            if self.lost and record.device_token is not None:
                self.lost -= 1
                super().save(key, record, expected=expected)
                return False
            return super().save(key, record, expected=expected)

    token = office.client(store=Quicker()).token_for(SAMPLE)
    assert token.auth_token
    assert office.asked == [MAKING]


def test_a_token_is_kept_for_the_server_that_made_it(office: Office) -> None:
    store = MemoryStore()
    first = office.client(store=store).token_for(SAMPLE)
    with Emulator() as other:
        second = office.client(store=store, base_url=other.url).token_for(SAMPLE)
        assert [one["method"] for one in other.requests] == ["POST"]
    assert second.auth_token != first.auth_token


def test_nothing_else_in_a_store_has_the_name_of_a_token() -> None:
    stores = (None, "https://a.example", "https://a.example:8080", "http://127.0.0.1:80")
    texts = ("token", "tokens", "ann", "ann.phone", "token.ann.phone", "https.a.example", "http.127.0.0.1.80")
    keys: list[str] = []
    for place in stores:
        with CometChatAdmin("app", "us", api_key="key", base_url=place, store=MemoryStore()) as admin:
            settings, kept = admin._config, admin._backend.device_tokens
        keys += [evolve(settings, profile=profile).session_key for profile in texts]
        keys += [kept.key(uid, device) for uid, device in product(("token", "tokens", "ann"), texts)]
        keys += [kept.names_key(uid) for uid in ("token", "tokens", "ann")]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("dead", [True, False])
def test_many_that_verify_at_once_ask_about_it_once_each_at_most(office: Office, dead: bool) -> None:
    store = MemoryStore()
    admins = [office.client(store=store).subject for _ in range(2)]
    old = office.wait(admins[0].token_for(SAMPLE))
    if dead:
        office.emulator.revoke(old.auth_token)
    office.emulator.clear_requests()
    office.emulator.fault("delay", path="/users/*/auth_tokens*", seconds=0.1)
    tokens = office.at_once([partial(admin.token_for, SAMPLE, verify=True) for admin in admins * 4])
    assert len({token.auth_token for token in tokens}) == 1
    assert (tokens[0].auth_token != old.auth_token) == dead
    asked = office.asked
    assert asked.count(MAKING) == dead
    assert 1 <= len(asked) - dead <= len(tokens)


def revoke(admin: Any, token: str) -> None:
    admin.auth_tokens.revoke(SAMPLE, token)


def flush(admin: Any, _: str) -> None:
    admin.auth_tokens.flush(SAMPLE.upper())


def deactivate(admin: Any, _: str) -> None:
    admin.users.deactivate("nobody", SAMPLE)
    with pytest.raises(errors.UserNotFoundError):
        admin.token_for(SAMPLE, device="phone")
    admin.users.reactivate(SAMPLE)


def delete(admin: Any, _: str) -> None:
    admin.users.delete(SAMPLE)
    with pytest.raises(errors.UserNotFoundError):
        admin.token_for(SAMPLE, device="phone")
    admin.users.create(SAMPLE, "Andrew")


def delete_again(admin: Any, _: str) -> None:
    office = admin._office
    with CometChatAdmin(
        office.emulator.app_id,
        office.emulator.region,
        api_key=office.emulator.rest_api_key,
        base_url=office.emulator.url,
        store=MemoryStore(),
    ) as elsewhere:
        elsewhere.users.delete(SAMPLE)
    with pytest.raises(errors.UserNotFoundError):
        admin.users.delete(SAMPLE)
    admin.users.create(SAMPLE, "Andrew")


@pytest.mark.parametrize("end", [revoke, flush, deactivate, delete, delete_again])
def test_an_ended_token_is_not_handed_out_again(
    office: Office, stores: StoreFactory, end: Callable[[Any, str], None]
) -> None:
    admin, elsewhere = (office.client(store=stores.open()) for _ in range(2))
    phone, tablet = (admin.token_for(SAMPLE, device=device) for device in ("phone", "tablet"))
    end(elsewhere, phone.auth_token)
    fresh = admin.token_for(SAMPLE, device="phone")
    assert fresh.auth_token != phone.auth_token
    assert admin.auth_tokens.get(SAMPLE, fresh.auth_token)
    other = admin.token_for(SAMPLE, device="tablet")
    assert (other.auth_token == tablet.auth_token) == (end is revoke)


def test_a_token_in_the_making_does_not_outlive_a_flush(office: Office) -> None:
    class Interrupted(MemoryStore):
        def save(self, key: str, record: Any, *, expected: Any) -> bool:
            if record.device_token is not None and leaving:
                leaving.pop().auth_tokens.flush(SAMPLE)
            return super().save(key, record, expected=expected)

    store = Interrupted()
    emulator = office.emulator
    with CometChatAdmin(
        emulator.app_id, emulator.region, api_key=emulator.rest_api_key, base_url=emulator.url, store=store
    ) as other:
        leaving = [other]
        admin = office.client(store=store)
        token = admin.token_for(SAMPLE)
    assert admin.auth_tokens.get(SAMPLE, token.auth_token)
    assert admin.token_for(SAMPLE).auth_token == token.auth_token


def test_a_store_out_of_reach_fails_no_flush(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    class Away(MemoryStore):
        def load(self, key: str) -> Any:
            raise errors.StoreUnavailableError("The store is away.")

    admin = office.client(store=Away())
    admin.auth_tokens.flush(SAMPLE)
    (warning,) = caplog.messages
    assert "may still be stored" in warning
    assert "away" in warning
    assert SAMPLE not in warning


def test_no_more_devices_are_noted_than_the_server_keeps_tokens(office: Office) -> None:
    store = MemoryStore()
    admin = office.client(store=store)
    kept = admin.subject._backend.device_tokens
    for number in range(105):
        office.wait(kept.announce(SAMPLE, f"device-{number}"))
    office.wait(kept.announce(SAMPLE, "device-50"))
    names = office.wait(kept.records.load(kept.names_key(SAMPLE))).devices
    assert len(set(names)) == len(names) == 100
    assert names[0] == "device-5"
    assert names[-1] == "device-50"


def test_two_devices_that_are_noted_at_once_are_both_noted(office: Office) -> None:
    class Quicker(MemoryStore):
        other = "tablet"

        def save(self, key: str, record: Record, *, expected: Record) -> bool:
            if ".tokens@" in key and self.other:
                names, self.other = evolve(record, devices=(self.other,)), ""
                assert super().save(key, names, expected=expected)
            return super().save(key, record, expected=expected)

    admin = office.client(store=Quicker())
    admin.token_for(SAMPLE, device="phone")
    kept = admin.subject._backend.device_tokens
    assert office.wait(kept.records.load(kept.names_key(SAMPLE))).devices == ("tablet", "phone")


def test_a_record_that_changes_while_it_is_emptied_is_emptied_all_the_same(office: Office) -> None:
    class Quicker(MemoryStore):
        others = 1

        def save(self, key: str, record: Record, *, expected: Record) -> bool:
            if expected.device_token is not None and record.device_token is None and self.others:
                self.others -= 1  # somebody has just found that its token works
                assert super().save(key, evolve(expected, revision="another"), expected=expected)
            return super().save(key, record, expected=expected)

    store = Quicker()
    admin = office.client(store=store)
    first = admin.token_for(SAMPLE)
    admin.auth_tokens.flush(SAMPLE)
    assert store.others == 0
    assert store.load(key(office)).device_token is None
    assert admin.token_for(SAMPLE).auth_token != first.auth_token
