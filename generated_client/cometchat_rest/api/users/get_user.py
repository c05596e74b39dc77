from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...models.error_reply import ErrorReply
from ...models.user_reply import UserReply
from ...types import UNSET, Response, Unset


def _get_kwargs(
    uid: str,
    *,
    on_behalf_of: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(on_behalf_of, Unset):
        headers["onBehalfOf"] = on_behalf_of

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/users/{uid}".format(
            uid=quote(str(uid), safe=""),
        ),
    }

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
    on_behalf_of: str | Unset = UNSET,
) -> Response[ErrorReply | UserReply]:
    """Get a user

     A deactivated user answers ERR_UID_NOT_FOUND like a missing one.

    Args:
        uid (str): Letters, digits, dash and underscore; stored in lower case.
        on_behalf_of (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorReply | UserReply]
    """

    kwargs = _get_kwargs(
        uid=uid,
        on_behalf_of=on_behalf_of,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    uid: str,
    *,
    client: AuthenticatedClient | Client,
    on_behalf_of: str | Unset = UNSET,
) -> ErrorReply | UserReply | None:
    """Get a user

     A deactivated user answers ERR_UID_NOT_FOUND like a missing one.

    Args:
        uid (str): Letters, digits, dash and underscore; stored in lower case.
        on_behalf_of (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorReply | UserReply
    """

    return sync_detailed(
        uid=uid,
        client=client,
        on_behalf_of=on_behalf_of,
    ).parsed


async def asyncio_detailed(
    uid: str,
    *,
    client: AuthenticatedClient | Client,
    on_behalf_of: str | Unset = UNSET,
) -> Response[ErrorReply | UserReply]:
    """Get a user

     A deactivated user answers ERR_UID_NOT_FOUND like a missing one.

    Args:
        uid (str): Letters, digits, dash and underscore; stored in lower case.
        on_behalf_of (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorReply | UserReply]
    """

    kwargs = _get_kwargs(
        uid=uid,
        on_behalf_of=on_behalf_of,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    uid: str,
    *,
    client: AuthenticatedClient | Client,
    on_behalf_of: str | Unset = UNSET,
) -> ErrorReply | UserReply | None:
    """Get a user

     A deactivated user answers ERR_UID_NOT_FOUND like a missing one.

    Args:
        uid (str): Letters, digits, dash and underscore; stored in lower case.
        on_behalf_of (str | Unset):

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
            on_behalf_of=on_behalf_of,
        )
    ).parsed
