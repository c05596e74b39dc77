"""Settings: from arguments, else from the environment, complete and sane or refused in one error."""

from __future__ import annotations

import os
import re
import time
from functools import cached_property
from typing import Final

from cometchat_session._log import log
from cometchat_session._secret import Secret, hide
from cometchat_session._validation import check_secret, is_made_of, is_placeholder, looks_like_a_key
from cometchat_session.errors import Advice, ConfigurationError
from cometchat_session.models._frozen import field, frozen

# CometChat's REST documentation, "Chat APIs": these three and no other.
REGIONS = ("us", "eu", "in")
# The SDKs say v3.0, the REST documentation says v3; the hosts take both.
SESSION_VERSION = "v3.0"
ADMIN_VERSION = "v3"


class _Default(str):
    """A default that equals what it stands for, and is told from the same text passed on purpose."""

    __slots__ = ()


DEFAULT_PROFILE: Final = _Default("default")

# Names seen in other people's projects; suggested, never guessed.
_LOOKALIKES = {
    "COMETCHAT_REST_API_KEY": ("COMETCHAT_KEY", "COMET_CHAT_KEY", "COMET_REST_API_KEY", "CHAT_API_KEY"),
    "COMETCHAT_APP_ID": ("COMETCHAT_APPID", "COMET_CHAT_APP_ID", "CHAT_APP_ID"),
    "COMETCHAT_REGION": ("COMET_CHAT_REGION", "CHAT_REGION"),
}
# The app that `cometchat emulator` plays, with the keys that open nothing else: whoever names its host needs
# no credentials. Written down here as well, because the emulator shares no code with its clients.
_EMULATED = {
    "COMETCHAT_APP_ID": "app",
    "COMETCHAT_REGION": "us",
    "COMETCHAT_AUTH_KEY": "5d1c0e7ab94f2386d05b7c91e64fa8032b9d7f16",
    "COMETCHAT_REST_API_KEY": "c27e81f4036ad95b1f8e24d7706b3c9ae51d08f2",
}
_SHOWN = ("COMETCHAT_APP_ID", "COMETCHAT_REGION")  # whose values a message may hold
_WHERE_EACH_GOES = (
    "A key is COMETCHAT_AUTH_KEY or COMETCHAT_REST_API_KEY; a token goes to login(auth_token=...)."
)


@frozen(eq=False, repr=False)
class AppConfig:
    """Which app, where, and with which key. Built by `read`, never by hand.

    Attributes:
        app_id: the app's id.
        region: the app's region, lower case.
        base_url: a host that takes the place of CometChat's own, or `None`.
        key: the Auth Key of a session client, or the REST API key of an admin client.
        profile: which of this machine's users this is; part of the session's key in the store.
        store: the store's URL.
    """

    app_id: str
    region: str
    base_url: str | None
    key: Secret | None
    profile: str = "default"
    store: str = field(default="file:", repr=False)  # a URL, in which there may be a password

    @cached_property
    def resource(self) -> str:
        """What names this client object to the server, in the form that the official SDK uses."""
        return f"PYTHON-{os.urandom(8).hex()}-{time.time_ns() // 1_000_000}"

    @property
    def session_url(self) -> str:
        """Where a logged-in user's calls go."""
        return f"{self.base_url or f'https://{self.app_id}.apiclient-{self.region}.cometchat.io'}/{SESSION_VERSION}"

    @property
    def mint_url(self) -> str:
        """Where a session client makes a token with the Auth Key."""
        return f"{self.base_url or self._api_host}/{SESSION_VERSION}"

    @property
    def admin_url(self) -> str:
        """Where a backend's calls go."""
        return f"{self.base_url or self._api_host}/{ADMIN_VERSION}"

    @property
    def session_key(self) -> str:
        """The name of this client's session in a store."""
        return self.store_key(self.profile)

    def store_key(self, name: str) -> str:
        """Return the name in a store of something of this app's.

        A base URL is part of it: a token from one server must never be sent to another.
        """
        key = f"{self.app_id}.{self.region}.{name}"
        if self.base_url is None:
            return key
        return f"{key}@{self.base_url.lower().replace('://', '.').replace(':', '.')}"

    @property
    def _api_host(self) -> str:
        return f"https://{self.app_id}.api-{self.region}.cometchat.io"


def ambiguity() -> str | None:
    """Return what to say of a variable that others use in two senses, where it is set."""
    if not os.environ.get("COMETCHAT_AUTH_TOKEN", "").strip():
        return None
    return "COMETCHAT_AUTH_TOKEN is set and not read: to some it is a key, to others a user's token."


def emulated() -> dict[str, str]:
    """Return what counts for all that is not set, while `COMETCHAT_EMULATOR_HOST` names an emulator."""
    host = os.environ.get("COMETCHAT_EMULATOR_HOST", "").strip()
    return {**_EMULATED, "COMETCHAT_BASE_URL": f"http://{host}"} if host else {}


class _Reader:
    """Collects everything that is wrong before it complains."""

    def __init__(self) -> None:
        self.emulated = emulated()
        self.missing: list[str] = []
        self.present: list[str] = []
        self.wrong: list[str] = []

    def get(self, value: str | None, *names: str, required: bool = False) -> str | None:
        """Return the argument, else the first variable that is set; stripped, `None` when blank."""
        source = names[0]
        if value is None:
            found = {name: text for name in names if (text := os.environ.get(name, "").strip())}
            if found:
                source, value = next(iter(found.items()))
                _warn_of_others(found)
        elif not isinstance(value, str):
            self.wrong.append(f"{names[0]} must be a string, not {type(value).__name__}.")
            return None
        else:
            value = value.strip()
        if not value:
            value = self.emulated.get(names[0])
        if not value:
            if required:
                self.missing.append(names[0])
            return None
        shown = source in _SHOWN
        if is_placeholder(value):
            self.wrong.append(f"{source} is still a placeholder{f' ({value!r})' if shown else ''}.")
            return None
        if shown and looks_like_a_key(value):
            self.wrong.append(f"{source} looks like a key. Which is which is in the dashboard.")
            return None
        if shown or source.endswith("_KEY"):
            self.present.append(f"{source}={value}" if shown else source)
        return value

    def word(self, value: str | None, name: str, allowed: str, longest: int) -> str:
        if value is not None and not (is_made_of(value, allowed, longest) and value[0].isalnum()):
            self.wrong.append(
                f"{name} must be 1 to {longest} letters, digits or any of {allowed!r}, the first no sign, "
                f"not {value!r}."
            )
        return value or ""

    def secret(self, value: Secret | None, *names: str, required: bool) -> Secret | None:
        raw = hide(
            self.get(value.reveal() if isinstance(value, Secret) else value, *names, required=required)
        )
        if raw is None:
            return None
        try:
            return check_secret(names[0], raw)
        except ConfigurationError as error:
            self.wrong.append(error.message)
            return None

    def finish(self) -> None:
        """Raise one error that names all that is missing and malformed."""
        if not self.missing and not self.wrong:
            return
        parts = list(self.wrong)
        if self.missing:
            verb = "is" if len(self.missing) == 1 else "are"
            rest = f" ({', '.join(self.present)} {'is' if len(self.present) == 1 else 'are'})"
            parts.insert(
                0,
                f"Not configured: {' and '.join(self.missing)} {verb} not set{rest if self.present else ''}.",
            )
        parts += [
            f"{other} is set: did you mean {name}?"
            for name in self.missing
            for other in _LOOKALIKES.get(name, ())
            if os.environ.get(other, "").strip()
        ]
        hint = "Set the environment variables, or pass the arguments."
        advice: Advice = "set_variables"
        if (ambiguous := ambiguity()) and any(name.endswith("_KEY") for name in self.missing):
            parts.append(ambiguous)
            hint, advice = f"{_WHERE_EACH_GOES} {hint}", "set_key_or_pass_token"
        raise ConfigurationError(" ".join(parts), hint=hint, advice=advice)


def _warn_of_others(found: dict[str, str]) -> None:
    """Warn which variable counts where several name the same setting, and not with the same value."""
    if len(set(found.values())) > 1:
        log().warning("%s are set and differ; %s counts", " and ".join(found), next(iter(found)))


def read(
    app_id: str | None,
    region: str | None,
    base_url: str | None,
    *,
    key: Secret | None,
    key_names: tuple[str, ...],
    key_required: bool,
    profile: str | None = DEFAULT_PROFILE,
    store: str | None = None,
) -> AppConfig:
    """Read the settings of one client. An argument wins over the environment.

    While `COMETCHAT_EMULATOR_HOST` is set, no client talks to any other machine.

    Raises:
        ConfigurationError: names every setting that is missing or malformed.
    """
    reader = _Reader()
    url = reader.get(base_url, "COMETCHAT_BASE_URL")
    place = None if url is None else _checked_url(url, reader)
    app = reader.word(reader.get(app_id, "COMETCHAT_APP_ID", required=True), "COMETCHAT_APP_ID", "_-", 63)
    where = (reader.get(region, "COMETCHAT_REGION", required=True) or "").lower()
    if where and where not in REGIONS:
        if url is None:
            reader.wrong.append(
                f"Unknown region {where!r}. Known: {', '.join(REGIONS)}; yours is shown in the dashboard. "
                "A base URL overrides the host."
            )
        else:
            reader.word(where, "COMETCHAT_REGION", "-", 16)
    name = reader.get(None if profile is DEFAULT_PROFILE else profile, "COMETCHAT_PROFILE")
    name = "default" if name is None else reader.word(name, "COMETCHAT_PROFILE", "_.-", 64)
    secret = reader.secret(key, *key_names, required=key_required)
    where_to_keep = reader.get(store, "COMETCHAT_STORE") or "file:"
    reader.finish()
    return AppConfig(app, where, place, secret, name, where_to_keep)


def _checked_url(url: str, reader: _Reader) -> str:
    complain, emulator = reader.wrong.append, reader.emulated.get("COMETCHAT_BASE_URL")
    named_by_host = url == emulator
    url = url.rstrip("/")
    match = re.fullmatch(r"(?i)(https?)://(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d{1,5})?", url)
    local = match and re.fullmatch(r"(?i)localhost|127(\.\d{1,3}){3}|\[::1\]", match[2])
    if match is None and named_by_host:
        complain("COMETCHAT_EMULATOR_HOST must look like 127.0.0.1:8080, with nothing before or after it.")
    elif match is None:
        complain(
            "COMETCHAT_BASE_URL must look like https://host or https://host:port, with nothing after it."
        )
    elif named_by_host and not local:
        complain("COMETCHAT_EMULATOR_HOST may be a loopback address only: keys would travel in clear text.")
    elif emulator and not local:
        complain(
            "COMETCHAT_EMULATOR_HOST is set, so that no client reaches the real CometChat, but the base URL "
            "is no loopback address. Unset one of the two."
        )
    elif match[1].lower() == "http" and not local:
        complain(
            "COMETCHAT_BASE_URL may be http:// for loopback addresses only: keys would travel in clear text."
        )
    return url
