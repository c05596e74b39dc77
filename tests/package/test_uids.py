"""`encode_uid` and `decode_uid`: any text is a uid, and comes back; no two texts share one."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from cometchat_session import CometChatAdmin, InvalidUIDError, decode_uid, encode_uid
from cometchat_session._validation import check_uid
from cometchat_session.uids import MARK

if TYPE_CHECKING:
    from uuid import UUID

    from cometchat_session.emulator import Emulator

texts = st.text(max_size=40) | st.text(string.printable, min_size=1, max_size=40) | st.emails()
# Texts near the rules' edges: of the mark, the sign of an escape, hexadecimal digits and capitals.
edges = st.text("x-_024affAFX@é", min_size=1, max_size=12) | st.from_regex(r"\Ax--[_0-9a-fA-F-]{0,12}\Z")
plain = st.text(string.ascii_lowercase + string.digits + "-_", min_size=1, max_size=100)


def encoded(text: str) -> str:
    """Return the uid of a text that has one."""
    try:
        return encode_uid(text)
    except InvalidUIDError:
        assume(condition=False)
        raise


@given(texts | edges | plain)
@example("x--")
@example("X--")
@example("\x00")
@example("Ann@Example.com")
def test_a_text_comes_back_from_a_uid_that_the_server_takes_as_it_is(text: str) -> None:
    uid = encoded(text)
    assert check_uid(uid) == uid
    assert decode_uid(uid) == text


@given(texts | edges, texts | edges)
def test_no_two_texts_share_a_uid(one: str, other: str) -> None:
    assert (encoded(one) == encoded(other)) == (one == other)


@given(edges)
def test_texts_that_differ_only_in_case_do_not_share_a_uid(text: str) -> None:
    assume(text != text.swapcase())
    assert encoded(text) != encoded(text.swapcase())


@given(plain)
def test_a_lower_case_uid_stays_as_it_is(text: str) -> None:
    assume(not text.startswith(MARK))
    assert encode_uid(text) == text


@given(edges | texts)
def test_what_is_decoded_was_encoded(uid: str) -> None:
    try:
        text = decode_uid(uid)
    except InvalidUIDError:
        return
    assert encode_uid(text) == uid


@pytest.mark.parametrize(
    ("text", "uid"),
    [
        ("ann.bell@example.com", "x--ann_2ebell_40example_2ecom"),
        ("Ann", "x--_41nn"),
        ("auth0|5f7c8ec7", "x--auth0_7c5f7c8ec7"),
        ("anne-loïs", "x--anne-lo_c3_afs"),
        ("x--ann", "x--x--ann"),
        ("user_42", "user_42"),
        ("018f4c5e-7c1a-7e0f-9d3b-2f6a1c4b8e21", "018f4c5e-7c1a-7e0f-9d3b-2f6a1c4b8e21"),
    ],
)
def test_the_form_is_kept_for_ever(text: str, uid: str) -> None:
    assert encode_uid(text) == uid


@given(st.uuids(version=4))
def test_uuids_fit(one: UUID) -> None:
    assert encode_uid(str(one)) == str(one)


@pytest.mark.parametrize(
    "uid",
    [
        "", "Ann", "a b", "ann@example.com", "x--", "x--ann", "x--user_", "x--_4", "x--_4G", "x--_4A",
        "x--_ 4", "x--_61nn", "x--_ff", "x--_c3", "x--_ed_a0_80", "x--_2d_2d", "x--_40" * 20, "a" * 101,
    ],
)  # fmt: skip
def test_a_uid_of_another_origin_is_refused(uid: str) -> None:
    with pytest.raises(InvalidUIDError, match="encode_uid"):
        decode_uid(uid)


def test_only_a_string_is_decoded() -> None:
    no_string: Any = b"ann"
    with pytest.raises(InvalidUIDError, match="must be a string, not bytes"):
        decode_uid(no_string)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("\ud800", "lone surrogate at position 0"),
        ("é" * 17, "105 characters.*shorter identifier.*sha256"),
        ("a" * 101, "101 characters"),
        (None, "must be a string, not NoneType"),
    ],
)
def test_a_text_without_a_uid_is_refused_with_a_way_out(text: Any, says: str) -> None:
    with pytest.raises(InvalidUIDError, match=says):
        encode_uid(text)


def test_a_foreign_identifier_is_a_user_of_the_app(emulator: Emulator) -> None:
    address = "Ann.Bell+chat@example.com"
    with CometChatAdmin(
        emulator.app_id,
        emulator.region,
        api_key=emulator.rest_api_key,
        base_url=emulator.url,
        store="memory:",
    ) as admin:
        with pytest.raises(InvalidUIDError, match=r"encode_uid\(\) gives a safe, reversible form"):
            admin.users.ensure(address, "Ann")
        made = admin.users.ensure(encode_uid(address), "Ann").user
        assert decode_uid(admin.users.get(made.uid).uid) == address
