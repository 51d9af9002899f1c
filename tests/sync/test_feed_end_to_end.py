"""A directory, a real office, real TLS: news at once, evidence beside it, and an end in order."""

from __future__ import annotations

import time
from pathlib import Path
from random import Random

from db.directory import Directory
from db.office import proposals, records
from db.office.service import Office
from db.reference import Standing
from db.sync.feed import Feed
from db.sync.office_sync import Clocks, OfficeSync
from db.sync.receipts import ReceiptFile
from db.sync.runner import SyncRunner
from db.sync.source import StoreJournal
from db.sync.transport import office_transport
from db.writer import JournalWriter
from tests.db.rows import SMALL, row
from tests.office.serving import serving
from tests.sync.joined import acked, enrolled, until

CONTACT = {"site": "66", "role": "leader", "person": "An"}
CLOCKS = Clocks(time.monotonic, lambda: time.time_ns() // 1000)


def edit(office: Office, version: int, person: str) -> None:
    with office.database.write() as connection:
        records.put(
            connection,
            "contact",
            "c1",
            CONTACT | {"person": person},
            version=version,
            author="lan",
            now_us=office.clock_us(),
        )
    office.polls.written()


def test_an_edit_comes_by_a_poll_that_holds_up_neither_evidence_nor_proposals(tmp_path: Path):
    with (
        serving(tmp_path / "office") as served,
        JournalWriter.open(tmp_path / "store", limits=SMALL) as writer,
    ):
        writer.append(row(1)).result()
        until(lambda: writer.health.figures.console_id != "")
        account, token = enrolled(served, writer.health.figures.console_id)
        directory = Directory(tmp_path / "store")
        wires = [office_transport(served.url, account.ca_pem) for _ in range(2)]
        feed = Feed(
            directory, account.console_id, wires[1], lambda: sync.token, CLOCKS, random=Random(1)
        )
        sync = OfficeSync(
            StoreJournal(writer),
            ReceiptFile(writer.folder),
            wires[0],
            account.verifies,
            token,
            CLOCKS,
            keep_token=lambda _: None,
            random=Random(2),
            feed=lambda: feed.health,
        )
        pushing = SyncRunner(sync, wires[0].close, wires[0].drop)
        pulling = SyncRunner(
            feed, wires[1].close, wires[1].drop, interrupt=wires[1].interrupt, name="office-feed"
        )
        pushing.start()
        pulling.start()
        try:
            until(lambda: served.office.polls.count == 1)
            edit(served.office, 0, "An")
            until(lambda: directory.record("contact", "c1") is not None)
            until(lambda: served.office.polls.count == 1)
            writer.append(row(2)).result()
            until(lambda: acked(writer)[0] == 2)
            until(lambda: served.office.polls.count == 1)
            made = directory.propose("contact", "c1", CONTACT | {"phone": "1"}, operator="hoa")
            pulling.hurry()
            until(lambda: directory.proposals()[0].state == Standing.WAITING, 20)
            with served.office.database.write() as connection:
                proposals.accept(connection, made.id, author="lan", note="", now_us=1)
            served.office.polls.written()
            until(lambda: directory.proposals()[0].state == Standing.ACCEPTED)
            until(lambda: (pushing.health.feed_rev, pushing.health.proposals) == (3, 0))
            found = directory.record("contact", "c1")
            assert found is not None
            assert found.body["phone"] == "1"
            until(lambda: served.office.polls.count == 1)
            began = time.monotonic()
            assert pulling.close()
            assert time.monotonic() - began < 10
        finally:
            pulling.close()
            pushing.close()
            directory.close()


def test_an_office_that_closes_does_not_wait_for_its_polls(tmp_path: Path):
    directory_folder = tmp_path / "store"
    directory_folder.mkdir()
    directory = Directory(directory_folder)
    with serving(tmp_path / "office") as served:
        account, token = enrolled(served, "1" * 32)
        wire = office_transport(served.url, account.ca_pem)
        feed = Feed(directory, account.console_id, wire, lambda: token, CLOCKS, random=Random(1))
        pulling = SyncRunner(feed, wire.close, wire.drop, name="office-feed")
        pulling.start()
        until(lambda: served.office.polls.count == 1)
        began = time.monotonic()
    assert time.monotonic() - began < 15
    until(lambda: pulling.health.failure != "")
    assert pulling.close()
    directory.close()
