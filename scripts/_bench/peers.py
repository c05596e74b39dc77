"""The libraries of other services, each by its own public way to keep a token."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from _bench.replies import AUTHORITY, LIFE
from _bench.side import NotOfferedError, Side, peer, write

if TYPE_CHECKING:
    from _bench.side import Place

SCOPES = ["api://bench/.default"]


class Msal(Side):
    """A confidential client whose cache msal-extensions keeps in a file."""

    name = "msal + msal-extensions"
    module = "msal, msal_extensions"
    memory = 200

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self._app: Any = None
        self._cache = self._build()

    def _build(self) -> Any:
        extensions = peer("msal_extensions")
        return extensions.PersistedTokenCache(
            extensions.FilePersistence(os.path.join(self.place.folder, "msal.json"))
        )

    @property
    def app(self) -> Any:
        """The application object; it asks the server where to log in, which is not counted."""
        if self._app is None:
            self._app = peer("msal").ConfidentialClientApplication(
                "client",
                client_credential="secret",
                authority=AUTHORITY,
                token_cache=self._cache,
                instance_discovery=False,
                http_client=_led_to(self.place.url),
            )
        return self._app

    def log_in(self) -> object:
        """Return the cached token, or acquire one."""
        return self.again()

    def again(self) -> object:
        """Acquire a token; from the server, once `forget` has emptied the cache."""
        answer = self.app.acquire_token_for_client(SCOPES)
        if "access_token" not in answer:
            raise RuntimeError(answer.get("error"))
        return answer

    def forget(self) -> None:
        """Empty the cache: there is no way to acquire a token besides one that is cached."""
        self.app.remove_tokens_for_client()

    def restore(self) -> object:
        """Have a new cache read the file."""
        return self._found_in(self._build())

    def look(self) -> object:
        """Read the cache again; it checks whether the file is newer."""
        return self._found_in(self._cache)

    def _found_in(self, cache: Any) -> object:
        return next(iter(cache.search(cache.CredentialType.ACCESS_TOKEN, target=SCOPES)))

    def save(self) -> object:
        """Add a token to the cache, which writes the file."""
        return self._cache.add(
            {
                "client_id": "client",
                "scope": SCOPES,
                "token_endpoint": f"{AUTHORITY}/oauth2/v2.0/token",
                "response": {"access_token": "a" * 40, "expires_in": LIFE, "token_type": "Bearer"},
                "environment": urlsplit(AUTHORITY).netloc,
            }
        )


def _led_to(url: str) -> Any:
    """Return a session of requests that sends to the small server what is meant for an https one."""
    requests = peer("requests")
    session = requests.Session()
    session.trust_env = False
    plain = session.get_adapter("http://")

    class Led:
        def send(self, request: Any, **options: Any) -> Any:
            request.url = url + request.path_url
            return plain.send(request, **options)

        def close(self) -> None:
            plain.close()

    session.mount("https://", Led())
    return session


class Botocore(Side):
    """A role assumed with a web identity, kept in botocore's `JSONFileCache`."""

    name = "botocore, JSONFileCache"
    module = "botocore.session"
    note = "one login is one request; AWS_MAX_ATTEMPTS=1"

    ARN = "arn:aws:iam::123456789012:role/bench"

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        os.environ.update(
            AWS_ENDPOINT_URL_STS=place.url,
            AWS_DEFAULT_REGION="us-east-1",
            AWS_MAX_ATTEMPTS="1",
            AWS_CONFIG_FILE=os.devnull,
            AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        )
        credentials, session = peer("botocore.credentials"), peer("botocore.session").Session()
        self._cache = peer("botocore.utils").JSONFileCache(os.path.join(place.folder, "botocore"))
        self._fetcher = credentials.AssumeRoleWithWebIdentityCredentialFetcher(
            session.create_client,
            lambda: "identity",
            self.ARN,
            extra_args={"RoleSessionName": "bench"},
            cache=self._cache,
        )
        # What a session hands out for such a role: it refreshes under a lock between threads.
        self._lazy = credentials.DeferredRefreshableCredentials(
            method="assume-role-with-web-identity", refresh_using=self._fetcher.fetch_credentials
        )

    def log_in(self) -> object:
        """Return the cached credentials, or assume the role."""
        return self._lazy.get_frozen_credentials()

    def again(self) -> object:
        """Assume the role, once `forget` has emptied the cache."""
        return self._fetcher.fetch_credentials()

    def forget(self) -> None:
        """Empty the cache."""
        for name in os.listdir(self._cache._working_dir) if os.path.isdir(self._cache._working_dir) else ():  # noqa: SLF001 - its folder, as given above
            self._key = name.removesuffix(".json")
            del self._cache[self._key]

    def restore(self) -> object:
        """Have a new cache read the file."""
        (name,) = os.listdir(self._cache._working_dir)  # noqa: SLF001 - its folder, as given above
        self._key = name.removesuffix(".json")
        return self._cache[self._key]

    def look(self) -> object:
        """Read the session's credentials again; they do not check the file."""
        return self._lazy.get_frozen_credentials()

    def save(self) -> object:
        """Put the credentials into the cache, which forces the file to the disk."""
        self._cache["saved"] = {"Credentials": {"SessionToken": "a" * 40}, "Expiration": "never"}
        return self


class HuggingFace(Side):
    """The token of the Hub: `get_token()`, which refreshes it under a lock between processes."""

    name = "huggingface_hub"
    module = "huggingface_hub"
    note = "its refresh: its login has no lock"
    serial = True

    OLD = "hf_old"

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        # Read from HF_HOME when it is imported, which was before there was a place.
        constants = peer("huggingface_hub.constants")
        constants.HF_TOKEN_PATH = os.path.join(place.folder, "token")
        constants.HF_STORED_TOKENS_PATH = os.path.join(place.folder, "stored_tokens")

    @classmethod
    def seed(cls, place: Place) -> None:
        """Leave what a browser's login leaves, about to expire."""
        write(os.path.join(place.folder, "token"), cls.OLD)
        entry = f"[bench]\nhf_token = {cls.OLD}\nrefresh_token = r\nexpires_at = {int(time.time()) + 60}\n"
        write(os.path.join(place.folder, "stored_tokens"), entry)

    def log_in(self) -> object:
        """Return the token, refreshed where it is about to expire."""
        token = peer("huggingface_hub").get_token()
        if token == self.OLD:
            raise RuntimeError("not refreshed")
        return token

    def again(self) -> object:
        """Log in with a token: ask who that is, and store it."""
        peer("huggingface_hub").login("hf_bench")
        return self

    def look(self) -> object:
        """Return the token; it reads the token's file each time."""
        return peer("huggingface_hub").get_token()

    def restore(self) -> object:
        """Like `look`, but for the second file that it reads once in the life of a process."""
        return peer("huggingface_hub").get_token()


class Supabase(Side):
    """A client of supabase-auth with a storage that writes files, of the ten lines that one has to write."""

    name = "supabase-auth"
    module = "supabase_auth"
    memory = 100

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self._http = peer("httpx").Client(trust_env=False, timeout=60)
        self._client = self._build()

    def _build(self) -> Any:
        folder = self.place.folder

        class Files:
            def get_item(self, key: str) -> str | None:
                try:
                    with open(os.path.join(folder, key), encoding="utf-8") as file:
                        return file.read()
                except FileNotFoundError:
                    return None

            def set_item(self, key: str, value: str) -> None:
                write(os.path.join(folder, key), value)

            def remove_item(self, key: str) -> None:
                with suppress(FileNotFoundError):
                    os.unlink(os.path.join(folder, key))

        return peer("supabase_auth").SyncGoTrueClient(
            url=self.place.url, storage=Files(), auto_refresh_token=False, http_client=self._http
        )

    def log_in(self) -> object:
        """Return the stored session, or sign in."""
        return self._client.get_session() or self.again()

    def again(self) -> object:
        """Sign in."""
        return self._client.sign_in_with_password({"email": "ann@example.com", "password": "x"})

    def restore(self) -> object:
        """Build a client on connections that are there, and ask it for the session."""
        return self._found(self._build())

    def look(self) -> object:
        """Return the session; it reads and parses what is stored each time."""
        return self._found(self._client)

    def save(self) -> object:
        """Nothing to measure."""
        raise NotOfferedError("leaves the writing to a storage of yours")

    def _found(self, client: Any) -> object:
        session = client.get_session()
        assert session is not None
        return session
