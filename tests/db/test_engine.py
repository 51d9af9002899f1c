"""The engines: which SQLite is trusted with WAL, how the writer begins, what readers can't."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from db import engine
from db.writer import JournalWriter
from tests.db.rows import row


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_which_versions_are_free_of_the_wal_reset_bug(version: tuple[int, int, int], safe: bool):
    assert engine.wal_is_safe(version) is safe


def test_the_installed_sqlite_is_trusted_with_wal(tmp_path: Path):
    with JournalWriter.open(tmp_path) as writer:
        assert engine.sqlite_module().__name__ == "pysqlite3.dbapi2"
        assert writer.health.figures.journal_mode == "wal"
        assert "store.journal_delete_mode" not in writer.health.warnings


def test_an_affected_sqlite_works_in_delete_mode_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with JournalWriter.open(tmp_path) as writer:
        writer.append(row(1)).result()
    monkeypatch.setattr(engine, "wal_is_safe", lambda _version: False)
    with JournalWriter.open(tmp_path) as writer:
        assert writer.append(row(2)).result() == 2
        assert writer.health.figures.journal_mode == "delete"
        assert "store.journal_delete_mode" in writer.health.warnings


def test_python_s_own_module_stands_in_where_pysqlite3_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    real = engine.importlib.import_module

    def without_pysqlite3(name: str) -> object:
        if name.startswith("pysqlite3"):
            raise ImportError(name)
        return real(name)

    monkeypatch.setattr(engine.importlib, "import_module", without_pysqlite3)
    assert engine.sqlite_module().__name__ == "sqlite3"
    with JournalWriter.open(tmp_path) as writer:
        assert writer.append(row(1)).result() == 1
        assert writer.health.sqlite_version == engine.sqlite_version()


def test_the_writer_commits_with_full_and_begins_immediate(tmp_path: Path):
    first = engine.write_engine(tmp_path / "x")
    with first.connect() as one:
        assert one.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert one.exec_driver_sql("PRAGMA wal_autocheckpoint").scalar() == 0
        one.execute(text("CREATE TABLE t (a)"))
        one.commit()
        with one.begin():
            other = engine.sqlite_module().connect(str(tmp_path / "x"), timeout=0)
            with pytest.raises(engine.sqlite_module().OperationalError, match="locked"):
                other.execute("INSERT INTO t VALUES (1)")
            other.close()


def test_a_reader_can_not_write(tmp_path: Path):
    writing = engine.write_engine(tmp_path / "x")
    with writing.begin() as connection:
        connection.execute(text("CREATE TABLE t (a)"))
    with engine.read_engine(tmp_path / "x").connect() as reader:
        with pytest.raises(DBAPIError, match="readonly"):
            reader.execute(text("INSERT INTO t VALUES (1)"))
        reader.exec_driver_sql("PRAGMA query_only=OFF")
        with pytest.raises(DBAPIError, match="readonly"):
            reader.execute(text("INSERT INTO t VALUES (1)"))


def test_a_path_may_have_any_letters(tmp_path: Path):
    folder = tmp_path / "Hội nghị #1 100%20? & ổn"
    with JournalWriter.open(folder) as writer:
        writer.append(row(1)).result()
    assert (folder / "journal.sqlite3").stat().st_size
