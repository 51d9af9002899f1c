"""The minutes of all endpoints by their time, for what goes to the office."""

from __future__ import annotations

from alembic import op

revision = "samples_0002"
down_revision = "samples_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("rollups_minute", "rollups", ["t_us"])


def downgrade() -> None:
    raise NotImplementedError("samples are never migrated backwards")
