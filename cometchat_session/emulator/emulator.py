"""The emulator as tests use it: a server in a thread, and the handles to steer it."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from cometchat_session.emulator import app as apps
from cometchat_session.emulator.server import Server, listen, url_of
from cometchat_session.emulator.web import build

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from os import PathLike
    from types import TracebackType

    from cometchat_session.emulator.faults import Kind
    from cometchat_session.emulator.switches import Value

T = TypeVar("T")


class Emulator:
    """A local CometChat. Every method may be called from any thread."""

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        app_id: str = apps.DEFAULT_APP_ID,
        region: str = apps.DEFAULT_REGION,
        auth_key: str = apps.DEFAULT_AUTH_KEY,
        rest_api_key: str = apps.DEFAULT_REST_API_KEY,
        settings: Mapping[str, Value] | None = None,
        state: Mapping[str, Any] | None = None,
    ) -> None:
        self._host, self._port = host, port
        self.app_id, self.region = app_id, region
        self.auth_key, self.rest_api_key = auth_key, rest_api_key
        self._app = apps.App(
            app_id=app_id,
            region=region,
            auth_key=auth_key,
            rest_api_key=rest_api_key,
            settings=settings,
            state=state,
        )
        self._server: Server | None = None
        self._thread: threading.Thread | None = None
        self._url = ""

    # Life

    def start(self) -> Self:
        """Listen on a port and answer in a thread; returns once calls are answered."""
        if self._server is not None:
            raise RuntimeError("The emulator is running already.")
        listener = listen(self._host, self._port)
        self._url = url_of(listener)
        ready = threading.Event()
        server = Server(build(self._app), ready.set)
        trouble: list[BaseException] = []

        def work() -> None:
            try:
                server.run([listener])
            except BaseException as error:  # noqa: BLE001  (it is raised on the thread that waits)
                trouble.append(error)
                listener.close()
            finally:
                ready.set()

        thread = threading.Thread(target=work, name="cometchat-emulator", daemon=True)
        thread.start()
        ready.wait()
        if trouble:
            raise RuntimeError("The emulator did not start.") from trouble[0]
        self._server, self._thread = server, thread
        return self

    def stop(self) -> None:
        """End the server at once, hanging calls included. The state stays readable."""
        if self._server is not None:
            self._server.stop()
        if self._thread is not None:
            self._thread.join()
            self._server = self._thread = None

    def serve(self, on_ready: Callable[[Emulator], None]) -> None:
        """Answer in this thread until SIGINT, SIGTERM or :meth:`stop`.

        ``on_ready`` is told once calls are answered.
        """
        listener = listen(self._host, self._port)
        self._url = url_of(listener)
        self._server = Server(build(self._app), lambda: on_ready(self))
        try:
            self._server.run([listener])
        finally:
            self._server = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Where it listens, for example ``http://127.0.0.1:40123``."""
        return self._url

    @property
    def environment(self) -> dict[str, str]:
        """The variables that point the library's clients here."""
        return {
            "COMETCHAT_APP_ID": self.app_id,
            "COMETCHAT_REGION": self.region,
            "COMETCHAT_BASE_URL": self.url,
            "COMETCHAT_AUTH_KEY": self.auth_key,
            "COMETCHAT_REST_API_KEY": self.rest_api_key,
        }

    # What happened

    @property
    def requests(self) -> list[dict[str, Any]]:
        """The calls so far: method, path, headers, body, status; in order, secrets masked."""
        return self._do(self._app.record.public)

    def log(self) -> list[dict[str, Any]]:
        """The calls so far with error code, message, reason, fault and times besides; secrets masked."""
        return self._do(self._app.record.detailed)

    def clear_requests(self) -> None:
        """Forget the calls so far."""
        self._do(self._app.record.clear)

    # What shall happen

    def reset(self) -> None:
        """Back to the seed: users, tokens, keys, switches and clock; no faults, no calls recorded."""
        self._do(self._app.reset)

    def fault(
        self,
        kind: Kind = "status",
        *,
        method: str = "*",
        path: str = "*",
        times: int | None = None,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        seconds: float = 0.0,
    ) -> None:
        """Arm one fault, for the next ``times`` calls that fit or until disarmed.

        ``path`` is without the version in front, ``*`` fits anything. ``status`` without a body answers the
        service's own envelope; a body of text is sent as it is, any other as JSON.
        """
        document = {
            "kind": kind,
            "method": method,
            "path": path,
            "times": times,
            "status": status,
            "headers": dict(headers or {}),
            "body": body,
            "seconds": seconds,
        }
        self._do(lambda: self._app.faults.arm(document))

    def disarm(self) -> None:
        """Disarm all faults."""
        self._do(self._app.faults.disarm)

    def revoke(self, auth_token: str | None = None, *, uid: str | None = None) -> int:
        """End this token, or all tokens of this user, now; says how many ended."""
        if (auth_token is None) == (uid is None):
            raise TypeError("Name an auth token or a uid, one of the two.")
        return self._do(lambda: self._app.revoke(auth_token, uid))

    def remove_user(self, uid: str, *, permanent: bool = True) -> bool:
        """Delete a user for good, or deactivate one; says whether there was such a user."""
        return self._do(lambda: self._app.remove(uid, permanent=permanent))

    def restore_user(self, uid: str) -> bool:
        """Take a deactivated user back; says whether there was one."""
        return self._do(lambda: self._app.restore(uid))

    def configure(self, **switches: Value) -> None:
        """Set switches (see ``cometchat emulator --explain``) until the next reset."""
        self._do(lambda: self._app.settings.update(switches))

    @property
    def settings(self) -> dict[str, Value]:
        """All switches with their present values."""
        return self._do(self._app.settings.as_dict)

    # Time

    def freeze(self, at: float | None = None) -> None:
        """Stop the emulator's clock, at this moment (seconds since 1970) or now."""
        self._do(lambda: self._app.clock.freeze(at))

    def advance(self, seconds: float) -> None:
        """Move the emulator's clock."""
        self._do(lambda: self._app.clock.advance(seconds))

    # State

    @property
    def state(self) -> dict[str, Any]:
        """Users, tokens, keys, roles, switches and clock as one JSON document. It holds secrets."""
        return self._do(self._app.dump)

    def load(self, document: Mapping[str, Any]) -> None:
        """Take up a state document, or some parts of one."""
        self._do(lambda: self._app.load(document))

    def save_file(self, path: str | PathLike[str]) -> None:
        """Write the state to a file."""
        Path(path).write_text(json.dumps(self.state, indent=1) + "\n", encoding="utf-8")

    def load_file(self, path: str | PathLike[str]) -> None:
        """Take up the state that a file holds."""
        self.load(json.loads(Path(path).read_text(encoding="utf-8")))

    def assert_options(self) -> None:
        """Put the switches and keys that this emulator was made with above those of a document."""
        self._do(self._app.assert_options)

    def _do(self, function: Callable[[], T]) -> T:
        """Touch the state on the thread that owns it: the server's while it runs, else this one."""
        server = self._server
        return function() if server is None else server.call(function)
