"""结果运用 table of decisions on what follows from a ranking."""

import sqlalchemy as sa
from alembic import op

revision = "consequence"
down_revision = "imagery"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consequence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=80), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=16), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["unit_code"], ["reporting_unit.code"], name=op.f("fk_consequence_unit_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consequence")),
        sa.UniqueConstraint(
            "rule", "year", "quarter", "unit_code", "revision",
            name=op.f("uq_consequence_rule_year_quarter_unit_code_revision"),
        ),
    )
