"""The official SDK is the measure. What this library sends otherwise stands in a table here, with its why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from interop.sides import Side

CHOSEN = {
    "sdk": "names this library and its version, as the SDK's does for the SDK",
    "resource": "names one client object; the SDK's names one page. New at every start on both sides",
    "body.platform": "this is no browser",
    "body.deviceId": "made anew on every device; the form is free",
    "body.appInfo.version": "the version of this library",
    "body.appInfo.userAgent": "names this library, Python and the system instead of a browser",
    "content-type": "only where there is a body; the SDK sends it with DELETE as well",
}
"""Fields in which the two differ because we want it so."""

NOT_SENT = {
    "/v3.0/user_sessions": "telemetry: device, browser, screen and time zone, which no feature here needs",
}
"""What the SDK alone sends."""

OURS_TO_FILL = ("accept", "appid", "apikey", "authtoken", "content-type", "resource", "sdk")
"""The headers that the SDK sets itself; the others come from Node's and Python's HTTP."""


def fields(value: Any, name: str = "") -> dict[str, Any]:
    """Every leaf of a JSON document, by its path."""
    if not isinstance(value, dict):
        return {name: value}
    return {
        path: leaf for key, inner in value.items() for path, leaf in fields(inner, f"{name}.{key}").items()
    }


def sent(request: dict[str, Any]) -> dict[str, Any]:
    """All that a request says, by name: method, path, answer, the headers above, every field of the body."""
    headers = {name: value for name, value in request["headers"].items() if name in OURS_TO_FILL}
    plain = {name: request[name] for name in ("method", "path", "status")}
    return plain | headers | (fields(request["body"], "body") if request["body"] is not None else {})


def line(request: dict[str, Any]) -> tuple[str, ...]:
    """What is the same for sure: the call, the header that opens the door, and the answer."""
    doors = [name for name in ("apikey", "authtoken") if name in request["headers"]]
    return (request["method"], request["path"], *doors, str(request["status"]))


def device(side: Side) -> set[str]:
    return {one["body"]["deviceId"] for one in side.requests if one["body"]}


def test_the_story_goes_the_same_way(sdk: Side, ours: Side) -> None:
    first, second = "cometchat-uid-1", "cometchat-uid-2"
    refused = "AUTH_ERR_APIKEY_NOT_FOUND"
    assert sdk.results == [
        *(None, None, refused, None),
        *(None, first, first, first, None),
        *(None, first, None, None),
        *(None, second, second, second),
        *(None, second, None, None),
    ]
    assert ours.results == sdk.results


def test_the_same_calls_in_the_same_order_with_the_same_key(sdk: Side, ours: Side) -> None:
    login = ("POST", "/v3.0/users/cometchat-uid-1/auth_tokens", "apikey")
    me = "/v3.0/me"
    assert [line(one) for one in sdk.requests] == [
        (*login, "401"),
        (*login, "200"),
        ("PUT", me, "authtoken", "200"),
        ("DELETE", me, "authtoken", "200"),
        ("PUT", me, "authtoken", "200"),
        ("DELETE", me, "authtoken", "200"),
    ]
    assert [line(one) for one in ours.requests] == [line(one) for one in sdk.requests]
    assert [len(life) for life in ours.lives] == [1, 2, 1, 1, 1]


def test_the_device_body_has_the_same_keys(sdk: Side, ours: Side) -> None:
    bodies = [
        (theirs["body"], mine["body"]) for theirs, mine in zip(sdk.requests, ours.requests, strict=True)
    ]
    for theirs, mine in bodies:
        assert set(fields(mine)) == set(fields(theirs))
    assert sum(theirs is not None for theirs, _ in bodies) == 4


def test_every_difference_is_one_we_chose(sdk: Side, ours: Side) -> None:
    pairs = [(sent(theirs), sent(mine)) for theirs, mine in zip(sdk.requests, ours.requests, strict=True)]
    differing = {
        name
        for theirs, mine in pairs
        for name in theirs.keys() | mine.keys()
        if theirs.get(name) != mine.get(name)
    }
    assert differing == set(CHOSEN)


def test_only_the_sdk_reports_on_its_user(sdk: Side, ours: Side) -> None:
    assert {one["path"] for one in sdk.telemetry} == set(NOT_SENT)
    assert ours.telemetry == []


def test_a_device_keeps_its_name_through_restart_logout_and_another_user(sdk: Side, ours: Side) -> None:
    assert len(device(sdk)) == 1
    assert len(device(ours)) == 1


def test_the_sdk_called_nothing_but_the_emulator(sdk: Side) -> None:
    assert sdk.hosts == {sdk.host}
