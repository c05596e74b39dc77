from http import HTTPStatus
from typing import Any

import httpx

from ...client import AuthenticatedClient, Client
from ...models.error_reply import ErrorReply
from ...models.list_users_search_in_item import ListUsersSearchInItem
from ...models.list_users_status import ListUsersStatus
from ...models.user_list import UserList
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    search_key: str | Unset = UNSET,
    search_in: list[ListUsersSearchInItem] | Unset = UNSET,
    status: ListUsersStatus | Unset = UNSET,
    role: str | Unset = UNSET,
    roles: str | Unset = UNSET,
    tags: str | Unset = UNSET,
    with_tags: bool | Unset = UNSET,
    only_deactivated: bool | Unset = UNSET,
    with_deactivated: bool | Unset = UNSET,
    count: bool | Unset = UNSET,
    page: int | Unset = UNSET,
    per_page: int | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["searchKey"] = search_key

    json_search_in: list[str] | Unset = UNSET
    if not isinstance(search_in, Unset):
        json_search_in = []
        for search_in_item_data in search_in:
            search_in_item = search_in_item_data.value
            json_search_in.append(search_in_item)

    params["searchIn"] = json_search_in

    json_status: str | Unset = UNSET
    if not isinstance(status, Unset):
        json_status = status.value

    params["status"] = json_status

    params["role"] = role

    params["roles"] = roles

    params["tags"] = tags

    params["withTags"] = with_tags

    params["onlyDeactivated"] = only_deactivated

    params["withDeactivated"] = with_deactivated

    params["count"] = count

    params["page"] = page

    params["perPage"] = per_page

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/users",
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ErrorReply | UserList:
    if response.status_code == 200:
        response_200 = UserList.from_dict(response.json())

        return response_200

    response_default = ErrorReply.from_dict(response.json())

    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ErrorReply | UserList]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    search_key: str | Unset = UNSET,
    search_in: list[ListUsersSearchInItem] | Unset = UNSET,
    status: ListUsersStatus | Unset = UNSET,
    role: str | Unset = UNSET,
    roles: str | Unset = UNSET,
    tags: str | Unset = UNSET,
    with_tags: bool | Unset = UNSET,
    only_deactivated: bool | Unset = UNSET,
    with_deactivated: bool | Unset = UNSET,
    count: bool | Unset = UNSET,
    page: int | Unset = UNSET,
    per_page: int | Unset = UNSET,
) -> Response[ErrorReply | UserList]:
    """List users, a page at a time

    Args:
        search_key (str | Unset):
        search_in (list[ListUsersSearchInItem] | Unset):
        status (ListUsersStatus | Unset):
        role (str | Unset):
        roles (str | Unset):
        tags (str | Unset):
        with_tags (bool | Unset):
        only_deactivated (bool | Unset):
        with_deactivated (bool | Unset):
        count (bool | Unset):
        page (int | Unset):
        per_page (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorReply | UserList]
    """

    kwargs = _get_kwargs(
        search_key=search_key,
        search_in=search_in,
        status=status,
        role=role,
        roles=roles,
        tags=tags,
        with_tags=with_tags,
        only_deactivated=only_deactivated,
        with_deactivated=with_deactivated,
        count=count,
        page=page,
        per_page=per_page,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    search_key: str | Unset = UNSET,
    search_in: list[ListUsersSearchInItem] | Unset = UNSET,
    status: ListUsersStatus | Unset = UNSET,
    role: str | Unset = UNSET,
    roles: str | Unset = UNSET,
    tags: str | Unset = UNSET,
    with_tags: bool | Unset = UNSET,
    only_deactivated: bool | Unset = UNSET,
    with_deactivated: bool | Unset = UNSET,
    count: bool | Unset = UNSET,
    page: int | Unset = UNSET,
    per_page: int | Unset = UNSET,
) -> ErrorReply | UserList | None:
    """List users, a page at a time

    Args:
        search_key (str | Unset):
        search_in (list[ListUsersSearchInItem] | Unset):
        status (ListUsersStatus | Unset):
        role (str | Unset):
        roles (str | Unset):
        tags (str | Unset):
        with_tags (bool | Unset):
        only_deactivated (bool | Unset):
        with_deactivated (bool | Unset):
        count (bool | Unset):
        page (int | Unset):
        per_page (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorReply | UserList
    """

    return sync_detailed(
        client=client,
        search_key=search_key,
        search_in=search_in,
        status=status,
        role=role,
        roles=roles,
        tags=tags,
        with_tags=with_tags,
        only_deactivated=only_deactivated,
        with_deactivated=with_deactivated,
        count=count,
        page=page,
        per_page=per_page,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    search_key: str | Unset = UNSET,
    search_in: list[ListUsersSearchInItem] | Unset = UNSET,
    status: ListUsersStatus | Unset = UNSET,
    role: str | Unset = UNSET,
    roles: str | Unset = UNSET,
    tags: str | Unset = UNSET,
    with_tags: bool | Unset = UNSET,
    only_deactivated: bool | Unset = UNSET,
    with_deactivated: bool | Unset = UNSET,
    count: bool | Unset = UNSET,
    page: int | Unset = UNSET,
    per_page: int | Unset = UNSET,
) -> Response[ErrorReply | UserList]:
    """List users, a page at a time

    Args:
        search_key (str | Unset):
        search_in (list[ListUsersSearchInItem] | Unset):
        status (ListUsersStatus | Unset):
        role (str | Unset):
        roles (str | Unset):
        tags (str | Unset):
        with_tags (bool | Unset):
        only_deactivated (bool | Unset):
        with_deactivated (bool | Unset):
        count (bool | Unset):
        page (int | Unset):
        per_page (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorReply | UserList]
    """

    kwargs = _get_kwargs(
        search_key=search_key,
        search_in=search_in,
        status=status,
        role=role,
        roles=roles,
        tags=tags,
        with_tags=with_tags,
        only_deactivated=only_deactivated,
        with_deactivated=with_deactivated,
        count=count,
        page=page,
        per_page=per_page,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    search_key: str | Unset = UNSET,
    search_in: list[ListUsersSearchInItem] | Unset = UNSET,
    status: ListUsersStatus | Unset = UNSET,
    role: str | Unset = UNSET,
    roles: str | Unset = UNSET,
    tags: str | Unset = UNSET,
    with_tags: bool | Unset = UNSET,
    only_deactivated: bool | Unset = UNSET,
    with_deactivated: bool | Unset = UNSET,
    count: bool | Unset = UNSET,
    page: int | Unset = UNSET,
    per_page: int | Unset = UNSET,
) -> ErrorReply | UserList | None:
    """List users, a page at a time

    Args:
        search_key (str | Unset):
        search_in (list[ListUsersSearchInItem] | Unset):
        status (ListUsersStatus | Unset):
        role (str | Unset):
        roles (str | Unset):
        tags (str | Unset):
        with_tags (bool | Unset):
        only_deactivated (bool | Unset):
        with_deactivated (bool | Unset):
        count (bool | Unset):
        page (int | Unset):
        per_page (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorReply | UserList
    """

    return (
        await asyncio_detailed(
            client=client,
            search_key=search_key,
            search_in=search_in,
            status=status,
            role=role,
            roles=roles,
            tags=tags,
            with_tags=with_tags,
            only_deactivated=only_deactivated,
            with_deactivated=with_deactivated,
            count=count,
            page=page,
            per_page=per_page,
        )
    ).parsed
