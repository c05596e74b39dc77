"""A client library for accessing CometChat users, auth tokens and login"""

from .client import AuthenticatedClient, Client

__all__ = (
    "AuthenticatedClient",
    "Client",
)
