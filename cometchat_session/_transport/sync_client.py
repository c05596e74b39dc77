"""Sends requests in the caller's thread."""

from __future__ import annotations

import os
import threading
import weakref
from typing import TYPE_CHECKING, TypeVar

import httpx
from cometchat_rest import Client

from cometchat_session._transport.deadline import bound
from cometchat_session._transport.http import Attempt, AttemptAuth, client_options
from cometchat_session._transport.request import closed

if TYPE_CHECKING:
    from cometchat_session._transport.request import ApiRequest, CallBudget
    from cometchat_session.config import AppConfig

R = TypeVar("R")


class SyncTransport:
    """The connections of a sync client: a generated client for each host.

    A forked child starts with connections of its own: the parent's are still in use by the parent.
    """

    def __init__(self, config: AppConfig, timeout: float) -> None:
        self._config = config
        self._timeout = timeout
        self._closed = False
        self._of_parents: list[object] = []
        self._clones: weakref.WeakSet[SyncTransport] = weakref.WeakSet()
        self._begin()

    def _begin(self) -> None:
        self._pid = os.getpid()
        self._opening = threading.Lock()
        self._clients: dict[str, Client] = {}

    async def send(self, request: ApiRequest[R], budget: CallBudget) -> R:
        """Make one attempt by way of the generated client."""
        with Attempt(request, budget, self._timeout, self._config) as attempt:
            return request.call.sync(self.client(request.url, request.url, AttemptAuth()))
        raise attempt.failure

    def client(self, name: str, url: str, auth: httpx.Auth) -> Client:
        """Return the generated client of a name, for a host and signed in one way; made once."""
        self._after_fork()
        with self._opening:
            if self._closed:
                raise closed()
            if (client := self._clients.get(name)) is None:
                http = bound(httpx.Client(auth=auth, **client_options(self._config, url)))
                client = self._clients[name] = Client(base_url=url).set_httpx_client(http)
        return client

    def clone(self) -> SyncTransport:
        """Return a transport with connections of its own."""
        clone = SyncTransport(self._config, self._timeout)
        self._clones.add(clone)
        clone._closed = self._closed
        return clone

    async def close(self) -> None:
        """Close connections."""
        for clone in tuple(self._clones):
            await clone.close()
        self._after_fork()
        with self._opening:
            self._closed = True
            clients, self._clients = self._clients, {}
        for client in clients.values():
            client.get_httpx_client().close()

    def _after_fork(self) -> None:
        if self._pid != os.getpid():
            # Kept, so that collecting them closes nothing of the parent's.
            self._of_parents.append(self._clients)
            self._begin()
