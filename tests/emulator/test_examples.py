"""Every example request in the OpenAPI document gets the example answer that stands beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml

from emulator.forms import TEXT, shared, token

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from emulator.service import Api

FILE = Path(__file__).resolve().parents[2] / "openapi" / "cometchat.yaml"
SPEC: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
NOW = 1_700_000_000
TOKEN = "an-auth-token"
METHODS = ("get", "post", "put", "delete")


def resolved(node: Any) -> Any:
    """What a node says, or what the node that it refers to says."""
    while "$ref" in node:
        path = node["$ref"].removeprefix("#/").split("/")
        node = SPEC
        for part in path:
            node = node[part]
    return node


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and operation, with the parameters of the path among the operation's own."""
    for path, item in SPEC["paths"].items():
        for method in METHODS:
            if method in item:
                parameters = [
                    resolved(one) for one in item.get("parameters", []) + item[method].get("parameters", [])
                ]
                yield method, path, item[method] | {"parameters": parameters}


OPERATIONS = list(operations())
NAMES = [operation["operationId"] for _, _, operation in OPERATIONS]
every_operation = pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=NAMES)


def before(name: str) -> dict[str, Any]:
    """The state in which an operation's example makes sense: Ann, who has one token, and Bob."""
    ann = {"uid": "ann", "name": "Ann", "tags": ["staff"], "createdAt": NOW}
    her_token = {"authToken": TOKEN, "uid": "ann", "createdAt": NOW}
    if name in ("listUsers", "getMe"):
        her_token["loggedIn"] = True
    if name == "updateUser":
        ann |= {"name": "Annie", "avatar": "https://example.com/annie.png"}
    if name == "reactivateUsers":
        ann["deactivatedAt"] = NOW
    if name == "createUser":
        return {"users": []}
    return {"users": [ann, {"uid": "bob", "name": "Bob"}], "tokens": [her_token]}


# Where the document cannot know what the service will say.
CHANGING: dict[str, dict[str, Any]] = {
    "createAuthToken": {"data": {"authToken": token("ann", NOW)}},
    "deleteUser": {"data": {"message": TEXT}},
    "flushAuthTokens": {"data": {"message": TEXT}},
    "deleteAuthToken": {"data": {"message": TEXT}},
    "logout": {"data": {"message": TEXT}},
}


def written(value: Any) -> str:
    """A parameter as an address or a header spells it."""
    if isinstance(value, list):
        return ",".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def send(api: Api, method: str, path: str, operation: dict[str, Any]) -> httpx.Response:
    """Send the example request, in the version and with the credential of its kind."""
    places: dict[str, dict[str, str]] = {"path": {}, "query": {}, "header": {}}
    for parameter in operation["parameters"]:
        places[parameter["in"]][parameter["name"]] = written(parameter["example"])
    headers = places["header"]
    if path == "/me":
        version, headers["authToken"] = "v3.0", TOKEN
    else:
        version, headers["apikey"] = "v3", api.emulator.rest_api_key
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return api.http.request(
        method,
        f"/{version}{path.format(**places['path'])}",
        params=places["query"],
        headers=headers,
        json=content and content["example"],
    )


def documented(operation: dict[str, Any], status: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The example answer of a status, and its schema."""
    content = resolved(operation["responses"][status])["content"]["application/json"]
    return content["example"], content["schema"]


def conforms(answer: Any, schema: dict[str, Any]) -> None:
    """Hold an answer against its schema, whose references lead into the whole document."""
    jsonschema.Draft202012Validator({**SPEC, **schema}).validate(answer)


def merged(example: Any, changing: Any) -> Any:
    """The example, with forms in place of what changes."""
    if not isinstance(changing, dict):
        return changing
    return example | {name: merged(example[name], inner) for name, inner in changing.items()}


@every_operation
def test_the_example_request_gets_the_example_answer(
    api: Api, method: str, path: str, operation: dict[str, Any]
) -> None:
    name = operation["operationId"]
    api.emulator.freeze(NOW)
    api.emulator.load(before(name))
    response = send(api, method, path, operation)
    assert response.status_code == 200, response.text
    answer = response.json()
    example, schema = documented(operation, "200")
    expected = merged(example, CHANGING.get(name, {}))
    assert shared(answer, expected) == expected
    conforms(answer, schema)


@every_operation
def test_a_refusal_is_the_example_or_of_its_form(
    api: Api, method: str, path: str, operation: dict[str, Any]
) -> None:
    expected, schema = documented(operation, "default")
    if "{uid}" in path:
        api.emulator.load({"users": []})
    else:
        # Nobody is named in the path, so nobody can be missing; any other refusal has the same form.
        api.emulator.configure(subscription="expired")
        expected = {"error": {"code": "ERR_SUBSCRIPTION_EXPIRED", "message": TEXT, "source": "chat-api"}}
    response = send(api, method, path, operation)
    assert response.status_code == (404 if "{uid}" in path else 402)
    assert shared(response.json(), expected) == expected
    conforms(response.json(), schema)


def test_every_operation_has_examples() -> None:
    assert len(OPERATIONS) >= 16
    for _, _, operation in OPERATIONS:
        assert all("example" in parameter for parameter in operation["parameters"])
        documented(operation, "200")
        documented(operation, "default")
