"""Retirements: acts by which whole months of rows left the online journal, sealed before.

The guard against deletes gives way for rows that such an act names, and for no others; an act
itself is never changed or taken back.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "office_0003"
down_revision = "office_0002"
branch_labels = None
depends_on = None

_OF_OLD = "console_id = OLD.console_id AND stream = OLD.stream AND epoch = OLD.epoch"
_OF_NEW = "console_id = NEW.console_id AND stream = NEW.stream AND epoch = NEW.epoch"
_NAMED = f"EXISTS (SELECT 1 FROM retirements WHERE {_OF_OLD} AND seq >= OLD.seq)"  # noqa: S608
_FITS = f"""NEW.by_one <> NEW.by_two
    AND EXISTS (SELECT 1 FROM journal WHERE {_OF_NEW} AND seq = NEW.seq AND hash = NEW.hash)
    AND NEW.seq < coalesce((SELECT seq FROM heads WHERE {_OF_NEW}), 0)"""  # noqa: S608 - names only
_KEPT = "retirements are kept"
_SQLITE = (
    "DROP TRIGGER journal_no_delete",
    f"""CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal WHEN NOT {_NAMED}
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    f"""CREATE TRIGGER retirements_fit BEFORE INSERT ON retirements WHEN NOT ({_FITS})
    BEGIN SELECT RAISE(ABORT, 'two persons, and a row before the last'); END""",
    *(
        f"""CREATE TRIGGER retirements_no_{what.lower()} BEFORE {what} ON retirements
        BEGIN SELECT RAISE(ABORT, '{_KEPT}'); END"""
        for what in ("UPDATE", "DELETE")
    ),
)
_POSTGRESQL = (
    "DROP TRIGGER journal_no_delete ON journal",
    f"""CREATE FUNCTION office_retires() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NOT {_NAMED} THEN RAISE EXCEPTION 'the journal is append-only'; END IF;
      RETURN OLD;
    END $$""",
    f"""CREATE FUNCTION office_retirement_fits() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NOT ({_FITS}) THEN RAISE EXCEPTION 'two persons, and a row before the last'; END IF;
      RETURN NEW;
    END $$""",
    """CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
    FOR EACH ROW EXECUTE FUNCTION office_retires()""",
    """CREATE TRIGGER retirements_fit BEFORE INSERT ON retirements
    FOR EACH ROW EXECUTE FUNCTION office_retirement_fits()""",
    *(
        f"CREATE TRIGGER retirements_no_{what.lower()} BEFORE {what} ON retirements FOR EACH"
        f" {'STATEMENT' if what == 'TRUNCATE' else 'ROW'}"
        f" EXECUTE FUNCTION office_refuses('{_KEPT}')"
        for what in ("UPDATE", "DELETE", "TRUNCATE")
    ),
    "ALTER TABLE journal ENABLE ALWAYS TRIGGER journal_no_delete",  # also under a replica's role
    *(
        f"ALTER TABLE retirements ENABLE ALWAYS TRIGGER retirements_{name}"
        for name in ("fit", "no_update", "no_delete", "no_truncate")
    ),
)
_TRIGGERS = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}


def upgrade() -> None:
    op.create_table(
        "retirements",
        sa.Column("console_id", sa.Text, primary_key=True),
        sa.Column("stream", sa.Text, primary_key=True),
        sa.Column("epoch", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("month", sa.Text, nullable=False),
        sa.Column("manifest_sha256", sa.LargeBinary, nullable=False),
        sa.Column("by_one", sa.Text, nullable=False),
        sa.Column("by_two", sa.Text, nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
    )
    for trigger in _TRIGGERS[op.get_bind().dialect.name]:
        op.execute(trigger)


def downgrade() -> None:
    raise NotImplementedError("evidence is never migrated backwards")
