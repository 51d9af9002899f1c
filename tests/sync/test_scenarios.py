"""What befalls a province's evidence, with real stores, a real office and real TLS between them.

Each is found and named on both sides, nothing is overwritten, and the way out is a new epoch.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from db.queries import latest
from db.sync.enrolment import OfficeAccount
from db.sync.exchange import Lost
from db.sync.fork import Undecided, begin_epoch
from db.sync.office_sync import Token
from db.sync.runner import SyncRunner
from db.sync.source import StoreJournal
from db.sync.transport import office_transport
from db.verifier.__main__ import main as verify
from db.verify import verify_file
from db.writer import JournalWriter
from tests.db.rows import SMALL, raw, row
from tests.office.serving import Served, serving
from tests.sync.joined import acked, enrolled, rows_of, running, until


@dataclass
class Site:
    """One console: its store's folder, and how it is known at the office."""

    folder: Path
    served: Served
    account: OfficeAccount
    token: Token

    @contextmanager
    def up(self) -> Iterator[tuple[JournalWriter, SyncRunner]]:
        """The program runs."""
        with JournalWriter.open(self.folder, limits=SMALL) as writer:
            runner = running(writer, self.served.url, self.account, self.token)
            try:
                yield writer, runner
            finally:
                assert runner.close()

    def write(self, first: int, last: int) -> None:
        """Rows are written and come to the office."""
        with self.up() as (writer, _):
            writer.append_many([row(n) for n in range(first, last + 1)]).result()
            until(lambda: acked(writer)[0] == last)

    def begin_epoch(self, writer: JournalWriter) -> int:
        transport = office_transport(self.served.url, self.account.ca_pem)
        try:
            return begin_epoch(
                writer,
                StoreJournal(writer),
                transport,
                self.token,
                reason="đĩa cũ được dựng lại",
                operator="Nguyễn Văn A",
            )
        finally:
            transport.drop()

    def office_rows(self) -> list[tuple]:
        """What the office has of this console."""
        connection = raw(self.served.folder / "office.sqlite3")
        try:
            query = "SELECT epoch, seq, body, utc_us, hash FROM journal WHERE console_id = ?"
            ordered = f"{query} AND stream = 'ops' ORDER BY epoch, seq"
            return connection.execute(ordered, (self.account.console_id,)).fetchall()
        finally:
            connection.close()

    def incidents(self) -> set[str]:
        """What the office found against this console."""
        connection = raw(self.served.folder / "office.sqlite3")
        try:
            query = "SELECT kind FROM incidents WHERE console_id = ?"
            return {kind for (kind,) in connection.execute(query, (self.account.console_id,))}
        finally:
            connection.close()


def site(served: Served, folder: Path) -> Site:
    """A console that has just been enrolled."""
    with JournalWriter.open(folder, limits=SMALL) as writer:
        until(lambda: writer.health.figures.console_id != "")
        account, token = enrolled(served, writer.health.figures.console_id)
    return Site(folder, served, account, token)


@contextmanager
def tampered(file: Path) -> Iterator[Any]:
    """A journal whose guards are away for as long as somebody is at it."""
    connection = raw(file)
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    guards = connection.execute(query).fetchall()
    for name, _ in guards:
        connection.execute(f"DROP TRIGGER {name}")
    yield connection
    for _, sql in guards:
        connection.execute(sql)
    connection.close()


def incident(runner: SyncRunner) -> str:
    found = runner.health.incident
    return found.code if found else ""


def params(runner: SyncRunner) -> dict[str, Any]:
    found = runner.health.incident
    return dict(found.params) if found else {}


def test_a_console_whose_disk_was_restored_goes_on_in_a_new_epoch_and_both_stay(
    served: Served, tmp_path: Path
):
    one = site(served, tmp_path / "store")
    one.write(1, 5)
    shutil.copytree(one.folder, tmp_path / "image")
    one.write(6, 9)
    shutil.rmtree(one.folder)
    (tmp_path / "image").rename(one.folder)
    before = one.office_rows()
    with one.up() as (writer, runner):
        writer.append_many([row(n, text="sau khi dựng lại") for n in range(6, 11)]).result()
        until(lambda: incident(runner) == "sync.fork")
        assert params(runner)["seq"] == 6
        assert one.office_rows() == before
        assert one.begin_epoch(writer) == 2
        until(lambda: acked(writer)[0] == 6 and runner.health.incident is None)
        seen = latest(writer)
    now = one.office_rows()
    assert now[: len(before)] == before
    opened, *again = [r for r in now if r[0] == 2]
    told = json.loads(opened[2])
    assert (told["reason"], told["operator"]) == ("đĩa cũ được dựng lại", "Nguyễn Văn A")
    assert (told["old_epoch"], told["old_seq"], told["common"]["ops"]) == (1, 10, 5)
    assert [(r[1], r[3]) for r in again] == [(n - 4, row(n).utc_us) for n in range(6, 11)]
    assert [r.epoch for r in seen] == [2] * 6 + [1] * 5, "no row is shown twice"
    assert len([r for r in rows_of(one.folder / "journal.sqlite3") if r[2] == 1]) == 10
    for file in (one.folder / "journal.sqlite3", served.folder / "office.sqlite3"):
        assert verify_file(file).bad == ()
    assert verify([str(one.folder)]) == 0
    assert {"fork"} <= one.incidents()
    with JournalWriter.open(one.folder, limits=SMALL) as writer:
        assert writer.health.figures.notices == ()
        assert writer.append(row(11)).result() == 7


def test_stores_that_were_swapped_between_two_consoles_send_nothing(served: Served, tmp_path: Path):
    one, other = site(served, tmp_path / "one"), site(served, tmp_path / "other")
    one.write(1, 4)
    other.write(1, 3)
    before = (one.office_rows(), other.office_rows())
    one.folder.rename(tmp_path / "x")
    other.folder.rename(one.folder)
    (tmp_path / "x").rename(other.folder)
    for swapped in (one, other):
        with swapped.up() as (writer, runner):
            writer.append(row(9, text="lạc chỗ")).result()
            until(lambda r=runner: incident(r) == "sync.access")
            assert params(runner)["reason"] == "access.console"
    assert (one.office_rows(), other.office_rows()) == before


def test_a_row_that_was_edited_is_named_and_stays_as_the_office_has_it(
    served: Served, tmp_path: Path
):
    one = site(served, tmp_path / "store")
    one.write(1, 6)
    before = one.office_rows()
    with tampered(one.folder / "journal.sqlite3") as connection:
        connection.execute("UPDATE journal SET body = ? WHERE seq = 3", (b'{"n":3,"text":"x"}',))
    with one.up() as (writer, runner):
        until(lambda: incident(runner) == "sync.altered")
        assert params(runner) == {"stream": "ops", "seq": 3}
        until(lambda: "altered" in one.incidents())
        assert one.begin_epoch(writer) == 2
        writer.append(row(7)).result()
        until(lambda: acked(writer)[0] == 2 and runner.health.incident is None)
    assert one.office_rows()[:6] == before
    found = verify_file(one.folder / "journal.sqlite3").bad
    assert [(bad.epoch, bad.seq, bad.reason) for bad in found] == [(1, 3, "altered")]


def test_a_tail_that_was_cut_off_is_named_and_the_office_keeps_it(served: Served, tmp_path: Path):
    one = site(served, tmp_path / "store")
    one.write(1, 6)
    before = one.office_rows()
    with tampered(one.folder / "journal.sqlite3") as connection:
        connection.execute("DELETE FROM journal WHERE seq > 4")
        last = "(SELECT hash FROM journal WHERE seq = 4)"
        connection.execute(f"UPDATE heads SET seq = 4, hash = {last}")
    with one.up() as (writer, runner):
        until(lambda: incident(runner) == "sync.rollback")
        assert params(runner) == {"stream": "ops", "seq": 6, "own": 4}
        until(lambda: "rollback" in one.incidents())
        assert one.begin_epoch(writer) == 2
        until(lambda: acked(writer)[0] == 1 and runner.health.incident is None)
    assert one.office_rows()[:6] == before


def test_one_identity_at_two_places_is_a_fork_for_the_second(served: Served, tmp_path: Path):
    one = site(served, tmp_path / "store")
    one.write(1, 3)
    shutil.copytree(one.folder, tmp_path / "clone")
    twin = Site(tmp_path / "clone", served, one.account, one.token)
    one.write(4, 6)
    before = one.office_rows()
    with twin.up() as (writer, runner):
        writer.append_many([row(n, text="bản sao") for n in (4, 5, 6, 7)]).result()
        until(lambda: incident(runner) == "sync.fork")
        until(lambda: one.incidents() >= {"fork"})
        assert one.office_rows() == before
    one.write(7, 8)
    assert one.office_rows()[:6] == before
    assert len(one.office_rows()) == 8


def test_an_office_restored_from_its_backup_is_filled_up_by_both_streams(
    served: Served, tmp_path: Path
):
    """The long story of it is in test_end_to_end; here no epoch is begun, for nothing is wrong."""
    one = site(served, tmp_path / "store")
    one.write(1, 3)
    backup = tmp_path / "backup.sqlite3"
    connection = raw(served.folder / "office.sqlite3")
    connection.execute("VACUUM INTO ?", (str(backup),))
    connection.close()
    one.write(4, 7)
    before = one.office_rows()
    with serving_again(served, backup) as again:
        one.served = again
        with one.up() as (writer, runner):
            until(lambda: one.office_rows() == before)
            until(lambda: runner.health.unsent_rows == 0)
            assert runner.health.incident is None
            transport = office_transport(again.url, one.account.ca_pem)
            journal = StoreJournal(writer)
            from db.sync.fork import last_common

            assert last_common(journal, journal.place("ops"), transport, one.token) == 7
            transport.drop()
    assert one.incidents() == set()


@contextmanager
def serving_again(served: Served, backup: Path) -> Iterator[Served]:
    """The same office from a backup, at another place."""
    folder = backup.parent / "restored"
    shutil.copytree(served.folder, folder, ignore=shutil.ignore_patterns("office.sqlite3*"))
    shutil.copy(backup, folder / "office.sqlite3")
    with serving(folder) as again:
        yield again


def test_without_an_answer_no_epoch_is_begun(served: Served, tmp_path: Path):
    one = site(served, tmp_path / "store")
    one.write(1, 3)

    def away(_: object) -> Any:
        raise Lost("unreachable")

    with JournalWriter.open(one.folder, limits=SMALL) as writer:
        with pytest.raises(Undecided) as caught:
            begin_epoch(writer, StoreJournal(writer), away, one.token, reason="thử", operator="A")
        assert caught.value.reason == "unreachable"
        assert writer.append(row(4)).result() == 4
