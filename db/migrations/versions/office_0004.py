"""Consoles' certificates, and tokens that are bound to one.

Tokens of before stay as they are: bound to none, and good until they expire or are rotated.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "office_0004"
down_revision = "office_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certificates",
        sa.Column("thumbprint", sa.LargeBinary, primary_key=True),
        sa.Column("console_id", sa.Text, nullable=False),
        sa.Column("serial", sa.Text, nullable=False),
        sa.Column("not_before_us", sa.BigInteger, nullable=False),
        sa.Column("not_after_us", sa.BigInteger, nullable=False),
        sa.Column("revoked_us", sa.BigInteger),
    )
    op.create_index("certificates_console", "certificates", ["console_id"])
    op.add_column("tokens", sa.Column("certificate", sa.LargeBinary))
    op.add_column("tokens", sa.Column("replaces", sa.LargeBinary))
    op.add_column("tokens", sa.Column("seen_us", sa.BigInteger))


def downgrade() -> None:
    raise NotImplementedError("evidence is never migrated backwards")
