from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.app_info import AppInfo


T = TypeVar("T", bound="UpdateAuthTokenRequest")


@_attrs_define
class UpdateAuthTokenRequest:
    """
    Attributes:
        platform (str | Unset): The kind of device.
        user_agent (str | Unset): The client program.
        app_info (AppInfo | Unset): What the client says of itself.
    """

    platform: str | Unset = UNSET
    user_agent: str | Unset = UNSET
    app_info: AppInfo | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        platform = self.platform

        user_agent = self.user_agent

        app_info: dict[str, Any] | Unset = UNSET
        if not isinstance(self.app_info, Unset):
            app_info = self.app_info.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update({})
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
        platform = d.pop("platform", UNSET)

        user_agent = d.pop("userAgent", UNSET)

        _app_info = d.pop("appInfo", UNSET)
        app_info: AppInfo | Unset
        if isinstance(_app_info, Unset):
            app_info = UNSET
        else:
            app_info = AppInfo.from_dict(_app_info)

        update_auth_token_request = cls(
            platform=platform,
            user_agent=user_agent,
            app_info=app_info,
        )

        return update_auth_token_request
