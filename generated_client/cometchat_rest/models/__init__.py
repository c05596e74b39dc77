"""Contains all the data models used in inputs/outputs"""

from .app_info import AppInfo
from .auth_token import AuthToken
from .auth_token_list import AuthTokenList
from .auth_token_reply import AuthTokenReply
from .create_auth_token_request import CreateAuthTokenRequest
from .create_user_request import CreateUserRequest
from .deactivate_users_request import DeactivateUsersRequest
from .deactivated import Deactivated
from .deactivated_reply import DeactivatedReply
from .delete_user_request import DeleteUserRequest
from .deleted import Deleted
from .deleted_reply import DeletedReply
from .details import Details
from .device import Device
from .error import Error
from .error_reply import ErrorReply
from .list_users_search_in_item import ListUsersSearchInItem
from .list_users_status import ListUsersStatus
from .me import Me
from .me_reply import MeReply
from .meta import Meta
from .metadata import Metadata
from .pagination import Pagination
from .presence import Presence
from .reactivate_users_request import ReactivateUsersRequest
from .reactivated import Reactivated
from .reactivated_reply import ReactivatedReply
from .settings import Settings
from .success import Success
from .success_reply import SuccessReply
from .update_auth_token_request import UpdateAuthTokenRequest
from .update_user_request import UpdateUserRequest
from .update_user_request_unset_item import UpdateUserRequestUnsetItem
from .user import User
from .user_list import UserList
from .user_reply import UserReply
from .ws_channel import WsChannel

__all__ = (
    "AppInfo",
    "AuthToken",
    "AuthTokenList",
    "AuthTokenReply",
    "CreateAuthTokenRequest",
    "CreateUserRequest",
    "Deactivated",
    "DeactivatedReply",
    "DeactivateUsersRequest",
    "Deleted",
    "DeletedReply",
    "DeleteUserRequest",
    "Details",
    "Device",
    "Error",
    "ErrorReply",
    "ListUsersSearchInItem",
    "ListUsersStatus",
    "Me",
    "MeReply",
    "Meta",
    "Metadata",
    "Pagination",
    "Presence",
    "Reactivated",
    "ReactivatedReply",
    "ReactivateUsersRequest",
    "Settings",
    "Success",
    "SuccessReply",
    "UpdateAuthTokenRequest",
    "UpdateUserRequest",
    "UpdateUserRequestUnsetItem",
    "User",
    "UserList",
    "UserReply",
    "WsChannel",
)
