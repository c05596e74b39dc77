from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.app_info import AppInfo


T = TypeVar("T", bound="CreateAuthTokenRequest")


@_attrs_define
class CreateAuthTokenRequest:
    """
    Attributes:
        force (bool | Unset): Whether a new token is made in any case.
        platform (str | Unset): The kind of device.
        device_id (str | Unset): Names the installation.
        app_info (AppInfo | Unset): What the client says of itself.
    """

    force: bool | Unset = UNSET
    platform: str | Unset = UNSET
    device_id: str | Unset = UNSET
    app_info: AppInfo | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        force = self.force

        platform = self.platform

        device_id = self.device_id

        app_info: dict[str, Any] | Unset = UNSET
        if not isinstance(self.app_info, Unset):
            app_info = self.app_info.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if force is not UNSET:
            field_dict["force"] = force
        if platform is not UNSET:
            field_dict["platform"] = platform
        if device_id is not UNSET:
            field_dict["deviceId"] = device_id
        if app_info is not UNSET:
            field_dict["appInfo"] = app_info

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.app_info import AppInfo  # noqa: PLC0415

        d = dict(src_dict)
        force = d.pop("force", UNSET)

        platform = d.pop("platform", UNSET)

        device_id = d.pop("deviceId", UNSET)

        _app_info = d.pop("appInfo", UNSET)
        app_info: AppInfo | Unset
        if isinstance(_app_info, Unset):
            app_info = UNSET
        else:
            app_info = AppInfo.from_dict(_app_info)

        create_auth_token_request = cls(
            force=force,
            platform=platform,
            device_id=device_id,
            app_info=app_info,
        )

        return create_auth_token_request
