"""The classes that a look-up makes: attrs' own in all that a caller can see."""

from __future__ import annotations

import copy
import inspect
import pickle
import subprocess
import sys

import attrs
import pytest

from cometchat_session import RetryPolicy, User
from cometchat_session.config import AppConfig
from cometchat_session.stores.record import decode


def test_attrs_knows_their_fields() -> None:
    ann = User(uid="ann", name="Ann", extra={"more": 1})
    assert attrs.has(type(ann))
    assert [one.name for one in attrs.fields(User)][:2] == ["uid", "name"]
    assert attrs.evolve(ann, name="Anna") == User(uid="ann", name="Anna", extra={"more": 1})
    assert attrs.asdict(ann)["extra"] == {"more": 1}
    assert isinstance(attrs.fields(User).extra.default, type(attrs.Factory(dict)))


def test_they_are_frozen() -> None:
    ann = User(uid="ann")
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        ann.uid = "bob"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        delattr(ann, "uid")
    with pytest.raises(TypeError, match="nome"):
        User(uid="ann", nome="Ann")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="uid"):
        User()  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        User("ann")  # type: ignore[call-arg]


def test_they_compare_and_copy_and_pickle_by_value() -> None:
    ann = User(uid="ann", tags=("a",))
    for other in (copy.copy(ann), copy.deepcopy(ann), pickle.loads(pickle.dumps(ann))):
        assert other == ann
    assert ann != User(uid="bob")
    text: object = "ann"
    assert ann != text
    assert {RetryPolicy(), RetryPolicy(attempts=3)} == {RetryPolicy()}
    assert User(uid="ann").extra is not User(uid="ann").extra


def test_their_constructors_say_what_they_take() -> None:
    assert str(inspect.signature(RetryPolicy)).startswith("(attempts: 'int' = 3, deadline: 'float' = 30.0")
    assert repr(RetryPolicy(2)) == "RetryPolicy(attempts=2, deadline=30.0, wait_initial=0.5, wait_max=8.0)"
    assert "extra" not in repr(User(uid="ann", extra={"secret": 1}))
    assert AppConfig("app", "us", None, None).profile == "default"


def test_a_user_without_a_uid_is_a_damaged_record() -> None:
    whole = User(uid="ann").to_api()
    for uid in ("", 5):
        with pytest.raises(TypeError, match="uid"):
            User.from_api({**whole, "uid": uid})
    with pytest.raises(ValueError, match="damaged"):
        decode(b"{}")


def test_a_look_up_does_without_attrs() -> None:
    program = (
        "import sys; from cometchat_session import CometChat\n"
        "assert CometChat('app', 'us').get_logged_in_user() is None; assert 'attr' not in sys.modules"
    )
    subprocess.run([sys.executable, "-S", "-c", f"import site; site.main()\n{program}"], check=True)
