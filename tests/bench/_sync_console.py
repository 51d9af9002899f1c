"""One console of the sync's bench, a process of its own: a real store, its backlog, its thread.

Speaks with the bench by lines of JSON: says `ready` when its rows are written and `drained` when
the office has them; hears `account`, `go`, `stop`; then tells its figures.
"""

from __future__ import annotations

import json
import socket
import struct
import sys
import threading
import time
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import requests

from db.directory import Directory
from db.health import Limits
from db.push import Row
from db.queries import StoredRow
from db.record import Place
from db.sync.enrolment import OfficeAccount
from db.sync.exchange import Reply, Request
from db.sync.feed import Feed
from db.sync.identity import Identity
from db.sync.office_sync import Clocks, OfficeSync, Token
from db.sync.receipts import Receipt, ReceiptFile
from db.sync.runner import SyncRunner
from db.sync.source import StoreJournal
from db.sync.transport import Anchor, HttpsTransport
from db.writer import JournalWriter
from tests.bench._sync_rows import rows

_BATCH = 2000
_LIVE_EVERY_S = 0.2
_TCP_INFO = 11
_SENT_AT, _RECEIVED_AT = 120, 128
"""Where Linux tells the bytes that the peer has acknowledged, and those received from it."""


class CountedTransport(HttpsTransport):
    """The real way to the office; the system's own count of each connection's bytes is kept."""

    def __init__(self, url: str, anchor: Anchor) -> None:
        super().__init__(url, anchor)
        self._bytes: dict[Any, int] = {}

    @property
    def bytes(self) -> int:
        """Both ways, TLS and its handshakes included."""
        return sum(self._bytes.values())

    def _send(self, session: requests.Session, request: Request) -> Reply:
        reply = super()._send(session, request)
        handle = self._cut._handle
        if handle is not None:
            info = handle.getsockopt(socket.IPPROTO_TCP, _TCP_INFO, 256)
            sent, received = (
                struct.unpack_from("Q", info, at)[0] for at in (_SENT_AT, _RECEIVED_AT)
            )
            self._bytes[handle.getsockname()] = sent + received
        return reply


class WatchedReceipts(ReceiptFile):
    """Receipts that tell when which row was acknowledged."""

    def __init__(self, folder: Path, backlog: int) -> None:
        super().__init__(folder)
        self._backlog = backlog
        self._lock = threading.Lock()
        self._written: list[tuple[int, float]] = []
        self.behind_s: list[float] = []
        """Of every live row that came to the office after the backlog had."""
        self.beside_s: list[float] = []
        """Of every live row that stood in the queue behind the backlog."""
        self.drained = threading.Event()
        if not backlog:
            self.drained.set()

    def acked(self, place: Place) -> int:
        """How far the office has come."""
        kept = self.newest(place)
        return kept.head.seq if kept else 0

    def wrote(self, seq: int, at_s: float) -> None:
        with self._lock:
            self._written.append((seq, at_s))

    def keep(self, receipt: Receipt) -> None:
        super().keep(receipt)
        now_s = time.monotonic()
        with self._lock:
            done = [at for seq, at in self._written if seq <= receipt.head.seq]
            self._written = self._written[len(done) :]
        (self.behind_s if self.drained.is_set() else self.beside_s).extend(now_s - a for a in done)
        if receipt.head.seq >= self._backlog:
            self.drained.set()


def _live(writer: JournalWriter, receipts: WatchedReceipts, stop: threading.Event) -> None:
    """A row every 200 ms, timed from when it was asked for."""
    for row in rows(7):
        if stop.wait(_LIVE_EVERY_S):
            return
        at_s = time.monotonic()
        receipts.wrote(writer.append(row).result(), at_s)


def main(words: list[str]) -> None:
    folder, seed, backlog, shown = Path(words[0]), int(words[1]), int(words[2]), int(words[3])
    limits = Limits(ballast=1 << 20)
    with JournalWriter.open(folder, limits=limits) as writer:
        source = rows(seed)
        for start in range(0, backlog, _BATCH):
            writer.append_many(list(islice(source, min(_BATCH, backlog - start)))).result()
        journal = StoreJournal(writer)
        place = journal.place("ops")
        if shown:
            taken = [
                {"_id": f"{place.console_id}-{row.seq:08}", **_as_pushed(row)}
                for start in range(0, shown, 500)
                for row in journal.rows(place, start, min(500, shown - start))
            ]
            (folder / "rows.json").write_text(json.dumps(taken))
        _say(ready=place.console_id)
        told = _hear()
        account, token = OfficeAccount(**told["account"]), _token(told)
        transport = CountedTransport(told["url"], Anchor(ca_pem=account.ca_pem))
        receipts = WatchedReceipts(folder, backlog)
        sync = OfficeSync(
            journal,
            receipts,
            transport,
            account.verifies,
            token,
            Clocks(time.monotonic, lambda: time.time_ns() // 1000),
            keep_token=lambda _: None,
            random=Random(seed),
        )
        runner = SyncRunner(sync, transport.close, transport.drop)
        _hear()
        stop = threading.Event()
        live = threading.Thread(target=_live, args=(writer, receipts, stop), name="live")
        began_s = time.monotonic()
        live.start()
        runner.start()
        while not receipts.drained.wait(1.0):
            pass
        _say(drained=time.monotonic() - began_s, incident=str(runner.health.incident))
        _hear()
        stop.set()
        live.join()
        head = journal.head(place)
        end_s = time.monotonic() + 30
        while receipts.acked(place) < head.seq and time.monotonic() < end_s:
            time.sleep(0.05)
        runner.close()
        _say(
            acked=receipts.acked(place),
            head=head.seq,
            hash=head.hash.hex(),
            bytes=transport.bytes,
            behind_s=receipts.behind_s,
            beside_s=receipts.beside_s,
            cpu_s=time.process_time(),
        )
        if line := sys.stdin.readline():
            _pull(folder, place, told, json.loads(line)["records"])


def _as_pushed(row: StoredRow) -> dict[str, Any]:
    names = Row.__struct_fields__
    return msgspec.to_builtins(Row(*(getattr(row, name) for name in names)))


def _token(told: dict[str, Any]) -> Token:
    return Token(told["token"], told["expires_us"], Identity(**told["identity"]))


def _pull(folder: Path, place: Place, told: dict[str, Any], count: int) -> None:
    """Take the (empty) snapshot, then time the feed."""
    transport = HttpsTransport(told["url"], Anchor(ca_pem=told["account"]["ca_pem"]))
    directory = Directory(folder)
    clocks = Clocks(time.monotonic, lambda: time.time_ns() // 1000)
    token = _token(told)
    feed = Feed(directory, place.console_id, transport, lambda: token, clocks, random=Random(1))
    while not directory.cursor().server_epoch:
        time.sleep(feed.step())
    _say(level=True)
    _hear()
    began_s = time.monotonic()
    while len(directory.records("contact")) < count:
        time.sleep(feed.step())
    _say(pulled=time.monotonic() - began_s)
    transport.drop()
    directory.close()


def _say(**told: object) -> None:
    print(json.dumps(told), flush=True)


def _hear() -> dict[str, Any]:
    return json.loads(sys.stdin.readline())


if __name__ == "__main__":
    main(sys.argv[1:])
