"""The office: every console's journal, guarded as at home, and what the office adds to it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "office_0001"
down_revision = None
branch_labels = ("office",)
depends_on = None

_SAME_CHAIN = "console_id = NEW.console_id AND stream = NEW.stream AND epoch = NEW.epoch"
_SQLITE = (
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
    """CREATE TRIGGER receipts_no_update BEFORE UPDATE ON receipts
    BEGIN SELECT RAISE(ABORT, 'receipts are append-only'); END""",
    """CREATE TRIGGER receipts_no_delete BEFORE DELETE ON receipts
    BEGIN SELECT RAISE(ABORT, 'receipts are append-only'); END""",
    """CREATE TRIGGER incidents_no_delete BEFORE DELETE ON incidents
    BEGIN SELECT RAISE(ABORT, 'incidents are kept'); END""",
)

_REFUSING = (
    ("journal_no_update", "journal", "UPDATE", "the journal is append-only"),
    ("journal_no_delete", "journal", "DELETE", "the journal is append-only"),
    ("journal_no_truncate", "journal", "TRUNCATE", "the journal is append-only"),
    ("receipts_no_update", "receipts", "UPDATE", "receipts are append-only"),
    ("receipts_no_delete", "receipts", "DELETE", "receipts are append-only"),
    ("receipts_no_truncate", "receipts", "TRUNCATE", "receipts are append-only"),
    ("incidents_no_delete", "incidents", "DELETE", "incidents are kept"),
    ("incidents_no_truncate", "incidents", "TRUNCATE", "incidents are kept"),
)
_POSTGRESQL = (
    """CREATE FUNCTION office_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '%', TG_ARGV[0]; END $$""",
    """CREATE FUNCTION office_follows() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (
        SELECT FROM (
          SELECT fresh.seq, fresh.prev_hash,
            coalesce(lag(fresh.seq) OVER chain, heads.seq, 0) AS seq_before,
            coalesce(lag(fresh.hash) OVER chain, heads.hash, decode(repeat('00', 32), 'hex'))
              AS hash_before
          FROM fresh LEFT JOIN heads USING (console_id, stream, epoch)
          WINDOW chain AS (PARTITION BY console_id, stream, epoch ORDER BY fresh.seq)
        ) AS walked
        WHERE seq <> 1 + seq_before OR prev_hash <> hash_before
      ) THEN RAISE EXCEPTION 'the row does not follow the head'; END IF;
      INSERT INTO heads (console_id, stream, epoch, seq, hash)
      SELECT DISTINCT ON (console_id, stream, epoch) console_id, stream, epoch, seq, hash
      FROM fresh ORDER BY console_id, stream, epoch, seq DESC
      ON CONFLICT (console_id, stream, epoch)
      DO UPDATE SET seq = excluded.seq, hash = excluded.hash;
      RETURN NULL;
    END $$""",
    """CREATE TRIGGER journal_follows AFTER INSERT ON journal REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION office_follows()""",
    *(
        f"CREATE TRIGGER {name} BEFORE {what} ON {table} FOR EACH"
        f" {'STATEMENT' if what == 'TRUNCATE' else 'ROW'} EXECUTE FUNCTION office_refuses('{why}')"
        for name, table, what, why in _REFUSING
    ),
    *(
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"  # also under a replica's role
        for name, table in (
            ("journal_follows", "journal"),
            *((name, table) for name, table, _, _ in _REFUSING),
        )
    ),
)
_TRIGGERS = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}


def _chain() -> list[sa.Column[str] | sa.Column[int]]:
    return [
        sa.Column("console_id", sa.Text, primary_key=True),
        sa.Column("stream", sa.Text, primary_key=True),
        sa.Column("epoch", sa.BigInteger, primary_key=True, autoincrement=False),
    ]


def upgrade() -> None:
    op.create_table(
        "office",
        sa.Column("id", sa.Integer, sa.CheckConstraint("id = 1"), primary_key=True),
        sa.Column("office_id", sa.Text, nullable=False),
        sa.Column("created_utc_us", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "consoles",
        sa.Column("console_id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("enrolled_us", sa.BigInteger, nullable=False),
        sa.Column("heard_us", sa.BigInteger),
        sa.Column("offset_us", sa.BigInteger),
    )
    op.create_table(
        "codes",
        sa.Column("hash", sa.LargeBinary, primary_key=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("console_id", sa.Text),
        sa.Column("expires_us", sa.BigInteger, nullable=False),
        sa.Column("used_us", sa.BigInteger),
    )
    op.create_table(
        "tokens",
        sa.Column("hash", sa.LargeBinary, primary_key=True),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("subject_id", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("created_us", sa.BigInteger, nullable=False),
        sa.Column("expires_us", sa.BigInteger, nullable=False),
        sa.Column("revoked_us", sa.BigInteger),
    )
    op.create_index("tokens_subject", "tokens", ["subject", "subject_id"])
    op.create_table(
        "journal",
        *_chain(),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("utc_us", sa.BigInteger, nullable=False),
        sa.Column("mono_us", sa.BigInteger, nullable=False),
        sa.Column("boot_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("schema_v", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("prev_hash", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "heads",
        *_chain(),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "receipts",
        *_chain(),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("received_us", sa.BigInteger, nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "incidents",
        *_chain(),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("first_us", sa.BigInteger, nullable=False),
        sa.Column("last_us", sa.BigInteger, nullable=False),
        sa.Column("times", sa.BigInteger, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
    )
    for trigger in _TRIGGERS[op.get_bind().dialect.name]:
        op.execute(trigger)


def downgrade() -> None:
    raise NotImplementedError("evidence is never migrated backwards")
