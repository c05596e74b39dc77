"""`attrs.frozen` for the few classes that a look-up makes, without importing attrs.

`import attrs` alone takes half as long as `import httpx` (`scripts/bench_import.py` prints both), and a
look-up needs six small classes. Type checkers see attrs itself. So does attrs: `attrs.fields`, `attrs.evolve`
and `attrs.asdict` work, because a class describes its fields to attrs when it is asked to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from cometchat_session._late_imports import importing

_NOTHING: Any = object()


class _Field:
    """A field with more than a plain default."""

    def __init__(self, default: Any = _NOTHING, factory: Any = None, *, repr: bool = True) -> None:  # noqa: A002 - as attrs has it
        self.default, self.factory, self.repr = default, factory, repr


class _AttrsFields:
    """The fields of a class, as attrs describes them; made when attrs asks."""

    def __get__(self, instance: object, owner: Any) -> Any:
        with importing:
            import attrs

        known = {
            name: attrs.field(repr=one.repr, **_given(default=one.default, factory=one.factory or _NOTHING))
            for name, one in owner._fields.items()
        }
        owner.__attrs_attrs__ = attrs.fields(attrs.make_class(owner.__name__, known, kw_only=True))
        return owner.__attrs_attrs__


def _given(**options: Any) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not _NOTHING}


def _frozen(cls: Any = None, *, kw_only: bool = False, eq: bool = True, repr: bool = True) -> Any:  # noqa: A002
    """Make a class frozen, with a constructor for the fields that its body annotates."""
    if cls is None:
        return lambda cls: _frozen(cls, kw_only=kw_only, eq=eq, repr=repr)
    fields: dict[str, _Field] = {}
    for name in cls.__annotations__:
        default = vars(cls).get(name, _NOTHING)
        fields[name] = default if isinstance(default, _Field) else _Field(default)
        if default is not _NOTHING:
            delattr(cls, name)
    cls._fields, cls.__attrs_attrs__ = fields, _AttrsFields()
    cls.__init__ = _constructor(cls, fields, kw_only=kw_only)
    cls.__setattr__ = cls.__delattr__ = _refuse
    if eq:
        cls.__eq__, cls.__hash__ = _equal, lambda self: hash(_values(self))
    if repr:
        cls.__repr__ = _shown
    return cls


def _constructor(cls: Any, fields: dict[str, _Field], *, kw_only: bool) -> Any:
    """Return an `__init__` with these parameters: compiled, as attrs does it, so its signature is true."""
    known: dict[str, Any] = {}
    parameters, values = ["self", *(["*"] if kw_only else [])], []
    for name, one in fields.items():
        known |= {f"default_{name}": one.default, f"factory_{name}": one.factory}
        needed = one.default is _NOTHING and not one.factory
        parameters.append(name if needed else f"{name}=default_{name}")
        made = f"factory_{name}() if {name} is default_{name} else {name}" if one.factory else name
        values.append(f"{name}={made}")
    body = f"self.__dict__.update({', '.join(values)})"
    if hasattr(cls, "__attrs_post_init__"):
        body += "; self.__attrs_post_init__()"
    exec(f"def __init__({', '.join(parameters)}): {body}", known)  # noqa: S102 - of the names above only
    init = known["__init__"]
    init.__annotations__ = {**cls.__annotations__, "return": None}
    return init


def _values(self: Any) -> tuple[Any, ...]:
    return tuple(getattr(self, name) for name in self._fields)


def _equal(self: Any, other: object) -> bool:
    return type(other) is type(self) and _values(self) == _values(other)


def _shown(self: Any) -> str:
    shown = (f"{name}={getattr(self, name)!r}" for name, one in self._fields.items() if one.repr)
    return f"{type(self).__name__}({', '.join(shown)})"


def _refuse(*_: object) -> NoReturn:
    with importing:
        from attrs.exceptions import FrozenInstanceError

    raise FrozenInstanceError


if TYPE_CHECKING:
    from attrs import field, frozen
else:
    field, frozen = _Field, _frozen

__all__ = ["field", "frozen"]
