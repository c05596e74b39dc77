"""What has been published of the service: requests and their answers, from documents and from live runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from emulator.forms import TEXT, Form, token

NOW = 1_630_306_819
HERO = "superhero1"
WORKING = "superhero1_1630306819c3027ce530b2367f3c97b4106f0cb8"
OTHER = "superhero2_1630306819c3027ce530b2367f3c97b4106f0cb8"
DEAD = "superhero1_1630306819000000000000000000000000000000"
UNKNOWN_KEY = "1" * 40
TOKENS = f"/users/{HERO}/auth_tokens"
DEVICE = {
    "platform": "WEB",
    "deviceId": "app_11111111-2222-4333-8444-555555555555_1630306819000",
    "appInfo": {"version": "v4.2.0", "apiVersion": "v3.0", "userAgent": "Mozilla/5.0"},
}
STATE: dict[str, Any] = {
    "users": [
        {"uid": HERO, "name": "Iron Man", "createdAt": NOW},
        {"uid": "superhero2", "name": "Captain America", "createdAt": NOW},
        {"uid": "gone", "createdAt": NOW, "deactivatedAt": NOW},
        {"uid": "bot", "bot": True},
    ],
    "tokens": [
        {"authToken": WORKING, "uid": HERO, "createdAt": NOW},
        {"authToken": OTHER, "uid": "superhero2", "createdAt": NOW},
    ],
}
DONE = {"data": {"success": True, "message": TEXT}}
INVALID = "Failed to validate the data sent with the request."
KEY_REFUSED = (
    "The key {} cannot be used to perform this operation. Please use API key with a correct scope to perform "
    "the operation."
)
TOKEN_REFUSED = (
    "The auth token {} does not exist. Please make sure you are logged in and have a valid auth token or try "
    "login again."
)


def error(code: str, message: Any = TEXT, **rest: Any) -> dict[str, Any]:
    """The envelope as live logs show it."""
    return {"error": {"code": code, "message": message, "devMessage": TEXT, "source": "chat-api", **rest}}


def invalid(**details: str) -> dict[str, Any]:
    """The refusal that names a field and says one thing of it."""
    return error("ERR_BAD_REQUEST", INVALID, details={field: [text] for field, text in details.items()})


def pages(**numbers: int) -> dict[str, Any]:
    """What a list says of its pages; the first is asked for everywhere here."""
    return {"pagination": {"current_page": 1, **numbers}}


def nobody(uid: str) -> dict[str, Any]:
    text = f"The UID {uid} does not exist, please make sure you have created a user with UID {uid}."
    return error("ERR_UID_NOT_FOUND", text)


@dataclass(frozen=True)
class Case:
    """A request to the service as :data:`STATE` describes it, and its answer."""

    name: str
    method: str
    path: str
    body: Any
    status: int
    answer: dict[str, Any]
    key: str = "rest"
    """``rest``, ``auth`` or the key itself; empty for none."""
    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    switches: dict[str, Any] = field(default_factory=dict)


def me(name: str, method: str, body: Any, status: int, answer: dict[str, Any], token: str = WORKING) -> Case:
    """A call of a logged-in user."""
    return Case(name, method, "/me", body, status, answer, key="", token=token)


USERS = [
    Case("create", "POST", "/users", {"uid": "Thor", "name": "Thor"}, 200,
         {"data": {"uid": "thor", "name": "Thor", "role": "default", "createdAt": NOW}}),
    Case("create with a token", "POST", "/users", {"uid": "thor", "name": "Thor", "withAuthToken": True}, 200,
         {"data": {"uid": "thor", "authToken": token("thor", NOW)}}),
    Case("create by Auth Key", "POST", "/users", {"uid": "thor", "name": "Thor"}, 200,
         {"data": {"uid": "thor"}}, key="auth"),
    Case("create twice", "POST", "/users", {"uid": HERO, "name": "Again"}, 400,
         error("ERR_UID_ALREADY_EXISTS", Form(rf"The uid {HERO} already exists.*"))),
    Case("create a deactivated one", "POST", "/users", {"uid": "gone", "name": "Again"}, 400,
         error("ERR_UID_ALREADY_EXISTS")),
    Case("create without uid", "POST", "/users", {"name": "Thor"}, 400,
         invalid(uid="The uid field is required.")),
    Case("create without name", "POST", "/users", {"uid": "thor"}, 400,
         invalid(name="The name field is required.")),
    Case("create with an empty tag", "POST", "/users", {"uid": "thor", "name": "Thor", "tags": [""]}, 400,
         invalid(**{"tags.0": "The tags.0 field is required."})),
    Case("create with a false avatar", "POST", "/users", {"uid": "thor", "name": "Thor", "avatar": "no"}, 400,
         invalid(avatar="The avatar must be a valid URL.")),
    Case("create with no avatar", "POST", "/users", {"uid": "thor", "name": "Thor", "avatar": None}, 400,
         invalid(avatar="The avatar must have a value")),
    Case("create with a role that is not", "POST", "/users",
         {"uid": "thor", "name": "Thor", "role": "god"}, 400, error("ERR_BAD_REQUEST", INVALID)),
    Case("create beyond the plan", "POST", "/users", {"uid": "thor", "name": "Thor"}, 403,
         error("ERR_PLAN_QUOTA_RESTRICTION"), switches={"user_quota": 4}),
    Case("list", "GET", "/users?perPage=1", None, 200,
         {"data": [{"uid": HERO, "name": "Iron Man"}],
          "meta": pages(total=2, count=1, per_page=1, total_pages=2),
          "cursor": {"updatedAt": NOW, "affix": TEXT}}),
    Case("list the deactivated", "GET", "/users?onlyDeactivated=true", None, 200,
         {"data": [{"uid": "gone", "deactivatedAt": NOW}],
          "meta": pages(total=1, count=1, per_page=100, total_pages=1)}),
    Case("get", "GET", "/users/SuperHero1", None, 200, {"data": {"uid": HERO, "status": "offline"}}),
    Case("get as another sees it", "GET", f"/users/{HERO}", None, 200,
         {"data": {"blockedByMe": False, "hasBlockedMe": False, "conversationId": TEXT}},
         headers={"onBehalfOf": "superhero2"}),
    Case("get nobody", "GET", "/users/babuInvalid", None, 404, nobody("babuinvalid")),
    Case("get a deactivated one", "GET", "/users/gone", None, 404, nobody("gone")),
    Case("update", "PUT", f"/users/{HERO}", {"metadata": '{"email": "a@example.com"}'}, 200,
         {"data": {"uid": HERO, "name": "Iron Man", "metadata": {"email": "a@example.com"}}}),
    Case("update to no name", "PUT", f"/users/{HERO}", {"name": ""}, 400,
         invalid(name="The name field must have a value.")),
    Case("update nobody", "PUT", "/users/nobody", {"name": "x"}, 404, nobody("nobody")),
    Case("delete softly", "DELETE", f"/users/{HERO}", None, 200, {"data": {"deactivatedUids": [HERO]}}),
    Case("delete for good", "DELETE", f"/users/{HERO}", {"permanent": True}, 200, DONE),
    Case("delete nobody", "DELETE", "/users/nobody", {"permanent": True}, 404, nobody("nobody")),
    Case("deactivate", "DELETE", "/users", {"uidsToDeactivate": [HERO, "gone", "NoBody"]}, 200,
         {"data": {"deactivatedUids": [HERO], "alreadyDeactivatedUids": ["gone"], "notFound": ["NoBody"]}}),
    Case("reactivate", "PUT", "/users", {"uidsToActivate": [HERO, "gone", "NoBody"]}, 200,
         {"data": {"reactivatedUids": ["gone"], "nonDeactivatedUids": [HERO], "notFound": ["NoBody"]}}),
]  # fmt: skip

AUTH_TOKENS = [
    *(Case(f"create, body {body}", "POST", TOKENS, body, 200,
           {"data": {"uid": HERO, "authToken": token(HERO, NOW), "createdAt": NOW}})
      for body in (None, {}, {"force": True}, DEVICE)),
    Case("create by Auth Key", "POST", TOKENS, None, 200, {"data": {"uid": HERO}}, key="auth"),
    Case("create for nobody", "POST", "/users/nobody/auth_tokens", None, 404, nobody("nobody")),
    Case("create for a bot", "POST", "/users/bot/auth_tokens", None, 400,
         error("ERR_BAD_REQUEST", "Auth token creation not allowed for this bot")),
    Case("list", "GET", TOKENS, None, 200,
         {"data": [{"uid": HERO, "authToken": WORKING, "createdAt": NOW}],
          "meta": pages(total=1, count=1, per_page=100, total_pages=1)}),
    Case("list nobody's", "GET", "/users/nobody/auth_tokens", None, 404, nobody("nobody")),
    Case("get", "GET", f"{TOKENS}/{WORKING}", None, 200, {"data": {"uid": HERO, "authToken": WORKING}}),
    Case("get none", "GET", f"{TOKENS}/{DEAD}", None, 404, error("ERR_AUTH_TOKEN_NOT_FOUND")),
    Case("get another's", "GET", f"{TOKENS}/{OTHER}", None, 403, error("ERR_AUTHTOKEN_NOT_ACCESSIBLE")),
    Case("update", "PUT", f"{TOKENS}/{WORKING}",
         {"platform": "ios", "userAgent": "a", "appInfo": {"v": 1}}, 200,
         {"data": {"authToken": WORKING, "platform": "ios", "userAgent": "a", "appInfo": {"v": 1}}}),
    Case("update nothing", "PUT", f"{TOKENS}/{WORKING}", None, 400, error("ERR_BAD_REQUEST", INVALID)),
    Case("delete", "DELETE", f"{TOKENS}/{WORKING}", None, 200, DONE),
    Case("delete none", "DELETE", f"{TOKENS}/{DEAD}", None, 404, error("ERR_AUTH_TOKEN_NOT_FOUND")),
    Case("flush", "DELETE", TOKENS, None, 200, DONE),
]  # fmt: skip

SESSIONS = [
    me("log in", "PUT", DEVICE, 200, {"data": {
        "uid": HERO, "name": "Iron Man", "role": "default", "status": "available",
        "lastActiveAt": NOW, "createdAt": NOW, "metadata": {}, "tags": [],
        "hasBlockedMe": False, "blockedByMe": False, "deactivatedAt": 0,
        "authToken": WORKING, "jwt": Form(r"[\w-]+\.[\w-]+\.[\w-]+"), "fat": TEXT,
        "wsChannel": {"identity": TEXT, "secret": TEXT, "service": TEXT},
        "settings": {
            "APP_VERSION": 4, "CHAT_API_VERSION": "v3.0", "WS_API_VERSION": "v3.0", "REGION": "us",
            "MODE": "DEFAULT", "CHAT_HOST": TEXT, "ADMIN_API_HOST": TEXT, "CLIENT_API_HOST": TEXT,
            "EXTENSION_DOMAIN": "cometchat.io", "ANALYTICS_HOST": TEXT, "ANALYTICS_VERSION": "v1",
            "ANALYTICS_PING_DISABLED": True, "settingsHash": TEXT, "settingsHashReceivedAt": NOW,
            "extensions": [], "parameters": {},
        },
    }}),
    me("look up", "GET", None, 200, {"data": {"uid": HERO, "authToken": WORKING, "jwt": TEXT}}),
    me("log out", "DELETE", None, 200, DONE),
    me("log in with a dead token", "PUT", DEVICE, 401,
       error("AUTH_ERR_AUTH_TOKEN_NOT_FOUND", TOKEN_REFUSED.format(DEAD)), token=DEAD),
    me("log out without a token", "DELETE", None, 401, error("AUTH_ERR_EMPTY_AUTH_TOKEN"), token=""),
]  # fmt: skip

ACCESS = [
    Case("unknown key", "GET", "/users", None, 401,
         error("AUTH_ERR_APIKEY_NOT_FOUND",
               "The key 11111***11111 does not exist. Please use correct apiKey."),
         key=UNKNOWN_KEY),
    Case("key of too small a scope", "GET", "/users", None, 403,
         error("AUTH_ERR_NO_ACCESS", Form(KEY_REFUSED.format(r"\w{5}\*\*\*\w{5}"))), key="auth"),
    Case("no key", "GET", "/users", None, 401, error("AUTH_ERR_EMPTY_APIKEY"), key=""),
    Case("wrong app", "GET", "/users", None, 404, error("AUTH_ERR_INVALID_APPID"),
         headers={"appId": "other"}),
    Case("no app at the shared host", "GET", "/users", None, 400, error("AUTH_ERR_EMPTY_APPID"),
         headers={"Host": "api-us.cometchat.io"}),
    Case("wrong region", "GET", "/users", None, 404, error("AUTH_ERR_INVALID_APPID"),
         headers={"Host": "app.api-eu.cometchat.io"}),
    Case("bad path", "GET", "/nowhere", None, 404,
         error("ERR_API_NOT_FOUND", "The API endpoint is invalid. Please verify the API call."),
         switches={"unknown_route": "404"}),
    Case("bad method", "PATCH", "/users", None, 404, error("ERR_API_NOT_FOUND"),
         switches={"unknown_route": "404"}),
    Case("subscription", "GET", "/users", None, 402, error("ERR_SUBSCRIPTION_EXPIRED"),
         switches={"subscription": "expired"}),
]  # fmt: skip

CASES = {"users": USERS, "tokens": AUTH_TOKENS, "sessions": SESSIONS, "access": ACCESS}
