"""A program that does all that can be done with a session, and tells everything it can while doing so."""

from __future__ import annotations

import asyncio
import logging
import pickle
import sys
import traceback
from pathlib import Path
from typing import Any

from cometchat_session import AsyncCometChat, CometChat, CometChatError, RetryPolicy

UID = "cometchat-uid-1"
FAILING = 6  # how many faults are armed for it
Client = CometChat | AsyncCometChat


async def tell(client: Client) -> None:
    """Log in, look, verify, fail, log out; print every result and every error with its locals."""

    async def call(name: str, *args: Any, **kwargs: Any) -> None:
        try:
            result = getattr(client, name)(*args, **kwargs)
            print(name, repr(await result if asyncio.iscoroutine(result) else result), repr(client))
        except CometChatError as error:
            report = traceback.TracebackException.from_exception(error, capture_locals=True)
            print(name, "".join(report.format()), repr(error), error, vars(error), pickle.dumps(error))

    await call("login", UID)
    await call("get_logged_in_user")
    await call("get_logged_in_user", verify=True)
    for _ in range(FAILING):
        await call("login", UID, force=True)
    await call("login", "nobody", switch_user=True)
    await call("login", UID, verify=True)
    await call("logout")
    await call("get_auth_token")


def main() -> None:
    print(Path("/proc/self/cmdline").read_bytes())
    logging.basicConfig(level=logging.DEBUG, stream=sys.stdout)
    retry = RetryPolicy(wait_initial=0.0, deadline=1.0)
    if sys.argv[1] == "sync":
        with CometChat(retry=retry, timeout=0.3) as client:
            # The sync client must not know that a loop is running here.
            asyncio.run(tell(client))
    else:

        async def story() -> None:
            async with AsyncCometChat(retry=retry, timeout=0.3) as client:
                await tell(client)

        asyncio.run(story(), debug=True)


if __name__ == "__main__":
    main()
