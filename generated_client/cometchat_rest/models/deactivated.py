from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="Deactivated")


@_attrs_define
class Deactivated:
    """
    Attributes:
        deactivated_uids (list[str] | Unset):
        already_deactivated_uids (list[str] | Unset):
        not_found (list[str] | Unset):
    """

    deactivated_uids: list[str] | Unset = UNSET
    already_deactivated_uids: list[str] | Unset = UNSET
    not_found: list[str] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        deactivated_uids: list[str] | Unset = UNSET
        if not isinstance(self.deactivated_uids, Unset):
            deactivated_uids = self.deactivated_uids

        already_deactivated_uids: list[str] | Unset = UNSET
        if not isinstance(self.already_deactivated_uids, Unset):
            already_deactivated_uids = self.already_deactivated_uids

        not_found: list[str] | Unset = UNSET
        if not isinstance(self.not_found, Unset):
            not_found = self.not_found

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if deactivated_uids is not UNSET:
            field_dict["deactivatedUids"] = deactivated_uids
        if already_deactivated_uids is not UNSET:
            field_dict["alreadyDeactivatedUids"] = already_deactivated_uids
        if not_found is not UNSET:
            field_dict["notFound"] = not_found

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        deactivated_uids = cast(list[str], d.pop("deactivatedUids", UNSET))

        already_deactivated_uids = cast(list[str], d.pop("alreadyDeactivatedUids", UNSET))

        not_found = cast(list[str], d.pop("notFound", UNSET))

        deactivated = cls(
            deactivated_uids=deactivated_uids,
            already_deactivated_uids=already_deactivated_uids,
            not_found=not_found,
        )

        deactivated.additional_properties = d
        return deactivated

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
