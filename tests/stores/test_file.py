"""What only the store of files has to get right: names, modes, and systems that lack something."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from cometchat_session import FileStore, errors
from cometchat_session.session import EMPTY
from cometchat_session.stores import _flock, file
from cometchat_session.testing import a_record

if TYPE_CHECKING:
    from pathlib import Path


def kept(tmp_path: Path, *keys: str) -> list[Path]:
    """Save a record under each key; return the folders these made."""
    store = FileStore(tmp_path / "store")
    for key in keys:
        assert store.save(key, a_record(), expected=EMPTY)
    return sorted((tmp_path / "store").iterdir())


@pytest.mark.parametrize("keys", [("a", "A"), ("Aa", "\u041a"), ("%41", "A"), (".a", "%2ea")])
def test_two_keys_never_share_a_folder_whatever_the_case(tmp_path: Path, keys: tuple[str, str]) -> None:
    folders = kept(tmp_path, *keys)
    assert len({folder.name.casefold() for folder in folders}) == 2


def test_a_key_of_small_letters_is_its_folder_s_name(tmp_path: Path) -> None:
    assert [folder.name for folder in kept(tmp_path, "app@us@default_1.2-3")] == ["app@us@default_1.2-3"]


def test_folders_above_are_private_too(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        FileStore(tmp_path / "a" / "b" / "c").save("key", a_record(), expected=EMPTY)
    finally:
        os.umask(before)
    made = [tmp_path / name for name in ("a", "a/b", "a/b/c", "a/b/c/key")]
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in made] == [0o700] * 4


def test_a_link_to_nowhere_above_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    store = FileStore(tmp_path / "link" / "a" / "b")
    assert store.save("key", a_record(), expected=EMPTY)
    assert "in memory only" in repr(store)


# Run apart, for it is the import that would fail.
WITHOUT = """
import os
for name in ("O_NOFOLLOW", "O_CLOEXEC", "O_NONBLOCK"):
    delattr(os, name)
from cometchat_session import FileStore
from cometchat_session.session import EMPTY, Record
store = FileStore({folder!r})
assert store.try_lock("key")
assert store.save("key", Record(revision="1"), expected=EMPTY)
assert FileStore({folder!r}).load("key").revision == "1"
store.unlock("key")
assert not store.troubles, store
"""


def test_where_the_system_has_no_such_flags_as_windows_has_none(tmp_path: Path) -> None:
    script = WITHOUT.format(folder=str(tmp_path / "store"))
    subprocess.run([sys.executable, "-c", script], check=True)


def test_a_lock_that_is_interrupted_is_free_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FileStore(tmp_path)

    def interrupted(fd: int) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(_flock, "_lock", interrupted)
        with pytest.raises(KeyboardInterrupt):
            store.try_lock("key")
    assert store.try_lock("key")


def test_a_stopped_writer_is_waited_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "WRITE_WAIT", 0.2)
    store = FileStore(tmp_path)
    assert store.save("key", a_record(), expected=EMPTY)
    lock = _flock.FileLock(str(tmp_path / "key" / "write.lock"))
    assert lock.try_acquire()
    began = time.monotonic()
    with pytest.raises(errors.StoreLockTimeoutError, match=r"write\.lock"):
        store.save("key", a_record(), expected=store.load("key"))
    assert time.monotonic() - began >= 0.2
    lock.release()
    assert store.save("key", a_record(), expected=store.load("key"))
