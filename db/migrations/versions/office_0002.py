"""Reference data for consoles: records, their history, proposals, and the revision counter."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from alembic import op

revision = "office_0002"
down_revision = "office_0001"
branch_labels = None
depends_on = None

_KEPT = (
    ("record_versions_no_update", "record_versions", "UPDATE", "versions are append-only"),
    ("record_versions_no_delete", "record_versions", "DELETE", "versions are append-only"),
    ("records_no_delete", "records", "DELETE", "records leave a tombstone"),
)
_SQLITE = tuple(
    f"CREATE TRIGGER {name} BEFORE {what} ON {table} BEGIN SELECT RAISE(ABORT, '{why}'); END"
    for name, table, what, why in _KEPT
)
_KEPT_WHOLE = (
    *_KEPT,
    ("record_versions_no_truncate", "record_versions", "TRUNCATE", "versions are append-only"),
    ("records_no_truncate", "records", "TRUNCATE", "records leave a tombstone"),
)
_POSTGRESQL = (
    *(
        f"CREATE TRIGGER {name} BEFORE {what} ON {table} FOR EACH"
        f" {'STATEMENT' if what == 'TRUNCATE' else 'ROW'} EXECUTE FUNCTION office_refuses('{why}')"
        for name, table, what, why in _KEPT_WHOLE
    ),
    *(
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"  # also under a replica's role
        for name, table, _, _ in _KEPT_WHOLE
    ),
)
_TRIGGERS = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}


def _version() -> list[sa.Column[str] | sa.Column[int]]:
    return [
        sa.Column("rev", sa.BigInteger, nullable=False),
        sa.Column("deleted", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
    ]


def upgrade() -> None:
    op.add_column("office", sa.Column("server_epoch", sa.Text, nullable=False, server_default=""))
    office = sa.table("office", sa.column("server_epoch", sa.Text))
    op.execute(office.update().values(server_epoch=uuid.uuid4().hex))
    op.create_table(
        "revision",
        sa.Column("id", sa.Integer, sa.CheckConstraint("id = 1"), primary_key=True),
        sa.Column("rev", sa.BigInteger, nullable=False),
    )
    counter = sa.table("revision", sa.column("id", sa.Integer), sa.column("rev", sa.BigInteger))
    op.execute(counter.insert().values(id=1, rev=0))
    op.create_table(
        "records",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        *_version(),
    )
    op.create_index("records_rev", "records", ["rev"], unique=True)
    op.create_table(
        "record_versions",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
        *_version(),
    )
    op.create_index("record_versions_rev", "record_versions", ["rev"], unique=True)
    op.create_table(
        "proposals",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("console_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("record_id", sa.Text, nullable=False),
        sa.Column("base_version", sa.BigInteger, nullable=False),
        sa.Column("deleted", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("operator", sa.Text, nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("decided_by", sa.Text, nullable=False),
        sa.Column("decided_us", sa.BigInteger),
        sa.Column("rev", sa.BigInteger),
    )
    op.create_index("proposals_state", "proposals", ["state", "kind", "record_id"])
    op.create_index("proposals_rev", "proposals", ["console_id", "rev"])
    for trigger in _TRIGGERS[op.get_bind().dialect.name]:
        op.execute(trigger)


def downgrade() -> None:
    raise NotImplementedError("approvals are never migrated backwards")
