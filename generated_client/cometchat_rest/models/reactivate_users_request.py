from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="ReactivateUsersRequest")


@_attrs_define
class ReactivateUsersRequest:
    """
    Attributes:
        uids_to_activate (list[str]):
    """

    uids_to_activate: list[str]

    def to_dict(self) -> dict[str, Any]:
        uids_to_activate = self.uids_to_activate

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "uidsToActivate": uids_to_activate,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        uids_to_activate = cast(list[str], d.pop("uidsToActivate"))

        reactivate_users_request = cls(
            uids_to_activate=uids_to_activate,
        )

        return reactivate_users_request
