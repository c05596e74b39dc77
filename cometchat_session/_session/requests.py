"""The requests of a session, and what their replies say."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from cometchat_rest.models import AppInfo, CreateAuthTokenRequest, Device

from cometchat_session._secret import Secret
from cometchat_session._transport import replies
from cometchat_session._transport.operations import ANY_CLIENT, CREATE_AUTH_TOKEN, GET_ME, LOGIN, LOGOUT
from cometchat_session._transport.request import ApiRequest, RetrySafety
from cometchat_session._transport.signing import AUTH_KEY_HEADER, AUTH_TOKEN_HEADER, USER_AGENT
from cometchat_session._version import __version__
from cometchat_session.config import SESSION_VERSION
from cometchat_session.errors import IdentityMismatchError
from cometchat_session.stores.record import Session

if TYPE_CHECKING:
    from cometchat_rest.models import MeReply

    from cometchat_session._runtime.retrying import RetryingSender
    from cometchat_session._transport.operations import OperationCall
    from cometchat_session._transport.request import CallBudget
    from cometchat_session.config import AppConfig

R = TypeVar("R")

PLATFORM = "PYTHON"  # an honest name of our own: the official SDK sends "WEB" here


class SessionRequests:
    """Makes a session's requests, and reads their replies. Nothing is stored here."""

    def __init__(self, config: AppConfig, sender: RetryingSender) -> None:
        self._config = config
        self._sender = sender

    async def create_auth_token(self, uid: str, key: Secret, device_id: str, budget: CallBudget) -> Secret:
        """Make a token for a user, with the Auth Key.

        Without `force`: the documents imply that the server may then hand out a token it has already,
        so that one repetition does no harm; nobody has confirmed it.
        """
        body = CreateAuthTokenRequest(platform=PLATFORM, device_id=device_id, app_info=_app_info())
        request = ApiRequest(
            call=CREATE_AUTH_TOKEN(uid, client=ANY_CLIENT, body=body),
            url=self._config.mint_url,
            header=AUTH_KEY_HEADER,
            credential=key,
            safety=RetrySafety.ONCE,
            subject=uid,
        )
        reply = await self._sender.send(request, budget)
        token = replies.read(replies.auth_token, reply.data, "an auth token")
        _check_identity(token.uid, uid)
        return Secret(token.auth_token)

    async def login(self, token: Secret, device_id: str, uid: str, now: float, budget: CallBudget) -> Session:
        """Log in with a token and register this device: as `uid` or, if blank, as anybody."""
        body = Device(platform=PLATFORM, device_id=device_id, app_info=_app_info())
        reply = await self._send(LOGIN(client=ANY_CLIENT, body=body), token, budget)
        return _session(reply, token, uid, now)

    async def get_me(self, token: Secret, uid: str, now: float, budget: CallBudget) -> Session:
        """Return the session as the server confirms it for a user's token."""
        return _session(await self._send(GET_ME(client=ANY_CLIENT), token, budget, uid), token, uid, now)

    async def logout(self, token: Secret, budget: CallBudget) -> None:
        """End the token."""
        await self._send(LOGOUT(client=ANY_CLIENT), token, budget)

    async def _send(self, call: OperationCall[R], token: Secret, budget: CallBudget, subject: str = "") -> R:
        request = ApiRequest(
            call=call,
            url=self._config.session_url,
            header=AUTH_TOKEN_HEADER,
            credential=token,
            subject=subject,
        )
        return await self._sender.send(request, budget)


def _session(reply: MeReply, token: Secret, uid: str, now: float) -> Session:
    user = replies.read(replies.user, reply.data, "the logged-in user")
    _check_identity(user.uid, uid or user.uid)
    settings = replies.settings(reply.data)
    return Session(user=user, auth_token=token, created_at=now, verified_at=now, settings=settings)


def _check_identity(uid: str, wanted: str) -> None:
    if uid != wanted:
        raise IdentityMismatchError(
            f"CometChat answered for user {uid!r} when it was asked for {wanted!r}. Nothing was stored.",
            hint="A proxy or a cache may mix up answers; do not go on before that is found.",
        )


def _app_info() -> AppInfo:
    return AppInfo(version=f"v{__version__}", api_version=SESSION_VERSION, user_agent=USER_AGENT)
