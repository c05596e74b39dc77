from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...models.error_reply import ErrorReply
from ...models.update_user_request import UpdateUserRequest
from ...models.user_reply import UserReply
from ...types import Response


def _get_kwargs(
    uid: str,
    *,
    body: UpdateUserRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/users/{uid}".format(
            uid=quote(str(uid), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ErrorReply | UserReply:
    if response.status_code == 200:
        response_200 = UserReply.from_dict(response.json())

        return response_200

    response_default = ErrorReply.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ErrorReply | UserReply]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    uid: str,
    *,
    client: AuthenticatedClient | Client,
    body: UpdateUserRequest,
) -> Response[ErrorReply | UserReply]:
    """Change a user

     Only what is sent changes. To empty a field name it in unset; null is refused.

    Args:
        uid (str): Letters, digits, dash and underscore; stored in lower case.
        body (UpdateUserRequest): Every field may be left out. Nothing has a default, so that
            nothing changes unasked.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorReply | UserReply]
    """

    kwargs = _get_kwargs(
        uid=uid,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    uid: str,
    *,
    client: AuthenticatedClient | Client,
    body: UpdateUserRequest,
) -> ErrorReply | UserReply | None:
    """Change a user

     Only what is sent changes. To empty a field name it in unset; null is refused.

    Args:
        uid (str): Letters, digits, dash and underscore; stored in lower case.
        body (UpdateUserRequest): Every field may be left out. Nothing has a default, so that
            nothing changes unasked.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorReply | UserReply
    """

    return sync_detailed(
        uid=uid,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    uid: str,
    *,
    client: AuthenticatedClient | Client,
    body: UpdateUserRequest,
) -> Response[ErrorReply | UserReply]:
    """Change a user

     Only what is sent changes. To empty a field name it in unset; null is refused.

    Args:
        uid (str): Letters, digits, dash and underscore; stored in lower case.
        body (UpdateUserRequest): Every field may be left out. Nothing has a default, so that
            nothing changes unasked.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorReply | UserReply]
    """

    kwargs = _get_kwargs(
        uid=uid,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    uid: str,
    *,
    client: AuthenticatedClient | Client,
    body: UpdateUserRequest,
) -> ErrorReply | UserReply | None:
    """Change a user

     Only what is sent changes. To empty a field name it in unset; null is refused.

    Args:
        uid (str): Letters, digits, dash and underscore; stored in lower case.
        body (UpdateUserRequest): Every field may be left out. Nothing has a default, so that
            nothing changes unasked.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorReply | UserReply
    """

    return (
        await asyncio_detailed(
            uid=uid,
            client=client,
            body=body,
        )
    ).parsed
