"""What only the store of files has to get right: names, modes, and systems that lack something."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import pwd
import stat
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from cometchat_session import FileStore, errors
from cometchat_session.stores import _file_lock, file
from cometchat_session.stores.record import EMPTY, Record, new_id
from cometchat_session.testing import TOKEN, a_record

if TYPE_CHECKING:
    from collections.abc import Iterator
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
from cometchat_session.stores.record import EMPTY, Record
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
        patch.setattr(_file_lock, "_lock", interrupted)
        with pytest.raises(KeyboardInterrupt):
            store.try_lock("key")
    assert store.try_lock("key")


def test_a_stopped_writer_is_waited_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "WRITE_WAIT", 0.2)
    store = FileStore(tmp_path)
    assert store.save("key", a_record(), expected=EMPTY)
    lock = _file_lock.FileLock(str(tmp_path / "key" / "write.lock"))
    assert lock.try_acquire()
    began = time.monotonic()
    with pytest.raises(errors.StoreLockTimeoutError, match=r"write\.lock"):
        store.save("key", a_record(), expected=store.load("key"))
    assert time.monotonic() - began >= 0.2
    lock.release()
    assert store.save("key", a_record(), expected=store.load("key"))


# What somebody did to the files


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """The file of a session."""
    (folder,) = kept(tmp_path, "key")
    return folder / "session.json"


@pytest.fixture
def store(saved: Path) -> FileStore:
    """A store where that session is, which has not seen it yet."""
    return FileStore(saved.parent.parent)


def revision(store: FileStore) -> str:
    """Return what another process finds."""
    return FileStore(store.folder).load("key").revision


def aside(saved: Path) -> list[Path]:
    return sorted(saved.parent.glob("session.json.corrupt-*"))


@pytest.mark.parametrize("kind", ["text", "folder", "link"])
def test_what_is_no_record_is_set_aside(
    saved: Path, store: FileStore, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    saved.rename(target := saved.with_name("target"))
    if kind == "text":
        saved.write_bytes(b"damage")
    elif kind == "folder":
        saved.mkdir()
    else:
        saved.symlink_to(target)
    assert store.load("key") is EMPTY
    (kept_aside,) = aside(saved)
    assert not os.path.lexists(saved)
    assert kept_aside.is_symlink() == (kind == "link")
    assert [str(kept_aside) in message for message in caplog.messages] == [True]
    assert TOKEN in target.read_text()  # a link is followed by nobody
    record = a_record()
    assert store.save("key", record, expected=EMPTY)
    assert revision(store) == record.revision


def test_a_writer_sets_aside_what_it_finds_damaged(saved: Path, store: FileStore) -> None:
    saved.write_bytes(b"damage")
    assert store.save("key", a_record(), expected=EMPTY)
    assert [path.read_bytes() for path in aside(saved)] == [b"damage"]


def test_three_damaged_files_are_kept_for_a_look(saved: Path, store: FileStore) -> None:
    for number in range(5):
        saved.write_text(f"damage {number}")
        assert store.load("key") is EMPTY
    assert [path.read_text() for path in aside(saved)] == ["damage 2", "damage 3", "damage 4"]


def test_a_damaged_file_is_left_to_the_writer_that_holds_the_lock(saved: Path, store: FileStore) -> None:
    """Nobody waits for it to read."""
    saved.write_bytes(b"damage")
    writer = _file_lock.FileLock(str(saved.with_name("write.lock")))
    assert writer.try_acquire()
    assert store.load("key") is EMPTY
    assert saved.read_bytes() == b"damage"
    writer.release()
    assert store.load("key") is EMPTY
    assert len(aside(saved)) == 1


def test_a_file_that_another_user_wrote_is_not_believed(
    store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fstat

    def given_away(fd: int) -> os.stat_result:
        status = list(real(fd))
        status[stat.ST_UID] += 1
        return os.stat_result(status)

    monkeypatch.setattr(os, "fstat", given_away)
    assert store.load("key") is EMPTY
    assert "belongs to another user" in repr(store)


def test_what_killed_writers_left_goes_with_the_next_change(saved: Path, store: FileStore) -> None:
    left = [saved.with_name(f"session.json.{name}") for name in ("new-1", "new-2", "corrupt-1")]
    for path in left:
        path.write_text(TOKEN)
    assert store.save("key", a_record(), expected=store.load("key"))
    assert [path.exists() for path in left] == [False, False, True]  # the last is there for a look
    assert store.save("key", Record(revision=new_id()), expected=store.load("key"))
    assert [path for path in saved.parent.iterdir() if TOKEN in path.read_text()] == []


@pytest.mark.parametrize("replaced", [False, True])
def test_a_lock_file_removed_while_it_is_taken_is_no_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, replaced: bool
) -> None:
    """Else two would hold two files of one name."""
    store, path, real = FileStore(tmp_path), tmp_path / "key" / "login.lock", fcntl.flock

    def meanwhile(fd: int, operation: int) -> None:
        real(fd, operation)
        path.unlink()
        if replaced:
            path.touch()

    with monkeypatch.context() as patch:
        patch.setattr(fcntl, "flock", meanwhile)
        assert not store.try_lock("key")
    assert store.try_lock("key")
    assert not FileStore(tmp_path).try_lock("key")


# Where something is lacking


def test_without_a_home_sessions_are_kept_in_memory(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def nobody(uid: int) -> Any:
        raise KeyError(uid)

    monkeypatch.setattr(pwd, "getpwuid", nobody)
    for name in ("HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    store, record = FileStore(), a_record()
    assert store.try_lock("key")
    assert store.save("key", record, expected=store.load("key"))
    assert store.load("key").revision == record.revision
    assert ["no home folder" in message for message in caplog.messages] == [True]
    assert repr(store).endswith("sessions are kept in memory only: this user has no home folder)")
    assert FileStore().load("key") is EMPTY


@pytest.mark.parametrize(
    ("number", "says", "on_disk"),
    [
        (errno.ENOLCK, "logins of several processes are not kept apart", True),
        (errno.EIO, "sessions are kept in memory only", False),
    ],
    ids=["no locks", "a broken disk"],
)
def test_a_file_system_that_does_not_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, says: str, on_disk: bool
) -> None:
    """One that has no locks is written all the same; one that fails is not."""

    def flock(fd: int, operation: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", flock)
    store, record = FileStore(tmp_path), a_record()
    assert store.try_lock("key")
    assert store.save("key", record, expected=EMPTY)
    store.unlock("key")
    assert store.load("key").revision == record.revision
    assert store.troubles == {says: os.strerror(number)}
    assert revision(store) == (record.revision if on_disk else "")


@pytest.fixture
def full(store: FileStore, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The disk gets full, once the session is on it."""

    def write(fd: int, data: Any) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", write)
        yield


@pytest.mark.usefixtures("full")
def test_a_logout_on_a_full_disk_removes_every_token(saved: Path, store: FileStore) -> None:
    for name in ("new-1", "corrupt-1"):
        saved.with_name(f"session.json.{name}").write_text(TOKEN)
    before, after = store.load("key"), Record(revision=new_id(), generation=new_id())
    assert store.save("key", after, expected=before)
    assert sorted(path.name for path in saved.parent.iterdir()) == ["write.lock"]
    assert store.load("key").revision == after.revision  # logins on their way find that there was a logout
    assert revision(store) == ""


@pytest.mark.usefixtures("full")
def test_a_logout_that_can_remove_nothing_is_not_pretended(
    store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unlink(path: str) -> None:
        raise OSError(errno.EIO, "Input/output error")

    before, after = store.load("key"), Record(revision=new_id(), generation=new_id())
    with monkeypatch.context() as patch:
        patch.setattr(os, "unlink", unlink)
        with pytest.raises(errors.StoreUnavailableError, match="could not be removed"):
            store.save("key", after, expected=before)
    assert revision(store) == store.load("key").revision == before.revision
    assert store.save("key", after, expected=before)
    assert revision(store) == ""


@pytest.mark.usefixtures("full")
def test_in_memory_too_a_change_of_something_else_is_refused(store: FileStore) -> None:
    before, first = store.load("key"), a_record()
    assert store.save("key", first, expected=before)
    assert not store.save("key", a_record(), expected=before)
    assert store.load("key").revision == first.revision
    assert revision(store) == before.revision


def test_what_is_in_memory_counts_until_somebody_writes_the_file(saved: Path, store: FileStore) -> None:
    """Even where the file could not be read meanwhile."""
    other, ours, theirs = FileStore(store.folder), a_record(), a_record()
    saved.parent.chmod(0o750)
    assert store.save("key", ours, expected=store.load("key"))
    assert "in memory only" in repr(store)
    saved.parent.chmod(0o700)
    assert store.load("key").revision == store.load("key").revision == ours.revision
    assert other.save("key", theirs, expected=other.load("key"))
    assert store.load("key").revision == theirs.revision
    assert store.save("key", ours, expected=theirs)
    assert other.load("key").revision == ours.revision
    assert "in memory" not in repr(store)


def test_a_change_that_only_could_not_be_forced_to_the_disk_is_made(
    store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name is in its place, so everybody finds it there, and nothing is kept in memory."""
    real, second, third = os.fsync, a_record(), a_record()
    assert store.save("key", second, expected=store.load("key"))

    def fsync(fd: int) -> None:
        if stat.S_ISDIR(os.fstat(fd).st_mode):
            raise OSError(errno.EIO, "Input/output error")
        real(fd)

    monkeypatch.setattr(os, "fsync", fsync)
    assert store.save("key", third, expected=second)
    assert revision(store) == third.revision
    assert not store.troubles


def test_a_newer_version_s_file_is_left_alone(saved: Path, store: FileStore) -> None:
    document = json.loads(saved.read_bytes())
    document["schema"] += 1
    saved.write_text(json.dumps(document))
    before = saved.read_bytes()
    assert store.load("key") is EMPTY
    assert "a newer version" in repr(store)
    with pytest.raises(errors.StoreUnavailableError, match="newer version"):
        store.save("key", Record(revision=new_id(), generation=new_id()), expected=EMPTY)
    record = a_record()
    assert store.save("key", record, expected=EMPTY)
    assert not store.save("key", a_record(), expected=EMPTY)
    assert store.load("key").revision == record.revision
    assert store.save("key", Record(revision=new_id()), expected=record)  # that was in memory only
    assert store.load("key").session is None
    assert list(store.troubles) == [file.NEWER]
    assert saved.read_bytes() == before
