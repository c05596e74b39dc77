"""What `token_for` keeps in a store: a record for each device of a user, and one with the devices' names.

Whoever ends a user's tokens finds by the names which records to empty. A name is written before its token is
made, and an emptied record has another revision: so a token that was in the making is not stored either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from cometchat_session._log import log
from cometchat_session._runtime.turns import SharedRecords
from cometchat_session.errors import StoreError
from cometchat_session.models.auth_token import MOST_TOKENS
from cometchat_session.stores.record import DeviceToken, Record

if TYPE_CHECKING:
    from cometchat_session._runtime.port import Runtime
    from cometchat_session._secret import Secret
    from cometchat_session.config import AppConfig
    from cometchat_session.stores import SessionStore


class DeviceTokens:
    """The tokens of an app's users, as far as this library has made them for a device."""

    def __init__(self, runtime: Runtime, store: SessionStore, config: AppConfig) -> None:
        self.records = SharedRecords(runtime, store)
        self._config = config

    def key(self, uid: str, device: str) -> str:
        """Return the key of a device's record. No profile has an @ in its name."""
        return self._config.store_key(f"token@{uid}@{device}")

    def names_key(self, uid: str) -> str:
        """Return the key of the record with the names of a user's devices."""
        return self._config.store_key(f"tokens@{uid}")

    async def announce(self, uid: str, device: str) -> int:
        """Note that a device is about to get a token. Return how many others are noted."""

        def noted(old: Record) -> Record:
            others = [name for name in _devices(old) if name != device]
            return evolve(old, device_id="", devices=(*others[1 - MOST_TOKENS :], device))

        old, _ = await self.records.change(self.names_key(uid), noted)
        return len({*_devices(old)} - {device})

    async def forget(self, uid: str, token: Secret | None = None) -> None:
        """Empty the records of a user, or the one of a token: the server has ended what they hold.

        It has done so whatever the store says, so that trouble with the store fails nothing.
        """

        def emptied(old: Record) -> Record | None:
            return Record() if token is None or old.auth_token == token else None

        try:
            names = await self.records.load(self.names_key(uid))
            for device in _devices(names):
                await self.records.change(self.key(uid, device), emptied)
        except StoreError as error:
            log().warning(
                "an auth token that has ended may still be stored, and token_for returns it until it is "
                "asked to verify: %s",
                error,
            )


def stored_token(record: Record) -> DeviceToken | None:
    """Return the token in a device's record. 0.1.0 wrote it as the session of a user with no name."""
    if record.session is None:
        return record.device_token
    session = record.session
    return DeviceToken(
        uid=session.uid,
        auth_token=session.auth_token,
        created_at=session.created_at,
        verified_at=session.verified_at,
    )


def _devices(record: Record) -> tuple[str, ...]:
    """Return the names of a user's devices. 0.1.0 wrote them with spaces between them, in `device_id`."""
    return record.devices or tuple(record.device_id.split())
