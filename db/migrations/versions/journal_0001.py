"""The journal: rows that follow one another, and what no statement may do to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "journal_0001"
down_revision = None
branch_labels = ("journal",)
depends_on = None

_SAME_CHAIN = "console_id = NEW.console_id AND stream = NEW.stream AND epoch = NEW.epoch"
_TRIGGERS = (
    """CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    """CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    f"""CREATE TRIGGER journal_follows BEFORE INSERT ON journal
    WHEN NEW.seq IS NOT 1 + coalesce((SELECT seq FROM heads WHERE {_SAME_CHAIN}), 0)
      OR NEW.prev_hash IS NOT coalesce((SELECT hash FROM heads WHERE {_SAME_CHAIN}), zeroblob(32))
    BEGIN SELECT RAISE(ABORT, 'the row does not follow the head'); END""",  # noqa: S608 - names only
    """CREATE TRIGGER journal_head AFTER INSERT ON journal
    BEGIN
      INSERT INTO heads (console_id, stream, epoch, seq, hash)
      VALUES (NEW.console_id, NEW.stream, NEW.epoch, NEW.seq, NEW.hash)
      ON CONFLICT (console_id, stream, epoch)
      DO UPDATE SET seq = excluded.seq, hash = excluded.hash;
    END""",
)


def upgrade() -> None:
    op.create_table(
        "meta",
        sa.Column("id", sa.Integer, sa.CheckConstraint("id = 1"), primary_key=True),
        sa.Column("console_id", sa.Text, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("created_utc_us", sa.Integer, nullable=False),
    )
    op.create_table(
        "journal",
        sa.Column("console_id", sa.Text, primary_key=True),
        sa.Column("stream", sa.Text, primary_key=True),
        sa.Column("epoch", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("utc_us", sa.Integer, nullable=False),
        sa.Column("mono_us", sa.Integer, nullable=False),
        sa.Column("boot_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("schema_v", sa.Integer, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("prev_hash", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
    )
    op.create_index("journal_kind", "journal", ["stream", "kind", "epoch", "seq"])
    op.create_table(
        "heads",
        sa.Column("console_id", sa.Text, primary_key=True),
        sa.Column("stream", sa.Text, primary_key=True),
        sa.Column("epoch", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    for trigger in _TRIGGERS:
        op.execute(trigger)


def downgrade() -> None:
    raise NotImplementedError("evidence is never migrated backwards")
