"""A real store, a real office, real TLS between them: away, back, and the same bytes on both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from db.queries import Position, after
from db.sync.receipts import FILE, ReceiptFile
from db.sync.source import StoreJournal
from db.verify import Verdict
from db.writer import JournalWriter
from tests.db.rows import SMALL, row
from tests.office.engines import Engine
from tests.office.serving import serving
from tests.sync.joined import ROWS, acked, enrolled, rows_of, running, until


@pytest.fixture
def office(tmp_path: Path, engine: Engine) -> Iterator[Path]:
    """The folder of an office on either engine."""
    folder = engine.new_office(tmp_path / "office")
    yield folder
    engine.forget(folder)


def test_a_console_away_for_a_while_and_an_office_restored_end_with_the_same_bytes(
    tmp_path: Path, office: Path, engine: Engine
):
    store, backup = tmp_path / "store", tmp_path / "backup"
    with JournalWriter.open(store, limits=SMALL) as writer:
        writer.append_many([row(n, text="Đắk Lắk") for n in range(120)]).result()
        until(lambda: writer.health.figures.console_id != "")
        with serving(office) as served:
            port = int(served.url.rsplit(":", 1)[1])
            account, token = enrolled(served, writer.health.figures.console_id)
            runner = running(writer, served.url, account, token)
            until(lambda: runner.health.last_ack_us > 0 and runner.health.unsent_rows == 0)
            engine.back_up(office, backup)
            writer.append_many([row(n) for n in range(120, 200)]).result()
            writer.append(row(1), stream="qos").result()
            until(lambda: acked(writer) == (200, 1))
            assert len(engine.rows(office, ROWS)) == 201
            assert runner.close()
        runner = running(writer, served.url, account, token)  # begins with nobody there
        writer.append_many([row(n) for n in range(200, 900)]).result()
        until(lambda: runner.health.failure != "" and runner.health.unsent_rows == 700)
        engine.restore(office, backup)  # last night's
        assert len(engine.rows(office, ROWS)) == 120
        with serving(office, port) as again:
            runner.hurry()
            until(lambda: len(engine.rows(office, ROWS)) == 901 and runner.health.unsent_rows == 0)
            assert runner.health.incident is None
            assert runner.close()
            assert again.office.database.verdict() == Verdict(901, ())
        assert [r.seq for r in after(writer, Position(1, 890))] == list(range(891, 901))
    assert engine.rows(office, ROWS) == rows_of(store / "journal.sqlite3")
    kept = ReceiptFile(store)
    receipt = kept.newest(StoreJournal(writer).place("ops"))
    assert receipt is not None
    assert receipt.head.seq == 900
    assert account.verifies(receipt.message, receipt.signature)
    assert token.text not in (store / FILE).read_text()


def test_a_receipt_file_that_was_cut_short_is_done_without(tmp_path: Path):
    (tmp_path / FILE).write_text('[{"console_id": "1", "str')
    with JournalWriter.open(tmp_path, limits=SMALL) as writer:
        writer.append(row(1)).result()
        place = StoreJournal(writer).place("ops")
    assert ReceiptFile(tmp_path).newest(place) is None


def test_a_store_that_is_not_there_yet_has_no_chain(tmp_path: Path):
    with JournalWriter.open(tmp_path, limits=SMALL) as writer:
        journal = StoreJournal(writer)
        place = journal.place("ops")
        assert (place.epoch, journal.head(place).seq) == (1, 0)
        assert journal.rows(place, 0, 500) == []
