"""A real Secret Service: GNOME's keyring on a message bus of its own, which nobody else is on."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from contextlib import closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Self, cast

import keyring
import secretstorage
from keyring.backends import SecretService as Backend
from secretstorage.exceptions import SecretStorageException

from cometchat_session import KeyringStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PROGRAMS = ("dbus-run-session", "gnome-keyring-daemon")
PASSWORD = b"correct horse"
STARTING = 10.0  # seconds
LIFETIME = "900"  # seconds after which it ends by itself, should nobody end it

# No service is started by being asked for: neither a keyring nor a window that asks for its password.
BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={folder}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


def is_there() -> bool:
    """Return whether the programs are installed."""
    return all(shutil.which(program) for program in PROGRAMS)


class SecretService:
    """One keyring, unlocked. It keeps its secrets in a folder, and finds them again when started anew."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.address = ""

    def start(self) -> Self:
        """Start it and wait until it answers."""
        run = self._folder / "run"
        run.mkdir(mode=0o700, exist_ok=True)
        bus = self._folder / "bus.conf"
        bus.write_text(BUS.format(folder=run))
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self._folder),
            "XDG_DATA_HOME": str(self._folder / "data"),
            "XDG_RUNTIME_DIR": str(run),
        }
        daemon = f"exec timeout {LIFETIME} gnome-keyring-daemon --foreground --components=secrets --unlock"
        told = 'echo "$DBUS_SESSION_BUS_ADDRESS"; '
        command = ["dbus-run-session", f"--config-file={bus}", "--", "sh", "-c", f"{told}echo $$; {daemon}"]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, env=self._environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.address = self._process.stdout.readline().decode().strip()
        self._daemon = int(self._process.stdout.readline())
        self._process.stdin.write(PASSWORD)
        self._process.stdin.close()
        give_up = time.monotonic() + STARTING
        while not self._answers():
            assert self._process.poll() is None, "it has ended"
            assert time.monotonic() < give_up, "it does not answer"
            time.sleep(0.02)
        return self

    def _answers(self) -> bool:
        try:
            with self._collection() as collection:
                return not collection.is_locked()
        except SecretStorageException:
            return False

    def stop(self) -> None:
        """End the keyring; the bus ends with it."""
        if self._process is not None:
            os.kill(self._daemon, 15)
            self._process.wait(STARTING)
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None

    @contextmanager
    def _collection(self) -> Iterator[secretstorage.Collection]:
        before = os.environ.get("DBUS_SESSION_BUS_ADDRESS")
        os.environ["DBUS_SESSION_BUS_ADDRESS"] = self.address
        try:
            connection = secretstorage.dbus_init()
        finally:
            os.environ.pop("DBUS_SESSION_BUS_ADDRESS")
            if before is not None:
                os.environ["DBUS_SESSION_BUS_ADDRESS"] = before
        with closing(connection):
            yield secretstorage.get_default_collection(connection)

    def entries(self) -> dict[str, str]:
        """Return every secret by its service's name."""
        with self._collection() as collection:
            return {
                item.get_attributes()["service"]: item.get_secret().decode()
                for item in collection.get_all_items()
            }

    def empty(self) -> None:
        """Delete every secret."""
        with self._collection() as collection:
            for item in tuple(collection.get_all_items()):
                item.delete()

    def lock(self) -> None:
        """Lock it, as the screen saver does."""
        with self._collection() as collection:
            collection.lock()

    def unlock(self) -> None:
        """Start it anew, which unlocks it, as a login at the desktop does. Its address is another one."""
        self.stop()
        self.start().use()

    def use(self) -> None:
        """Make this the keyring of this process."""
        use(self.address)

    def opener(self, folder: Path) -> Callable[[], KeyringStore]:
        """Return what opens a place, in this process or another."""
        return partial(open_store, self.address, folder)


def use(address: str) -> None:
    """Make the keyring on that bus the one of this process."""
    os.environ["DBUS_SESSION_BUS_ADDRESS"] = address
    if not isinstance(keyring.core._keyring_backend, Backend.Keyring):
        keyring.set_keyring(cast("Any", Backend.Keyring)())


def open_store(address: str, folder: Path) -> KeyringStore:
    """Open a store by way of the keyring on that bus."""
    use(address)
    return KeyringStore(folder)
