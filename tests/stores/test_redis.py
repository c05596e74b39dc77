"""The store for fleets, on a real server that is killed, restarted, filled, cut off and slow."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
import trustme
from redis import Redis
from support.processes import NO_WAIT, Job, ProcessPool, Solo, asked, until, where
from support.redis_server import LOCK_SECONDS, TIMEOUT, RedisServer, free_port, is_there

from cometchat_session import (
    AsyncCometChat,
    CometChat,
    CometChatAdmin,
    ConfigurationError,
    RedisStore,
    errors,
)
from cometchat_session.stores import open_store
from cometchat_session.stores.record import EMPTY, Record, encode, new_id
from cometchat_session.testing import SessionStoreContract, a_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from support.modes import Mode

    from cometchat_session.emulator import Emulator

    Client = Callable[[RedisStore], CometChat]

UID = "cometchat-uid-1"
MINT, ENTER = ("POST", f"/users/{UID}/auth_tokens"), ("PUT", "/me")
MACHINES, CALLERS = 4, 16


class TestRedisStore(SessionStoreContract):
    lock_outlives = LOCK_SECONDS

    @pytest.fixture(autouse=True)
    def _place(self, redis_server: RedisServer) -> None:
        self.opened = redis_server.opener()

    def opener(self) -> Callable[[], RedisStore]:
        return self.opened


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A server of the test's own, to do to it what it likes."""
    if not is_there():
        pytest.skip("redis-server is not installed")
    server = RedisServer(tmp_path).start()
    yield server
    server.kill()


@pytest.fixture
def client(emulator: Emulator) -> Iterator[Callable[[RedisStore], CometChat]]:
    """Makes clients of a store, and closes them."""
    made: list[CometChat] = []

    def make(store: RedisStore) -> CometChat:
        made.append(CometChat(**where(emulator), store=store, retry=NO_WAIT))
        return made[-1]

    yield make
    for one in made:
        one.close()


def at_home(opener: Callable[[], RedisStore], home: str) -> RedisStore:
    """Open a store on a machine of its own: no file is shared with another."""
    os.environ["HOME"] = os.environ["XDG_STATE_HOME"] = home
    return opener()


def elsewhere(call: Callable[[], Any]) -> tuple[threading.Thread, list[Any]]:
    """Make a call on another thread; return the thread and what comes of it."""
    outcome: list[Any] = []

    def run() -> None:
        try:
            outcome.append(call())
        except Exception as error:  # noqa: BLE001 - the test looks at it
            outcome.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, outcome


def alive(emulator: Emulator, uid: str = UID) -> set[str]:
    """Return the tokens of a user that the server would still accept."""
    state = emulator.state
    return {token["authToken"] for token in state["tokens"] if token["uid"] == uid}


# Many machines


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_four_machines_make_one_login(
    emulator: Emulator, redis_server: RedisServer, process_pool: ProcessPool, tmp_path: Path, mode: str
) -> None:
    opener = redis_server.opener()
    emulator.fault("delay", seconds=0.15)
    homes = [str(tmp_path / f"machine-{number}") for number in range(MACHINES)]
    jobs = [Job(where(emulator), partial(at_home, opener, home), mode, CALLERS) for home in homes]
    outcomes = process_pool.each_at_once(jobs)
    assert len(outcomes) == MACHINES * CALLERS
    assert {(one.uid, one.error) for one in outcomes} == {(UID, None)}
    assert len({one.token for one in outcomes}) == 1
    assert asked(emulator) == [MINT, ENTER]


def test_machines_of_different_users_leave_one(
    emulator: Emulator, redis_server: RedisServer, process_pool: ProcessPool
) -> None:
    opener = redis_server.opener()
    uids = ["cometchat-uid-1", "cometchat-uid-2"] * 2
    outcomes = process_pool.each_at_once([Job(where(emulator), opener, "sync", 4, uid=uid) for uid in uids])
    assert len({one.uid for one in outcomes if one.uid}) == 1
    assert [one.error for one in outcomes].count("AlreadyLoggedInError") == 8
    assert [method for method, _ in asked(emulator)] == ["POST", "PUT"]


def test_one_token_for_a_device_of_many_backends(emulator: Emulator, redis_server: RedisServer) -> None:
    opener = redis_server.opener()
    settings: dict[str, Any] = {
        "app_id": emulator.app_id,
        "region": emulator.region,
        "api_key": emulator.rest_api_key,
        "base_url": emulator.url,
    }
    backends = [CometChatAdmin(**settings, store=opener()) for _ in range(4)]
    emulator.fault("delay", method="POST", seconds=0.2)
    calls = [elsewhere(partial(backend.token_for, UID, device="phone")) for backend in backends * 4]
    for thread, _ in calls:
        thread.join()
    assert len({outcome.auth_token for _, (outcome,) in calls}) == 1
    assert [method for method, _ in asked(emulator)] == ["POST"]  # the one counts, the other makes
    for backend in backends:
        backend.close()


# Locks that end early, holders that end early


def test_a_login_slower_than_the_lock_keeps_it(
    emulator: Emulator, redis_server: RedisServer, client: Client
) -> None:
    opener = redis_server.opener(lock_seconds=0.6)
    emulator.fault("delay", method="PUT", seconds=2.0)
    first, one = elsewhere(partial(client(opener()).login, UID))
    until(lambda: len(emulator.requests) == 2)
    assert client(opener()).login(UID).uid == UID
    first.join()
    assert one[0].uid == UID
    assert asked(emulator) == [MINT, ENTER]


def test_a_holder_asleep_for_longer_than_its_lock_takes_the_other_s_session(
    emulator: Emulator, redis_server: RedisServer, client: Client
) -> None:
    """It wakes with a token of its own, finds a session stored, and ends its own token: not two sessions."""
    opener = redis_server.opener(lock_seconds=0.5)
    emulator.fault("delay", method="PUT", times=1, seconds=1.0)
    sleeper = Solo(Job(where(emulator), opener, "sync", 1))
    sleeper.go()
    until(lambda: len(emulator.requests) == 2)
    os.kill(sleeper.worker.pid or 0, signal.SIGSTOP)
    other = client(opener())
    other.login(UID)
    os.kill(sleeper.worker.pid or 0, signal.SIGCONT)
    (outcome,) = sleeper.outcomes()
    assert outcome.uid == UID
    assert outcome.token == other.get_auth_token()
    assert alive(emulator) == {outcome.token}
    assert asked(emulator) == [MINT, ENTER, MINT, ENTER, ("DELETE", "/me")]


def test_a_logout_while_the_holder_sleeps_past_its_lock(
    emulator: Emulator, redis_server: RedisServer, client: Client
) -> None:
    """It wakes with a token of its own, which nobody else can know of: it stores nothing and ends it."""
    opener = redis_server.opener(lock_seconds=0.5)
    emulator.fault("delay", method="PUT", times=1, seconds=1.0)
    sleeper = Solo(Job(where(emulator), opener, "sync", 1))
    sleeper.go()
    until(lambda: len(emulator.requests) == 2)
    os.kill(sleeper.worker.pid or 0, signal.SIGSTOP)
    store = opener()
    other = client(store)
    until(lambda: redis_server.ask("EXISTS", store._names(other._key)[2]) == 0)
    other.logout()
    os.kill(sleeper.worker.pid or 0, signal.SIGCONT)
    (outcome,) = sleeper.outcomes()
    assert outcome.error == "NotLoggedInError"
    assert other.get_logged_in_user() is None
    assert alive(emulator) == set()


def test_a_killed_holder_is_replaced_when_its_lock_expires(
    emulator: Emulator, redis_server: RedisServer
) -> None:
    opener = redis_server.opener()
    emulator.fault("hang", method="PUT", times=1)
    holder = Solo(Job(where(emulator), opener, "sync", 1))
    holder.go()
    until(lambda: len(emulator.requests) == 2)
    rest = Solo(Job(where(emulator), opener, "async", CALLERS))
    rest.go()
    holder.kill()
    outcomes = rest.outcomes()
    assert {(one.uid, one.error) for one in outcomes} == {(UID, None)}
    assert asked(emulator) == [MINT, ENTER, MINT, ENTER]


# A server that dies


def test_a_server_restarted_in_the_middle_without_its_memory(
    emulator: Emulator, own_redis: RedisServer, client: Client
) -> None:
    """The lock went with it, so the session is not stored; the error says what to do, and that helps."""
    chat = client(own_redis.opener()())
    emulator.fault("delay", method="PUT", times=1, seconds=1.0)
    thread, outcome = elsewhere(partial(chat.login, UID))
    until(lambda: len(emulator.requests) == 2)
    own_redis.kill()
    own_redis.start()
    thread.join()
    assert isinstance(outcome[0], errors.StoreLockTimeoutError)
    assert "login() again" in str(outcome[0])
    assert chat.get_logged_in_user() is None
    assert chat.login(UID).uid == UID


def test_a_server_restarted_in_the_middle_that_kept_what_it_knew(
    emulator: Emulator, tmp_path: Path, client: Client
) -> None:
    server = RedisServer(tmp_path, "--appendonly", "yes", "--appendfsync", "always").start()
    chat = client(server.opener(lock_seconds=30)())
    emulator.fault("delay", method="PUT", times=1, seconds=1.0)
    thread, outcome = elsewhere(partial(chat.login, UID))
    until(lambda: len(emulator.requests) == 2)
    server.kill()
    server.start()
    thread.join()
    assert outcome == [chat.get_logged_in_user()]
    assert asked(emulator) == [MINT, ENTER]
    server.kill()


def test_a_logout_wins_even_where_the_server_forgot_it(
    emulator: Emulator, own_redis: RedisServer, client: Client
) -> None:
    opener = own_redis.opener()
    emulator.fault("delay", method="PUT", times=1, seconds=1.0)
    thread, outcome = elsewhere(partial(client(opener()).login, UID))
    until(lambda: len(emulator.requests) == 2)
    client(opener()).logout()
    own_redis.kill()
    own_redis.start()
    thread.join()
    assert isinstance(outcome[0], errors.StoreError)
    assert client(opener()).get_logged_in_user() is None


def test_a_server_that_is_down_is_said_to_be(mode: Mode, own_redis: RedisServer, client: Client) -> None:
    chat = mode.client(store=own_redis.opener()())
    chat.login(UID)
    own_redis.kill()
    asked(mode.emulator)
    for call in (chat.get_logged_in_user, chat.get_auth_token, partial(chat.login, UID), chat.logout):
        with pytest.raises(errors.StoreUnavailableError, match="Check that it runs"):
            call()
    assert asked(mode.emulator) == []
    own_redis.start()
    assert chat.get_logged_in_user() is None


# A connection that is cut


def test_connections_cut_by_the_server_are_made_anew(
    mode: Mode, redis_server: RedisServer, client: Client
) -> None:
    chat = mode.client(store=redis_server.opener()())
    chat.login(UID)
    for _ in range(3):
        redis_server.ask("CLIENT", "KILL", "TYPE", "normal")
        assert chat.get_logged_in_user().uid == UID
    redis_server.ask("CLIENT", "KILL", "TYPE", "normal")
    assert chat.logout().revoked


class Gate:
    """A way to a server on which, on demand, the next answer is lost with the connection."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.lose = b""  # the answer to what contains this
        self.lost = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        with line, socket.create_connection(("127.0.0.1", self._to)) as onward:
            while request := line.recv(1 << 16):
                onward.sendall(request)
                answer = onward.recv(1 << 16)
                if self.lose and self.lose in request:
                    self.lose = b""
                    self.lost += 1
                    return
                line.sendall(answer)

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def gate(redis_server: RedisServer) -> Iterator[Gate]:
    gate = Gate(redis_server.port)
    yield gate
    gate.close()


@pytest.mark.parametrize(
    "step", [b"'PX'", b"'HSET'", b"and redis.call('DEL'"], ids=["lock", "save", "unlock"]
)
def test_an_answer_that_is_lost_changes_nothing(mode: Mode, gate: Gate, step: bytes) -> None:
    """What was done is not done twice, nor taken for somebody else's: one session, and its token lives."""
    store = RedisStore(f"redis://127.0.0.1:{gate.port}/0", prefix=f"test-{new_id()}", timeout=TIMEOUT)
    chat = mode.client(store=store)
    gate.lose = step
    assert chat.login(UID).uid == UID
    assert gate.lost == 1
    assert asked(mode.emulator) == [MINT, ENTER]
    assert alive(mode.emulator) == {chat.get_auth_token()}
    assert store.try_lock(chat._key)
    store.unlock(chat._key)
    gate.lose = b"'HSET'"
    assert chat.logout().revoked
    assert gate.lost == 2
    assert chat.get_logged_in_user() is None


# A server without room


def test_a_full_server_refuses_logins_before_any_request_and_lets_logouts_through(
    mode: Mode, own_redis: RedisServer, client: Client
) -> None:
    opener = own_redis.opener()
    chat = mode.client(store=opener())
    chat.login(UID)
    own_redis.ask("CONFIG", "SET", "maxmemory", 1)
    asked(mode.emulator)
    assert chat.get_logged_in_user().uid == UID
    with pytest.raises(errors.StoreUnavailableError, match="more memory"):
        chat.login(UID, force=True)
    assert asked(mode.emulator) == []
    token = chat.get_auth_token().encode()
    assert chat.logout().revoked
    assert chat.get_logged_in_user() is None
    assert not any(token in value for value in everything(own_redis).values())
    own_redis.ask("CONFIG", "SET", "maxmemory", 0)
    assert chat.login(UID).uid == UID


def test_memory_that_fills_during_a_login_keeps_the_former_session(
    emulator: Emulator, own_redis: RedisServer, client: Client
) -> None:
    chat = client(own_redis.opener()())
    chat.login(UID)
    token = chat.get_auth_token()
    emulator.fault("delay", method="PUT", times=1, seconds=1.0)
    asked(emulator)
    thread, outcome = elsewhere(partial(chat.login, UID, force=True))
    until(lambda: len(emulator.requests) == 2)
    own_redis.ask("CONFIG", "SET", "maxmemory", 1)
    thread.join()
    assert isinstance(outcome[0], errors.StoreUnavailableError)
    assert "more memory" in str(outcome[0])
    assert outcome[0].attempts == 1
    assert chat.get_auth_token() == token
    own_redis.ask("CONFIG", "SET", "maxmemory", 0)
    chat.login(UID, force=True)
    assert chat.get_auth_token() != token


def everything(server: RedisServer) -> dict[Any, Any]:
    """Return all sessions that a server holds, by key."""
    with Redis(port=server.port) as redis:
        return {key: redis.hget(key, "record") or b"" for key in redis.scan_iter(_type="hash")}


# Telling


def test_other_machines_hear_of_a_logout(
    mode: Mode, emulator: Emulator, redis_server: RedisServer, client: Client
) -> None:
    opener = redis_server.opener()
    here, there = opener(), opener()
    chat = mode.client(store=here)
    heard: list[str] = []
    stop = there.on_end(heard.append)
    chat.logout()  # of nobody: no news
    chat.login(UID)
    chat.login("cometchat-uid-2", switch_user=True)
    assert heard == []
    chat.logout()
    until(lambda: heard == [chat._key])
    chat.login(UID)
    emulator.revoke(uid=UID)
    assert chat.get_logged_in_user(verify=True) is None
    until(lambda: heard == [chat._key] * 2)
    stop()
    chat.login(UID)
    chat.logout()
    time.sleep(0.1)
    assert heard == [chat._key] * 2
    assert there.load(chat._key).session is None


def test_one_that_is_told_and_fails_is_told_again(
    redis_server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    store, heard = redis_server.opener()(), []

    def told(key: str) -> None:
        heard.append(key)
        raise ValueError

    stop = store.on_end(told)
    end(store, "one")
    end(store, "two")
    until(lambda: heard == ["one", "two"])
    stop()
    assert caplog.text.count("a function told of the end of a session failed") == 2


def test_news_comes_again_when_the_server_does(
    own_redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    store, heard = own_redis.opener(timeout=0.2)(), list[str]()
    stop = store.on_end(heard.append)
    own_redis.kill()
    until(lambda: "does not tell of ended sessions at present" in caplog.text)
    own_redis.start()
    until(lambda: own_redis.ask("PUBSUB", "CHANNELS") != [])
    end(store, "one")
    until(lambda: heard == ["one"])
    stop()


def test_who_stops_listening_while_the_server_is_down_is_let_go(own_redis: RedisServer) -> None:
    stop = own_redis.opener(timeout=0.2)().on_end(print)
    own_redis.kill()
    time.sleep(0.3)
    stop()
    assert "redis" not in str(threading.enumerate()).lower()


def end(store: RedisStore, key: str) -> None:
    """Log in and out, as far as a store sees that."""
    record = a_record()
    assert store.save(key, record, expected=store.load(key))
    assert store.save(key, Record(revision=new_id()), expected=record)


# A lock that cannot be renewed or given back. Taking a right away makes a command fail at once.


def test_a_lock_that_could_not_be_renewed_is_renewed_the_next_time(
    own_redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="cometchat_session")
    store, lock = own_redis.opener(prefix="test", lock_seconds=1.5)(), "test:{key}:lock"
    assert store.try_lock("key")
    own_redis.ask("ACL", "SETUSER", "default", "-eval")
    own_redis.ask("PEXPIRE", lock, 60_000)  # no hurry: a renewal is seen by setting it back
    until(lambda: "a lock could not be renewed" in caplog.text)
    own_redis.ask("ACL", "SETUSER", "default", "+eval")
    until(lambda: 0 < own_redis.ask("PTTL", lock) <= 1500)
    store.unlock("key")
    assert own_redis.ask("EXISTS", lock) == 0


def test_a_lock_that_cannot_be_given_back_expires_by_itself(
    own_redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    store, other = own_redis.opener(prefix="test", lock_seconds=0.3)(), own_redis.opener(prefix="test")()
    assert store.try_lock("key")
    own_redis.ask("ACL", "SETUSER", "default", "-eval")
    store.unlock("key")
    own_redis.ask("ACL", "SETUSER", "default", "+eval")
    assert ["it expires by itself" in message for message in caplog.messages] == [True]
    until(lambda: other.try_lock("key"), 10.0)
    assert not store.try_lock("key")
    other.unlock("key")
    assert store.try_lock("key")
    store.unlock("key")


# What is stored, and how it shows


def test_no_token_is_in_the_name_of_a_key(
    emulator: Emulator, redis_server: RedisServer, client: Client
) -> None:
    chat = client(redis_server.opener(prefix="this-one")())
    chat.login(UID)
    token = chat.get_auth_token().encode()
    kept = everything(redis_server)
    assert [name.split(b":")[0] for name, record in kept.items() if token in record] == [b"this-one"]
    assert not any(token in name for name in kept)


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\x00", b'{"schema": 1, "checksum": "0", "record": {}}'])
def test_a_damaged_record_is_set_aside(
    mode: Mode, redis_server: RedisServer, client: Client, caplog: pytest.LogCaptureFixture, damage: bytes
) -> None:
    store = redis_server.opener()()
    chat = mode.client(store=store)
    chat.login(UID)
    session, aside, _ = store._names(chat._key)
    redis_server.ask("HSET", session, "record", damage)
    assert chat.get_logged_in_user() is None
    assert "was damaged" in caplog.text
    assert redis_server.ask("HGET", aside, "revision")
    assert chat.login(UID).uid == UID
    chat.logout()
    assert redis_server.ask("EXISTS", aside) == 0


def test_a_newer_record_is_left_alone(mode: Mode, redis_server: RedisServer, client: Client) -> None:
    store = redis_server.opener()()
    chat = mode.client(store=store)
    name = store._names(chat._key)[0]
    newer = encode(EMPTY).replace(b'"schema": 1', b'"schema": 2')
    redis_server.ask("HSET", name, "revision", "r", "record", newer)
    for call in (chat.get_logged_in_user, partial(chat.login, UID), chat.logout):
        with pytest.raises(errors.StoreUnavailableError, match="newer version"):
            call()
    assert redis_server.ask("HGET", name, "record") == newer.decode()
    assert asked(mode.emulator) == []


def test_a_key_of_somebody_else_s_is_left_alone(redis_server: RedisServer) -> None:
    store = redis_server.opener()()
    name = store._names("key")[0]
    redis_server.ask("SET", name, "not ours")
    with pytest.raises(errors.StoreUnavailableError, match="WRONGTYPE"):
        store.load("key")
    assert redis_server.ask("GET", name) == "not ours"


# Reaching it


def test_a_password_is_needed_and_not_shown(own_redis: RedisServer) -> None:
    own_redis.ask("CONFIG", "SET", "requirepass", "pass-word-canary")
    at = f"127.0.0.1:{own_redis.port}/0"
    for good in (
        RedisStore(f"redis://:pass-word-canary@{at}"),
        RedisStore(f"redis://{at}", password="pass-word-canary"),
    ):
        assert good.load("key").revision == ""
        assert "canary" not in repr(good)
    for bad in (RedisStore(f"redis://:wrong-canary@{at}"), RedisStore(f"redis://{at}")):
        with pytest.raises(errors.StoreUnavailableError) as caught:
            bad.load("key")
        assert "canary" not in f"{caught.value!r} {caught.value} {caught.value.__context__!r}"
        assert "password" in str(caught.value)


@pytest.fixture
def encrypted(tmp_path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """A server that speaks TLS and wants a certificate: its URL, and what a client needs."""
    authority, folder = trustme.CA(), tmp_path
    authority.cert_pem.write_to_path(folder / "ca.pem")
    for name in ("localhost", "machine.example"):
        certificate = authority.issue_cert(name)
        certificate.private_key_pem.write_to_path(folder / f"{name}.key")
        certificate.cert_chain_pems[0].write_to_path(folder / f"{name}.pem")
    tls_port = str(free_port())
    options = ["--tls-port", tls_port, "--tls-ca-cert-file", str(folder / "ca.pem")]
    options += ["--tls-cert-file", str(folder / "localhost.pem")]
    options += ["--tls-key-file", str(folder / "localhost.key")]
    server = RedisServer(folder, *options).start()
    files = {"ssl_ca_certs": "ca.pem", "ssl_certfile": "machine.example.pem"}
    files["ssl_keyfile"] = "machine.example.key"
    yield f"rediss://localhost:{tls_port}/0", {name: str(folder / file) for name, file in files.items()}
    server.kill()


def test_certificates(encrypted: tuple[str, dict[str, Any]], tmp_path: Path) -> None:
    url, files = encrypted
    query = "&".join(f"{name}={value}" for name, value in files.items())
    for good in (RedisStore(url, **files), open_store(f"{url}?{query}")):
        record = a_record()
        assert good.save("key", record, expected=good.load("key"))
        assert good.load("key").revision == record.revision
    stranger = trustme.CA()
    stranger.cert_pem.write_to_path(tmp_path / "stranger.pem")
    for bad in (
        {**files, "ssl_ca_certs": str(tmp_path / "stranger.pem")},  # an impostor, for all we know
        {"ssl_ca_certs": files["ssl_ca_certs"]},  # a stranger, for all it knows
    ):
        with pytest.raises(errors.StoreUnavailableError):
            RedisStore(url, **bad).load("key")
    with pytest.raises(errors.StoreUnavailableError, match=r"(?i)hostname|certificate"):
        RedisStore(url.replace("localhost", "127.0.0.1"), **files).load("key")


@pytest.mark.parametrize("url", ["redis://host:port/0", "redis://host/0?nonsense=1", "http://host", "redis"])
def test_settings_that_make_no_sense(url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"redis://"):
        RedisStore(url)


def test_the_store_s_url(redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(open_store(redis_server.url), RedisStore)
    monkeypatch.setenv("COMETCHAT_STORE", redis_server.url)
    chat = CometChat("app", "us")
    assert f"127.0.0.1:{redis_server.port}" in repr(chat)
    assert chat.get_logged_in_user() is None


def test_without_its_package_the_store_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "cometchat_session.stores.redis")
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(ConfigurationError, match=r"cometchat-session\[redis\]"):
        open_store("redis://127.0.0.1:6379/0")


# Processes and loops


def test_a_slow_server_does_not_block_the_loop(emulator: Emulator, own_redis: RedisServer) -> None:
    longest = 0.0

    async def beat() -> None:
        nonlocal longest
        while True:
            began = time.monotonic()
            await asyncio.sleep(0.01)
            longest = max(longest, time.monotonic() - began)

    async def story() -> None:
        async with AsyncCometChat(**where(emulator), store=own_redis.opener()()) as chat:
            await chat.login(UID)
            heart = asyncio.create_task(beat())
            own_redis.signal(signal.SIGSTOP)
            asyncio.get_running_loop().call_later(1.5, own_redis.signal, signal.SIGCONT)
            assert await chat.get_logged_in_user() is not None
            heart.cancel()

    began = time.monotonic()
    asyncio.run(story())
    assert time.monotonic() - began > 1.4  # so it was waited for
    assert longest < 1.0


CHILD = """
import os, sys, threading
from cometchat_session.testing import a_record
from cometchat_session import RedisStore

store = RedisStore(sys.argv[1], prefix=sys.argv[2], lock_seconds=30)
record = a_record()
assert store.save("key", record, expected=store.load("key"))
assert store.try_lock("key")
pid = os.fork()
if pid == 0:
    assert store.load("key").revision == record.revision
    assert not store.try_lock("key")
    store.unlock("key")
    assert store.try_lock("another")
    store.unlock("another")
    sys.exit(0)
for _ in range(50):
    assert store.load("key").revision == record.revision
assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
assert not RedisStore(sys.argv[1], prefix=sys.argv[2]).try_lock("key")
store.unlock("key")
assert RedisStore(sys.argv[1], prefix=sys.argv[2]).try_lock("key")
"""


def test_a_forked_child_has_connections_and_locks_of_its_own(redis_server: RedisServer) -> None:
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", CHILD]
    subprocess.run([*command, redis_server.url, f"test-{new_id()}"], check=True, timeout=30)
