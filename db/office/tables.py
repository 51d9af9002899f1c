"""The office's tables, as SQLAlchemy Core knows them. A migration makes them, with triggers.

`journal` and `heads` have the columns they have at home, so that `db.verify` walks them too.
What the office adds stands beside: `receipts` (what it countersigned, and when it came), and the
reference data that it gives consoles: `records` (each one's newest version, tombstones among
them), `record_versions` (every version that ever was), `proposals`, and the one row of `revision`.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

OFFICE_HEAD = "office_0004"
"""The revision the file must be at; a test holds it to the migrations."""

metadata = MetaData()


def _chain() -> list[Column[str] | Column[int]]:
    return [
        Column("console_id", Text, primary_key=True),
        Column("stream", Text, primary_key=True),
        Column("epoch", BigInteger, primary_key=True, autoincrement=False),
    ]


office = Table(
    "office",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1"), primary_key=True),
    Column("office_id", Text, nullable=False),
    Column("created_utc_us", BigInteger, nullable=False),
    Column("server_epoch", Text, nullable=False, server_default=""),
)

consoles = Table(
    "consoles",
    metadata,
    Column("console_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("enrolled_us", BigInteger, nullable=False),
    Column("heard_us", BigInteger),
    Column("offset_us", BigInteger),
)

codes = Table(
    "codes",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("role", Text, nullable=False),
    Column("console_id", Text),
    Column("expires_us", BigInteger, nullable=False),
    Column("used_us", BigInteger),
)

tokens = Table(
    "tokens",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("expires_us", BigInteger, nullable=False),
    Column("revoked_us", BigInteger),
    Column("certificate", LargeBinary),
    Column("replaces", LargeBinary),
    Column("seen_us", BigInteger),
    Index("tokens_subject", "subject", "subject_id"),
)

certificates = Table(
    "certificates",
    metadata,
    Column("thumbprint", LargeBinary, primary_key=True),
    Column("console_id", Text, nullable=False),
    Column("serial", Text, nullable=False),
    Column("not_before_us", BigInteger, nullable=False),
    Column("not_after_us", BigInteger, nullable=False),
    Column("revoked_us", BigInteger),
    Index("certificates_console", "console_id"),
)

journal = Table(
    "journal",
    metadata,
    *_chain(),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("utc_us", BigInteger, nullable=False),
    Column("mono_us", BigInteger, nullable=False),
    Column("boot_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("schema_v", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("prev_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)

heads = Table(
    "heads",
    metadata,
    *_chain(),
    Column("seq", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

receipts = Table(
    "receipts",
    metadata,
    *_chain(),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
    Column("received_us", BigInteger, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

retirements = Table(
    "retirements",
    metadata,
    *_chain(),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
    Column("month", Text, nullable=False),
    Column("manifest_sha256", LargeBinary, nullable=False),
    Column("by_one", Text, nullable=False),
    Column("by_two", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
)

incidents = Table(
    "incidents",
    metadata,
    *_chain(),
    Column("kind", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("first_us", BigInteger, nullable=False),
    Column("last_us", BigInteger, nullable=False),
    Column("times", BigInteger, nullable=False),
    Column("detail", Text, nullable=False),
)


def _version() -> list[Column[str] | Column[int]]:
    return [
        Column("rev", BigInteger, nullable=False),
        Column("deleted", Integer, nullable=False),
        Column("body", Text, nullable=False),
        Column("author", Text, nullable=False),
        Column("at_us", BigInteger, nullable=False),
    ]


revision = Table(
    "revision",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1"), primary_key=True),
    Column("rev", BigInteger, nullable=False),
)

records = Table(
    "records",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    *_version(),
    Index("records_rev", "rev", unique=True),
)

record_versions = Table(
    "record_versions",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    *_version(),
    Index("record_versions_rev", "rev", unique=True),
)

proposals = Table(
    "proposals",
    metadata,
    Column("id", Text, primary_key=True),
    Column("console_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("base_version", BigInteger, nullable=False),
    Column("deleted", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("operator", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decided_us", BigInteger),
    Column("rev", BigInteger),
    Index("proposals_state", "state", "kind", "record_id"),
    Index("proposals_rev", "console_id", "rev"),
)
