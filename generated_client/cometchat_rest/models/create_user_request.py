from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.metadata import Metadata


T = TypeVar("T", bound="CreateUserRequest")


@_attrs_define
class CreateUserRequest:
    """
    Attributes:
        uid (str): Letters, digits, dash and underscore; stored in lower case.
        name (str): Shown to others.
        avatar (str | Unset): Address of a picture.
        link (str | Unset): Address of a profile page.
        role (str | Unset): A role that exists; the server takes default.
        status_message (str | Unset): Free text.
        metadata (Metadata | Unset): The app's own JSON object, 5 KB at most; @private is for the user and the server
            only.
        tags (list[str] | Unset):
        with_auth_token (bool | Unset): Whether to make an auth token too.
    """

    uid: str
    name: str
    avatar: str | Unset = UNSET
    link: str | Unset = UNSET
    role: str | Unset = UNSET
    status_message: str | Unset = UNSET
    metadata: Metadata | Unset = UNSET
    tags: list[str] | Unset = UNSET
    with_auth_token: bool | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        uid = self.uid

        name = self.name

        avatar = self.avatar

        link = self.link

        role = self.role

        status_message = self.status_message

        metadata: dict[str, Any] | Unset = UNSET
        if not isinstance(self.metadata, Unset):
            metadata = self.metadata.to_dict()

        tags: list[str] | Unset = UNSET
        if not isinstance(self.tags, Unset):
            tags = self.tags

        with_auth_token = self.with_auth_token

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "uid": uid,
                "name": name,
            }
        )
        if avatar is not UNSET:
            field_dict["avatar"] = avatar
        if link is not UNSET:
            field_dict["link"] = link
        if role is not UNSET:
            field_dict["role"] = role
        if status_message is not UNSET:
            field_dict["statusMessage"] = status_message
        if metadata is not UNSET:
            field_dict["metadata"] = metadata
        if tags is not UNSET:
            field_dict["tags"] = tags
        if with_auth_token is not UNSET:
            field_dict["withAuthToken"] = with_auth_token

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.metadata import Metadata  # noqa: PLC0415

        d = dict(src_dict)
        uid = d.pop("uid")

        name = d.pop("name")

        avatar = d.pop("avatar", UNSET)

        link = d.pop("link", UNSET)

        role = d.pop("role", UNSET)

        status_message = d.pop("statusMessage", UNSET)

        _metadata = d.pop("metadata", UNSET)
        metadata: Metadata | Unset
        if isinstance(_metadata, Unset):
            metadata = UNSET
        else:
            metadata = Metadata.from_dict(_metadata)

        tags = cast(list[str], d.pop("tags", UNSET))

        with_auth_token = d.pop("withAuthToken", UNSET)

        create_user_request = cls(
            uid=uid,
            name=name,
            avatar=avatar,
            link=link,
            role=role,
            status_message=status_message,
            metadata=metadata,
            tags=tags,
            with_auth_token=with_auth_token,
        )

        return create_user_request
