"""A store joined to an office over real TLS, and how far both have come."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from db.sync.enrolment import OfficeAccount, enrol
from db.sync.office_sync import Clocks, OfficeSync, Token
from db.sync.receipts import ReceiptFile
from db.sync.runner import SyncRunner
from db.sync.source import StoreJournal
from db.sync.transport import Anchor, HttpsTransport, office_transport
from db.writer import JournalWriter
from tests.db.rows import raw
from tests.office.letting_in import a_code
from tests.office.serving import Served

ROWS = """SELECT console_id, stream, epoch, seq, utc_us, mono_us, boot_id, kind, schema_v, actor,
    cause, body, prev_hash, hash FROM journal ORDER BY stream, epoch, seq"""


def until(holds: Callable[[], bool], timeout_s: float = 30.0) -> None:
    """Wait for a condition."""
    end = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < end, "never came true"
        time.sleep(0.02)


def rows_of(path: Path) -> list[tuple]:
    """Every row of a journal, chain by chain."""
    connection = raw(path)
    rows = connection.execute(ROWS).fetchall()
    connection.close()
    return rows


def acked(writer: JournalWriter) -> tuple[int, ...]:
    """How far the receipts go, of each stream."""
    kept, journal = ReceiptFile(writer.folder), StoreJournal(writer)
    found = [kept.newest(journal.place(stream)) for stream in ("ops", "qos")]
    return tuple(receipt.head.seq if receipt else 0 for receipt in found)


def enrolled(served: Served, console_id: str) -> tuple[OfficeAccount, Token]:
    """A console enrolled by a code of its own, and its token."""
    transport = HttpsTransport(served.url, Anchor(sha256=served.fingerprint))
    try:
        return enrol(transport, a_code(served.office), console_id, "Buôn Hồ")
    finally:
        transport.drop()


def running(writer: JournalWriter, url: str, account: OfficeAccount, token: Token) -> SyncRunner:
    """A runner that has been started; whoever asks for it closes it."""
    transport = office_transport(url, account.ca_pem)
    sync = OfficeSync(
        StoreJournal(writer),
        ReceiptFile(writer.folder),
        transport,
        account.verifies,
        token,
        Clocks(time.monotonic, lambda: time.time_ns() // 1000),
        keep_token=lambda _: None,
        random=Random(1),
    )
    runner = SyncRunner(sync, transport.close, transport.drop)
    runner.start()
    return runner
