"""结果运用 the responsible body that a decision is on, where a plan ranks bodies and not reporting units."""

import sqlalchemy as sa
from alembic import op

revision = "consequence_body"
down_revision = "report_draft"
branch_labels = None
depends_on = None

UNIT = ["rule", "year", "quarter", "unit_code"]


def upgrade() -> None:
    with op.batch_alter_table("consequence") as batch:
        batch.add_column(sa.Column("body", sa.String(), nullable=False, server_default=""))
        batch.drop_constraint("uq_consequence_rule_year_quarter_unit_code_revision", type_="unique")
        batch.create_unique_constraint(
            op.f("uq_consequence_rule_year_quarter_unit_code_body_revision"), [*UNIT, "body", "revision"]
        )
    with op.batch_alter_table("consequence") as batch:
        batch.alter_column("body", server_default=None)
