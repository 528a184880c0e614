"""核查署名 the person who signed a decision, and who settled a problem, beside the account."""

import sqlalchemy as sa
from alembic import op

revision = "signature"
down_revision = "consequence_body"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("inspection_decision", sa.Column("signed_by", sa.String(), nullable=True))
    op.add_column("problem", sa.Column("closed_signed_by", sa.String(), nullable=True))
