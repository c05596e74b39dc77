from enum import StrEnum


class ListUsersSearchInItem(StrEnum):
    NAME = "name"
    UID = "uid"

    def __str__(self) -> str:
        return str(self.value)
