"""P6: whoever reads while another process writes, reads one record or the other, never a mixture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support import torn
from support.processes import SPAWNED

from cometchat_session import FileStore
from cometchat_session.stores.record import EMPTY

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from pathlib import Path
    from typing import Any

READERS = 2
READS = 1_000_000 // READERS  # each, as promised
FEW = READS // 25
HANGS = 150  # seconds; a million reads take a fifth of that where nobody else wants the machine


def start(target: Any, *args: Any) -> Connection:
    ours, theirs = SPAWNED.Pipe()
    SPAWNED.Process(target=target, args=(*args, theirs), daemon=True).start()
    theirs.close()
    return ours


@pytest.mark.timeout(HANGS + 20)
def test_no_torn_reads(tmp_path: Path, in_full: bool) -> None:
    reads = READS if in_full else FEW
    assert FileStore(tmp_path).save(torn.KEY, torn.record(0), expected=EMPTY)
    writer = start(torn.write, str(tmp_path))
    assert writer.recv() == "ready"
    readers = [start(torn.read, str(tmp_path), reads) for _ in range(READERS)]
    for reader in readers:
        assert reader.poll(HANGS), "it hangs"
    reports = [reader.recv() for reader in readers]
    writer.send("stop")
    writes = writer.recv()
    print(f"{READERS * reads} reads during {writes} writes, of which {reports[0][1]} were seen")
    assert [bad for bad, _ in reports] == [[]] * READERS
    assert all(seen > 100 for _, seen in reports)  # or there was nothing to be torn
    assert list(tmp_path.rglob("*.corrupt-*")) == []
