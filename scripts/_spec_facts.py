"""What an OpenAPI document says about the code that is generated from it: how much of it, and what is secret.

`_patches.py` holds the generator's output against these numbers. They come from the document alone, by rules
of their own: what the generator makes of a document is not counted in what it made.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@dataclass(frozen=True, kw_only=True)
class SpecFacts:
    """What is in the document.

    A property is secret if the document says `format: password` of it. It is counted once for each model that
    has it.

    Attributes:
        operations: how many operations there are.
        operations_with_path: how many of them have a parameter in their path.
        path_parameters: how many such parameters they have, all together.
        secret_names: what secret properties are called in Python.
        required_secrets: how many secret properties must be there.
        optional_secrets: how many secret properties may be absent.
        closed_models: how many models have a secret property, and no room for properties nobody knows.
    """

    operations: int
    operations_with_path: int
    path_parameters: int
    secret_names: frozenset[str]
    required_secrets: int
    optional_secrets: int
    closed_models: int


def facts(document: dict[str, Any]) -> SpecFacts:
    """Return the facts of a document that was read from YAML or JSON."""
    operations = [
        _path_parameters(document, item, item[method])
        for item in document.get("paths", {}).values()
        for method in METHODS
        if method in item
    ]
    names: set[str] = set()
    required = optional = closed = 0
    for model in _models(document):
        properties, needed = _members(document, model)
        secret = {name for name, schema in properties.items() if _is_secret(document, schema)}
        names |= secret
        required += len(secret & needed)
        optional += len(secret - needed)
        closed += bool(secret) and model.get("additionalProperties") is False
    return SpecFacts(
        operations=len(operations),
        operations_with_path=sum(map(bool, operations)),
        path_parameters=sum(operations),
        secret_names=frozenset(map(_snake_case, names)),
        required_secrets=required,
        optional_secrets=optional,
        closed_models=closed,
    )


def _resolved(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """Return what a reference points to, or the node itself where it is none."""
    while "$ref" in node:
        target: Any = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def _path_parameters(document: dict[str, Any], item: dict[str, Any], operation: dict[str, Any]) -> int:
    """Return how many parameters an operation has in its path; one that it says anew counts once."""
    every = [*item.get("parameters", []), *operation.get("parameters", [])]
    parameters = [_resolved(document, parameter) for parameter in every]
    return len({parameter["name"] for parameter in parameters if parameter["in"] == "path"})


def _models(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Return the schemas that become classes: objects with properties, each where it is written down."""
    for schema in document.get("components", {}).get("schemas", {}).values():
        yield from _models_in(schema)
    for schema in _schemas_in(document):
        yield from _models_in(schema)


def _schemas_in(node: Any) -> Iterator[dict[str, Any]]:
    """Return the schemas of parameters, bodies and responses, wherever they are."""
    if isinstance(node, list):
        for one in node:
            yield from _schemas_in(one)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "schema":
                yield value
            elif key not in {"schemas", "example", "examples"}:
                yield from _schemas_in(value)


def _models_in(schema: Any, *, part: bool = False) -> Iterator[dict[str, Any]]:
    """Return the models in a schema, itself first; one that is part of another is no model of its own.

    Nor is `allOf` with a single reference, which is what it refers to.
    """
    if not isinstance(schema, dict):
        return
    if not part and ("properties" in schema or len(schema.get("allOf", [])) > 1):
        yield schema
    for member in schema.get("allOf", []):
        yield from _models_in(member, part=True)
    inside = [*schema.get("properties", {}).values(), *schema.get("anyOf", []), *schema.get("oneOf", [])]
    for one in [*inside, schema.get("items"), schema.get("additionalProperties")]:
        yield from _models_in(one)


def _members(document: dict[str, Any], model: dict[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """Return a model's properties and the names of those that are required, with those it takes over."""
    properties: dict[str, Any] = {}
    required: set[str] = set()
    for part in model.get("allOf", []):
        more, needed = _members(document, _resolved(document, part))
        properties |= more
        required |= needed
    return properties | model.get("properties", {}), required | set(model.get("required", []))


def _is_secret(document: dict[str, Any], schema: dict[str, Any]) -> bool:
    """Decide whether a property holds a password itself: what another model has is that model's affair."""
    schema = _resolved(document, schema)
    if "properties" in schema:
        return False
    inside = [one for key in ("allOf", "anyOf", "oneOf") for one in schema.get(key, [])]
    inside += [schema["items"]] if "items" in schema else []
    return schema.get("format") == "password" or any(_is_secret(document, one) for one in inside)


def _snake_case(name: str) -> str:
    """Return a property's name in Python."""
    # The generator knows more cases. Where one comes up, a number does not fit and the run stops.
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
