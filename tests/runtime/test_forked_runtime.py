"""A forked child waits on an event of its own, and is as closed as its parent was."""

from __future__ import annotations

import pytest

from cometchat_session import errors
from cometchat_session._runtime.blocking import SyncRuntime
from cometchat_session._runtime.port import run_sync


@pytest.mark.parametrize("closed", [False, True])
def test_a_pause_after_a_fork(closed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = SyncRuntime()
    if closed:
        runtime.close()
    of_the_parent = runtime._closing
    monkeypatch.setattr("os.getpid", lambda: -1)
    if closed:
        with pytest.raises(errors.NetworkError, match="closed"):
            run_sync(runtime.sleep(60.0))
    else:
        run_sync(runtime.sleep(0.0))
    assert runtime._closing is not of_the_parent
