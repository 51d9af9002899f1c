"""Bringing a file to the schema this program knows; expand only, resumable after a crash."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from db.fault import StoreFault

MIGRATIONS = Path(__file__).parent / "migrations"


def revision_of(connection: Connection) -> str | None:
    """The revision a file is at, None for one without a schema."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(text("SELECT version_num FROM alembic_version"))


def upgrade(engine: Engine, branch: str, head: str, migrations: Path = MIGRATIONS) -> None:
    """Bring the file to `head`, each revision in one transaction of its own.

    Alembic is imported only where there is something to do. Raises StoreFault `store.newer`
    for a file at a revision that this program does not know, and leaves that file untouched.
    """
    with engine.connect() as connection:
        found = revision_of(connection)
        connection.rollback()
        if found == head:
            return
        from alembic import command
        from alembic.config import Config
        from alembic.script import ScriptDirectory

        config = Config()
        config.set_main_option("script_location", str(migrations).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        if found is not None and found not in known:
            raise StoreFault("store.newer", {"found": found, "known": head})
        config.attributes["connection"] = connection
        command.upgrade(config, f"{branch}@head")
