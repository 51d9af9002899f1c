"""Opening what is not as it should be: a clear fault, nothing lost, nothing silent."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.fault import StoreFault
from db.queries import Position, after, latest
from db.record import Sample
from db.sample_queries import series
from db.verify import verify_file
from db.writer import JournalWriter
from tests.db.rows import raw, row, unguarded

JOURNAL, SAMPLES = "journal.sqlite3", "samples.sqlite3"
HOLD = """
import sys, pathlib
from db.writer import JournalWriter
with JournalWriter.open(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with 200 rows and a sample, closed in order."""
    with JournalWriter.open(tmp_path / "store") as writer:
        writer.append_many([row(n) for n in range(200)]).result()
        writer.add_sample(Sample("s", "e", 1, loss_pct=1.0))
    return tmp_path / "store"


def opened(store: Path) -> tuple[int, list[StoreFault]]:
    """Open, append a row; its epoch and what was told."""
    told: list[StoreFault] = []
    with JournalWriter.open(store, on_fault=told.append) as writer:
        writer.append(row(1)).result()
        assert tuple(told) == writer.health.figures.notices
        return writer.health.figures.epoch, told


def leave_unclean(store: Path) -> None:
    (store / "holder.pid").write_text("1")


def test_a_clean_start_has_nothing_to_tell(store: Path):
    assert opened(store) == (1, [])


def test_a_second_copy_in_the_same_process_is_refused(store: Path):
    with JournalWriter.open(store) as first:
        with pytest.raises(StoreFault) as caught:
            JournalWriter.open(store)
        assert (caught.value.code, caught.value.params["pid"]) == ("store.locked", os.getpid())
        assert first.append(row(1)).result() == 201
    assert opened(store) == (1, [])


def test_a_second_copy_is_told_who_holds_the_store(store: Path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(store)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).parents[2],
    ) as holder:  # fmt: skip
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(StoreFault) as caught:
            JournalWriter.open(store)
        assert (caught.value.code, caught.value.params["pid"]) == ("store.locked", holder.pid)
        holder.kill()
    assert opened(store) == (1, [])


@contextlib.contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """The folder on a file system that can't be written, or skip."""
    if os.name != "posix" or os.geteuid() != 0:
        mode = folder.stat().st_mode
        folder.chmod(0o555)
        try:
            probe = folder / "probe"
            with contextlib.suppress(PermissionError):
                probe.touch()
                pytest.skip("permissions don't bind this user")
            yield
        finally:
            folder.chmod(mode)
        return
    bind = ["mount", "--bind", str(folder), str(folder)]
    if subprocess.run(bind, capture_output=True, check=False).returncode:
        pytest.skip("may not mount here, and permissions don't bind root")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(folder)], check=True)
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("existing", [True, False])
def test_a_read_only_folder_is_refused_and_says_so(store: Path, existing: bool):
    if not existing:
        shutil.rmtree(store)
        store.mkdir()
    with read_only(store), pytest.raises(StoreFault) as caught:
        JournalWriter.open(store)
    assert caught.value.code == "store.readonly"
    assert caught.value.params["folder"] == str(store)
    assert opened(store) == (1, [])


def test_a_file_where_the_folder_should_be_is_refused(tmp_path: Path):
    (tmp_path / "store").write_text("not a folder")
    with pytest.raises(StoreFault) as caught:
        JournalWriter.open(tmp_path / "store")
    assert caught.value.code in {"store.io", "store.readonly"}


def damage(file: Path, how: str) -> None:
    data = bytearray(file.read_bytes())
    if how == "garbage":
        data[:] = os.urandom(len(data))
    elif how == "header":
        data[:16] = b"not a database!!"
    elif how == "page":
        for start in range(4096 * 3, len(data), 4096):
            data[start : start + 64] = os.urandom(64)
    elif how == "truncated":
        del data[len(data) // 2 // 4096 * 4096 + 100 :]
    elif how == "tail":
        del data[-4096:]
    file.write_bytes(data)


@pytest.mark.parametrize("how", ["garbage", "header", "page", "truncated", "tail"])
def test_a_damaged_journal_is_kept_as_evidence_and_a_new_epoch_begins(store: Path, how: str):
    damage(store / JOURNAL, how)
    damaged = (store / JOURNAL).read_bytes()
    leave_unclean(store)
    epoch, told = opened(store)
    assert epoch == 2
    assert [fault.code for fault in told] == ["store.damaged"]
    params = told[0].params
    assert (params["file"], params["epoch"], params["folder"]) == (JOURNAL, 2, str(store))
    assert params["reason"]
    assert len((store / str(params["evidence"])).read_bytes()) == len(damaged)
    verdict = verify_file(store / JOURNAL)
    assert (verdict.rows, verdict.bad) == (2, ())
    assert opened(store) == (2, [])


@pytest.mark.parametrize("how", ["garbage", "header"])
def test_a_file_that_is_no_journal_is_found_at_a_clean_start_too(store: Path, how: str):
    damage(store / JOURNAL, how)
    epoch, told = opened(store)
    assert (epoch, [fault.code for fault in told]) == (2, ["store.damaged"])


def test_the_first_row_of_the_new_epoch_tells_of_the_old_one(store: Path):
    connection = raw(store / JOURNAL)
    (head,) = connection.execute("SELECT hash FROM heads").fetchone()
    connection.execute("DROP TRIGGER journal_no_update")
    connection.execute("UPDATE journal SET actor = 'x' WHERE seq = 150")
    connection.close()
    leave_unclean(store)
    with JournalWriter.open(store) as writer:
        first = after(writer, Position(2, 0))[0]
        console_id = writer.health.figures.console_id
    told = json.loads(first.body)
    assert (first.kind, first.seq, first.actor) == ("EpochOpened", 1, "store")
    assert (told["old_epoch"], told["old_seq"], told["old_hash"]) == (1, 200, head.hex())
    evidence = raw(store / told["evidence"])
    assert evidence.execute("SELECT console_id FROM meta").fetchone()[0] == console_id
    assert evidence.execute("SELECT count(*) FROM journal").fetchone()[0] == 200
    evidence.close()


@pytest.mark.parametrize("how", ["deleted", "emptied"])
def test_a_journal_that_has_gone_is_noticed(store: Path, how: str):
    if how == "deleted":
        (store / JOURNAL).unlink()
    else:
        (store / JOURNAL).write_bytes(b"")
    epoch, told = opened(store)
    assert (epoch, [fault.code for fault in told]) == (2, ["store.missing"])


def test_a_journal_from_before_an_epoch_is_set_aside(store: Path):
    old = (store / JOURNAL).read_bytes()
    (store / JOURNAL).unlink()
    assert opened(store)[0] == 2
    (store / JOURNAL).write_bytes(old)
    epoch, told = opened(store)
    assert (epoch, told[0].code, told[0].params["reason"]) == (3, "store.damaged", "older epoch")


@pytest.mark.parametrize("how", ["garbage", "header", "truncated"])
def test_damaged_samples_are_kept_and_the_journal_goes_on(store: Path, how: str):
    damage(store / SAMPLES, how)
    leave_unclean(store)
    epoch, told = opened(store)
    assert epoch == 1
    assert [(f.code, f.params["file"]) for f in told] == [("store.damaged", SAMPLES)]
    assert (store / str(told[0].params["evidence"])).exists()
    with JournalWriter.open(store) as writer:
        writer.add_sample(Sample("s", "e", 2))
        writer.flush()
        assert [s.t_us for s in series(writer, "s", "e")] == [2]
        assert len(latest(writer)) == 201


def test_another_console_s_samples_are_set_aside(store: Path, tmp_path: Path):
    with JournalWriter.open(tmp_path / "other") as writer:
        writer.add_sample(Sample("s", "other", 1))
    shutil.copy(tmp_path / "other" / SAMPLES, store / SAMPLES)
    epoch, told = opened(store)
    assert epoch == 1
    assert [(f.code, f.params["file"]) for f in told] == [("store.damaged", SAMPLES)]


def test_both_files_damaged_is_a_new_console(store: Path):
    with JournalWriter.open(store) as writer:
        before = writer.health.figures.console_id
    damage(store / JOURNAL, "garbage")
    damage(store / SAMPLES, "garbage")
    with JournalWriter.open(store) as writer:
        figures = writer.health.figures
        assert (figures.epoch, len(figures.notices)) == (1, 2)
        assert figures.console_id != before
        assert latest(writer)[0].kind == "EpochOpened"


def test_a_foreign_database_is_neither_used_nor_touched(tmp_path: Path):
    connection = raw(tmp_path / JOURNAL)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE meta (a)")
    connection.close()
    with pytest.raises(StoreFault) as caught:
        JournalWriter.open(tmp_path)
    assert caught.value.code == "store.internal"
    connection = raw(tmp_path / JOURNAL)
    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("meta",)]
    connection.close()


def test_a_refused_opening_holds_nothing(store: Path):
    connection = raw(store / JOURNAL)
    connection.execute("UPDATE alembic_version SET version_num = 'later'")
    connection.close()
    for _ in range(2):
        with pytest.raises(StoreFault, match=r"store\.newer"):
            JournalWriter.open(store)
    assert not (store / "holder.pid").exists()


def test_an_unclean_end_is_checked_and_found_sound(store: Path):
    leave_unclean(store)
    assert opened(store) == (1, [])
    assert not (store / "holder.pid").exists()


_NO_TEXT = "CAST(x'FF41' AS TEXT)"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (f"UPDATE journal SET kind = {_NO_TEXT} WHERE seq = 150", "epoch 1 row 150: altered"),
        ("UPDATE journal SET prev_hash = 'text' WHERE seq = 150", "epoch 1 row 150: altered"),
        ("UPDATE journal SET hash = 5 WHERE seq = 150", "epoch 1 row 150: altered"),
        ("UPDATE heads SET seq = 'text'", "head"),
        ("UPDATE heads SET hash = 'text'", "head"),
        (f"UPDATE heads SET console_id = {_NO_TEXT}", "identity"),
        ("UPDATE meta SET epoch = 'text'", "identity"),
        ("UPDATE meta SET epoch = 9", "identity"),
        (f"UPDATE meta SET console_id = {_NO_TEXT}", "identity"),
    ],
)
def test_a_value_that_was_never_written_is_damage_and_no_reason_to_stay_shut(
    store: Path, change: str, reason: str
):
    connection = unguarded(store / JOURNAL)
    connection.execute(change)
    connection.close()
    leave_unclean(store)
    epoch, told = opened(store)
    assert (epoch, [fault.code for fault in told]) == (2, ["store.damaged"])
    assert told[0].params["reason"] == reason
    assert verify_file(store / JOURNAL).bad == ()
    assert opened(store) == (2, [])


@pytest.mark.parametrize("change", ["epoch = 'text'", f"console_id = {_NO_TEXT}"])
def test_samples_that_can_not_say_whose_they_are_are_set_aside(store: Path, change: str):
    connection = raw(store / SAMPLES)
    connection.execute(f"UPDATE meta SET {change}")
    connection.close()
    epoch, told = opened(store)
    assert (epoch, [fault.params["file"] for fault in told]) == (1, [SAMPLES])


def test_an_epoch_that_began_for_a_wrong_identity_still_names_the_last_row(store: Path):
    connection = unguarded(store / JOURNAL)
    connection.execute("UPDATE meta SET epoch = 9")
    connection.close()
    opened(store)
    with JournalWriter.open(store) as writer:
        told = json.loads(after(writer, Position(2, 0))[0].body)
    assert (told["old_epoch"], told["old_seq"]) == (1, 200)


def test_a_text_that_is_no_text_hides_no_other_row_from_readers(store: Path):
    connection = unguarded(store / JOURNAL)
    connection.execute(f"UPDATE journal SET actor = {_NO_TEXT} WHERE seq = 150")
    connection.close()
    with JournalWriter.open(store) as writer:
        rows = after(writer, Position(1, 0), limit=200)
    assert len(rows) == 200
    assert rows[149].actor == "\ufffdA"


def test_a_disk_that_became_read_only_lets_the_store_be_closed(store: Path):
    writer = JournalWriter.open(store)
    writer.append(row(1)).result()
    with read_only(store):
        assert writer.close(timeout=20)
    assert opened(store) == (1, [])
