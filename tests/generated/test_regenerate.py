"""`--check` sees whatever differs; a repair that is not found as often as the spec says stops the run."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "generated_client" / "cometchat_rest"


SPEC = yaml.safe_load((ROOT / "openapi" / "cometchat.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import _patches
    import _spec_facts
    import regenerate

    yield regenerate, _patches, _spec_facts
    for name in ("_patches", "_spec_facts", "regenerate"):
        sys.modules.pop(name)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PACKAGE, tmp_path / "copy", ignore=shutil.ignore_patterns("__pycache__")))


def test_a_copy_does_not_differ(scripts: Any, copy: Path) -> None:
    (copy / "__pycache__").mkdir()
    (copy / "__pycache__" / "x.pyc").touch()
    assert scripts[0].differences(copy, PACKAGE) == []


def test_an_appended_line(scripts: Any, copy: Path) -> None:
    with (copy / "types.py").open("a") as file:
        file.write("\n")
    assert scripts[0].differences(copy, PACKAGE) == ["different: types.py"]


def test_a_file_too_much(scripts: Any, copy: Path) -> None:
    (copy / "models" / "more.py").touch()
    (copy / "empty").mkdir()
    assert scripts[0].differences(copy, PACKAGE) == ["too much: empty", "too much: models/more.py"]


def test_a_missing_file(scripts: Any, copy: Path) -> None:
    (copy / "py.typed").unlink()
    assert scripts[0].differences(copy, PACKAGE) == ["missing: py.typed"]


def test_a_repair_that_finds_nothing(scripts: Any, copy: Path) -> None:
    _, patches, spec_facts = scripts
    facts = spec_facts.facts(SPEC)
    with pytest.raises(
        patches.PatchError, match=rf"api/\*/\*.py: found 0 times, not {facts.path_parameters}"
    ):
        patches.apply_patches(copy, facts)  # is repaired already


def test_a_repair_that_finds_too_much(scripts: Any, copy: Path) -> None:
    _, patches, spec_facts = scripts
    facts = spec_facts.facts(SPEC)
    many = facts.path_parameters + 1
    with (copy / "api" / "me" / "login.py").open("a") as file:
        file.write('_more = quote(str(uid), safe="")\n' * many)
    with pytest.raises(patches.PatchError, match=rf"api/\*/\*.py: found {many} times, not {many - 1}"):
        patches.apply_patches(copy, facts)


def test_the_facts_are_those_of_the_package(scripts: Any) -> None:
    facts = scripts[2].facts(SPEC)
    operations = [path.read_text() for path in PACKAGE.glob("api/*/[!_]*.py")]
    models = "".join(path.read_text() for path in PACKAGE.glob("models/*.py"))
    assert facts.operations == len(operations)
    assert facts.operations_with_path == sum("path_segment(" in text for text in operations)
    assert facts.path_parameters == sum(text.count("path_segment(") for text in operations)
    hidden = re.findall(r"\n    (\w+): [^=\n]+ = _attrs_field\((default=UNSET, )?repr=False\)", models)
    assert facts.required_secrets == sum(not default for _, default in hidden)
    assert facts.optional_secrets == sum(bool(default) for _, default in hidden)
    assert facts.secret_names == {name for name, _ in hidden}


def test_a_parameter_that_is_said_twice_counts_once(scripts: Any) -> None:
    uid = {"name": "uid", "in": "path"}
    item = {
        "parameters": [{"$ref": "#/components/parameters/uid"}, {"name": "page", "in": "query"}],
        "get": {"parameters": [uid, {"name": "authToken", "in": "path"}, {"name": "uid", "in": "header"}]},
        "delete": {},
    }
    document = {
        "paths": {"/users/{uid}": item, "/me": {"get": {}}},
        "components": {"parameters": {"uid": uid}},
    }
    facts = scripts[2].facts(document)
    assert (facts.operations, facts.operations_with_path, facts.path_parameters) == (3, 2, 3)


PASSWORD = {"type": "string", "format": "password"}
PIN = {"$ref": "#/components/schemas/Pin"}


@pytest.mark.parametrize(
    ("schema", "required", "optional", "closed"),
    [
        pytest.param({"properties": {"authToken": PASSWORD, "x": {}}}, 0, 1, 0, id="optional"),
        pytest.param(
            {"properties": {"authToken": PASSWORD}, "required": ["authToken"]}, 1, 0, 0, id="required"
        ),
        pytest.param(
            {"properties": {"authToken": PASSWORD}, "additionalProperties": False}, 0, 1, 1, id="closed"
        ),
        pytest.param({"properties": {"authToken": PIN}}, 0, 1, 0, id="reference"),
        pytest.param(
            {"properties": {"authToken": {"anyOf": [PIN, {"type": "null"}]}}}, 0, 1, 0, id="nullable"
        ),
        pytest.param({"properties": {"authToken": {"items": PASSWORD}}}, 0, 1, 0, id="list"),
        pytest.param({"properties": {"inner": {"properties": {"authToken": PIN}}}}, 0, 1, 0, id="inside"),
        pytest.param({"items": {"properties": {"authToken": PIN}}}, 0, 1, 0, id="in a list of objects"),
        pytest.param(
            {"allOf": [{"properties": {"authToken": PIN}, "required": ["authToken"]}, {"properties": {}}]},
            1,
            0,
            0,
            id="taken over",
        ),
        pytest.param({"properties": {"authToken": {"type": "string"}}}, 0, 0, 0, id="none"),
    ],
)
def test_a_secret_property(scripts: Any, schema: Any, required: int, optional: int, closed: int) -> None:
    body = {"requestBody": {"content": {"application/json": {"schema": schema, "example": {"schema": {}}}}}}
    for document in (
        {"components": {"schemas": {"Pin": PASSWORD, "One": schema}}},
        {"components": {"schemas": {"Pin": PASSWORD}}, "paths": {"/one": {"post": body}}},
    ):
        facts = scripts[2].facts(document)
        assert (facts.required_secrets, facts.optional_secrets, facts.closed_models) == (
            required,
            optional,
            closed,
        )
        assert facts.secret_names == ({"auth_token"} if required + optional else set())


def test_what_the_repairs_call_is_copied(scripts: Any) -> None:
    support = scripts[1].SUPPORT
    assert [path.name for path in support.glob("*.py")] == ["wire.py"]
    assert (PACKAGE / "wire.py").read_text().endswith((support / "wire.py").read_text())


def test_the_tools_are_pinned_exactly(scripts: Any) -> None:
    assert all(pin.count("==") == 1 for pin in scripts[0].pins())
    assert not scripts[0].has("no-such-package==1")
