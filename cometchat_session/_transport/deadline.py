"""Connections of the sync client that keep to the time of the whole attempt.

httpx gives every connect, write and read the whole time anew, so that a server that drips, be it the head
of an answer or its body, never breaks it. Here each of them gets what is left of the current attempt.
Whoever uses the connections without one, such as the users of `chat.api`, has httpx's own time-outs.
"""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING, Any

import httpcore
import httpx

from cometchat_session._transport.http import current

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable


def bound(client: httpx.Client) -> httpx.Client:
    """Have a client's connections, to proxies as well, keep to the time of the current attempt.

    httpcore takes the network as an argument; httpx, which builds httpcore's pools and reads the
    environment's proxies, hands none on. So it is put in afterwards, here and nowhere else. An httpx that
    keeps its pools elsewhere fails at once, with AttributeError, and no client is built.
    """
    for transport in (client._transport, *client._mounts.values()):  # noqa: SLF001 - see above
        if isinstance(transport, httpx.HTTPTransport):  # `None` stands for hosts that no proxy is for
            pool = transport._pool  # noqa: SLF001 - see above
            pool._network_backend = _Network(pool._network_backend)  # noqa: SLF001 - see above
    return client


def _left(timeout: float | None, late: type[httpcore.TimeoutException]) -> float | None:
    attempt = current.get(None)
    if attempt is None:
        return timeout
    left = attempt.until - time.monotonic()
    if left <= 0:
        raise late("no time is left for this attempt")
    return left if timeout is None else min(timeout, left)


class _Network(httpcore.NetworkBackend):
    def __init__(self, network: httpcore.NetworkBackend) -> None:
        self._network = network

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        # Looked up here, for a host of many addresses would get the whole time for each of them.
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        failure: Exception = httpcore.ConnectError("the host has no address")
        for *_, address in found:
            left = _left(timeout, httpcore.ConnectTimeout)
            try:
                stream = self._network.connect_tcp(str(address[0]), port, left, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _Stream(stream)
        raise failure

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._network.connect_unix_socket(path, left, socket_options))


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
