"""The migrations: they make what the tables say, resume after a crash, refuse a newer store."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData, event

from db import schema
from db.engine import write_engine
from db.fault import StoreFault
from db.migrate import MIGRATIONS, revision_of, upgrade
from db.office import tables
from db.writer import JournalWriter
from tests.db.processes import CONTEXT
from tests.db.rows import raw, row

BRANCHES = [
    ("journal", schema.JOURNAL_HEAD, schema.journal_metadata),
    ("samples", schema.SAMPLES_HEAD, schema.samples_metadata),
    ("directory", schema.DIRECTORY_HEAD, schema.directory_metadata),
    ("office", tables.OFFICE_HEAD, tables.metadata),
]
NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "journal_0002"
down_revision = "journal_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("journal", sa.Column("extra", sa.Text))
    op.create_table("more", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("INSERT INTO more SELECT seq FROM journal")
    op.create_index("more_id", "more", ["id"])
"""


@pytest.mark.parametrize(("branch", "head", "metadata"), BRANCHES)
def test_the_migrations_make_what_the_tables_say(
    tmp_path: Path, branch: str, head: str, metadata: MetaData
):
    engine = write_engine(tmp_path / "x")
    upgrade(engine, branch, head)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert revision_of(connection) == head


def test_the_heads_named_in_the_schema_are_the_last_revisions():
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    heads = ScriptDirectory.from_config(config).get_heads()
    assert set(heads) == {head for _, head, _ in BRANCHES}


@pytest.mark.parametrize("file", ["journal.sqlite3", "samples.sqlite3"])
def test_a_store_of_a_newer_program_is_refused_and_left_alone(tmp_path: Path, file: str):
    with JournalWriter.open(tmp_path) as writer:
        writer.append(row(1)).result()
    connection = raw(tmp_path / file)
    connection.execute("UPDATE alembic_version SET version_num = 'journal_0777'")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    before = (tmp_path / file).read_bytes()
    with pytest.raises(StoreFault) as caught:
        JournalWriter.open(tmp_path)
    assert caught.value.code == "store.newer"
    assert caught.value.params["found"] == "journal_0777"
    assert (tmp_path / file).read_bytes() == before
    assert not list(tmp_path.glob("*.damaged*"))


def _crash_at(engine: Engine, statement: int) -> None:
    seen = 0

    def count(*_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == statement:
            os.kill(os.getpid(), 9)

    event.listen(engine, "before_cursor_execute", count)


def _migrate_and_crash(
    path: Path, branch: str, head: str, migrations: Path, statement: int
) -> None:
    engine = write_engine(path)
    _crash_at(engine, statement)
    upgrade(engine, branch, head, migrations)


def _crashes(path: Path, branch: str, head: str, migrations: Path = MIGRATIONS) -> int:
    """Crash a migration at its first statement, its second, …; how many crashes there were."""
    for statement in range(1, 100):
        process = CONTEXT.Process(
            target=_migrate_and_crash, args=(path, branch, head, migrations, statement)
        )
        process.start()
        process.join()
        code = process.exitcode
        process.close()
        if code == 0:
            return statement - 1
    raise AssertionError("never came to an end")


@pytest.mark.slow
@pytest.mark.parametrize(("branch", "head", "metadata"), BRANCHES[:2])
def test_a_first_migration_that_crashes_anywhere_is_taken_up_again(
    tmp_path: Path, branch: str, head: str, metadata: MetaData
):
    assert _crashes(tmp_path / "x", branch, head) > len(metadata.tables)
    engine = write_engine(tmp_path / "x")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


@pytest.mark.slow
def test_a_later_migration_that_crashes_anywhere_loses_nothing(tmp_path: Path):
    migrations = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, migrations, ignore=shutil.ignore_patterns("__pycache__"))
    (migrations / "versions" / "journal_0002.py").write_text(NEXT)
    with JournalWriter.open(tmp_path / "store") as writer:
        writer.append_many([row(n) for n in range(20)]).result()
    path = tmp_path / "store" / "journal.sqlite3"
    assert _crashes(path, "journal", "journal_0002", migrations) > 4
    connection = raw(path)
    assert connection.execute("SELECT count(*) FROM more").fetchone()[0] == 20
    assert connection.execute("SELECT count(*) FROM journal").fetchone()[0] == 20
    assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    connection.close()


def test_a_store_killed_while_it_was_first_made_is_made_whole(tmp_path: Path):
    """The schema is there, the identity not yet."""
    upgrade(write_engine(tmp_path / "journal.sqlite3"), "journal", schema.JOURNAL_HEAD)
    (tmp_path / "holder.pid").write_text("1")
    with JournalWriter.open(tmp_path) as writer:
        assert writer.append(row(1)).result() == 1
        assert writer.health.figures.epoch == 1
        assert writer.health.figures.notices == ()
