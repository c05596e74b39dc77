"""A page in which the official SDK lives: asked to do something, and left or reloaded as a person would."""

from __future__ import annotations

import json
import subprocess
from typing import IO, TYPE_CHECKING, Any, Protocol, Self

if TYPE_CHECKING:
    from pathlib import Path

    from support.chromium import Chromium

    from cometchat_session.emulator import Emulator


class Page(Protocol):
    """What the tests need of a page, whoever shows it."""

    def ask(self, name: str, *given: Any) -> Any:
        """Call one of the functions in ``actor.js`` and return what it returns."""

    def reload(self) -> None:
        """Leave the page and open it anew: memory is gone, what the browser keeps is there."""


class NodePage:
    """A page that jsdom makes, in a Node process of its own."""

    def __init__(self, node: str, program: Path, modules: str, storage: Path, emulator: Emulator) -> None:
        self._command = [node, str(program)]
        self._told = {
            "modules": modules,
            "region": emulator.region,
            "storage": str(storage),
            "url": emulator.url,
        }
        self._process = self._open()

    def _open(self) -> subprocess.Popen[str]:
        process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        _say(process.stdin, self._told)
        return process

    def ask(self, name: str, *given: Any) -> Any:
        _say(self._process.stdin, [name, *given])
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"the page closed over {name}; its last words are on standard error"
        return json.loads(line)

    def reload(self) -> None:
        self.close()
        self._process = self._open()

    def close(self) -> None:
        """Leave the page; one that does not want to go is made to."""
        with self._process as process:
            assert process.stdin is not None
            process.stdin.close()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _say(stream: IO[str] | None, what: Any) -> None:
    """Write one line of JSON."""
    assert stream is not None
    stream.write(json.dumps(what) + "\n")
    stream.flush()


class BrowserPage:
    """A page in a real browser, in a profile of its own that knows nothing yet."""

    def __init__(self, browser: Chromium, url: str, told: dict[str, Any]) -> None:
        self._browser, self._told = browser, told
        self._profile: str = browser.call("Target.createBrowserContext")["browserContextId"]
        target = browser.call("Target.createTarget", url="about:blank", browserContextId=self._profile)
        attached = browser.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session: str = attached["sessionId"]
        for domain in ("Page", "Network"):
            browser.call(f"{domain}.enable", self._session)
        browser.call("Page.navigate", self._session, url=url)
        self._settle()

    def _settle(self) -> None:
        """Wait until the page is there, and put the actor on it."""
        self._browser.wait_for("Page.loadEventFired", self._session)
        self.run(f"globalThis.actor = actFor(CometChat, {json.dumps(self._told)}), null")

    def run(self, expression: str) -> Any:
        """Evaluate JavaScript on the page, wait for it if it is a promise, and return its value."""
        answer = self._browser.call(
            "Runtime.evaluate", self._session, expression=expression, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def ask(self, name: str, *given: Any) -> Any:
        return self.run(f"actor[{json.dumps(name)}](...{json.dumps(given)})")

    def reload(self) -> None:
        self._browser.call("Page.reload", self._session)
        self._settle()

    def asked_leave(self) -> list[tuple[str, int]]:
        """The preflights that the browser sent for this page, and the status of each answer."""
        answers = [
            event["params"]
            for event in self._browser.events
            if event.get("sessionId") == self._session and event["method"] == "Network.responseReceived"
        ]
        return [
            (answer["response"]["url"], answer["response"]["status"])
            for answer in answers
            if answer["type"] == "Preflight"
        ]

    def close(self) -> None:
        """Close the page and forget the profile."""
        self._browser.call("Target.disposeBrowserContext", browserContextId=self._profile)
        self._browser.events.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
