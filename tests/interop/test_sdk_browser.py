"""What only a browser does: it asks leave before it calls another origin, and hides what is not allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from interop.pages import BrowserPage
from interop.visit import FIRST, LOGIN, LOGOUT, SECOND, Visit, minting

if TYPE_CHECKING:
    from support.chromium import Chromium

    from cometchat_session.emulator import Emulator
    from interop.door import Door
    from interop.website import Site

ADMIN, CLIENT = "app.api-us.cometchat.io", "app.apiclient-us.cometchat.io"


def test_every_kind_of_call_is_asked_leave_for_and_gets_it(
    in_chromium: Visit, browser_page: BrowserPage, site: Site
) -> None:
    in_chromium.init()
    seen = in_chromium.do("login", FIRST, in_chromium.emulator.auth_key)
    assert seen.requests == [minting(), LOGIN]
    headers = [one["headers"] for one in in_chromium.emulator.requests]
    assert [one["host"] for one in headers] == [ADMIN, CLIENT]
    assert {one["origin"] for one in headers} == {site.url.rstrip("/")}
    assert in_chromium.do("getUser", SECOND).uid == SECOND
    assert in_chromium.do("logout").requests == [LOGOUT]
    asked = [
        (urlsplit(url).hostname, urlsplit(url).path, status) for url, status in browser_page.asked_leave()
    ]
    assert asked == [
        (ADMIN, f"/v3.0/users/{FIRST}/auth_tokens", 200),
        (CLIENT, "/v3.0/me", 200),
        (CLIENT, f"/v3.0/users/{SECOND}", 200),
        (CLIENT, "/v3.0/me", 200),
    ]


def test_overridden_hosts_lead_to_the_emulator_too(
    chromium: Chromium, site: Site, door: Door, emulator: Emulator
) -> None:
    told = {"region": emulator.region, "host": f"127.0.0.1:{door.port}"}
    with BrowserPage(chromium, site.url, told) as page:
        visit = Visit(emulator, page)
        visit.init()
        token = visit.login()
        assert visit.stored["common_store/app_settings"]["CLIENT_API_HOST"] == told["host"]
        visit.restart()
        assert visit.do("getLoggedinUser").uid == FIRST
        assert visit.do("logout").requests == [LOGOUT]
        assert not visit.lives(token)
        assert {urlsplit(url).netloc for url, _ in page.asked_leave()} == {told["host"]}


def test_a_page_may_read_how_long_to_wait(
    in_chromium: Visit, browser_page: BrowserPage, emulator: Emulator
) -> None:
    emulator.configure(rate_limit_standard=1)
    in_chromium.init()
    token = in_chromium.backend_token(FIRST)
    names = ("Retry-After", "X-Rate-Limit-Remaining", "X-RateLimit-Remaining")
    read = f"""(async () => {{
        const url = "https://{CLIENT}/v3.0/me", headers = {{ appId: "app", authToken: "{token}" }};
        await fetch(url, {{ headers }});
        const answer = await fetch(url, {{ headers }});
        return [answer.status, ...{list(names)}.map((name) => answer.headers.get(name))];
    }})()"""
    assert browser_page.run(read) == [429, "60", "0", "0"]


def test_a_host_that_is_not_the_services_leads_nowhere(browser_page: BrowserPage) -> None:
    assert browser_page.run('fetch("https://example.com/").then(() => "there", () => "nowhere")') == "nowhere"
