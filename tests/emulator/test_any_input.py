"""Whatever comes in, an answer of the service goes out: never a failure of the emulator."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

from hypothesis import given, settings
from hypothesis import strategies as st

from cometchat_session.emulator import api
from cometchat_session.emulator.app import App
from cometchat_session.emulator.call import Call
from cometchat_session.emulator.routes import ROUTES

APP = App()
FIELDS = [
    *("uid", "name", "avatar", "link", "role", "statusMessage", "metadata", "tags", "withAuthToken", "unset"),
    *(
        "permanent",
        "uidsToActivate",
        "uidsToDeactivate",
        "force",
        "platform",
        "userAgent",
        "deviceId",
        "appInfo",
    ),
]
QUERY = ["page", "perPage", "searchKey", "searchIn", "status", "role", "tags", "withTags", "onlyDeactivated"]
# Half a surrogate pair is no character, but JSON can write it.
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=8,
)
KNOWN = {"uid": "ann", "name": "Ann", "uidsToActivate": ["ann"], "uidsToDeactivate": ["ann"]}
BODIES = st.one_of(
    st.binary(max_size=40),
    JSON.map(lambda value: json.dumps(value).encode()),
    st.dictionaries(st.sampled_from(FIELDS), JSON).map(lambda value: json.dumps(KNOWN | value).encode()),
)


@settings(max_examples=300, deadline=None)
@given(
    route=st.sampled_from(sorted(ROUTES)),
    segments=st.lists(
        st.sampled_from(["ann", "cometchat-uid-1", "t"]) | st.text(min_size=1, max_size=8), min_size=2
    ),
    query=st.dictionaries(st.sampled_from(QUERY), st.text(max_size=6)),
    body=BODIES,
    content_type=st.sampled_from(["application/json", "application/x-www-form-urlencoded", ""]),
    token=st.sampled_from(["t", "dead"]),
)
def test_no_input_breaks_the_emulator(
    *,
    route: tuple[str, tuple[str, ...]],
    segments: list[str],
    query: dict[str, str],
    body: bytes,
    content_type: str,
    token: str,
) -> None:
    APP.reset()
    APP.load(
        {"users": [{"uid": "ann"}, {"uid": "cometchat-uid-1"}], "tokens": [{"authToken": "t", "uid": "ann"}]}
    )
    method, pattern = route
    values = iter(segments)
    path = "/".join(
        quote(next(values), safe="", errors="replace") if part == "*" else part for part in pattern
    )
    headers = {"host": "127.0.0.1", "content-type": content_type, "authtoken": token}
    if "users" in pattern:
        headers["apikey"] = APP.rest_api_key
    call = Call(method, f"/v3/{path}?{urlencode(query, errors='replace')}", headers, body)
    reply = api.handle(APP, call)
    answer: dict[str, Any] = json.loads(reply.body, parse_constant=_no_json)
    assert reply.status in (200, 400, 401, 403, 404)
    assert ("data" in answer) == (reply.status == 200)
    assert ("error" in answer) == (reply.status != 200)
    json.dumps([APP.dump(), APP.record.public()], allow_nan=False)


def _no_json(name: str) -> None:
    raise AssertionError(f"{name} is no JSON")
