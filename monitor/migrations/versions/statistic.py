"""统计数据 table of entered statistics."""

import sqlalchemy as sa
from alembic import op

revision = "statistic"
down_revision = "initial"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "statistic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=48), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_code"], ["reporting_unit.code"], name=op.f("fk_statistic_unit_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statistic")),
        sa.UniqueConstraint(
            "unit_code", "key", "year", "month", "revision", name=op.f("uq_statistic_unit_code_key_year_month_revision")
        ),
    )

