"""What keeps a connection from being made, in words, and whether another try is worth it."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Self

import httpx
import pytest
import trustme

from cometchat_session import errors
from cometchat_session._runtime import retrying
from cometchat_session._secret import Secret
from cometchat_session._transport.failures import error_for
from cometchat_session._transport.operations import ANY_CLIENT, LOGOUT
from cometchat_session._transport.request import ApiRequest, RetrySafety
from cometchat_session.config import AppConfig

if TYPE_CHECKING:
    from support.modes import Mode

REQUEST = ApiRequest(
    call=LOGOUT(client=ANY_CLIENT), url="https://app.example", header="authToken", credential=Secret("t")
)
APP = AppConfig("app", "us", None, None)
RESET = struct.pack("ii", 1, 0)  # to linger for no time, which is to reset


@pytest.mark.parametrize(
    ("text", "code", "again"),
    [
        ("[Errno -3] Temporary failure in name resolution", None, True),
        ("[Errno -2] Name or service not known", "UNKNOWN_HOST", False),
        ("[Errno -5] No address associated with hostname", "UNKNOWN_HOST", False),
        ("[Errno 8] nodename nor servname provided, or not known", "UNKNOWN_HOST", False),
        ("[Errno 104] Connection reset by peer", None, True),  # in the middle of the TLS handshake
        ("[SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred in violation of protocol", None, True),
        ("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed", "CERTIFICATE", False),
    ],
)
def test_what_is_worth_another_try(text: str, code: str | None, again: bool) -> None:
    error = error_for(httpx.ConnectError(text), REQUEST, APP, 10.0, None)
    assert isinstance(error, errors.NetworkError)
    assert (error.code, error.sent) == (code, "no")
    assert text in error.message
    assert error.hint
    assert all(retrying.may_repeat(error, safety, 0) is again for safety in RetrySafety)


class Impostor:
    """A server whose certificate nobody trusts, or that resets every handshake."""

    def __init__(self, *, resets: bool) -> None:
        self.resets = resets
        self.asked = 0
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        trustme.CA().issue_cert("127.0.0.1").configure_cert(self.context)

    def __enter__(self) -> Self:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()
        self.url = f"https://127.0.0.1:{self.listener.getsockname()[1]}"
        return self

    def __exit__(self, *args: object) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(5)

    def serve(self) -> None:
        while True:
            try:
                line, _ = self.listener.accept()
            except OSError:
                return
            self.asked += 1
            with line, suppress(OSError):
                if self.resets:
                    line.recv(1)
                    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                else:
                    self.context.wrap_socket(line, server_side=True).close()


def test_a_certificate_of_a_stranger_ends_the_call(mode: Mode) -> None:
    with Impostor(resets=False) as server:
        with pytest.raises(errors.NetworkError, match="not to be trusted; do not go on") as caught:
            mode.client(base_url=server.url).login("cometchat-uid-1")
        assert (caught.value.code, caught.value.attempts, server.asked) == ("CERTIFICATE", 1, 1)


def test_a_handshake_that_is_reset_is_tried_again(mode: Mode) -> None:
    with Impostor(resets=True) as server:
        with pytest.raises(errors.NetworkError, match="Check the network") as caught:
            mode.client(base_url=server.url).login("cometchat-uid-1")
        assert (caught.value.sent, caught.value.attempts, server.asked) == ("no", 3, 3)
