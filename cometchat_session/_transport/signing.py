"""The headers of a request: which carries a key or a token, shown to nobody but the server, and the rest."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import httpx

from cometchat_session._version import __version__

if TYPE_CHECKING:
    from cometchat_session._secret import Secret
    from cometchat_session.config import AppConfig

AUTH_TOKEN_HEADER = "authToken"  # noqa: S105 - the name of a header
AUTH_KEY_HEADER = "apiKey"
REST_API_KEY_HEADER = "apikey"  # to HTTP the same name; CometChat's pages spell each in one way
USER_AGENT = (
    f"cometchat-session/{__version__} python/{sys.version_info[0]}.{sys.version_info[1]} {sys.platform}"
)


class SignedHeaders(httpx.Headers):
    """Headers whose secret part is there when asked for by name, and on the wire, and not else.

    Neither `repr` nor a copy has it; so a redirect to another host, which copies, does not carry it on.
    """

    def __init__(self, headers: httpx.Headers, name: str, secret: Secret) -> None:
        super().__init__([pair for pair in headers.raw if pair[0].decode().lower() != name.lower()])
        self._name = name
        self._secret = secret

    @property
    def raw(self) -> list[tuple[bytes, bytes]]:
        """Return what is sent."""
        return [*super().raw, (self._name.encode(), self._secret.reveal().encode())]

    def __getitem__(self, key: str) -> str:
        return self._secret.reveal() if key.lower() == self._name.lower() else super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        return (isinstance(key, str) and key.lower() == self._name.lower()) or super().__contains__(key)


def sign(request: httpx.Request, header: str, credential: Secret) -> None:
    """Put a key or a token into a request's headers."""
    request.headers = SignedHeaders(request.headers, header, credential)


def app_headers(config: AppConfig) -> dict[str, str]:
    """Return the headers by which a client names its app and itself."""
    return {"appId": config.app_id, "sdk": f"python@{__version__}", "resource": config.resource}
