"""The writer: durable futures, order, group commit, and a chain that nothing may change."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future
from pathlib import Path

import pytest

from db import files
from db import writer as writer_module
from db.fault import StoreFault
from db.queries import Position, after, latest
from db.record import FIRST_HASH, OPS
from db.verify import verify_file
from db.writer import JournalWriter
from tests.db.rows import raw, row

JOURNAL = "journal.sqlite3"
COPY_ROW_2_AS = (
    "INSERT INTO journal SELECT console_id, stream, epoch, {seq}, utc_us, mono_us, boot_id, kind,"
    " schema_v, actor, cause, body, prev_hash, hash FROM journal WHERE seq = 2"
)


def test_numbers_go_up_by_one_and_go_on_after_a_restart(tmp_path: Path):
    with JournalWriter.open(tmp_path) as writer:
        assert [writer.append(row(n)).result() for n in range(3)] == [1, 2, 3]
        assert writer.append_many([row(n) for n in range(3, 10)]).result() == 10
    with JournalWriter.open(tmp_path) as writer:
        assert writer.append(row(10)).result() == 11
        stored = after(writer, Position(0, 0))
    assert [r.body for r in stored] == [row(n).body for n in range(11)]
    assert len({r.boot_id for r in stored}) == 2
    assert verify_file(tmp_path / JOURNAL).rows == 11


def test_a_future_resolves_only_when_another_program_can_read_the_row(tmp_path: Path):
    with JournalWriter.open(tmp_path) as writer:
        for n in range(1, 30):
            assert writer.append(row(n)).result() == n
            other = raw(tmp_path / JOURNAL)
            assert other.execute("SELECT max(seq) FROM journal").fetchone()[0] == n
            other.close()


def test_the_chain_begins_with_zeros_and_each_row_follows_the_one_before(tmp_path: Path):
    with JournalWriter.open(tmp_path) as writer:
        writer.append_many([row(n) for n in range(300)]).result()
    connection = raw(tmp_path / JOURNAL)
    links = connection.execute("SELECT prev_hash, hash FROM journal ORDER BY seq").fetchall()
    connection.close()
    assert links[0][0] == FIRST_HASH
    assert [link[0] for link in links[1:]] == [link[1] for link in links[:-1]]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET body = x'00' WHERE seq = 2",
        "DELETE FROM journal WHERE seq = 2",
        "DELETE FROM journal",
        "INSERT OR REPLACE INTO journal SELECT * FROM journal WHERE seq = 2",
        COPY_ROW_2_AS.format(seq=9),
        COPY_ROW_2_AS.format(seq=4),
    ],
)
def test_triggers_refuse_whatever_does_not_append(tmp_path: Path, statement: str):
    with JournalWriter.open(tmp_path) as writer:
        writer.append_many([row(n) for n in range(3)]).result()
    connection = raw(tmp_path / JOURNAL)
    with pytest.raises(Exception, match=r"append-only|does not follow the head"):
        connection.execute(statement)
    connection.close()
    assert verify_file(tmp_path / JOURNAL).bad == ()


def test_threads_that_append_at_once_keep_their_own_order(tmp_path: Path):
    threads, each = 8, 300
    numbers: dict[int, list[int]] = {}

    def work(name: int) -> None:
        futures = [writer.append(row(name * 1000 + n)) for n in range(each)]
        numbers[name] = [future.result() for future in futures]

    with JournalWriter.open(tmp_path) as writer:
        workers = [threading.Thread(target=work, args=(name,)) for name in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    connection = raw(tmp_path / JOURNAL)
    bodies = dict(connection.execute("SELECT seq, body FROM journal").fetchall())
    connection.close()
    assert sorted(n for own in numbers.values() for n in own) == list(range(1, threads * each + 1))
    for name, own in numbers.items():
        assert own == sorted(own)
        assert [bodies[n] for n in own] == [row(name * 1000 + n).body for n in range(each)]
    assert verify_file(tmp_path / JOURNAL).bad == ()


def test_what_waits_is_committed_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    sizes: list[int] = []
    append = files.JournalFile.append

    def slow(self: files.JournalFile, rows: list) -> list[int]:
        sizes.append(len(rows))
        time.sleep(0.05)
        return append(self, rows)

    monkeypatch.setattr(files.JournalFile, "append", slow)
    monkeypatch.setattr(writer_module, "MAX_COMMIT_ROWS", 64)
    with JournalWriter.open(tmp_path) as writer:
        futures = [writer.append(row(n)) for n in range(200)]
        assert [future.result() for future in futures] == list(range(1, 201))
    assert sum(sizes) == 200
    assert max(sizes) == 64
    assert len(sizes) <= 6


def test_many_rows_are_committed_together_or_not_at_all(tmp_path: Path):
    with JournalWriter.open(tmp_path) as writer:
        assert writer.append_many([]).result() == 0
        assert writer.append_many([row(n) for n in range(5000)]).result() == 5000
        other = raw(tmp_path / JOURNAL)
        other.execute(
            "CREATE TRIGGER refuse BEFORE INSERT ON journal WHEN NEW.kind = 'Boom'"
            " BEGIN SELECT RAISE(ABORT, 'boom'); END"
        )
        other.close()
        with pytest.raises(StoreFault, match="boom"):
            writer.append_many([row(1), row(2), row(3, "Boom")]).result()
        assert writer.append(row(4)).result() == 5001
        assert [r.body for r in latest(writer, 2)] == [row(4).body, row(4999).body]


def test_rows_of_any_number_keep_their_order(tmp_path: Path):
    numbers = iter(range(10_000))
    with JournalWriter.open(tmp_path) as writer:
        for count in (1, 6, 15, 16, 17, 255, 257, 272, 303):
            writer.append_many([row(next(numbers)) for _ in range(count)])
    written = raw(tmp_path / JOURNAL)
    found = [body for (body,) in written.execute("SELECT body FROM journal ORDER BY seq")]
    written.close()
    assert found == [row(n).body for n in range(next(numbers))]
    assert verify_file(tmp_path / JOURNAL).bad == ()


def test_a_second_stream_has_its_own_chain(tmp_path: Path):
    with JournalWriter.open(tmp_path) as writer:
        first = [writer.append(row(n), stream=s) for n, s in enumerate([OPS, "qos", OPS, "qos"])]
        assert [future.result() for future in first] == [1, 1, 2, 2]
        assert [r.seq for r in latest(writer, stream="qos")] == [2, 1]
    verdict = verify_file(tmp_path / JOURNAL)
    assert (verdict.rows, verdict.bad) == (4, ())


def test_what_was_appended_can_not_be_taken_back(tmp_path: Path):
    with JournalWriter.open(tmp_path) as writer:
        future = writer.append(row(1))
        assert not future.cancel()
        assert future.result() == 1


def test_a_listener_that_fails_does_not_hurt_the_writer(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    def fail(_: Future[int]) -> None:
        raise RuntimeError("listener")

    with JournalWriter.open(tmp_path) as writer:
        future = writer.append(row(1))
        future.add_done_callback(fail)
        assert writer.append(row(2)).result() == 2


def test_a_row_that_can_not_be_written_fails_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A fault of ours in one append: the others of its batch are written all the same."""
    append = files.JournalFile.append

    def refuse_one(self: files.JournalFile, rows: list) -> list[int]:
        if any(r.kind == "Poison" for _, r in rows):
            raise TypeError("poison")
        return append(self, rows)

    monkeypatch.setattr(files.JournalFile, "append", refuse_one)
    gate = threading.Event()
    with JournalWriter.open(tmp_path) as writer:
        writer.append(row(1)).add_done_callback(lambda _: gate.wait(5))
        futures = [writer.append(row(n, "Poison" if n == 3 else "Fine")) for n in range(2, 6)]
        gate.set()
        assert futures[0].result() == 2
        with pytest.raises(StoreFault) as caught:
            futures[1].result()
        assert caught.value.code == "store.internal"
        assert [futures[2].result(), futures[3].result()] == [3, 4]
        assert writer.health.figures.fault is None
    assert verify_file(tmp_path / JOURNAL).bad == ()


def test_flush_waits_for_everything_before_it(tmp_path: Path):
    with JournalWriter.open(tmp_path) as writer:
        futures = [writer.append(row(n)) for n in range(500)]
        assert writer.flush(30)
        assert all(future.done() for future in futures)


def test_closing_writes_what_waits_and_a_closed_writer_refuses(tmp_path: Path):
    writer = JournalWriter.open(tmp_path)
    futures = [writer.append(row(n)) for n in range(500)]
    assert writer.close()
    assert writer.close()
    assert [future.result(0) for future in futures] == list(range(1, 501))
    with pytest.raises(StoreFault) as caught:
        writer.append(row(501)).result(0)
    assert caught.value.code == "store.closed"
    assert not writer.flush(0)
    assert sorted(p.name for p in tmp_path.iterdir() if p.stat().st_size and p.suffix) == [
        JOURNAL,
        "samples.sqlite3",
    ]


def test_closing_gives_up_waiting_for_a_disk_that_hangs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    disk_answers = threading.Event()
    append = files.JournalFile.append

    def hang(self: files.JournalFile, rows: list) -> list[int]:
        disk_answers.wait(10)
        return append(self, rows)

    monkeypatch.setattr(files.JournalFile, "append", hang)
    writer = JournalWriter.open(tmp_path)
    future = writer.append(row(1))
    assert not writer.flush(0.05)
    health = writer.health
    assert health.queued >= 1
    assert health.oldest_wait_s > 0.04
    assert not writer.close(0.05)
    disk_answers.set()
    assert future.result(10) == 1
    writer._thread.join(10)
    assert writer.close()
