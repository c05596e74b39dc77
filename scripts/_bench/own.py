"""`CometChat`, the library that the others stand beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from _bench.replies import UID
from _bench.side import Side
from cometchat_session import CometChat, FileStore
from cometchat_session.stores.record import EMPTY, new_id

if TYPE_CHECKING:
    from _bench.side import Place


class Own(Side):
    """`CometChat` with its `FileStore`."""

    name = "cometchat-session"
    module = "cometchat_session"
    serial = True
    memory = 10_000

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.client = self.build()
        self.key = self.build_anew()._key  # noqa: SLF001 - for the store's part alone

    def build(self) -> CometChat:
        """Return a client as a program builds it."""
        store = FileStore(self.place.folder)
        return CometChat("app", "us", auth_key="key", base_url=self.place.url, store=store)

    def log_in(self) -> object:
        """Return the user's token."""
        self.client.login(UID)
        return self.client.get_auth_token()

    def again(self) -> object:
        """Log in although somebody is logged in."""
        return self.client.login(UID, force=True)

    def settle(self) -> None:
        """Store the session for the client without a base URL too."""
        store, record = FileStore(self.place.folder), self.client._store.load(self.client._key)  # noqa: SLF001
        store.save(self.build_anew()._key, record, expected=EMPTY)  # noqa: SLF001

    def restore(self) -> object:
        """Build a client, and ask it for the user."""
        return self.build_anew().get_logged_in_user()

    def build_anew(self) -> CometChat:
        """Return a client as in production: without a base URL. The same session is stored for it."""
        return CometChat("app", "us", store=FileStore(self.place.folder))

    def restore_record(self) -> object:
        """Have a new store read the session, without a client around it."""
        return FileStore(self.place.folder).load(self.key)

    def look(self) -> object:
        """Return the user; the file is checked, in case another process has logged out."""
        return self.client.get_logged_in_user()

    def save(self) -> object:
        """Have the store write a record, which is the one step that a login ends with."""
        store, key = self.client._store, self.client._key  # noqa: SLF001 - the store's part alone
        old = store.load(key)
        assert store.save(key, evolve(old, revision=new_id()), expected=old)
        return old

    def close(self) -> None:
        """Close the client."""
        self.client.close()
