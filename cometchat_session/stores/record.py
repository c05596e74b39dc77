"""What a store holds under one key, and its form as bytes.

A record is JSON with a schema number and a checksum over the bytes of its body:

    {"schema": 1, "checksum": "1c291ca3", "record": {…}}
"""

from __future__ import annotations

import json
import os
import zlib
from typing import Any

from cometchat_session._late_imports import importing
from cometchat_session._secret import Secret
from cometchat_session.errors import NotLoggedInError
from cometchat_session.models._frozen import field, frozen
from cometchat_session.models.user import User

SCHEMA = 1


class NewerSchemaError(Exception):
    """The record was written by a newer version of this library: leave it alone."""


def new_id() -> str:
    """Return an identifier that no other process will make."""
    return os.urandom(8).hex()


@frozen(kw_only=True, eq=False, repr=False)  # compared by their ids; what is not made costs no start-up time
class Session:
    """One user, logged in.

    Attributes:
        user: the user as last seen.
        auth_token: the current token.
        created_at: when the user logged in, UNIX seconds.
        verified_at: when the server last confirmed the token, UNIX seconds.
        settings: the app's settings as the login's reply gave them. Data only: hosts named here are
            never dialled.
    """

    user: User
    auth_token: Secret
    created_at: float
    verified_at: float
    settings: dict[str, Any] = field(factory=dict)

    @property
    def uid(self) -> str:
        """Whose session this is."""
        return self.user.uid


@frozen(kw_only=True, eq=False, repr=False)
class LoginAttempt:
    """How the last attempt to log in ended, for those who waited for it.

    Attributes:
        number: a fresh id, so that a waiter sees that an attempt has ended since it arrived.
        want: a digest of what was asked for; only callers who asked for the same share the result.
        error: `CometChatError.to_json()` of a failure, or `None` after a success.
        checked: it was no login after all: the server confirmed the session that was stored.
    """

    number: str
    want: str
    error: dict[str, Any] | None = None
    checked: bool = False


@frozen(kw_only=True, eq=False, repr=False)
class DeviceToken:
    """The auth token that `token_for` made for a user's device.

    Attributes:
        uid: the user.
        auth_token: the token.
        created_at: when it was made, UNIX seconds.
        verified_at: when the server last confirmed it, UNIX seconds.
    """

    uid: str
    auth_token: Secret
    created_at: float
    verified_at: float


@frozen(kw_only=True, eq=False, repr=False)
class Record:
    """All that is kept under one key of a store. The empty record stands for a key never written.

    A client keeps its session in one. A backend keeps a device's token in one, and the names of a user's
    devices in another.

    Attributes:
        revision: a fresh id for every write; compare-and-swap compares it.
        generation: a fresh id for every logout; a login that began under another one must not write.
        device_id: names this installation to the server; survives a logout.
        session: who is logged in, or `None`.
        attempt: how the last login ended.
        device_token: the token of a user's device, or `None`.
        devices: the devices of a user for which tokens were made, the latest last.
    """

    revision: str = ""
    generation: str = ""
    device_id: str = ""
    session: Session | None = None
    attempt: LoginAttempt | None = None
    device_token: DeviceToken | None = None
    devices: tuple[str, ...] = ()

    @property
    def auth_token(self) -> Secret | None:
        """The token in this record, whichever part holds it."""
        holder = self.session or self.device_token
        return None if holder is None else holder.auth_token

    def with_auth_token(self, token: Secret | None) -> Record:
        """Return this record with another token in its place; with `None`, without what held the token."""
        with importing:
            from attrs import evolve  # a look-up in a store of files never comes here

        if token is None:
            return evolve(self, session=None, device_token=None)
        return evolve(
            self,
            session=self.session and evolve(self.session, auth_token=token),
            device_token=self.device_token and evolve(self.device_token, auth_token=token),
        )


EMPTY = Record()


def logged_in(session: Session | None) -> Session:
    """Return a session. Raise `NotLoggedInError` where there is none."""
    if session is None:
        raise NotLoggedInError("Not logged in.", hint="Call login() first.", advice="log_in")
    return session


def encode(record: Record) -> bytes:
    """Return the record as bytes. They hold the auth token in clear text."""
    session, attempt, device_token = record.session, record.attempt, record.device_token
    body: dict[str, Any] = {
        "revision": record.revision,
        "generation": record.generation,
        "device_id": record.device_id,
        "session": session
        and {
            "user": session.user.to_api(),
            "auth_token": session.auth_token.reveal(),
            "created_at": session.created_at,
            "verified_at": session.verified_at,
            "settings": session.settings,
        },
        "flight": attempt and vars(attempt),
    }
    if device_token is not None:
        body["device_token"] = {**vars(device_token), "auth_token": device_token.auth_token.reveal()}
    if record.devices:
        body["devices"] = record.devices
    return _framed(json.dumps(body).encode())


def decode(data: bytes) -> Record:
    """Read what `encode` wrote.

    Raises:
        NewerSchemaError: a newer version of this library wrote it.
        ValueError: it is damaged.
    """
    schema: Any = None
    try:
        document = json.loads(data.decode())
        schema = document["schema"]
        if schema == SCHEMA and data == _framed(data[_BODY:-2]):
            return _record(document["record"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        schema = None
    if isinstance(schema, int) and schema > SCHEMA:
        raise NewerSchemaError(str(schema))
    raise ValueError("not a session record, or a damaged one")


def _framed(body: bytes) -> bytes:
    return b'{"schema": %d, "checksum": "%08x", "record": %s}\n' % (SCHEMA, zlib.crc32(body), body)


_BODY = _framed(b"").index(b"}\n")


def _record(data: dict[str, Any]) -> Record:
    session, attempt, device_token = data["session"], data["flight"], data.get("device_token")
    return Record(
        revision=data["revision"],
        generation=data["generation"],
        device_id=data["device_id"],
        session=session
        and Session(
            user=User.from_api(session["user"]),
            auth_token=Secret(session["auth_token"]),
            created_at=session["created_at"],
            verified_at=session["verified_at"],
            settings=session["settings"],
        ),
        attempt=attempt and LoginAttempt(**attempt),
        device_token=device_token
        and DeviceToken(**{**device_token, "auth_token": Secret(device_token["auth_token"])}),
        devices=tuple(data.get("devices", ())),
    )
