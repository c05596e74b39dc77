from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.app_info import AppInfo


T = TypeVar("T", bound="Device")


@_attrs_define
class Device:
    """
    Attributes:
        platform (str): The kind of device; the official SDK says WEB.
        device_id (str): Names the installation.
        app_info (AppInfo): What the client says of itself.
    """

    platform: str
    device_id: str
    app_info: AppInfo

    def to_dict(self) -> dict[str, Any]:
        platform = self.platform

        device_id = self.device_id

        app_info = self.app_info.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "platform": platform,
                "deviceId": device_id,
                "appInfo": app_info,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.app_info import AppInfo  # noqa: PLC0415

        d = dict(src_dict)
        platform = d.pop("platform")

        device_id = d.pop("deviceId")

        app_info = AppInfo.from_dict(d.pop("appInfo"))

        device = cls(
            platform=platform,
            device_id=device_id,
            app_info=app_info,
        )

        return device
