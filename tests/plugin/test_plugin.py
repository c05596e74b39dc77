"""The pytest plugin as a user's test suite sees it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest_plugins = ["pytester"]
PLUGIN = ("-p", "cometchat_session.pytest_plugin", "-p", "no:randomly", "-p", "no:cacheprovider")


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a suite of tests in a process of its own, with the plugin loaded once, however it is installed."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run(code: str, *options: str) -> pytest.RunResult:
        pytester.makepyfile(code)
        return pytester.runpytest_subprocess(*PLUGIN, *options)

    return run


def test_fixtures_need_no_configuration_and_share_no_state(suite: Any) -> None:
    code = """
        import pytest

        @pytest.mark.parametrize("turn", [1, 2])
        def test_log_in(cometchat, cometchat_emulator, turn):
            assert cometchat_emulator.requests == []
            assert cometchat.get_logged_in_user() is None
            assert cometchat.login("cometchat-uid-1").uid == "cometchat-uid-1"
            assert len(cometchat_emulator.requests) == 2

        def test_backend(cometchat_admin, cometchat):
            cometchat_admin.users.create("ann", "Ann")
            token = cometchat_admin.auth_tokens.create("ann")
            assert cometchat.login(auth_token=token.auth_token).name == "Ann"

        def test_faults(cometchat, cometchat_emulator):
            from cometchat_session import UserNotFoundError
            cometchat_emulator.fault("status", status=404, times=1)
            with pytest.raises(UserNotFoundError):
                cometchat.login("cometchat-uid-1")
            cometchat.login("cometchat-uid-1")
            cometchat_emulator.revoke(uid="cometchat-uid-1")
            assert cometchat.get_logged_in_user(verify=True) is None

        def test_async(async_cometchat, async_cometchat_admin):
            import asyncio

            async def story():
                await async_cometchat_admin.users.create("bob", "Bob")
                token = await async_cometchat_admin.auth_tokens.create("bob")
                return await async_cometchat.login(auth_token=token.auth_token)

            assert asyncio.run(story()).name == "Bob"
    """
    suite(code, "-W", "error").assert_outcomes(passed=5)


def test_a_failure_shows_the_last_requests(suite: Any) -> None:
    result = suite("""
        def test_it(cometchat):
            for _ in range(12):
                cometchat.login("cometchat-uid-1", force=True)
            assert False

        def test_nothing_asked(cometchat_emulator):
            assert False

        def test_without_the_plugin():
            assert False
    """)
    result.assert_outcomes(failed=3)
    title = "*CometChat emulator: requests of this test*"
    result.stdout.fnmatch_lines([title, "(14 before these)", "200 PUT /v3.0/me*", title, "none"])
    assert result.stdout.str().count("requests of this test") == 2


def test_a_failure_says_why_each_request_failed(suite: Any) -> None:
    result = suite("""
        import httpx

        def test_it(cometchat_emulator):
            url, key = cometchat_emulator.url, {"apikey": cometchat_emulator.rest_api_key}
            cometchat_emulator.fault("status", path="/me", status=503)
            cometchat_emulator.fault("reset", path="/never")
            httpx.get(url + "/v3/users/nobody", headers=key)
            httpx.get(url + "/v3/me")
            try:
                httpx.get(url + "/v3/never")
            except httpx.TransportError:
                pass
            assert False
    """)
    result.stdout.fnmatch_lines(
        [
            "*CometChat emulator: requests of this test*",
            "404 GET /v3/users/nobody  ERR_UID_NOT_FOUND: There is no user nobody: create the user first.",
            "503 GET /v3/me  ERR_EXCEPTION: An armed fault answered this.  (fault: status)",
            "no answer GET /v3/never  An armed fault reset the connection*(fault: reset)",
        ]
    )


def test_a_failing_fixture_shows_the_requests_too(suite: Any) -> None:
    result = suite("""
        import pytest

        @pytest.fixture
        def before(cometchat):
            cometchat.login("cometchat-uid-1")
            raise RuntimeError("in a fixture")

        @pytest.fixture
        def after(cometchat):
            yield
            cometchat.login("cometchat-uid-2")
            raise RuntimeError("after the test")

        def test_set_up(before):
            pass

        def test_tear_down(after):
            pass

        def test_asked_for_late(request):
            request.getfixturevalue("cometchat").login("cometchat-uid-3")
            assert False
    """)
    result.assert_outcomes(errors=2, passed=1, failed=1)
    title = "*CometChat emulator: requests of this test*"
    result.stdout.fnmatch_lines(
        [item for number in (1, 2, 3) for item in (title, f"200 POST /v3.0/users/cometchat-uid-{number}/*")]
    )
    assert result.stdout.str().count("requests of this test") == 3


@pytest.mark.parametrize(
    "call",
    [
        "import urllib.request; urllib.request.urlopen(url)",
        "import http.client; http.client.HTTPSConnection('app.api-us.cometchat.io', timeout=1).connect()",
        "import httpx; httpx.get(url)",
        "import socket; socket.create_connection(('app.api-us.cometchat.io', 443), 1)",
        "import asyncio; asyncio.run(asyncio.open_connection('app.api-us.cometchat.io', 443))",
        "from cometchat_session import CometChat; CometChat('app', 'us', auth_key='k').login('ann')",
    ],
)
def test_a_real_host_cannot_be_reached(suite: Any, call: str) -> None:
    code = f"""
        import pytest

        def test_guarded(cometchat_emulator):
            url = "https://app.api-us.cometchat.io/v3/users"
            with pytest.raises(Exception) as caught:
                {call}
            seen = caught.value
            while seen is not None and type(seen).__name__ != "RealHostError":
                seen = seen.__cause__ or seen.__context__ or getattr(seen, "reason", None)
            assert seen is not None, repr(caught.value)
            assert "COMETCHAT_BASE_URL" in str(seen)
    """
    suite(code).assert_outcomes(passed=1)


def test_nothing_is_imported_before_a_fixture_is_used(suite: Any) -> None:
    code = """
        import sys

        def test_light():
            assert not {"httpx", "starlette", "uvicorn", "cometchat_session.emulator"} & set(sys.modules)
    """
    suite(code).assert_outcomes(passed=1)


def test_workers_have_emulators_of_their_own(suite: Any, pytester: pytest.Pytester) -> None:
    code = """
        import os, pathlib, pytest

        @pytest.mark.parametrize("n", range(8))
        def test_it(cometchat, cometchat_emulator, n):
            cometchat.login("cometchat-uid-1")
            assert len(cometchat_emulator.requests) == 2
            seen = pathlib.Path(os.environ["SEEN"], os.environ["PYTEST_XDIST_WORKER"])
            seen.write_text(cometchat_emulator.url)
    """
    seen = pytester.mkdir("seen")
    pytester._monkeypatch.setenv("SEEN", str(seen))
    suite(code, "-p", "xdist", "-n", "2").assert_outcomes(passed=8)
    urls = [path.read_text() for path in Path(seen).iterdir()]
    assert len(urls) == len(set(urls)) == 2
