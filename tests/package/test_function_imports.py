"""An import inside a function is the exception, and each one stands here with its reason.

`_session/start.py` is the one place for what a look-up does without; its docstring is the reason for all of
its imports. Elsewhere imports stand at the top of modules, but for those in `LATE`.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

import cometchat_session

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(cometchat_session.__file__).parent
SEAM = "_session/start.py"
PROGRAMS = ("cli/", "pytest_plugin.py")  # they import on the main thread of a process of their own
CALLS = ("import_module", "__import__", "import_now")  # as good as an import statement

STORE = "a client has one store of four: the others may lack their package, and would cost a look-up time"
KEYRING = "keyring is an extra and slow to import, and a look-up where nobody is logged in asks no keyring"
TERMINAL = "rich takes 60 ms to import, and is for terminals only: a pipe and --json do without"
FIXTURE = "pytest loads the plugin in every project that has it installed: who uses no fixture pays nothing"

# By module and function, what each imports and why it does not do so at the top.
LATE = {
    "__init__.py __getattr__: import_module": "a public name is imported when it is first used (PEP 562)",
    "_late_imports.py import_now: import_module": "imports what modules tell it to, when they are imported",
    "_log.py log: logging": "a look-up says nothing, and does without logging",
    "_runtime/blocking.py _to_the_end: asyncio": (
        "a sync client needs asyncio for a listener that is a coroutine, and for nothing else"
    ),
    "models/_frozen.py _AttrsFields.__get__: attrs": "run when attrs asks, and a look-up does without attrs",
    "models/_frozen.py _refuse: attrs.exceptions": "for an error only, and a look-up does without attrs",
    "stores/__init__.py open_store: cometchat_session.stores.file": STORE,
    "stores/__init__.py open_store: cometchat_session.stores.keyring": STORE,
    "stores/__init__.py open_store: cometchat_session.stores.memory": STORE,
    "stores/__init__.py open_store: cometchat_session.stores.redis": STORE,
    "stores/_keyring_calls.py Calls.delete.work: keyring.errors": KEYRING,
    "stores/_keyring_calls.py _backend: keyring": KEYRING,
    "stores/_keyring_calls.py _backend: keyring.backends": KEYRING,
    "stores/_keyring_calls.py _backend: import_now": "what a Secret Service would import, once it is the one",
    "stores/file.py _lock: cometchat_session.stores._file_lock": (
        "a look-up locks nothing, and does without this module and the threading that it brings"
    ),
    "stores/record.py Record.with_auth_token: attrs": (
        "only a store that keeps tokens elsewhere calls this, and a look-up in files does without attrs"
    ),
    "cli/__init__.py main: cometchat_session.cli.app": "click is an extra: who lacks it is told in one line",
    "cli/app.py LazyGroup.get_command: import_module": "`whoami` must not wait for the other commands",
    "cli/commands/demo.py demo: cometchat_session.emulator": "`demo --live` needs no extra `emulator`",
    "cli/commands/emulator.py emulator: cometchat_session.emulator": (
        "the extra `emulator` may be missing: then the command says so, and its `--help` still works"
    ),
    "cli/commands/session.py _noting: cometchat_session": (
        "`login` listens; `whoami`, in the same module, does not, and is a millisecond sooner"
    ),
    "cli/table.py show: rich.console": TERMINAL,
    "cli/table.py show: rich.table": TERMINAL,
    "cli/table.py show: rich.text": TERMINAL,
    "cli/user_import/progress.py _bar: rich.console": TERMINAL,
    "cli/user_import/progress.py _bar: rich.progress": TERMINAL,
    "cli/user_import/progress.py _bar: rich.table": TERMINAL,
    "cli/user_import/progress.py _bar: rich.text": TERMINAL,
    "pytest_plugin.py _cometchat_emulator: cometchat_session.emulator": FIXTURE,
    "pytest_plugin.py cometchat_emulator: cometchat_session.emulator": FIXTURE,
    "pytest_plugin.py cometchat: cometchat_session": FIXTURE,
    "pytest_plugin.py cometchat_admin: cometchat_session": FIXTURE,
    "pytest_plugin.py async_cometchat: cometchat_session": FIXTURE,
    "pytest_plugin.py async_cometchat_admin: cometchat_session": FIXTURE,
}


@frozen
class Late:
    """An import inside a function: which one, and whether a fork waits for it."""

    name: str
    held: bool


def late_imports(source: str) -> list[Late]:
    """Return the imports of a module that are made when a function runs."""
    found: list[Late] = []

    def look(node: ast.AST, place: tuple[str, ...], *, late: bool, held: bool) -> None:
        if isinstance(node, ast.With):
            held = held or any(ast.unparse(item.context_expr) == "importing" for item in node.items)
        if late:
            found.extend(Late(f"{'.'.join(place)}: {what}", held) for what in imported(node))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            place = (*place, node.name)
        late = late or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            look(child, place, late=late, held=held)

    look(ast.parse(source), (), late=False, held=False)
    return found


def imported(node: ast.AST) -> Iterator[str]:
    """Name what a node imports."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield node.module or ""
    elif isinstance(node, ast.Call):
        called = ast.unparse(node.func).rpartition(".")[2]
        if called in CALLS:
            yield called


FOUND = {
    path.relative_to(PACKAGE).as_posix(): late_imports(path.read_text(encoding="utf-8"))
    for path in PACKAGE.rglob("*.py")
}


def test_every_import_inside_a_function_has_its_reason() -> None:
    names = {f"{module} {late.name}" for module, some in FOUND.items() if module != SEAM for late in some}
    assert names - LATE.keys() == set(), "move it to the top of its module, or say here why it is late"
    assert LATE.keys() - names == set(), "there is no such import any more"
    assert FOUND[SEAM]


def test_a_fork_waits_for_every_one_that_the_library_makes() -> None:
    """`_late_imports` tells why. `import_now` holds the lock itself."""
    library = {module: some for module, some in FOUND.items() if not module.startswith(PROGRAMS)}
    unheld = [
        f"{module} {late.name}"
        for module, some in library.items()
        for late in some
        if not late.held and not late.name.endswith(": import_now")
    ]
    assert unheld == []


def test_each_way_to_import_late_is_seen() -> None:
    source = """
import at_the_top
class Class:
    import in_the_body
    async def method(self):
        import one.two as three, four
        with importing, other:
            from five.six import seven
        def inner():
            from . import eight
        return lambda: importlib.import_module("nine")
    value = lambda: __import__("ten")
if TYPE_CHECKING:
    import for_types
import_now("eleven")
"""
    assert [(late.name, late.held) for late in late_imports(source)] == [
        ("Class.method: one.two", False),
        ("Class.method: four", False),
        ("Class.method: five.six", True),
        ("Class.method.inner: ", False),
        ("Class.method: import_module", False),
        ("Class: __import__", False),
    ]
