from enum import StrEnum


class UpdateUserRequestUnsetItem(StrEnum):
    AVATAR = "avatar"
    LINK = "link"
    METADATA = "metadata"

    def __str__(self) -> str:
        return str(self.value)
