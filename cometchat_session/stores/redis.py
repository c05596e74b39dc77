"""A store for fleets: many machines, one session, one login."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from redis import Redis
from redis.backoff import ExponentialBackoff
from redis.exceptions import AuthenticationError, NoPermissionError, OutOfMemoryError, RedisError
from redis.retry import Retry

from cometchat_session._late_imports import import_now
from cometchat_session._log import log
from cometchat_session._secret import Secret, hide
from cometchat_session.errors import ConfigurationError, StoreLockTimeoutError, StoreUnavailableError
from cometchat_session.stores._lease import Lease
from cometchat_session.stores.base import SessionStore
from cometchat_session.stores.record import EMPTY, NewerSchemaError, Record, decode, encode, new_id

if TYPE_CHECKING:
    from collections.abc import Callable

import_now("encodings.idna")  # what looking a host's name up would import

HEARING = 0.2  # seconds between two looks whether anybody still listens
RETRIES = 2  # of a command whose answer was lost: every command here may be repeated
HINTS: dict[type[RedisError], str] = {
    AuthenticationError: "Check the user name and the password in the store's URL.",
    NoPermissionError: "Allow this user HGET, HMGET, EVAL, PUBLISH and the keys and channel of the prefix.",
    OutOfMemoryError: "Give Redis more memory; logging out works without.",
}

# Each is one step for the server.

# KEYS session, damaged copy, lock; ARGV revision expected, new revision, record, who must hold the lock or
# nothing, "clear" or "tell" where the session ends, channel, key. Where memory is full, only a script that
# has deleted something may write: so a logout gets through.
SAVE = """
local stored = redis.call('HGET', KEYS[1], 'revision') or ''
if stored == ARGV[2] then return 'saved' end
if stored ~= ARGV[1] then return 'changed' end
if ARGV[4] ~= '' and redis.call('GET', KEYS[3]) ~= ARGV[4] then return 'unlocked' end
if ARGV[5] ~= '' then redis.call('DEL', KEYS[1], KEYS[2]) end
if ARGV[5] == 'tell' then redis.call('PUBLISH', ARGV[6], ARGV[7]) end
redis.call('HSET', KEYS[1], 'revision', ARGV[2], 'record', ARGV[3])
return 'saved'
"""
SET_ASIDE = """
if (redis.call('HGET', KEYS[1], 'revision') or '') == ARGV[1] then redis.call('RENAME', KEYS[1], KEYS[2]) end
"""
LOCK = """
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""
RENEW = "return redis.call('GET', KEYS[1]) == ARGV[1] and redis.call('PEXPIRE', KEYS[1], ARGV[2])"
UNLOCK = "return redis.call('GET', KEYS[1]) == ARGV[1] and redis.call('DEL', KEYS[1])"


class RedisStore(SessionStore):
    """Keeps sessions in Redis, for all machines that name the same server and prefix.

        prefix:{key}:session     a hash: the record and its revision
        prefix:{key}:lock        who logs in; expires by itself
        prefix:{key}:damaged     the last record that could not be read, until the next logout
        prefix:ended             a channel: the key of each session that ends

    Whoever logs in renews the lock, so it outlives a killed process by `lock_seconds` at most. It is
    fenced: who lost it, by sleeping too long or because Redis lost its memory, cannot store a session.

    Sessions are written in clear text: use `rediss://` and a password where others may listen. They have
    no time to live; a server that evicts keys nevertheless (`allkeys-...`) logs users out.

    Args:
        url: `redis://host:port/db`, `rediss://` for TLS, or `unix://`.
        prefix: what the names of all keys begin with.
        lock_seconds: how long a lock outlives its holder.
        timeout: seconds that connecting and an answer may take; tried three times.
        options: further ones of redis-py, such as `username`, `password`, `ssl_ca_certs`, `ssl_certfile`.

    Raises:
        ConfigurationError: the URL or an option makes no sense.
    """

    poll = (0.02, 0.2)  # each look is a question to the server, by every caller of every machine

    def __init__(
        self,
        url: str = "redis://127.0.0.1:6379/0",
        *,
        prefix: str = "cometchat-session",
        lock_seconds: float = 5.0,
        timeout: float = 2.0,
        **options: Any,
    ) -> None:
        self._url = Secret(url)
        self._options = {name: hide(value) for name, value in options.items()}
        del url, options
        super().__init__()
        self._timeout = timeout
        self._prefix = prefix
        self._lock_ms = round(lock_seconds * 1000)
        problem = ""
        try:
            self.forget_locks()
            self._client.connection_pool.make_connection()  # reads the options; connects to nothing yet
        except (TypeError, ValueError, AttributeError, RedisError) as error:
            problem = type(error).__name__  # its text may show the password
        if problem:
            raise ConfigurationError(
                f"The URL or the options of the Redis store make no sense ({problem}).",
                hint="A URL looks like redis://host:6379/0 or rediss://user:password@host:6380/0.",
            )

    def load(self, key: str) -> Record:
        names = self._names(key)
        revision, data = self._ask(lambda: self._client.hmget(names[0], ["revision", "record"]))
        try:
            return EMPTY if data is None else decode(data)
        except NewerSchemaError:
            newer = True
        except ValueError:
            newer = False
        del data  # no traceback from here on shows it
        if newer:
            raise StoreUnavailableError(
                "A newer version of this library wrote the stored session, which is left alone.",
                hint="Update this installation, or give it a prefix of its own.",
            )
        self._ask(lambda: self._client.eval(SET_ASIDE, 2, names[0], names[1], revision or ""))
        log().warning("the stored session was damaged; it is now %s, and nobody is logged in", names[1])
        return EMPTY

    def save(self, key: str, record: Record, *, expected: Record) -> bool:
        ends = record.auth_token is None
        lease = self._held.get(key)
        fence = "" if lease is None or ends else lease.holder  # a logout waits for nobody's lock
        clear = ("tell" if expected.auth_token else "clear") if ends else ""
        change = (expected.revision, record.revision)
        rest = (fence, clear, self._channel, key)
        names = self._names(key)
        outcome = self._ask(lambda: self._client.eval(SAVE, 3, *names, *change, encode(record), *rest))
        if outcome == b"unlocked":
            raise StoreLockTimeoutError(
                "The login's lock was lost before its session could be stored: it took too long, or Redis "
                "was restarted.",
                hint="Call login() again.",
                advice="log_in_again",
            )
        return bool(outcome == b"saved")

    def try_lock(self, key: str) -> bool:
        lease = Lease(new_id(), self._lock_ms / 3000, lambda holder: self._locked(RENEW, key, holder))
        if self._held.setdefault(key, lease) is not lease:
            return False
        locked = False
        try:
            locked = self._locked(LOCK, key, lease.holder)
        finally:
            if not locked:
                del self._held[key]
        if locked:
            lease.start()
        return locked

    def unlock(self, key: str) -> None:
        if (lease := self._held.get(key)) is None:
            return
        lease.end()
        try:
            self._locked(UNLOCK, key, lease.holder)
        except StoreUnavailableError as error:
            log().warning("a lock could not be given back, it expires by itself: %s", error)
        finally:
            del self._held[key]

    def forget_locks(self) -> None:
        # Connections, too, are the parent's. Its client is left as it is, for it may be in use over there.
        self._held: dict[str, Lease] = {}
        self._client = self._connect()

    def close(self) -> None:
        self._client.close()

    def on_end(self, told: Callable[[str], None]) -> Callable[[], None]:
        """Have a function called when a session ends, on this machine or another: a logout, a dead token.

        It gets the key on a thread of its own, as soon as the news arrives: a session's (app, region and
        profile), or the one, with `token@` in it, of a device whose token `token_for` had kept there. News
        is lost while Redis cannot be reached; what `load` returns never depends on it.

        Returns a callable that ends this. A forked child has to subscribe for itself.

        Raises:
            StoreUnavailableError: Redis cannot be reached.
        """

        def hear(message: dict[str, Any]) -> None:
            try:
                told(message["data"].decode())
            except Exception:  # noqa: BLE001 - whatever it is, the next one is to be told, too
                log().warning("a function told of the end of a session failed", exc_info=True)

        def lost(error: BaseException, _: object, thread: Any) -> None:
            log().warning("%s does not tell of ended sessions at present: %s", self, error)
            pause.wait(self._timeout)
            if pause.is_set():
                thread.stop()

        pause = threading.Event()
        client: Any = self._client  # of which redis-py types all but this
        channel = client.pubsub(ignore_subscribe_messages=True)
        self._ask(lambda: channel.subscribe(**{self._channel: hear}))
        thread = channel.run_in_thread(sleep_time=HEARING, daemon=True, exception_handler=lost)

        def end() -> None:
            pause.set()
            thread.stop()
            thread.join()

        return end

    def __repr__(self) -> str:
        at = self._client.connection_pool.connection_kwargs
        place = at.get("path") or f"{at.get('host', 'localhost')}:{at.get('port', 6379)}"
        return f"RedisStore({place!r}, db={at.get('db', 0)}, prefix={self._prefix!r})"

    @property
    def _channel(self) -> str:
        return f"{self._prefix}:ended"

    def _names(self, key: str) -> tuple[str, str, str]:
        # What stands in braces decides where in a cluster a key is kept: all of one session together.
        name = f"{self._prefix}:{{{key}}}"
        return f"{name}:session", f"{name}:damaged", f"{name}:lock"

    def _locked(self, script: str, key: str, holder: str) -> bool:
        lock = self._names(key)[2]
        return bool(self._ask(lambda: self._client.eval(script, 1, lock, holder, self._lock_ms)))

    def _ask(self, command: Callable[[], Any]) -> Any:
        try:
            return command()
        except RedisError as error:
            problem = StoreUnavailableError(
                f"{self!r} failed: {error}",
                hint=HINTS.get(type(error), "Check that it runs and that this machine reaches it."),
            )
        # Raised here, so that nothing leads to redis-py's frames, which hold what was sent.
        raise problem

    def _connect(self) -> Redis:
        return Redis.from_url(
            self._url.reveal(),
            socket_timeout=self._timeout,
            socket_connect_timeout=self._timeout,
            retry=Retry(ExponentialBackoff(cap=0.2, base=0.02), RETRIES),
            **{k: v.reveal() if isinstance(v, Secret) else v for k, v in self._options.items()},
        )
