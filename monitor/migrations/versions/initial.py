"""初始表结构 the first tables."""

from alembic import op
import sqlalchemy as sa

revision = 'initial'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('action', sa.String(length=48), nullable=False),
    sa.Column('project_id', sa.Integer(), nullable=True),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.Column('previous_hash', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entry')),
    sa.UniqueConstraint('hash', name=op.f('uq_audit_entry_hash')),
    sa.UniqueConstraint('previous_hash', name=op.f('uq_audit_entry_previous_hash'))
    )
    op.create_index(op.f('ix_audit_entry_project_id'), 'audit_entry', ['project_id'], unique=False)
    op.create_table('project_list',
    sa.Column('key', sa.String(length=48), nullable=False),
    sa.Column('label', sa.String(), nullable=False),
    sa.Column('plan', sa.String(length=32), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_project_list'))
    )
    op.create_table('reporting_unit',
    sa.Column('code', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('full_name', sa.String(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('parent_code', sa.String(length=32), nullable=True),
    sa.Column('within', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['parent_code'], ['reporting_unit.code'], name=op.f('fk_reporting_unit_parent_code')),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_reporting_unit'))
    )
    op.create_index(op.f('ix_reporting_unit_parent_code'), 'reporting_unit', ['parent_code'], unique=False)
    op.create_table('project',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=True),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('unit_code', sa.String(length=32), nullable=False),
    sa.Column('sector', sa.String(), nullable=True),
    sa.Column('stage', sa.String(length=24), nullable=False),
    sa.Column('library', sa.String(length=16), nullable=True),
    sa.Column('total_investment_wan_yuan', sa.Numeric(precision=18, scale=4), nullable=True),
    sa.Column('planned_start_on', sa.Date(), nullable=True),
    sa.Column('started_on', sa.Date(), nullable=True),
    sa.Column('resumed_on', sa.Date(), nullable=True),
    sa.Column('planned_completion_on', sa.Date(), nullable=True),
    sa.Column('completed_on', sa.Date(), nullable=True),
    sa.Column('production_on', sa.Date(), nullable=True),
    sa.Column('statistics_entry_on', sa.Date(), nullable=True),
    sa.Column('address', sa.String(), nullable=True),
    sa.Column('content', sa.Text(), nullable=True),
    sa.Column('is_sample', sa.Boolean(), nullable=False),
    sa.Column('source_title', sa.String(), nullable=True),
    sa.Column('source_url', sa.String(), nullable=True),
    sa.Column('extra', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['unit_code'], ['reporting_unit.code'], name=op.f('fk_project_unit_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_project')),
    sa.UniqueConstraint('code', name=op.f('uq_project_code')),
    sa.UniqueConstraint('name', 'unit_code', name=op.f('uq_project_name_unit_code'))
    )
    op.create_index(op.f('ix_project_name'), 'project', ['name'], unique=False)
    op.create_index(op.f('ix_project_unit_code'), 'project', ['unit_code'], unique=False)
    op.create_table('annual_plan',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('project_id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('investment_wan_yuan', sa.Numeric(precision=18, scale=4), nullable=False),
    sa.Column('stretch_wan_yuan', sa.Numeric(precision=18, scale=4), nullable=True),
    sa.Column('physical_pct', sa.Float(), nullable=True),
    sa.Column('content', sa.Text(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_annual_plan_project_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_annual_plan')),
    sa.UniqueConstraint('project_id', 'year', 'revision', name=op.f('uq_annual_plan_project_id_year_revision'))
    )
    op.create_table('document',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('project_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('file_name', sa.String(), nullable=False),
    sa.Column('media_type', sa.String(), nullable=False),
    sa.Column('size_bytes', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('taken_at', sa.DateTime(), nullable=True),
    sa.Column('lon', sa.Float(), nullable=True),
    sa.Column('lat', sa.Float(), nullable=True),
    sa.Column('checks', sa.JSON(), nullable=False),
    sa.Column('uploaded_by', sa.String(), nullable=False),
    sa.Column('uploaded_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_document_project_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document')),
    sa.UniqueConstraint('project_id', 'sha256', name=op.f('uq_document_project_id_sha256'))
    )
    op.create_index(op.f('ix_document_project_id'), 'document', ['project_id'], unique=False)
    op.create_table('funding',
    sa.Column('project_id', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(length=24), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('planned_wan_yuan', sa.Numeric(precision=18, scale=4), nullable=True),
    sa.Column('issued_wan_yuan', sa.Numeric(precision=18, scale=4), nullable=True),
    sa.Column('paid_wan_yuan', sa.Numeric(precision=18, scale=4), nullable=True),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_funding_project_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('project_id', 'source', 'year', name=op.f('pk_funding'))
    )
    op.create_table('list_entry',
    sa.Column('project_id', sa.Integer(), nullable=False),
    sa.Column('list_key', sa.String(length=48), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('tier', sa.String(length=16), nullable=True),
    sa.Column('batch', sa.String(length=16), nullable=True),
    sa.ForeignKeyConstraint(['list_key'], ['project_list.key'], name=op.f('fk_list_entry_list_key')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_list_entry_project_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('project_id', 'list_key', 'year', name=op.f('pk_list_entry'))
    )
    op.create_index('ix_list_entry_list_year', 'list_entry', ['list_key', 'year'], unique=False)
    op.create_table('month_target',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('project_id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('month', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('cumulative_wan_yuan', sa.Numeric(precision=18, scale=4), nullable=True),
    sa.Column('physical_pct', sa.Float(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_month_target_project_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_month_target')),
    sa.UniqueConstraint('project_id', 'year', 'month', 'revision', name=op.f('uq_month_target_project_id_year_month_revision'))
    )
    op.create_table('project_duty',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('project_id', sa.Integer(), nullable=False),
    sa.Column('duty', sa.String(length=16), nullable=False),
    sa.Column('holder', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_project_duty_project_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_project_duty')),
    sa.UniqueConstraint('project_id', 'duty', 'holder', name=op.f('uq_project_duty_project_id_duty_holder'))
    )
    op.create_index(op.f('ix_project_duty_project_id'), 'project_duty', ['project_id'], unique=False)
    op.create_table('project_footprint',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('project_id', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('geometry', sa.LargeBinary(), nullable=False),
    sa.Column('area_m2', sa.Float(), nullable=False),
    sa.Column('notes', sa.JSON(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_project_footprint_project_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_project_footprint')),
    sa.UniqueConstraint('project_id', 'revision', name=op.f('uq_project_footprint_project_id_revision'))
    )
    op.create_table('project_location',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('project_id', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('lon', sa.Float(), nullable=True),
    sa.Column('lat', sa.Float(), nullable=True),
    sa.Column('adcodes', sa.JSON(), nullable=False),
    sa.Column('method', sa.String(), nullable=False),
    sa.Column('confidence', sa.String(length=16), nullable=False),
    sa.Column('datum', sa.String(length=16), nullable=True),
    sa.Column('notes', sa.JSON(), nullable=False),
    sa.Column('stated', sa.JSON(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_project_location_project_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_project_location')),
    sa.UniqueConstraint('project_id', 'revision', name=op.f('uq_project_location_project_id_revision'))
    )
    op.create_table('report',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('project_id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('month', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('year_investment_wan_yuan', sa.Numeric(precision=18, scale=4), nullable=True),
    sa.Column('total_investment_wan_yuan', sa.Numeric(precision=18, scale=4), nullable=True),
    sa.Column('paid_wan_yuan', sa.Numeric(precision=18, scale=4), nullable=True),
    sa.Column('physical_pct', sa.Float(), nullable=True),
    sa.Column('started_on', sa.Date(), nullable=True),
    sa.Column('progress_text', sa.Text(), nullable=True),
    sa.Column('problem_text', sa.Text(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('reported_by', sa.String(), nullable=False),
    sa.Column('reported_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_report_project_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report')),
    sa.UniqueConstraint('project_id', 'year', 'month', 'revision', name=op.f('uq_report_project_id_year_month_revision'))
    )
    op.create_index('ix_report_period', 'report', ['year', 'month'], unique=False)
