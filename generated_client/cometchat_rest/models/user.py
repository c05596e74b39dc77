from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.presence import Presence
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.metadata import Metadata


T = TypeVar("T", bound="User")


@_attrs_define
class User:
    """
    Attributes:
        uid (str):
        name (None | str | Unset):
        avatar (None | str | Unset):
        link (None | str | Unset):
        role (None | str | Unset):
        status (None | Presence | str | Unset):
        status_message (None | str | Unset):
        metadata (Metadata | None | Unset):
        tags (list[str] | None | Unset):
        created_at (int | None | Unset): UNIX seconds.
        updated_at (int | None | Unset): UNIX seconds.
        last_active_at (int | None | Unset): UNIX seconds.
        deactivated_at (int | None | Unset): UNIX seconds; 0 for active users.
        has_blocked_me (bool | None | Unset):
        blocked_by_me (bool | None | Unset):
        blocked_by_me_at (int | None | Unset):
        blocked_at (int | None | Unset):
        conversation_id (None | str | Unset):
        auth_token (str | Unset): With withAuthToken only.
    """

    uid: str
    name: None | str | Unset = UNSET
    avatar: None | str | Unset = UNSET
    link: None | str | Unset = UNSET
    role: None | str | Unset = UNSET
    status: None | Presence | str | Unset = UNSET
    status_message: None | str | Unset = UNSET
    metadata: Metadata | None | Unset = UNSET
    tags: list[str] | None | Unset = UNSET
    created_at: int | None | Unset = UNSET
    updated_at: int | None | Unset = UNSET
    last_active_at: int | None | Unset = UNSET
    deactivated_at: int | None | Unset = UNSET
    has_blocked_me: bool | None | Unset = UNSET
    blocked_by_me: bool | None | Unset = UNSET
    blocked_by_me_at: int | None | Unset = UNSET
    blocked_at: int | None | Unset = UNSET
    conversation_id: None | str | Unset = UNSET
    auth_token: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.metadata import Metadata  # noqa: PLC0415

        uid = self.uid

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        avatar: None | str | Unset
        if isinstance(self.avatar, Unset):
            avatar = UNSET
        else:
            avatar = self.avatar

        link: None | str | Unset
        if isinstance(self.link, Unset):
            link = UNSET
        else:
            link = self.link

        role: None | str | Unset
        if isinstance(self.role, Unset):
            role = UNSET
        else:
            role = self.role

        status: None | str | Unset
        if isinstance(self.status, Unset):
            status = UNSET
        elif isinstance(self.status, Presence):
            status = self.status.value
        else:
            status = self.status

        status_message: None | str | Unset
        if isinstance(self.status_message, Unset):
            status_message = UNSET
        else:
            status_message = self.status_message

        metadata: dict[str, Any] | None | Unset
        if isinstance(self.metadata, Unset):
            metadata = UNSET
        elif isinstance(self.metadata, Metadata):
            metadata = self.metadata.to_dict()
        else:
            metadata = self.metadata

        tags: list[str] | None | Unset
        if isinstance(self.tags, Unset):
            tags = UNSET
        elif isinstance(self.tags, list):
            tags = self.tags

        else:
            tags = self.tags

        created_at: int | None | Unset
        if isinstance(self.created_at, Unset):
            created_at = UNSET
        else:
            created_at = self.created_at

        updated_at: int | None | Unset
        if isinstance(self.updated_at, Unset):
            updated_at = UNSET
        else:
            updated_at = self.updated_at

        last_active_at: int | None | Unset
        if isinstance(self.last_active_at, Unset):
            last_active_at = UNSET
        else:
            last_active_at = self.last_active_at

        deactivated_at: int | None | Unset
        if isinstance(self.deactivated_at, Unset):
            deactivated_at = UNSET
        else:
            deactivated_at = self.deactivated_at

        has_blocked_me: bool | None | Unset
        if isinstance(self.has_blocked_me, Unset):
            has_blocked_me = UNSET
        else:
            has_blocked_me = self.has_blocked_me

        blocked_by_me: bool | None | Unset
        if isinstance(self.blocked_by_me, Unset):
            blocked_by_me = UNSET
        else:
            blocked_by_me = self.blocked_by_me

        blocked_by_me_at: int | None | Unset
        if isinstance(self.blocked_by_me_at, Unset):
            blocked_by_me_at = UNSET
        else:
            blocked_by_me_at = self.blocked_by_me_at

        blocked_at: int | None | Unset
        if isinstance(self.blocked_at, Unset):
            blocked_at = UNSET
        else:
            blocked_at = self.blocked_at

        conversation_id: None | str | Unset
        if isinstance(self.conversation_id, Unset):
            conversation_id = UNSET
        else:
            conversation_id = self.conversation_id

        auth_token = self.auth_token

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "uid": uid,
            }
        )
        if name is not UNSET:
            field_dict["name"] = name
        if avatar is not UNSET:
            field_dict["avatar"] = avatar
        if link is not UNSET:
            field_dict["link"] = link
        if role is not UNSET:
            field_dict["role"] = role
        if status is not UNSET:
            field_dict["status"] = status
        if status_message is not UNSET:
            field_dict["statusMessage"] = status_message
        if metadata is not UNSET:
            field_dict["metadata"] = metadata
        if tags is not UNSET:
            field_dict["tags"] = tags
        if created_at is not UNSET:
            field_dict["createdAt"] = created_at
        if updated_at is not UNSET:
            field_dict["updatedAt"] = updated_at
        if last_active_at is not UNSET:
            field_dict["lastActiveAt"] = last_active_at
        if deactivated_at is not UNSET:
            field_dict["deactivatedAt"] = deactivated_at
        if has_blocked_me is not UNSET:
            field_dict["hasBlockedMe"] = has_blocked_me
        if blocked_by_me is not UNSET:
            field_dict["blockedByMe"] = blocked_by_me
        if blocked_by_me_at is not UNSET:
            field_dict["blockedByMeAt"] = blocked_by_me_at
        if blocked_at is not UNSET:
            field_dict["blockedAt"] = blocked_at
        if conversation_id is not UNSET:
            field_dict["conversationId"] = conversation_id
        if auth_token is not UNSET:
            field_dict["authToken"] = auth_token

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.metadata import Metadata  # noqa: PLC0415

        d = dict(src_dict)
        uid = d.pop("uid")

        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))

        def _parse_avatar(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        avatar = _parse_avatar(d.pop("avatar", UNSET))

        def _parse_link(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        link = _parse_link(d.pop("link", UNSET))

        def _parse_role(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        role = _parse_role(d.pop("role", UNSET))

        def _parse_status(data: object) -> None | Presence | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                status_type_0 = Presence(data)

                return status_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Presence | str | Unset, data)

        status = _parse_status(d.pop("status", UNSET))

        def _parse_status_message(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        status_message = _parse_status_message(d.pop("statusMessage", UNSET))

        def _parse_metadata(data: object) -> Metadata | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                metadata_type_0 = Metadata.from_dict(data)

                return metadata_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Metadata | None | Unset, data)

        metadata = _parse_metadata(d.pop("metadata", UNSET))

        def _parse_tags(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                tags_type_0 = cast(list[str], data)

                return tags_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        tags = _parse_tags(d.pop("tags", UNSET))

        def _parse_created_at(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        created_at = _parse_created_at(d.pop("createdAt", UNSET))

        def _parse_updated_at(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        updated_at = _parse_updated_at(d.pop("updatedAt", UNSET))

        def _parse_last_active_at(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        last_active_at = _parse_last_active_at(d.pop("lastActiveAt", UNSET))

        def _parse_deactivated_at(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        deactivated_at = _parse_deactivated_at(d.pop("deactivatedAt", UNSET))

        def _parse_has_blocked_me(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        has_blocked_me = _parse_has_blocked_me(d.pop("hasBlockedMe", UNSET))

        def _parse_blocked_by_me(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        blocked_by_me = _parse_blocked_by_me(d.pop("blockedByMe", UNSET))

        def _parse_blocked_by_me_at(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        blocked_by_me_at = _parse_blocked_by_me_at(d.pop("blockedByMeAt", UNSET))

        def _parse_blocked_at(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        blocked_at = _parse_blocked_at(d.pop("blockedAt", UNSET))

        def _parse_conversation_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        conversation_id = _parse_conversation_id(d.pop("conversationId", UNSET))

        auth_token = d.pop("authToken", UNSET)

        user = cls(
            uid=uid,
            name=name,
            avatar=avatar,
            link=link,
            role=role,
            status=status,
            status_message=status_message,
            metadata=metadata,
            tags=tags,
            created_at=created_at,
            updated_at=updated_at,
            last_active_at=last_active_at,
            deactivated_at=deactivated_at,
            has_blocked_me=has_blocked_me,
            blocked_by_me=blocked_by_me,
            blocked_by_me_at=blocked_by_me_at,
            blocked_at=blocked_at,
            conversation_id=conversation_id,
            auth_token=auth_token,
        )

        user.additional_properties = d
        return user

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
