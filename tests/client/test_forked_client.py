"""A forked child must neither use nor end what its parent uses. Here it is the same process by another id."""

from __future__ import annotations

import gc
import os
import weakref
from typing import TYPE_CHECKING

import pytest
from cometchat_rest.api.me import get_me
from support.modes import SyncMode

from cometchat_session import MemoryStore, errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cometchat_session import CometChat
    from cometchat_session.emulator import Emulator

UID = "cometchat-uid-1"


@pytest.fixture
def client(emulator: Emulator) -> Iterator[CometChat]:
    """A client whose user another one has logged in: it has not made a request."""
    store = MemoryStore()
    with SyncMode(emulator) as before:
        before.client(store=store).login(UID)
    with SyncMode(emulator) as mode:
        yield mode.client(store=store)


@pytest.fixture
def fork(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    child = os.getpid() + 1
    return lambda: monkeypatch.setattr(os, "getpid", lambda: child)


def test_it_has_connections_of_its_own(client: CometChat, fork: Callable[[], None]) -> None:
    assert get_me.sync(client=client.api)
    of_the_parent = weakref.ref(client.api.get_httpx_client())
    fork()
    assert get_me.sync(client=client.api)
    of_the_child = client.api.get_httpx_client()
    assert of_the_child is not of_the_parent()
    client.close()
    gc.collect()  # what were collected would be closed
    kept = of_the_parent()
    assert kept is not None
    assert (of_the_child.is_closed, kept.is_closed) == (True, False)
    kept.close()


def test_a_client_that_was_closed_before_is_closed_there_too(
    client: CometChat, fork: Callable[[], None]
) -> None:
    assert client.get_logged_in_user(verify=True)
    client.close()
    fork()
    with pytest.raises(errors.NetworkError, match="This client has been closed"):
        client.get_logged_in_user(verify=True)
