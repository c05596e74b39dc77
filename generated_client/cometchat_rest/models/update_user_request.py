from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.update_user_request_unset_item import UpdateUserRequestUnsetItem
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.metadata import Metadata


T = TypeVar("T", bound="UpdateUserRequest")


@_attrs_define
class UpdateUserRequest:
    """Every field may be left out. Nothing has a default, so that nothing changes unasked.

    Attributes:
        name (str | Unset): Shown to others.
        avatar (str | Unset): Address of a picture.
        link (str | Unset): Address of a profile page.
        role (str | Unset): A role that exists.
        status_message (str | Unset): Free text.
        metadata (Metadata | Unset): The app's own JSON object, 5 KB at most; @private is for the user and the server
            only.
        tags (list[str] | Unset):
        unset (list[UpdateUserRequestUnsetItem] | Unset): Fields to empty.
    """

    name: str | Unset = UNSET
    avatar: str | Unset = UNSET
    link: str | Unset = UNSET
    role: str | Unset = UNSET
    status_message: str | Unset = UNSET
    metadata: Metadata | Unset = UNSET
    tags: list[str] | Unset = UNSET
    unset: list[UpdateUserRequestUnsetItem] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
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

        unset: list[str] | Unset = UNSET
        if not isinstance(self.unset, Unset):
            unset = []
            for unset_item_data in self.unset:
                unset_item = unset_item_data.value
                unset.append(unset_item)

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if name is not UNSET:
            field_dict["name"] = name
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
        if unset is not UNSET:
            field_dict["unset"] = unset

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.metadata import Metadata  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name", UNSET)

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

        _unset = d.pop("unset", UNSET)
        unset: list[UpdateUserRequestUnsetItem] | Unset = UNSET
        if _unset is not UNSET:
            unset = []
            for unset_item_data in _unset:
                unset_item = UpdateUserRequestUnsetItem(unset_item_data)

                unset.append(unset_item)

        update_user_request = cls(
            name=name,
            avatar=avatar,
            link=link,
            role=role,
            status_message=status_message,
            metadata=metadata,
            tags=tags,
            unset=unset,
        )

        return update_user_request
