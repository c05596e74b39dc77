from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...models.delete_user_request import DeleteUserRequest
from ...models.deleted_reply import DeletedReply
from ...models.error_reply import ErrorReply
from ...types import Response


def _get_kwargs(
    uid: str,
    *,
    body: DeleteUserRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/users/{uid}".format(
            uid=quote(str(uid), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> DeletedReply | ErrorReply:
    if response.status_code == 200:
        response_200 = DeletedReply.from_dict(response.json())

        return response_200

    response_default = ErrorReply.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[DeletedReply | ErrorReply]:
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
    body: DeleteUserRequest,
) -> Response[DeletedReply | ErrorReply]:
    """Delete a user, or deactivate it

     With permanent the user is erased; without, it is deactivated.

    Args:
        uid (str): Letters, digits, dash and underscore; stored in lower case.
        body (DeleteUserRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DeletedReply | ErrorReply]
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
    body: DeleteUserRequest,
) -> DeletedReply | ErrorReply | None:
    """Delete a user, or deactivate it

     With permanent the user is erased; without, it is deactivated.

    Args:
        uid (str): Letters, digits, dash and underscore; stored in lower case.
        body (DeleteUserRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DeletedReply | ErrorReply
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
    body: DeleteUserRequest,
) -> Response[DeletedReply | ErrorReply]:
    """Delete a user, or deactivate it

     With permanent the user is erased; without, it is deactivated.

    Args:
        uid (str): Letters, digits, dash and underscore; stored in lower case.
        body (DeleteUserRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DeletedReply | ErrorReply]
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
    body: DeleteUserRequest,
) -> DeletedReply | ErrorReply | None:
    """Delete a user, or deactivate it

     With permanent the user is erased; without, it is deactivated.

    Args:
        uid (str): Letters, digits, dash and underscore; stored in lower case.
        body (DeleteUserRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DeletedReply | ErrorReply
    """

    return (
        await asyncio_detailed(
            uid=uid,
            client=client,
            body=body,
        )
    ).parsed
