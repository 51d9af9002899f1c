"""The tables, as SQLAlchemy Core knows them. Migrations make them, with their triggers.

Journal file: `meta`, `journal` (append-only: triggers refuse UPDATE, DELETE and a row that
does not follow its chain's head) and `heads` (kept by a trigger; it shows a cut tail).
Samples file: `meta`, `names`, `samples` and `rollups` (kept by a trigger).
Directory file: `cursor` (how far the office's feed was taken), `records` and `proposals`.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

JOURNAL_HEAD = "journal_0001"
SAMPLES_HEAD = "samples_0002"
DIRECTORY_HEAD = "directory_0001"
"""The revision each file must be at; a test holds them to the migrations."""

METRICS = ("loss_ppm", "jitter_us", "rtt_us", "rx_kbps", "tx_kbps")
"""The measured figures that are rolled up: each has a count, a sum and a maximum per minute."""

ROLLUP_US = 60_000_000

journal_metadata = MetaData()
samples_metadata = MetaData()
directory_metadata = MetaData()


def _meta(metadata: MetaData) -> Table:
    return Table(
        "meta",
        metadata,
        Column("id", Integer, CheckConstraint("id = 1"), primary_key=True),
        Column("console_id", Text, nullable=False),
        Column("epoch", Integer, nullable=False),
        Column("created_utc_us", Integer, nullable=False),
    )


meta = _meta(journal_metadata)
samples_meta = _meta(samples_metadata)

journal = Table(
    "journal",
    journal_metadata,
    Column("console_id", Text, primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("utc_us", Integer, nullable=False),
    Column("mono_us", Integer, nullable=False),
    Column("boot_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("schema_v", Integer, nullable=False),
    Column("actor", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("prev_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Index("journal_kind", "stream", "kind", "epoch", "seq"),
)

heads = Table(
    "heads",
    journal_metadata,
    Column("console_id", Text, primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

names = Table(
    "names",
    samples_metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
)

samples = Table(
    "samples",
    samples_metadata,
    Column("session", Integer, primary_key=True, autoincrement=False),
    Column("endpoint", Integer, primary_key=True, autoincrement=False),
    Column("t_us", Integer, primary_key=True, autoincrement=False),
    *(Column(metric, Integer) for metric in METRICS),
    Column("width_px", Integer),
    Column("height_px", Integer),
    sqlite_with_rowid=False,
)

rollups = Table(
    "rollups",
    samples_metadata,
    Column("session", Integer, primary_key=True, autoincrement=False),
    Column("endpoint", Integer, primary_key=True, autoincrement=False),
    Column("t_us", Integer, primary_key=True, autoincrement=False),
    *(
        Column(f"{metric}_{part}", Integer, nullable=part == "max")
        for metric in METRICS
        for part in ("n", "sum", "max")
    ),
    Index("rollups_minute", "t_us"),
    sqlite_with_rowid=False,
)

cursor = Table(
    "cursor",
    directory_metadata,
    Column("id", Integer, CheckConstraint("id = 1"), primary_key=True),
    Column("server_epoch", Text, nullable=False),
    Column("rev", Integer, nullable=False),
)

records = Table(
    "records",
    directory_metadata,
    Column("kind", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("deleted", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("at_us", Integer, nullable=False),
    sqlite_with_rowid=False,
)

proposals = Table(
    "proposals",
    directory_metadata,
    Column("number", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("base_version", Integer, nullable=False),
    Column("deleted", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("operator", Text, nullable=False),
    Column("at_us", Integer, nullable=False),
    Column("cause", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("office", Text, nullable=False),
    Index("proposals_state", "state", "number"),
)
