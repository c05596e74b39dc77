"""One emulated app: everything a call can touch, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cometchat_session.emulator.clock import Clock
from cometchat_session.emulator.document import dump, load
from cometchat_session.emulator.faults import Faults
from cometchat_session.emulator.limits import Limiter
from cometchat_session.emulator.record import Record
from cometchat_session.emulator.settings import Settings
from cometchat_session.emulator.state import State

if TYPE_CHECKING:
    from collections.abc import Mapping

REVOKED = "revoked by a control call"

DEFAULT_APP_ID = "app"
DEFAULT_REGION = "us"
# Looks like the real thing, opens nothing but an emulator, and never changes, so that recordings stay
# comparable.
DEFAULT_AUTH_KEY = "5d1c0e7ab94f2386d05b7c91e64fa8032b9d7f16"
DEFAULT_REST_API_KEY = "c27e81f4036ad95b1f8e24d7706b3c9ae51d08f2"


class App:
    """State, switches, clock, limits, faults and the record of calls of one app."""

    def __init__(
        self,
        *,
        app_id: str = DEFAULT_APP_ID,
        region: str = DEFAULT_REGION,
        auth_key: str = DEFAULT_AUTH_KEY,
        rest_api_key: str = DEFAULT_REST_API_KEY,
        settings: Mapping[str, Any] | None = None,
        state: Mapping[str, Any] | None = None,
    ) -> None:
        self.app_id, self.region = app_id, region
        self.auth_key, self.rest_api_key = auth_key, rest_api_key
        self._seed_settings = dict(settings or {})
        self._seed: State | None = None
        self.faults = Faults()
        self.record = Record()
        self.limiter = Limiter()
        self.reset()
        if state is not None:
            self.load(state)
            self.assert_options()
            self._seed = self.state
            self.reset()

    def reset(self) -> None:
        """Back to the seed: users, tokens, keys, switches, clock; no faults, no record, no calls counted."""
        self.state = self._new() if self._seed is None else self._seed.copy()
        self.clock, self.settings = self.state.clock, self.state.settings
        self.faults.disarm()
        self.record.clear()
        self.limiter.clear()

    def _new(self) -> State:
        """An app as it is when somebody has just made it."""
        state = State(self.app_id, self.region, Clock(), Settings())
        state.settings.update(self._seed_settings)
        state.seed(self.auth_key, self.rest_api_key)
        return state

    def assert_options(self) -> None:
        """Let what was asked for by name win over a document: the switches, and the keys that are told."""
        self.settings.update(self._seed_settings)
        self.state.add_keys(self.auth_key, self.rest_api_key)

    def dump(self) -> dict[str, Any]:
        """The whole state as a JSON document."""
        return dump(self.state)

    def load(self, document: Mapping[str, Any]) -> None:
        """Take up a document; a part it lacks stays as it is, and a wrong document changes nothing."""
        self.state = load(document, self.state)
        self.clock, self.settings = self.state.clock, self.state.settings

    def revoke(self, auth_token: str | None, uid: str | None) -> int:
        """End one token, or all of a user; say how many ended."""
        if auth_token is not None:
            token = self.state.tokens.get(auth_token)
            if token is None:
                return 0
            self.state.drop_token(token, REVOKED)
            return 1
        user = self.state.users.get((uid or "").lower())
        return 0 if user is None else self.state.drop_tokens(user, REVOKED)

    def revoke_handle(self, uid: str, handle: str) -> int:
        """End the token of a user that goes by this handle; say how many ended."""
        user = self.state.users.get(uid.lower())
        called = [token for token in user.tokens.values() if token.handle == handle] if user else []
        for token in called:
            self.state.drop_token(token, REVOKED)
        return len(called)

    def remove(self, uid: str, *, permanent: bool) -> bool:
        """Delete (or, not permanent, deactivate) a user behind the back of whoever is logged in."""
        user = self.state.users.get(uid.lower())
        if user is None:
            return False
        if permanent:
            self.state.erase(user)
        else:
            self.state.deactivate(user)
        return True

    def restore(self, uid: str) -> bool:
        """Take a deactivated user back; say whether there was one."""
        user = self.state.users.get(uid.lower())
        if user is None or not user.deactivated_at:
            return False
        user.deactivated_at = 0
        return True
