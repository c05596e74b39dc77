from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="DeactivateUsersRequest")


@_attrs_define
class DeactivateUsersRequest:
    """
    Attributes:
        uids_to_deactivate (list[str]):
    """

    uids_to_deactivate: list[str]

    def to_dict(self) -> dict[str, Any]:
        uids_to_deactivate = self.uids_to_deactivate

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "uidsToDeactivate": uids_to_deactivate,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        uids_to_deactivate = cast(list[str], d.pop("uidsToDeactivate"))

        deactivate_users_request = cls(
            uids_to_deactivate=uids_to_deactivate,
        )

        return deactivate_users_request
