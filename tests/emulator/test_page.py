"""The window to look in, in a real browser. Pictures of it are kept; the docs say where."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import pytest
from support.chromium import Chromium, is_there
from support.tab import Tab

from emulator.service import data

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cometchat_session.emulator import Emulator
    from emulator.service import Api

UID = "cometchat-uid-1"
# The smallest phone that people still have, a common one, and a desk.
PHONE, DESK = (320, 640), (1400, 900)


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    if not is_there():
        pytest.skip("needs Chromium")
    with Chromium(tmp_path_factory.mktemp("chromium")) as chromium:
        yield chromium


@pytest.fixture
def tab(chromium: Chromium, emulator: Emulator) -> Iterator[Tab]:
    """The page of an emulator that is as new; at the end it must have had nothing to complain of."""
    with Tab(chromium) as tab:
        tab.show_as(*DESK)
        tab.open(emulator.url)
        tab.wait_until("document.querySelectorAll('#users tr').length == 6")
        yield tab
        assert tab.complaints == []
        assert {urlsplit(url).netloc for url in tab.asked if not url.startswith("data:")} == {
            urlsplit(emulator.url).netloc
        }


@pytest.fixture
def album(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures are kept."""
    return Path(os.environ.get("TEST_SCREENSHOTS") or tmp_path_factory.getbasetemp() / "screenshots")


def row_of(table: str, text: str) -> str:
    """JavaScript for the text of the row that holds ``text``, empty while there is none."""
    return (
        f"([...document.querySelectorAll('#{table} tr, #{table} li')].map(row => row.innerText)"
        f".find(text => text.includes('{text}')) || '')"
    )


def test_users_tokens_and_sessions_appear_and_secrets_do_not(api: Api, emulator: Emulator, tab: Tab) -> None:
    token = api.token()
    api.user("PUT", "/me", token, {"platform": "WEB", "userAgent": "Telescope/1"})
    api.rest("DELETE", "/users/cometchat-uid-3")
    api.create("ann", name="<img src=x onerror=alert(1)>")
    tab.wait_until(row_of("users", "Andrew Joseph") + ".includes('online')")
    user = tab.run(row_of("users", "Andrew Joseph"))
    assert UID in user
    assert "default" in user
    tab.wait_until(row_of("users", "Nancy Grace") + ".includes('deactivated')")
    tab.wait_until(row_of("users", "<img src=x onerror=alert(1)>"))
    for table in ("sessions", "tokens"):
        row = tab.wait_until(row_of(table, UID))
        assert "WEB, Telescope/1" in row
        assert api.control("GET", "/overview").json()["tokens"][0]["handle"] in row
    html = tab.run("document.documentElement.outerHTML")
    for secret in (token, emulator.auth_key, emulator.rest_api_key):
        assert secret not in html


def test_a_failed_login_and_its_reason_appear_by_themselves(api: Api, emulator: Emulator, tab: Tab) -> None:
    tab.wait_until("newest.innerText.includes('Waiting for requests')")
    token = api.token()
    tab.wait_until("newest.innerText.includes('All is well')")
    emulator.revoke(token)
    api.user("PUT", "/me", token)
    tab.wait_until("newest.innerText.includes('Why the newest failure failed')")
    for place in (tab.run("newest.innerText"), tab.run(row_of("log", "PUT /v3.0/me"))):
        assert "has ended: revoked by a control call. Log in again." in place
        assert "PUT /v3.0/me" in place
        assert "AUTH_ERR_AUTH_TOKEN_NOT_FOUND" in place
        assert "401" in place
    assert tab.run("newest.getAttribute('aria-live')") == "polite"


def test_what_was_unfolded_and_focused_stays(api: Api, tab: Tab) -> None:
    api.user("PUT", "/me", "dead")
    tab.wait_until(row_of("log", "/me"))
    tab.run("document.querySelector('#log summary').focus()")
    tab.press("Enter")
    tab.wait_until("document.querySelector('#log details').open")
    assert "authtoken: ***" in tab.run(row_of("log", "/me"))
    api.rest("GET", f"/users/{UID}")
    tab.wait_until(row_of("log", f"/users/{UID}"))
    assert tab.run("document.querySelectorAll('#log details')[1].open")
    assert tab.run("document.activeElement.innerText.includes('/me')")


def test_the_log_can_show_only_failures_and_be_emptied(api: Api, emulator: Emulator, tab: Tab) -> None:
    api.rest("GET", "/users/nobody")
    api.rest("GET", f"/users/{UID}")
    tab.wait_until("document.querySelectorAll('#log li').length == 2")
    tab.tab_to("Only failed ones")
    tab.press(" ")
    shown = "[...document.querySelectorAll('#log li')].filter(row => row.offsetParent).length"
    tab.wait_until(f"{shown} == 1")
    tab.tab_to("Empty the log")
    tab.press("Enter")
    tab.wait_until(f"{shown} == 0")
    assert emulator.requests == []


def test_revoke_by_keyboard(api: Api, tab: Tab) -> None:
    first, second = api.token(), api.token("cometchat-uid-2")
    handle = api.control("GET", "/overview").json()["tokens"][0]["handle"]
    tab.wait_until(row_of("tokens", handle))
    tab.tab_to(f"Revoke token {handle} of cometchat-uid-2")
    tab.press("Enter")
    tab.wait_until("said.innerText.includes('Revoked 1 token of cometchat-uid-2')")
    assert [api.user("GET", "/me", token).status_code for token in (first, second)] == [200, 401]
    # The button is gone, and the keyboard is not lost: it is on the next row.
    tab.wait_until("document.querySelectorAll('#tokens tr').length == 1")
    assert tab.focused.endswith(f" of {UID}")


def test_revoke_all_tokens_of_a_user(api: Api, tab: Tab) -> None:
    tokens = [api.token(), api.token()]
    tab.wait_until(row_of("users", UID) + ".includes('\\t2')")
    tab.tab_to(f"Revoke all tokens of {UID}")
    tab.press(" ")
    tab.wait_until("said.innerText.includes('Revoked 2 tokens')")
    assert {api.user("GET", "/me", token).status_code for token in tokens} == {401}


def test_deactivate_and_reactivate_a_user(api: Api, tab: Tab) -> None:
    token = api.token()
    tab.tab_to(f"Deactivate {UID}")
    tab.press("Enter")
    tab.wait_until(row_of("users", UID) + ".includes('deactivated')")
    assert api.user("GET", "/me", token).status_code == 401
    assert tab.focused == f"Reactivate {UID}"
    tab.press("Enter")
    tab.wait_until(row_of("users", UID) + ".includes('offline')")
    data(api.user("GET", "/me", token))


def test_deleting_a_user_asks_first(api: Api, tab: Tab) -> None:
    tab.tab_to(f"Delete {UID}")
    tab.press("Enter")
    tab.wait_until("$('sure').open")
    assert tab.focused == "Cancel"
    tab.press("Escape")
    tab.wait_until("!$('sure').open")
    data(api.rest("GET", f"/users/{UID}"))
    assert tab.focused == f"Delete {UID}"
    tab.press("Enter")
    tab.wait_until("$('sure').open")
    tab.tab_to("Delete")
    tab.press("Enter")
    tab.wait_until(f"said.innerText == 'Deleted {UID}.'")
    assert api.rest("GET", f"/users/{UID}").status_code == 404


def test_arm_and_disarm_a_fault(api: Api, tab: Tab) -> None:
    tab.tab_to("Status", most=200)
    tab.run("document.activeElement.select()")
    tab.write("429")
    tab.tab_to("Path (* is any)")
    tab.run("document.activeElement.select()")
    tab.write("/me")
    tab.press("Enter")
    tab.wait_until(row_of("faults", "status 429"))
    assert "any method /me, once" in tab.run(row_of("faults", "status 429"))
    assert api.user("PUT", "/me", "any").status_code == 429
    tab.wait_until("newest.innerText.includes('An armed fault answered this.')")
    tab.wait_until("$('faults-none').offsetParent !== null")
    armed: list[Any] = []
    for kind, field, value in (("delay", "seconds", "0.5"), ("hang", "times", "")):
        tab.run(f"arm.kind.value = '{kind}', arm.dispatchEvent(new Event('change', {{bubbles: true}}))")
        tab.run(f"arm.{field}.value = '{value}'")
        tab.run("arm.requestSubmit()")
        tab.wait_until(row_of("faults", kind))
        armed = api.control("GET", "/faults").json()["faults"]
    assert [(one["kind"], one["seconds"], one["times"]) for one in armed] == [
        ("delay", 0.5, 1),
        ("hang", 0.0, None),
    ]
    tab.tab_to("Disarm all", most=200)
    tab.press("Enter")
    tab.wait_until("said.innerText == 'All faults are disarmed.'")
    assert api.control("GET", "/faults").json()["faults"] == []


def test_reset_asks_first(api: Api, tab: Tab) -> None:
    api.create("ann")
    tab.wait_until(row_of("users", "ann"))
    tab.tab_to("Reset everything")
    tab.press("Enter")
    tab.wait_until("$('sure').open")
    tab.press("Enter")  # on Cancel
    tab.wait_until("!$('sure').open")
    data(api.rest("GET", "/users/ann"))
    tab.press("Enter")
    tab.wait_until("$('sure').open")
    tab.tab_to("Reset")
    tab.press("Enter")
    tab.wait_until(f"!({row_of('users', 'ann')})")
    assert api.rest("GET", "/users/ann").status_code == 404


def test_find_a_user_among_many(api: Api, emulator: Emulator, tab: Tab) -> None:
    many = [{"uid": f"many-{number}"} for number in range(250)]
    emulator.load({"users": many, "tokens": [{"uid": "many-249", "authToken": "one"}]})
    tab.wait_until("document.querySelectorAll('#users tr').length == 100")
    assert "100 of 250" in tab.text
    tab.tab_to("Find", most=200)
    tab.write("many-249")
    tab.wait_until("document.querySelectorAll('#users tr').length == 1")
    assert "many-249" in tab.run(row_of("tokens", "many-249"))


def test_it_says_that_the_emulator_is_gone(chromium: Chromium) -> None:
    from cometchat_session.emulator import Emulator

    with Tab(chromium) as tab:
        with Emulator() as emulator:
            tab.open(emulator.url)
            tab.wait_until("alive.innerText == 'Live'")
        tab.wait_until("alive.innerText == 'Not reachable'")
        tab.run("document.getElementById('disarm').disabled = false")
        tab.run("disarm.click()")
        tab.wait_until("said.innerText.includes('has it stopped?')")


def test_it_fits_every_screen(api: Api, emulator: Emulator, tab: Tab, album: Path) -> None:
    for uid in (UID, "cometchat-uid-2"):
        api.user("PUT", "/me", api.token(uid), {"platform": "WEB", "userAgent": "Mozilla/5.0 (X11; Linux)"})
    long = "a-very-long-uid-" + "x" * 84
    api.create(long, name="N" * 100)
    api.token(long)
    api.rest("DELETE", "/users/cometchat-uid-4")
    emulator.fault("status", path="/users/*/auth_tokens", status=503)
    api.demo("DELETE", "/users/cometchat-uid-5")
    token = emulator.state["tokens"][0]["authToken"]
    emulator.revoke(token)
    api.user("PUT", "/me", token)
    tab.wait_until(row_of("users", "cometchat-uid-4") + ".includes('deactivated')")
    tab.wait_until("newest.innerText.includes('revoked by a control call')")
    for scheme, paper in (("light", "rgb(245, 246, 248)"), ("dark", "rgb(18, 21, 27)")):
        for width, height in (PHONE, (390, 844), (768, 1024), DESK):
            tab.show_as(width, height, scheme=scheme)
            assert tab.run("document.documentElement.scrollWidth") == width
            assert tab.run("getComputedStyle(document.body).backgroundColor") == paper
            picture = album / f"emulator-{width}-{scheme}.png"
            tab.photograph(picture)
            print("kept", picture)
            assert picture.read_bytes().startswith(b"\x89PNG")


def test_nothing_but_its_own_script_and_style_is_let_in(emulator: Emulator, chromium: Chromium) -> None:
    policy = httpx.get(emulator.url).headers["content-security-policy"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert policy.count("'sha256-") == 2
    with Tab(chromium) as tab:
        tab.open(emulator.url)
        tab.run(
            "document.body.append(Object.assign(document.createElement('script'), {text: 'var bad = 1'}))"
        )
        assert tab.run("typeof bad") == "undefined"
        assert "Content Security Policy" in str(tab.complaints)


@pytest.mark.parametrize(
    "call", ["fetch(u, {method: 'POST', mode: 'no-cors'})", "fetch(u, {method: 'POST'})"]
)
def test_another_page_cannot_steer(api: Api, emulator: Emulator, chromium: Chromium, call: str) -> None:
    from cometchat_session.emulator import Emulator

    api.create("ann")
    with Emulator() as elsewhere, Tab(chromium) as tab:
        tab.open(elsewhere.url + "/v3/a-page-without-a-policy")
        tab.run(f"u = '{emulator.url}/_emulator/reset', {call}.catch(() => 0)")
        told = tab.run(
            f"fetch('{emulator.url}/_emulator/state').then(r => r.text()).catch(e => 'refused: ' + e.name)"
        )
    assert told == "refused: TypeError"
    data(api.rest("GET", "/users/ann"))
