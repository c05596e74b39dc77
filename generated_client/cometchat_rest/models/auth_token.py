from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.app_info import AppInfo


T = TypeVar("T", bound="AuthToken")


@_attrs_define
class AuthToken:
    """
    Attributes:
        uid (str):
        auth_token (str):
        created_at (int | None | Unset): UNIX seconds. There is no expiry.
        platform (None | str | Unset):
        user_agent (None | str | Unset):
        app_info (AppInfo | None | str | Unset):
    """

    uid: str
    auth_token: str
    created_at: int | None | Unset = UNSET
    platform: None | str | Unset = UNSET
    user_agent: None | str | Unset = UNSET
    app_info: AppInfo | None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.app_info import AppInfo  # noqa: PLC0415

        uid = self.uid

        auth_token = self.auth_token

        created_at: int | None | Unset
        if isinstance(self.created_at, Unset):
            created_at = UNSET
        else:
            created_at = self.created_at

        platform: None | str | Unset
        if isinstance(self.platform, Unset):
            platform = UNSET
        else:
            platform = self.platform

        user_agent: None | str | Unset
        if isinstance(self.user_agent, Unset):
            user_agent = UNSET
        else:
            user_agent = self.user_agent

        app_info: dict[str, Any] | None | str | Unset
        if isinstance(self.app_info, Unset):
            app_info = UNSET
        elif isinstance(self.app_info, AppInfo):
            app_info = self.app_info.to_dict()
        else:
            app_info = self.app_info

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "uid": uid,
                "authToken": auth_token,
            }
        )
        if created_at is not UNSET:
            field_dict["createdAt"] = created_at
        if platform is not UNSET:
            field_dict["platform"] = platform
        if user_agent is not UNSET:
            field_dict["userAgent"] = user_agent
        if app_info is not UNSET:
            field_dict["appInfo"] = app_info

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.app_info import AppInfo  # noqa: PLC0415

        d = dict(src_dict)
        uid = d.pop("uid")

        auth_token = d.pop("authToken")

        def _parse_created_at(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        created_at = _parse_created_at(d.pop("createdAt", UNSET))

        def _parse_platform(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        platform = _parse_platform(d.pop("platform", UNSET))

        def _parse_user_agent(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        user_agent = _parse_user_agent(d.pop("userAgent", UNSET))

        def _parse_app_info(data: object) -> AppInfo | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                app_info_type_0 = AppInfo.from_dict(data)

                return app_info_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AppInfo | None | str | Unset, data)

        app_info = _parse_app_info(d.pop("appInfo", UNSET))

        auth_token = cls(
            uid=uid,
            auth_token=auth_token,
            created_at=created_at,
            platform=platform,
            user_agent=user_agent,
            app_info=app_info,
        )

        auth_token.additional_properties = d
        return auth_token

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
