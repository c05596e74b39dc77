"""Life and death of the server."""

from __future__ import annotations

import socket
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx
import pytest

from cometchat_session.emulator import Emulator
from cometchat_session.emulator.server import Server, listen, url_of
from cometchat_session.emulator.web import build
from emulator.service import Api, data

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


def test_two_emulators_have_nothing_in_common() -> None:
    with Emulator() as one, Emulator(app_id="second", region="eu") as two:
        assert one.url != two.url
        one.remove_user("cometchat-uid-1")
        api = Api(two)
        data(api.rest("GET", "/users/cometchat-uid-1"))
        assert (two.app_id, two.region) == ("second", "eu")
        assert one.requests == []
        api.http.close()


def test_it_can_start_again_with_its_state() -> None:
    emulator = Emulator(auth_key="a" * 40, rest_api_key="b" * 40)
    for _ in range(2):
        with emulator:
            assert httpx.get(emulator.url + "/_emulator/health").status_code == 200
        with pytest.raises(httpx.ConnectError):
            httpx.get(emulator.url + "/_emulator/health")
    assert [key["apiKey"] for key in emulator.state["keys"]] == ["a" * 40, "b" * 40]


def test_it_starts_once_and_stops_twice() -> None:
    emulator = Emulator().start()
    with pytest.raises(RuntimeError, match="running"):
        emulator.start()
    emulator.stop()
    emulator.stop()


def test_it_can_be_steered_before_it_runs() -> None:
    emulator = Emulator()
    emulator.configure(token_limit=1)
    assert emulator.url == ""
    with emulator:
        assert emulator.settings["token_limit"] == 1


def test_a_port_that_is_taken_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        Emulator(port=taken.getsockname()[1]).start()


def test_a_server_that_cannot_start_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(self: Server, sockets: object = None) -> None:
        raise OSError("no more sockets")

    monkeypatch.setattr(Server, "startup", fail)
    emulator = Emulator()
    with pytest.raises(RuntimeError, match="did not start") as caught:
        emulator.start()
    assert isinstance(caught.value.__cause__, OSError)
    emulator.stop()


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_ipv6() -> None:
    with Emulator(host="::1") as emulator:
        assert emulator.url.startswith("http://[::1]:")
        api = Api(emulator)
        data(api.rest("GET", "/users/cometchat-uid-1"))
        api.http.close()


def test_answers_do_not_wait_for_acknowledgements() -> None:
    with listen("127.0.0.1", 0) as listener:
        assert url_of(listener).startswith("http://127.0.0.1:")
        assert listener.proto == socket.IPPROTO_TCP


def test_handles_work_from_many_threads_during_traffic(api: Api, emulator: Emulator) -> None:
    def steer(number: int) -> int:
        emulator.fault("delay", path=f"/never/{number}")
        emulator.configure(token_limit=50)
        return len(emulator.requests)

    def traffic(number: int) -> int:
        return httpx.get(
            f"{emulator.url}/v3/users/cometchat-uid-1", headers={"apikey": emulator.rest_api_key}
        ).status_code

    with ThreadPoolExecutor(8) as pool:
        steered = list(pool.map(steer, range(40)))
        answered = list(pool.map(traffic, range(40)))
    assert answered == [200] * 40
    assert len(emulator.requests) == 40
    assert max(steered) <= 40


def test_an_error_in_a_handle_reaches_the_caller(running: Api) -> None:
    with pytest.raises(OverflowError):
        running.emulator.freeze(10**400)
    running.emulator.reset()


def test_handles_work_on_the_server_thread_itself(api: Api, emulator: Emulator) -> None:
    server = emulator._server
    assert server is not None
    assert server.call(lambda: emulator.settings["plan"]) == "unmetered"


def test_a_signal_ends_a_server_before_it_runs() -> None:
    ready: list[bool] = []
    server = Server(build(Emulator()._app), lambda: ready.append(True))
    assert server.call(lambda: 7) == 7
    server.handle_exit(2, None)
    listener = listen("127.0.0.1", 0)
    server.run([listener])
    assert ready == [True]
    assert listener.fileno() == -1


def test_serve_answers_in_this_thread_until_stopped() -> None:
    emulator = Emulator()
    seen: list[int] = []

    def visit() -> None:
        seen.append(httpx.get(emulator.url + "/_emulator/health").status_code)
        seen.append(len(emulator.requests))
        emulator.stop()

    visitor = threading.Thread(target=visit)
    emulator.serve(lambda _: visitor.start())
    visitor.join()
    assert seen == [200, 0]


def test_the_date_goes_on(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cometchat_session.emulator.server.TICK_SECONDS", 0.01)
    with Emulator() as emulator:
        server = emulator._server
        assert server is not None
        ticks: list[int] = []
        tick: Callable[[int], Awaitable[bool]] = server.on_tick

        async def counted(counter: int) -> bool:
            ticks.append(counter)
            return await tick(counter)

        monkeypatch.setattr(server, "on_tick", counted)
        deadline = time.monotonic() + 5
        while len(ticks) < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert len(ticks) >= 3


class WithoutPytest(unittest.TestCase):
    """The emulator in the standard library's own test runner."""

    def test_plain_unittest(self) -> None:
        with Emulator() as emulator:
            assert httpx.get(emulator.url + "/_emulator/health").status_code == 200
            assert emulator.environment["COMETCHAT_BASE_URL"] == emulator.url


@pytest.mark.parametrize("uid", ["a%0Ab", "%0A", "a%0D%0Ab", "%00", "a%2Fb"])
def test_a_path_may_hold_any_character(uid: str) -> None:
    with Emulator() as emulator:
        answer = httpx.get(f"{emulator.url}/v3/users/{uid}", headers={"apikey": emulator.rest_api_key})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "ERR_UID_NOT_FOUND")


def test_a_target_that_is_no_path_is_a_route_that_is_not_there(api: Api, emulator: Emulator) -> None:
    host, _, port = emulator.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as connection, connection.makefile("rb") as answer:
        connection.sendall(b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        text = answer.read()
    assert text.startswith(b"HTTP/1.1 501 ")
    assert b"EMULATOR_ROUTE_UNKNOWN" in text
    assert [request["status"] for request in emulator.requests] == [501]
