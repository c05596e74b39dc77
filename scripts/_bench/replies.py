"""What the small server answers: for this library the emulator's own words, for the others what they read."""

from __future__ import annotations

import json
import os
import time
from urllib.parse import parse_qs, urlsplit

import httpx

from cometchat_session.emulator import Emulator

UID = "cometchat-uid-1"
MINT = f"/v3.0/users/{UID}/auth_tokens"
ENTER = "/v3.0/me"
JSON = "application/json"
# Where msal believes its server is: it takes https alone, so its requests are led here on the way out.
AUTHORITY = "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555"
LIFE = 86_400

Reply = tuple[int, str, bytes]


def recorded() -> dict[str, bytes]:
    """Log in to the emulator once, and keep what it answered to each of the two requests."""
    with Emulator() as emulator, httpx.Client(base_url=emulator.url, trust_env=False) as http:
        key = {"appId": emulator.app_id, "apiKey": emulator.auth_key}
        minted = http.post(MINT, headers=key, json={}).raise_for_status()
        token = {"appId": emulator.app_id, "authToken": minted.json()["data"]["authToken"]}
        entered = http.put(ENTER, headers=token, json={}).raise_for_status()
        return {MINT: minted.content, ENTER: entered.content}


def is_preparation(target: str) -> bool:
    """Return whether a request only asks where to log in; such are neither counted nor refused."""
    return target.endswith("/.well-known/openid-configuration")


def refusal(status: int) -> Reply:
    """Return a failure that each of the libraries understands."""
    words = {"error": {"code": "AUTH_ERR_APIKEY_NOT_FOUND", "message": "The key does not exist."}}
    return status, JSON, json.dumps(words).encode()


def reply(target: str, body: bytes, known: dict[str, bytes]) -> Reply:
    """Answer a request as the server of the library that sends it would."""
    path, query = urlsplit(target).path, urlsplit(target).query
    if path in known:
        return 200, JSON, known[path]
    if is_preparation(path):
        return _json(
            issuer=f"{AUTHORITY}/v2.0",
            authorization_endpoint=f"{AUTHORITY}/oauth2/v2.0/authorize",
            token_endpoint=f"{AUTHORITY}/oauth2/v2.0/token",
        )
    if b"Action=AssumeRoleWithWebIdentity" in body:
        return 200, "text/xml", _assumed(parse_qs(body.decode())["RoleSessionName"][0])
    if path == "/api/whoami-v2":
        return _json(name="ann", auth={"accessToken": {"displayName": "bench", "role": "write"}})
    token = os.urandom(20).hex()
    more: dict[str, object] = {"refresh_token": f"r-{token}"}
    if "grant_type=password" in query:
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ")
        user = {"id": UID, "app_metadata": {}, "user_metadata": {}, "aud": "x", "created_at": stamp}
        more |= {"user": user, "expires_at": int(time.time()) + LIFE}
    elif path.endswith("/oauth2/v2.0/token"):
        more = {}
    return _json(token_type="Bearer", access_token=token, expires_in=LIFE * 10, **more)  # noqa: S106 - a kind


def _json(**content: object) -> Reply:
    return 200, JSON, json.dumps(content).encode()


def _assumed(name: str) -> bytes:
    until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + LIFE))
    return (
        '<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
        "<AssumeRoleWithWebIdentityResult><AssumedRoleUser>"
        f"<Arn>arn:aws:sts::123456789012:assumed-role/bench/{name}</Arn>"
        f"<AssumedRoleId>A:{name}</AssumedRoleId></AssumedRoleUser><Credentials>"
        f"<AccessKeyId>AKIDAKIDAKIDAKIDAKID</AccessKeyId><SecretAccessKey>{os.urandom(20).hex()}</SecretAccessKey>"
        f"<SessionToken>{os.urandom(20).hex()}</SessionToken><Expiration>{until}</Expiration></Credentials>"
        "</AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>"
    ).encode()
