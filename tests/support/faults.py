"""What a login can meet: each fault, the error it raises, and how many requests are made of it."""

from __future__ import annotations

from typing import Any

from cometchat_session import errors

ENVELOPE: dict[str, Any] = {"error": {"code": "ERR_X", "message": "something"}}
WANTED = {"data": {"uid": "cometchat-uid-1", "name": "Andrew Joseph"}}
ANOTHER = {"data": {"uid": "cometchat-uid-2", "name": "Another"}}

# What happens, the fault that makes it happen, the error it raises, and how many requests were made.
TABLE: list[tuple[str, dict[str, Any], type[errors.CometChatError], int]] = [
    ("500", {"kind": "status", "status": 500}, errors.ServerError, 3),
    ("404 of ours", {"kind": "status", "status": 404}, errors.UserNotFoundError, 1),
    ("404 of another's", {"kind": "html", "status": 404}, errors.UnexpectedResponseError, 1),
    ("401", {"kind": "status", "status": 401}, errors.AuthTokenNotFoundError, 1),
    ("401 unknown code", {"kind": "status", "status": 401, "body": ENVELOPE}, errors.AuthenticationError, 1),
    ("403", {"kind": "status", "status": 403}, errors.PermissionDeniedError, 1),
    ("429", {"kind": "status", "status": 429}, errors.RateLimitedError, 1),
    ("499", {"kind": "status", "status": 499, "body": ""}, errors.ServerError, 1),
    ("520", {"kind": "html", "status": 520}, errors.ServerError, 3),
    ("HTML 502", {"kind": "html", "status": 502}, errors.ServerError, 3),
    ("HTML 200", {"kind": "html", "status": 200}, errors.UnexpectedResponseError, 1),
    ("301", {"kind": "status", "status": 301, "headers": {"Location": "/"}, "body": ""},
     errors.UnexpectedResponseError, 1),
    ("204", {"kind": "status", "status": 204, "body": ""}, errors.UnexpectedResponseError, 1),
    ("202 and an error", {"kind": "status", "status": 202, "body": {**ENVELOPE, **WANTED}},
     errors.UnexpectedResponseError, 1),
    ("empty body", {"kind": "status", "status": 200, "body": ""}, errors.UnexpectedResponseError, 1),
    ("{}", {"kind": "status", "status": 200, "body": {}}, errors.UnexpectedResponseError, 1),
    ("[]", {"kind": "status", "status": 200, "body": []}, errors.UnexpectedResponseError, 1),
    ("data {}", {"kind": "status", "status": 200, "body": {"data": {}}}, errors.UnexpectedResponseError, 1),
    ("null", {"kind": "status", "status": 200, "body": {"data": None}}, errors.UnexpectedResponseError, 1),
    ("uid", {"kind": "status", "status": 200, "body": {"data": {"uid": 5}}},
     errors.UnexpectedResponseError, 1),
    ("another user", {"kind": "status", "status": 200, "body": ANOTHER}, errors.IdentityMismatchError, 1),
    ("cut body", {"kind": "truncate"}, errors.NetworkError, 3),
    ("reset", {"kind": "reset"}, errors.NetworkError, 3),
    ("applied, then dropped", {"kind": "apply_then_drop"}, errors.NetworkError, 3),
    ("silent server", {"kind": "hang"}, errors.DeadlineExceededError, 3),
]  # fmt: skip
