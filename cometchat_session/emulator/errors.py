"""Refusals in the service's envelope: code, status, message, details."""

from __future__ import annotations

from typing import Any

Details = dict[str, list[str]]

# Statuses that were seen or are documented. The others are switches: `Settings.status_of` knows them all.
KNOWN_STATUS = {
    "ERR_API_NOT_FOUND": 404,
    "ERR_AUTH_TOKEN_NOT_FOUND": 404,
    "ERR_BAD_REQUEST": 400,
    "ERR_TOO_MANY_REQUESTS": 429,
    "ERR_UID_NOT_FOUND": 404,
}

MESSAGES = {
    "AUTH_ERR_APIKEY_NOT_FOUND": "The key {key} does not exist. Please use correct apiKey.",
    "AUTH_ERR_AUTH_TOKEN_NOT_FOUND": (
        "The auth token {token} does not exist. Please make sure you are logged in and have a valid auth "
        "token or try login again."
    ),
    "AUTH_ERR_EMPTY_APIKEY": "The apikey header is missing.",
    "AUTH_ERR_EMPTY_APPID": "The app id is missing: send the appId header or use the app's own host.",
    "AUTH_ERR_EMPTY_AUTH_TOKEN": "The authToken header is missing.",
    "AUTH_ERR_INVALID_APPID": "The app id {app_id} does not exist in this region.",
    "AUTH_ERR_NO_ACCESS": (
        "The key {key} cannot be used to perform this operation. Please use API key with a correct scope to "
        "perform the operation."
    ),
    "ERR_API_NOT_FOUND": "The API endpoint is invalid. Please verify the API call.",
    "ERR_AUTHTOKEN_NOT_ACCESSIBLE": "The auth token is mapped with another user.",
    "ERR_AUTHTOKEN_UNAVAILABLE": "The auth token is mapped with another device.",
    "ERR_AUTH_TOKEN_NOT_FOUND": "The auth token does not exist.",
    "ERR_BAD_REQUEST": "Failed to validate the data sent with the request.",
    "ERR_INVALID_API_VERSION": "The API version {version} does not exist.",
    "ERR_INVALID_UID": "The uid {uid} is not valid.",
    "ERR_PLAN_QUOTA_RESTRICTION": "The number of users your plan allows is used up.",
    "ERR_PLAN_RESTRICTION": "Your plan does not allow this operation.",
    "ERR_ROLE_NOT_FOUND": "The role {role} does not exist.",
    "ERR_SUBSCRIPTION_EXPIRED": "The subscription of this app has expired.",
    "ERR_TOO_MANY_REQUESTS": "Too many requests: the limit of {limit} in {window} seconds is reached.",
    "ERR_UID_ALREADY_EXISTS": "The uid {uid} already exists, please use another uid.",
    "ERR_UID_NOT_FOUND": (
        "The UID {uid} does not exist, please make sure you have created a user with UID {uid}."
    ),
}


# Real keys have 40 characters. The two ends of one much shorter would be most of it.
LONG = 16

# Codes whose messages were published, or seen by somebody; the others are this emulator's own words.
SEEN_WORDING = frozenset(
    {
        "AUTH_ERR_APIKEY_NOT_FOUND",
        "AUTH_ERR_AUTH_TOKEN_NOT_FOUND",
        "AUTH_ERR_NO_ACCESS",
        "ERR_API_NOT_FOUND",
        "ERR_BAD_REQUEST",
        "ERR_UID_ALREADY_EXISTS",
        "ERR_UID_NOT_FOUND",
    }
)


class Refusal(Exception):  # noqa: N818  (an answer of the service, not a failure of this program)
    """The service says no."""

    def __init__(
        self, code: str, *, message: str = "", details: Details | None = None, **words: object
    ) -> None:
        self.code = code
        self.message = message or MESSAGES[code].format(**words)
        self.details = details
        self.words = words
        super().__init__(code)

    def body(self, *, origin: bool) -> dict[str, Any]:
        """Return the envelope, with or without `devMessage` and `source`."""
        return envelope(self.code, self.message, self.details, origin=origin)


def envelope(
    code: str, message: str, details: Details | None = None, *, origin: bool = True
) -> dict[str, Any]:
    """An error as the service writes it."""
    error: dict[str, Any] = {"message": message}
    if origin:
        error |= {"devMessage": message, "source": "chat-api"}
    error["code"] = code
    if details:
        error["details"] = details
    return {"error": error}


def masked(secret: str) -> str:
    """A key as the service quotes it: both ends, the middle hidden; of a short one nothing."""
    return f"{secret[:5]}***{secret[-5:]}" if len(secret) >= LONG else "***"


def bad_request(details: Details) -> Refusal:
    """The refusal that names fields."""
    return Refusal("ERR_BAD_REQUEST", details=details)
