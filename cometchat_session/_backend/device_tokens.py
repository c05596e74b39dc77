"""What `token_for` keeps in a store: a record for each device of a user, and one with the devices' names.

Whoever ends a user's tokens finds by the names which records to empty. A name is written before its token is
made, and an emptied record has another revision: so a token that was in the making is not stored either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from cometchat_session._log import log
from cometchat_session._validation import check_uid
from cometchat_session.errors import StoreError
from cometchat_session.models.auth_token import MOST
from cometchat_session.stores.record import Record, new_id

if TYPE_CHECKING:
    from cometchat_session._runtime.port import Port
    from cometchat_session._secret import Secret
    from cometchat_session.config import AppConfig
    from cometchat_session.stores import SessionStore


class KeptTokens:
    """The tokens of an app's users, as far as this library has made them for a device."""

    def __init__(self, port: Port, store: SessionStore, config: AppConfig) -> None:
        self.poll = store.poll
        self._port = port
        self._store = store
        self._config = config

    def key(self, uid: str, device: str) -> str:
        """Return the name of a device's record. No profile has an @ in its name."""
        return self._config.store_key(f"token@{uid}@{device}")

    async def load(self, key: str) -> Record:
        """Return a record."""
        return await self._port.store(self._store.load, key)

    async def save(self, key: str, record: Record, *, expected: Record) -> bool:
        """Write a record under a new revision, if nobody else has written it meanwhile."""
        fresh = evolve(record, revision=new_id())
        return await self._port.store(self._store.save, key, fresh, expected=expected)

    async def try_lock(self, key: str) -> bool:
        """Take the lock under which a device's token is made, if it is free."""
        return await self._port.store(self._store.try_lock, key)

    async def unlock(self, key: str) -> None:
        """Give that lock back."""
        await self._port.store(self._store.unlock, key)

    async def announce(self, uid: str, device: str) -> None:
        """Note that a device is about to get a token; the server keeps no more of them than are noted."""
        key = self._names(uid)
        while True:
            record = await self.load(key)
            others = [name for name in record.device_id.split() if name != device]
            names = evolve(record, device_id=" ".join([*others[1 - MOST :], device]))
            if await self.save(key, names, expected=record):
                return

    async def forget(self, uid: str, token: Secret | None = None) -> None:
        """Empty the records of a user, or the one of a token: the server has ended what they hold.

        It has done so whatever the store says, so that trouble with the store fails nothing.
        """
        uid = check_uid(uid)
        try:
            for device in (await self.load(self._names(uid))).device_id.split():
                await self._empty(self.key(uid, device), token)
        except StoreError as error:
            log().warning(
                "an auth token that has ended may still be stored, and token_for returns it until it is "
                "asked to verify: %s",
                error,
            )

    async def _empty(self, key: str, token: Secret | None) -> None:
        while True:
            record = await self.load(key)
            if token is not None and (record.session is None or record.session.auth_token != token):
                return
            if await self.save(key, Record(), expected=record):
                return

    def _names(self, uid: str) -> str:
        return self._config.store_key(f"tokens@{uid}")
