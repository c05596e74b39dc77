"""A tab of a browser, used as a person uses it: look, press keys, type, turn the phone."""

from __future__ import annotations

import base64
import time
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from pathlib import Path

    from support.chromium import Chromium

PATIENCE = 10.0
STEP = 0.05
# Name of a key, its number, and the text it brings.
KEYS = {"Tab": (9, ""), "Enter": (13, "\r"), "Escape": (27, ""), " ": (32, " "), "ArrowDown": (40, "")}
SHIFT = 8


class Tab:
    """One tab, in a profile of its own that knows nothing yet."""

    def __init__(self, browser: Chromium) -> None:
        self._browser = browser
        self._profile: str = browser.call("Target.createBrowserContext")["browserContextId"]
        target = browser.call("Target.createTarget", url="about:blank", browserContextId=self._profile)
        attached = browser.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session: str = attached["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self._call(f"{domain}.enable")

    def _call(self, method: str, **given: Any) -> dict[str, Any]:
        return self._browser.call(method, self._session, **given)

    def open(self, url: str) -> None:
        """Go to a page and wait until it is loaded."""
        self._call("Page.navigate", url=url)
        self._browser.wait_for("Page.loadEventFired", self._session)

    def run(self, expression: str) -> Any:
        """Evaluate JavaScript, wait for it if it is a promise, and return its value.

        The browser does this itself, so a page's Content-Security-Policy does not stand in the way.
        """
        answer = self._call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait_until(self, expression: str) -> Any:
        """Evaluate JavaScript until it gives something true, and return that."""
        until = time.monotonic() + PATIENCE
        while not (value := self.run(expression)):
            assert time.monotonic() < until, f"never came true: {expression}\n{self.text}"
            time.sleep(STEP)
        return value

    @property
    def text(self) -> str:
        """What can be read on the page."""
        return str(self.run("document.body.innerText"))

    @property
    def focused(self) -> str:
        """What the keyboard acts on: the first line of what a label, an attribute or its text calls it."""
        called = "e.getAttribute('aria-label') || (e.labels && e.labels[0] || e).innerText.trim()"
        return str(self.run(f"(e => {called})(document.activeElement)")).partition("\n")[0]

    def press(self, key: str, *, shift: bool = False) -> None:
        """Press one key and let go."""
        number, text = KEYS[key]
        given = {"key": key, "code": "Space" if key == " " else key, "windowsVirtualKeyCode": number}
        given |= {"modifiers": SHIFT} if shift else {}
        down = {"type": "keyDown", "text": text} if text else {"type": "rawKeyDown"}
        self._call("Input.dispatchKeyEvent", **given, **down)
        self._call("Input.dispatchKeyEvent", **given, type="keyUp")

    def tab_to(self, name: str, *, most: int = 100) -> None:
        """Press Tab until the control of this name has the focus."""
        passed = []
        for _ in range(most):
            self.press("Tab")
            passed.append(self.focused)
            if passed[-1] == name:
                return
        raise AssertionError(f"Tab never came to {name!r}, only to {passed}")

    def write(self, text: str) -> None:
        """Type a text."""
        self._call("Input.insertText", text=text)

    def show_as(self, width: int, height: int, *, scheme: str = "light") -> None:
        """Give the window a size, and the system a colour scheme."""
        self._call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        self._call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def photograph(self, path: Path) -> None:
        """Keep a picture of the whole page."""
        picture = self._call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(picture["data"]))

    def _told(self, event: str) -> list[dict[str, Any]]:
        """What the browser has told of this tab so far."""
        self.run("0")
        return [
            told["params"]
            for told in self._browser.events
            if told.get("sessionId") == self._session and told["method"] == event
        ]

    @property
    def asked(self) -> list[str]:
        """The address of every request of this tab."""
        return [one["request"]["url"] for one in self._told("Network.requestWillBeSent")]

    @property
    def complaints(self) -> list[str]:
        """Errors and warnings: of scripts, of the console, and the browser's own."""
        thrown = [str(one["exceptionDetails"]) for one in self._told("Runtime.exceptionThrown")]
        said = [str(one["args"]) for one in self._told("Runtime.consoleAPICalled") if one["type"] != "log"]
        entries = [one["entry"] for one in self._told("Log.entryAdded")]
        logged = [str(entry) for entry in entries if entry["level"] in ("warning", "error")]
        return thrown + said + logged

    def close(self) -> None:
        """Close the tab and forget its profile."""
        self._browser.call("Target.disposeBrowserContext", browserContextId=self._profile)
        self._browser.events.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
