from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...models.auth_token_reply import AuthTokenReply
from ...models.error_reply import ErrorReply
from ...types import Response


def _get_kwargs(
    uid: str,
    auth_token: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/users/{uid}/auth_tokens/{auth_token}".format(
            uid=quote(str(uid), safe=""),
            auth_token=quote(str(auth_token), safe=""),
        ),
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> AuthTokenReply | ErrorReply:
    if response.status_code == 200:
        response_200 = AuthTokenReply.from_dict(response.json())

        return response_200

    response_default = ErrorReply.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[AuthTokenReply | ErrorReply]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    uid: str,
    auth_token: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[AuthTokenReply | ErrorReply]:
    """Get an auth token

    Args:
        uid (str): Letters, digits, dash and underscore; stored in lower case.
        auth_token (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AuthTokenReply | ErrorReply]
    """

    kwargs = _get_kwargs(
        uid=uid,
        auth_token=auth_token,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    uid: str,
    auth_token: str,
    *,
    client: AuthenticatedClient | Client,
) -> AuthTokenReply | ErrorReply | None:
    """Get an auth token

    Args:
        uid (str): Letters, digits, dash and underscore; stored in lower case.
        auth_token (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AuthTokenReply | ErrorReply
    """

    return sync_detailed(
        uid=uid,
        auth_token=auth_token,
        client=client,
    ).parsed


async def asyncio_detailed(
    uid: str,
    auth_token: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[AuthTokenReply | ErrorReply]:
    """Get an auth token

    Args:
        uid (str): Letters, digits, dash and underscore; stored in lower case.
        auth_token (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AuthTokenReply | ErrorReply]
    """

    kwargs = _get_kwargs(
        uid=uid,
        auth_token=auth_token,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    uid: str,
    auth_token: str,
    *,
    client: AuthenticatedClient | Client,
) -> AuthTokenReply | ErrorReply | None:
    """Get an auth token

    Args:
        uid (str): Letters, digits, dash and underscore; stored in lower case.
        auth_token (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AuthTokenReply | ErrorReply
    """

    return (
        await asyncio_detailed(
            uid=uid,
            auth_token=auth_token,
            client=client,
        )
    ).parsed
