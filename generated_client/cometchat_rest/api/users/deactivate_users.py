from http import HTTPStatus
from typing import Any

import httpx

from ...client import AuthenticatedClient, Client
from ...models.deactivate_users_request import DeactivateUsersRequest
from ...models.deactivated_reply import DeactivatedReply
from ...models.error_reply import ErrorReply
from ...types import Response


def _get_kwargs(
    *,
    body: DeactivateUsersRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/users",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> DeactivatedReply | ErrorReply:
    if response.status_code == 200:
        response_200 = DeactivatedReply.from_dict(response.json())

        return response_200

    response_default = ErrorReply.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[DeactivatedReply | ErrorReply]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: DeactivateUsersRequest,
) -> Response[DeactivatedReply | ErrorReply]:
    """Deactivate users

     Reversible. Answers 200 whatever became of each uid, and says it in buckets.

    Args:
        body (DeactivateUsersRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DeactivatedReply | ErrorReply]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: DeactivateUsersRequest,
) -> DeactivatedReply | ErrorReply | None:
    """Deactivate users

     Reversible. Answers 200 whatever became of each uid, and says it in buckets.

    Args:
        body (DeactivateUsersRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DeactivatedReply | ErrorReply
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: DeactivateUsersRequest,
) -> Response[DeactivatedReply | ErrorReply]:
    """Deactivate users

     Reversible. Answers 200 whatever became of each uid, and says it in buckets.

    Args:
        body (DeactivateUsersRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DeactivatedReply | ErrorReply]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: DeactivateUsersRequest,
) -> DeactivatedReply | ErrorReply | None:
    """Deactivate users

     Reversible. Answers 200 whatever became of each uid, and says it in buckets.

    Args:
        body (DeactivateUsersRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DeactivatedReply | ErrorReply
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
