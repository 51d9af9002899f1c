"""The samples: one row per measurement, and each minute's roll-up, kept by a trigger."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "samples_0001"
down_revision = None
branch_labels = ("samples",)
depends_on = None

_METRICS = ("loss_ppm", "jitter_us", "rtt_us", "rx_kbps", "tx_kbps")
_COLUMNS = [f"{metric}_{part}" for metric in _METRICS for part in ("n", "sum", "max")]
_FIRST = [
    text
    for metric in _METRICS
    for text in (f"NEW.{metric} IS NOT NULL", f"coalesce(NEW.{metric}, 0)", f"NEW.{metric}")
]
_AGAIN = [
    text
    for metric, new in ((metric, f"excluded.{metric}") for metric in _METRICS)
    for text in (
        f"{metric}_n = {metric}_n + {new}_n",
        f"{metric}_sum = {metric}_sum + {new}_sum",
        f"{metric}_max = coalesce(max({metric}_max, {new}_max), {metric}_max, {new}_max)",
    )
]
_ROLLUP = f"""CREATE TRIGGER samples_rollup AFTER INSERT ON samples
    BEGIN
      INSERT INTO rollups (session, endpoint, t_us, {", ".join(_COLUMNS)})
      VALUES (NEW.session, NEW.endpoint, NEW.t_us - NEW.t_us % 60000000, {", ".join(_FIRST)})
      ON CONFLICT (session, endpoint, t_us) DO UPDATE SET {", ".join(_AGAIN)};
    END"""  # noqa: S608 - names only


def upgrade() -> None:
    op.create_table(
        "meta",
        sa.Column("id", sa.Integer, sa.CheckConstraint("id = 1"), primary_key=True),
        sa.Column("console_id", sa.Text, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("created_utc_us", sa.Integer, nullable=False),
    )
    op.create_table(
        "names",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
    )
    op.create_table(
        "samples",
        sa.Column("session", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("endpoint", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("t_us", sa.Integer, primary_key=True, autoincrement=False),
        *(sa.Column(metric, sa.Integer) for metric in _METRICS),
        sa.Column("width_px", sa.Integer),
        sa.Column("height_px", sa.Integer),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rollups",
        sa.Column("session", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("endpoint", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("t_us", sa.Integer, primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.Integer, nullable=name.endswith("max")) for name in _COLUMNS),
        sqlite_with_rowid=False,
    )
    op.execute(_ROLLUP)


def downgrade() -> None:
    raise NotImplementedError("samples are never migrated backwards")
