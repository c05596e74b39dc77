"""What one writes by hand: nothing kept at all, and a file with filelock around the login."""

from __future__ import annotations

import json
import os
import threading
from typing import TYPE_CHECKING, Any

import httpx

from _bench.replies import ENTER, MINT
from _bench.side import NotOfferedError, Side, peer, read_json, write

if TYPE_CHECKING:
    from _bench.side import Place


class BareHttpx(Side):
    """The two requests of a login with an `httpx.Client`, and a plain file where something is stored."""

    name = "bare httpx, a bare file"
    module = "httpx"
    note = "keeps nothing"
    memory = 100

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self._path = os.path.join(place.folder, "bare.json")
        self._http: httpx.Client | None = None
        self._opening = threading.Lock()

    @property
    def http(self) -> httpx.Client:
        """The connections, opened when first needed."""
        with self._opening:
            if self._http is None:
                self._http = httpx.Client(base_url=self.place.url, trust_env=False, timeout=60)
            return self._http

    def request(self) -> dict[str, Any]:
        """Make the two requests of a login."""
        app = {"appId": "app"}
        minted = self.http.post(MINT, headers=app | {"apiKey": "key"}, json={}).raise_for_status().json()
        token = minted["data"]["authToken"]
        entered: dict[str, Any] = (
            self.http.put(ENTER, headers=app | {"authToken": token}, json={}).raise_for_status().json()
        )
        return {"token": token, **entered}

    def log_in(self) -> object:
        """Log in each time."""
        return self.request()

    def again(self) -> object:
        """Log in each time."""
        return self.request()

    def restore(self) -> object:
        """Read the session file of this library, byte for byte, and no more."""
        with open(self._path, "rb") as file:
            return file.read()

    look = restore

    def copy(self, path: str) -> None:
        """Take the content of another file, so that as many bytes are read and written."""
        with open(path, encoding="utf-8") as file:
            self.content = file.read()
        write(self._path, self.content)

    def save(self) -> object:
        """Write as many bytes, put them in place, and force content and name to the disk."""
        write(self._path, self.content, durable=True)
        return self

    def close(self) -> None:
        """Close connections."""
        if self._http is not None:
            self._http.close()


class Handwritten(BareHttpx):
    """A JSON file, and a login under a lock of filelock that looks into the file once more."""

    name = "filelock, written by hand"
    module = "filelock"
    note = ""
    serial = True
    memory = 0

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self._filelock = peer("filelock")
        self._path = os.path.join(place.folder, "by-hand.json")

    def log_in(self) -> object:
        """Check, lock, check again, log in."""
        kept = read_json(self._path)
        if kept is None:
            with self._lock():
                kept = read_json(self._path)
                if kept is None:
                    kept = self.request()
                    write(self._path, json.dumps(kept))
        return kept

    def again(self) -> object:
        """Log in under the lock, and store the result."""
        with self._lock():
            self._kept = self.request()
            write(self._path, json.dumps(self._kept))
        return self._kept

    def restore(self) -> object:
        """Read the file."""
        kept = read_json(self._path)
        if kept is None:
            raise NotOfferedError("nobody has logged in")
        return kept

    look = restore

    def save(self) -> object:
        """Write under the lock; like most such code, without forcing anything to the disk."""
        with self._lock():
            write(self._path, json.dumps(self._kept))
        return self

    def _lock(self) -> Any:
        return self._filelock.FileLock(f"{self._path}.lock")
