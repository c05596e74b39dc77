"""The spec itself: what it covers, and that its examples are what it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema.validators import Draft202012Validator

SPEC: dict[str, Any] = yaml.safe_load(
    (Path(__file__).resolve().parents[2] / "openapi" / "cometchat.yaml").read_text(encoding="utf-8")
)
METHODS = ("get", "put", "post", "delete")
OPERATIONS = {
    f"{method.upper()} {path}": item[method]
    for path, item in SPEC["paths"].items()
    for method in METHODS
    if method in item
}


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        target: Any = SPEC
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def contents(operation: dict[str, Any]) -> list[dict[str, Any]]:
    replies = [resolved(reply) for reply in operation["responses"].values()]
    return [part.get("content", {}) for part in [*replies, operation.get("requestBody", {})]]


def parameters(name: str, operation: dict[str, Any]) -> list[dict[str, Any]]:
    shared = SPEC["paths"][name.split(" ")[1]].get("parameters", [])
    return [resolved(parameter) for parameter in [*operation.get("parameters", []), *shared]]


def examples() -> list[Any]:
    return [
        pytest.param(place["schema"], place["example"], id=f"{name} {place.get('name', '')}")
        for name, operation in OPERATIONS.items()
        for place in [
            *(media for content in contents(operation) for media in content.values()),
            *parameters(name, operation),
        ]
    ]


def test_the_sixteen_operations_that_the_library_is_made_of() -> None:
    assert set(OPERATIONS) >= {
        "POST /users", "GET /users", "DELETE /users", "PUT /users",
        "GET /users/{uid}", "PUT /users/{uid}", "DELETE /users/{uid}",
        "POST /users/{uid}/auth_tokens", "GET /users/{uid}/auth_tokens", "DELETE /users/{uid}/auth_tokens",
        "GET /users/{uid}/auth_tokens/{authToken}", "PUT /users/{uid}/auth_tokens/{authToken}",
        "DELETE /users/{uid}/auth_tokens/{authToken}",
        "PUT /me", "GET /me", "DELETE /me",
    }  # fmt: skip


@pytest.mark.parametrize(("schema", "example"), examples())
def test_an_example_is_what_its_schema_says(schema: dict[str, Any], example: Any) -> None:
    Draft202012Validator({**schema, "components": SPEC["components"]}).validate(example)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_has_the_typed_error(name: str) -> None:
    assert OPERATIONS[name]["responses"]["default"] == {"$ref": "#/components/responses/Error"}


def test_nothing_changes_unasked() -> None:
    """The official file has defaults that would empty fields if a generator sent them."""

    def defaults(node: Any) -> list[Any]:
        if isinstance(node, dict):
            here = [node["default"]] if "default" in node and not isinstance(node["default"], dict) else []
            return here + [found for value in node.values() for found in defaults(value)]
        return [found for item in node for found in defaults(item)] if isinstance(node, list) else []

    assert set(defaults(SPEC["components"])) == set()
    assert set(defaults(SPEC["paths"])) <= {"app", "us"}  # the server's variables


def test_both_hosts_and_both_credentials() -> None:
    hosts = {SPEC["servers"][0]["url"], SPEC["paths"]["/me"]["servers"][0]["url"]}
    assert hosts == {
        "https://{appId}.api-{region}.cometchat.io/v3",
        "https://{appId}.apiclient-{region}.cometchat.io/v3.0",
    }
    assert {scheme["name"] for scheme in SPEC["components"]["securitySchemes"].values()} == {
        "apikey",
        "authToken",
    }
