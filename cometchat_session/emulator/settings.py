"""Every disputed or unknown fact about the real service, as one table of named switches.

Each field of :class:`Settings` is a switch: its default is what the emulator does, its description says what
is disputed. A check against the real service corrects the emulator by correcting one default here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cometchat_session.emulator.errors import KNOWN_STATUS, MESSAGES, SEEN_WORDING
from cometchat_session.emulator.switches import Value, find, status, switch, table_of

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(slots=True)
class Settings:
    """The switches with their present values."""

    # Which app a call is for
    missing_app_id: str = switch(
        "accept",
        "A call to a bare address (127.0.0.1, localhost) without an appId header: accepted for the one app "
        "served here, or refused with AUTH_ERR_EMPTY_APPID as the old shared host is documented to do.",
        "accept",
        "refuse",
    )
    unknown_route: str = switch(
        "501",
        "A route this emulator does not have: 501 naming it, so that a gap here is never taken for an "
        "answer, or the service's own 404 ERR_API_NOT_FOUND.",
        "501",
        "404",
    )

    # Keys
    auth_only_may: str = switch(
        "create users and tokens",
        "What the authOnly key (the Auth Key) may do. The authentication page says users and tokens, the "
        "properties page and the error guide tokens only, the JavaScript SDK also updates users with it.",
        "create tokens",
        "create users and tokens",
        "create and update users and create tokens",
    )

    # Uids and users
    uid_underscore: bool = switch(
        default=True,
        about="Whether a uid may hold an underscore. Some pages say dashes only; live uids with underscores "
        "were seen.",
    )
    uid_max_length: int = switch(100, 'Longest uid. Newer pages say at most 100, older ones "less than 100".')
    invalid_uid_code: str = switch(
        "ERR_BAD_REQUEST",
        "Code for a malformed uid on create. Only an old page names ERR_INVALID_UID.",
        "ERR_BAD_REQUEST",
        "ERR_INVALID_UID",
    )
    duplicate_uid_status: int = switch(
        400,
        "Status of ERR_UID_ALREADY_EXISTS. Two live runs saw 400; much code written against the API expects "
        "409.",
        least=400,
        most=599,
    )
    unknown_role_code: str = switch(
        "ERR_BAD_REQUEST",
        "A role that was never created: one live review got ERR_BAD_REQUEST, the error guide has "
        "ERR_ROLE_NOT_FOUND.",
        "ERR_BAD_REQUEST",
        "ERR_ROLE_NOT_FOUND",
        "accept",
    )
    emoji_counts_two: bool = switch(
        default=True,
        about="Whether a character outside the basic plane counts as two of a name's 100. Said of key names "
        "only.",
    )
    metadata_limit: int = switch(
        5120,
        "Largest metadata in bytes of JSON. The constraints page says 5 KB, the old Users page 1.6K "
        "characters.",
    )
    metadata_as_string: bool = switch(
        default=True,
        about="Whether metadata may be sent as a string holding a JSON object. A live update took it; the "
        "docs want an object.",
    )
    body_limit: int = switch(
        10240, "Largest body of a create or update, in bytes (documented as 10 KB for POST)."
    )
    empty_field_on_create: str = switch(
        "required",
        'What an empty name on create is told: "The name field is required." as for an absent one, or '
        '"The name field must have a value." as on update.',
        "required",
        "value",
    )
    presence_word: str = switch(
        "available",
        'The word for a user who is connected. The REST filter says "available", the SDKs say "online".',
        "available",
        "online",
    )
    bots_listed: bool = switch(
        default=False,
        about="Whether GET /users lists bots among the users. Not documented.",
    )
    users_list_cursor: bool = switch(
        default=True,
        about="Whether the list of users carries a cursor beside meta. The published example does, its "
        "schema does not.",
    )
    per_page_over_limit: str = switch(
        "refuse",
        "perPage above 1,000: refused as ERR_BAD_REQUEST, or cut down to 1,000. Not documented.",
        "refuse",
        "clamp",
    )
    tags_filter: str = switch(
        "any",
        "GET /users with several tags: users who have any of them, or all. Not documented.",
        "any",
        "all",
    )
    empty_total_pages: int = switch(
        1, "total_pages of an empty list. Not documented; clients have to bear 0 and 1.", most=1
    )
    on_behalf_of_missing: str = switch(
        "refuse",
        "onBehalfOf naming nobody: ERR_UID_NOT_FOUND, or the user as without the header. Not documented.",
        "refuse",
        "ignore",
    )
    create_status: int = switch(
        200,
        "HTTP status of a created user or auth token. The published file and live runs say 200; guides by "
        "others expect 201.",
        least=200,
        most=201,
    )
    delete_user_reply: str = switch(
        "deactivatedUids",
        "Answer to a soft delete. Live runs saw deactivatedUids, the published example shows success and "
        "message.",
        "deactivatedUids",
        "success",
    )
    erase_deactivated: bool = switch(
        default=True,
        about="Whether a deactivated user can be erased with permanent. An old text advises it; other calls "
        "answer 404.",
    )
    bulk_limit: int = switch(25, "Most uids in one bulk deactivation or reactivation (from an older page).")

    # Auth tokens
    token_limit: int = switch(
        100,
        "Live tokens per user; the oldest dies when one more is made, 0 is no limit. The newest page says "
        "100, an older one no limit.",
    )
    token_lifetime: int = switch(
        0,
        "Seconds until an auth token expires; 0 is never, as the token pages say. The production guide and "
        "the JavaScript error page speak of tokens that expire.",
    )
    flush_unknown_uid: str = switch(
        "404",
        "Flushing the tokens of a user who does not exist: 404 ERR_UID_NOT_FOUND as all other calls, or 200. "
        "A live test suite covered the others and not this one.",
        "404",
        "200",
    )
    mint_force_absent: str = switch(
        "new",
        "Creating a token without force: a new token each time, or the user's newest live one. Not "
        "documented.",
        "new",
        "existing",
    )
    mint_force_false: str = switch(
        "new",
        "Creating a token with force false: a new token each time, or the user's newest live one. Not "
        "documented.",
        "new",
        "existing",
    )
    mint_force_true: str = switch(
        "new",
        "Creating a token with force true: beside the older ones, as the guide says of every new token, or "
        "instead of them.",
        "new",
        "replace",
    )
    bot_token_code: str = switch(
        "ERR_BAD_REQUEST",
        "Code when a token is asked for a bot. Only the message is known.",
        "ERR_BAD_REQUEST",
        "ERR_OPERATION_FAILED",
        "AUTH_ERR_NO_ACCESS",
    )
    foreign_token_code: str = switch(
        "ERR_AUTHTOKEN_NOT_ACCESSIBLE",
        "A token of another user named in the path. The error guide explains ERR_AUTHTOKEN_NOT_ACCESSIBLE "
        "so; a plain ERR_AUTH_TOKEN_NOT_FOUND is as likely.",
        "ERR_AUTHTOKEN_NOT_ACCESSIBLE",
        "ERR_AUTH_TOKEN_NOT_FOUND",
    )
    one_device_per_token: bool = switch(
        default=False,
        about="Whether a token serves only the device that logged in with it first. One page allows many "
        "devices, another wants one token per device, and ERR_AUTHTOKEN_UNAVAILABLE (mapped with "
        "another device) exists.",
    )
    app_info_listed_as: str = switch(
        "object",
        "Type of appInfo in the list of tokens: the published file has an object in the update and a string "
        "in the list.",
        "object",
        "string",
    )
    tokens_survive_deactivation: bool = switch(
        default=True,
        about="Whether a reactivated user's old tokens work again. An older page says so.",
    )
    token_seed: str = switch(
        "",
        "Text that makes tokens repeatable together with a stopped clock. Empty: fresh chance after every "
        "reset, so that a token from before a reset never works again.",
    )

    # The logged-in user
    deactivated_me_code: str = switch(
        "AUTH_ERR_AUTH_TOKEN_NOT_FOUND",
        "A live token of a deactivated user. Not documented.",
        "AUTH_ERR_AUTH_TOKEN_NOT_FOUND",
        "ERR_UID_NOT_FOUND",
    )
    login_echoes_token: bool = switch(
        default=True,
        about="Whether PUT /me repeats the auth token. The SDK logs in twice where it does not.",
    )
    lookup_echoes_token: bool = switch(
        default=True,
        about="Whether GET /me repeats the auth token. The SDK loses its stored token where it does not.",
    )
    login_carries_settings: bool = switch(
        default=True,
        about="Whether PUT /me carries settings. Every SDK copes without: JavaScript keeps its own hosts, "
        "Android asks again.",
    )
    advertised_host: str = switch(
        "",
        "Host and port that settings name to the SDK. Empty: the Host header of the call, so this emulator.",
    )
    logout_ends: str = switch(
        "token",
        "What DELETE /me ends: the token it was called with, all of the user's, or none (one page calls "
        "log-out a matter of the device alone).",
        "token",
        "all",
        "nothing",
    )

    # Errors
    error_origin: bool = switch(
        default=True,
        about="Whether errors carry devMessage and source. A live log shows both, newer documents neither.",
    )
    full_token_in_message: bool = switch(
        default=True,
        about="Whether AUTH_ERR_AUTH_TOKEN_NOT_FOUND quotes the whole token. Keys are masked in messages; "
        "of tokens it is not known.",
    )
    status_auth_err_empty_appid: int = status(400, "no app id was given")
    status_auth_err_invalid_appid: int = status(404, "the app id is wrong or lives in another region")
    status_auth_err_empty_apikey: int = status(401, "no apikey header was sent")
    status_auth_err_apikey_not_found: int = status(
        401, "the API key is unknown", "A live log shows 401, another re-implementation says 404."
    )
    status_auth_err_no_access: int = status(
        403, "the key's scope does not allow the call", "One script handles 403; nothing official."
    )
    status_auth_err_empty_auth_token: int = status(401, "no authToken header was sent")
    status_auth_err_auth_token_not_found: int = status(
        401, "the token in the header is unknown", "Only a re-implementation says 401."
    )
    status_err_authtoken_unavailable: int = status(403, "the token is mapped with another device")
    status_err_authtoken_not_accessible: int = status(403, "the token is mapped with another user")
    status_err_invalid_uid: int = status(400, "a uid is malformed and ERR_INVALID_UID is chosen for it")
    status_err_role_not_found: int = status(
        404, "a role is unknown and ERR_ROLE_NOT_FOUND is chosen for it", "Only a re-implementation says 404."
    )
    status_err_plan_restriction: int = status(403, "the plan lacks a feature")
    status_err_plan_quota_restriction: int = status(403, "the plan's number of users is used up")
    status_err_subscription_expired: int = status(402, "the subscription has ended")
    status_err_invalid_api_version: int = status(400, "the path names a version other than v3")
    status_err_operation_failed: int = status(500, "the service failed")

    # Plan and rate limits
    plan: str = switch(
        "unmetered",
        "Rate limits per app and minute: none, so that they never slow a test suite down, 10,000 core and "
        "20,000 other calls (paid), or 500 of either (free).",
        "unmetered",
        "paid",
        "free",
    )
    rate_limit_core: int = switch(0, "Core calls per window; 0 takes the plan's number.")
    rate_limit_standard: int = switch(0, "All other calls per window; 0 takes the plan's number.")
    rate_limit_window: int = switch(
        60,
        "Seconds in the rolling window. The limits are per minute; whether the minute rolls is not "
        "documented.",
        least=1,
    )
    rate_limit_minting: str = switch(
        "core",
        "The group in which creating an auth token counts. Neither list names it.",
        "core",
        "standard",
    )
    rate_limit_deactivation: str = switch(
        "core",
        "The group in which deactivating many users counts. Core is said to hold deleting a user; of many at "
        "once nothing is said.",
        "core",
        "standard",
    )
    rate_limit_reactivation: str = switch(
        "standard",
        "The group in which reactivating users counts. Neither list names it.",
        "core",
        "standard",
    )
    refused_calls_count: bool = switch(
        default=False,
        about="Whether a call refused with 429 counts against the limit, so that who keeps on asking stays "
        "out. Not documented.",
    )
    rate_limit_headers: str = switch(
        "both",
        "Spelling of the rate headers: X-Rate-Limit, -Remaining, -Reset on the article pages and in the "
        "SDKs' documentation, X-RateLimit-Limit, -Remaining, -Reset on the REST page.",
        "both",
        "X-Rate-Limit",
        "X-RateLimit",
        "none",
    )
    user_quota: int = switch(
        0,
        "Users the plan allows, deactivated ones included; 0 is no limit. The free plan is said to allow "
        "100.",
    )
    user_quota_code: str = switch(
        "ERR_PLAN_QUOTA_RESTRICTION",
        "Code when one user too many is created. Both names are documented, neither with an example.",
        "ERR_PLAN_QUOTA_RESTRICTION",
        "ERR_PLAN_RESTRICTION",
    )
    subscription: str = switch(
        "active",
        "An expired subscription answers ERR_SUBSCRIPTION_EXPIRED to every call, a restricted one "
        "ERR_PLAN_RESTRICTION.",
        "active",
        "expired",
        "restricted",
    )

    def update(self, values: Mapping[str, Any]) -> None:
        """Set switches by name; nothing changes if one of them is wrong."""
        for name, value in values.items():
            find(TABLE, name).check(value)
        for name, value in values.items():
            setattr(self, name, value)

    def as_dict(self) -> dict[str, Value]:
        """All switches with their present values."""
        return {name: getattr(self, name) for name in TABLE}

    def status_of(self, code: str) -> int:
        """Return the HTTP status that goes with an error's code."""
        if code == "ERR_UID_ALREADY_EXISTS":
            return self.duplicate_uid_status
        known = KNOWN_STATUS.get(code)
        return int(getattr(self, f"status_{code.lower()}")) if known is None else known


TABLE = table_of(Settings)


def explain() -> str:
    """The whole table as text for a terminal."""
    invented = ", ".join(sorted(MESSAGES.keys() - SEEN_WORDING))
    wording = f"Messages are worded here, because none was published or seen, of: {invented}."
    return "\n\n".join([*(entry.explain() for entry in TABLE.values()), wording])
