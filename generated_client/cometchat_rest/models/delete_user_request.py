from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="DeleteUserRequest")


@_attrs_define
class DeleteUserRequest:
    """
    Attributes:
        permanent (bool | Unset): True erases the user; else it is deactivated.
    """

    permanent: bool | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        permanent = self.permanent

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if permanent is not UNSET:
            field_dict["permanent"] = permanent

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        permanent = d.pop("permanent", UNSET)

        delete_user_request = cls(
            permanent=permanent,
        )

        return delete_user_request
