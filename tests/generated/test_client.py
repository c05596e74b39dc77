"""What stock output gets wrong does not ship: each fault of the generator, against the generated client."""

from __future__ import annotations

import copy
import importlib
import pickle
import pkgutil
import re
import threading
from pathlib import Path
from typing import Any

import cometchat_rest
import httpx
import pytest
import yaml
from cometchat_rest import AuthenticatedClient, Client, models
from cometchat_rest.api.auth_tokens import get_auth_token
from cometchat_rest.api.me import get_me, login, logout
from cometchat_rest.api.users import delete_user, get_user
from cometchat_rest.errors import UnexpectedStatus
from cometchat_rest.types import UNSET

ROOT = Path(__file__).resolve().parents[2]
MODULES = [module.name for module in pkgutil.walk_packages(cometchat_rest.__path__, "cometchat_rest.")]
SECRET = "ann_1700000000" + "0123456789" * 3


def client(answer: httpx.Response | None = None, seen: list[httpx.Request] | None = None) -> Client:
    """Return a client whose server always gives the same answer."""

    def handle(request: httpx.Request) -> httpx.Response:
        if seen is not None:
            seen.append(request)
        return answer or httpx.Response(200, json={"data": {"uid": "ann"}})

    http = httpx.Client(base_url="https://app.example/v3", transport=httpx.MockTransport(handle))
    return Client(base_url="https://app.example/v3").set_httpx_client(http)


@pytest.mark.parametrize("name", MODULES)
def test_every_module_imports(name: str) -> None:
    importlib.import_module(name)


def test_each_operation_of_the_spec_has_its_module_and_no_other_is_there() -> None:
    spec = yaml.safe_load((ROOT / "openapi" / "cometchat.yaml").read_text(encoding="utf-8"))
    operations = [operation for item in spec["paths"].values() for operation in item.values()]
    expected = {
        f"cometchat_rest.api.{operation['tags'][0]}.{snake(operation['operationId'])}"
        for operation in operations
        if "operationId" in operation
    }
    assert len(expected) >= 16
    assert {name for name in MODULES if re.match(r"cometchat_rest\.api\.\w+\.", name)} == expected


def snake(name: str) -> str:
    return re.sub("([A-Z])", r"_\1", name).lower()


@pytest.mark.parametrize("uid", [".", "..", ""])
def test_a_dot_does_not_change_the_path(uid: str) -> None:
    seen: list[httpx.Request] = []
    with pytest.raises(ValueError, match="path parameter"):
        delete_user.sync(uid, client=client(seen=seen), body=models.DeleteUserRequest())
    assert seen == []


@pytest.mark.parametrize(
    ("uid", "path"), [("a/b", "a%2Fb"), ("é", "%C3%A9"), ("%2F", "%252F"), ("...", "...")]
)
def test_a_path_parameter_stays_one_segment(uid: str, path: str) -> None:
    seen: list[httpx.Request] = []
    get_user.sync(uid, client=client(seen=seen))
    assert seen[0].url.raw_path == f"/v3/users/{path}".encode()


@pytest.mark.parametrize("status", [499, 520, 521, 522, 523, 524, 525, 526, 527])
def test_a_status_without_a_name(status: int) -> None:
    envelope = {"error": {"code": "ERR_X"}}
    response = get_me.sync_detailed(client=client(httpx.Response(status, json=envelope)))
    assert response.status_code == status
    assert isinstance(response.parsed, models.ErrorReply)


ODD = {
    "HTML 502": httpx.Response(502, html="<h1>Bad gateway</h1>"),
    "HTML 200": httpx.Response(200, html="<h1>Welcome to the hotel</h1>"),
    "204": httpx.Response(204),
    "empty": httpx.Response(200),
    "no data": httpx.Response(200, json={}),
    "data null": httpx.Response(200, json={"data": None}),
    "a list": httpx.Response(200, json=[]),
    "no error": httpx.Response(403, json={"message": "Forbidden"}),
}


@pytest.mark.parametrize("answer", ODD.values(), ids=ODD)
def test_an_odd_answer_is_one_kind_of_error(answer: httpx.Response) -> None:
    with pytest.raises(UnexpectedStatus) as caught:
        get_me.sync(client=client(answer))
    assert caught.value.status_code == answer.status_code
    assert "Welcome" not in str(caught.value)


def test_a_value_the_spec_does_not_know() -> None:
    answer = httpx.Response(200, json={"data": {"uid": "ann", "status": "sleeping", "new": [1]}})
    reply = get_me.sync(client=client(answer))
    assert isinstance(reply, models.MeReply)
    assert reply.to_dict() == {"data": {"uid": "ann", "status": "sleeping", "new": [1]}}


def test_null_and_php_s_empty_objects() -> None:
    data: dict[str, Any] = {"uid": "ann", "metadata": None, "wsChannel": None, "settings": [], "tags": None}
    reply = get_me.sync(client=client(httpx.Response(200, json={"data": data})))
    assert isinstance(reply, models.MeReply)
    assert reply.data.uid == "ann"


def test_no_secret_in_any_text() -> None:
    data = {"uid": "ann", "authToken": SECRET, "jwt": SECRET, "fat": SECRET, "other": SECRET}
    answer = httpx.Response(200, json={"data": data | {"wsChannel": {"secret": SECRET}}})
    response = login.sync_detailed(
        client=client(answer),
        body=models.Device(platform="X", device_id="1", app_info=models.AppInfo()),
    )
    assert isinstance(response.parsed, models.MeReply)
    assert response.parsed.data.auth_token == SECRET
    assert SECRET not in repr(response)
    token = get_auth_token.sync_detailed(
        "ann", SECRET, client=client(httpx.Response(200, json={"data": data}))
    )
    assert SECRET not in repr(token)
    error = httpx.Response(200, json={"nothing": SECRET})
    with pytest.raises(UnexpectedStatus) as caught:
        get_me.sync(client=client(error))
    assert SECRET not in str(caught.value) + repr(caught.value)


def test_the_client_s_own_key_is_shown_nowhere() -> None:
    headers = {"X-Other": SECRET}
    one = AuthenticatedClient(
        base_url="https://app.example", token=SECRET, prefix="", auth_header_name="apikey", headers=headers
    )
    with one:
        assert SECRET not in repr(one)
        assert one.get_httpx_client().headers["apikey"] == SECRET
    assert headers == {"X-Other": SECRET}


def test_there_is_a_time_out() -> None:
    with Client(base_url="https://app.example") as one:
        assert one.get_httpx_client().timeout == httpx.Timeout(10.0, connect=5.0)


def test_unset_stays_unset() -> None:
    for copied in (copy.copy(UNSET), copy.deepcopy(UNSET), pickle.loads(pickle.dumps(UNSET))):
        assert copied is UNSET
    user = copy.deepcopy(models.User(uid="ann"))
    assert user.to_dict() == {"uid": "ann"}


def test_threads_open_one_client() -> None:
    one = Client(base_url="https://app.example")
    barrier = threading.Barrier(16)
    opened: list[httpx.Client] = []

    def use() -> None:
        barrier.wait()
        opened.append(one.get_httpx_client())

    threads = [threading.Thread(target=use) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 16
    assert len({id(http) for http in opened}) == 1
    one.get_httpx_client().close()


def test_a_request_without_a_body_claims_none() -> None:
    seen: list[httpx.Request] = []
    logout.sync(client=client(httpx.Response(200, json={"data": {"success": True}}), seen))
    assert "content-type" not in seen[0].headers
