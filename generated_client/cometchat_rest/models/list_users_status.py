from enum import StrEnum


class ListUsersStatus(StrEnum):
    AVAILABLE = "available"
    OFFLINE = "offline"

    def __str__(self) -> str:
        return str(self.value)
