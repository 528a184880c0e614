"""填报草稿 table of what was filled in and is not filed yet."""

import sqlalchemy as sa
from alembic import op

revision = "report_draft"
down_revision = "project_item"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("viewer", sa.String(), nullable=False),
        sa.Column("unit_code", sa.String(length=32), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_report_draft_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_draft")),
        sa.UniqueConstraint(
            "viewer", "unit_code", "project_id", "year", "month",
            name=op.f("uq_report_draft_viewer_unit_code_project_id_year_month"),
        ),
    )
