"""项目表 reporting units, projects and what was stated about them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    Float,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from monitor.tables.base import Base


class ReportingUnit(Base):
    """填报单元 a district, development zone or 市直/跨域 bucket that reports, rolls up and ranks."""

    __tablename__ = "reporting_unit"

    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str]
    full_name: Mapped[str]
    kind: Mapped[str] = mapped_column(String(16))
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("reporting_unit.code"), index=True)
    within: Mapped[list[str]] = mapped_column(default=list)


class Project(Base):
    """项目 one major project, as last stated; its history stands in audit_entry."""

    __tablename__ = "project"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str | None] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(index=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("reporting_unit.code"), index=True)
    sector: Mapped[str | None]
    stage: Mapped[str] = mapped_column(String(24))
    library: Mapped[str | None] = mapped_column(String(16))
    total_investment_wan_yuan: Mapped[Decimal | None]
    planned_start_on: Mapped[date | None]
    started_on: Mapped[date | None]
    resumed_on: Mapped[date | None]
    planned_completion_on: Mapped[date | None]
    completed_on: Mapped[date | None]
    production_on: Mapped[date | None]
    statistics_entry_on: Mapped[date | None]
    address: Mapped[str | None]
    content: Mapped[str | None] = mapped_column(Text)
    is_sample: Mapped[bool] = mapped_column(default=False)
    source_title: Mapped[str | None]
    source_url: Mapped[str | None]
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("name", "unit_code"),)


class ProjectList(Base):
    """项目清单 a published list of projects, e.g. 省列重大项目 (002-02)."""

    __tablename__ = "project_list"

    key: Mapped[str] = mapped_column(String(48), primary_key=True)
    label: Mapped[str]
    plan: Mapped[str | None] = mapped_column(String(32))
    position: Mapped[int] = mapped_column(default=0)


class ListEntry(Base):
    """列入清单 a project's place in a list in one year; one project can stand in several lists."""

    __tablename__ = "list_entry"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), primary_key=True)
    list_key: Mapped[str] = mapped_column(ForeignKey("project_list.key"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    tier: Mapped[str | None] = mapped_column(String(16))
    batch: Mapped[str | None] = mapped_column(String(16))

    __table_args__ = (Index("ix_list_entry_list_year", "list_key", "year"),)


class ProjectDuty(Base):
    """项目职责 a unit or person with a duty towards a project."""

    __tablename__ = "project_duty"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), index=True)
    duty: Mapped[str] = mapped_column(String(16))
    holder: Mapped[str]
    title: Mapped[str | None]

    __table_args__ = (UniqueConstraint("project_id", "duty", "holder"),)


class Funding(Base):
    """资金 funds of a project by source and by the year they were issued for."""

    __tablename__ = "funding"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), primary_key=True)
    source: Mapped[str] = mapped_column(String(24), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    planned_wan_yuan: Mapped[Decimal | None]
    issued_wan_yuan: Mapped[Decimal | None]
    paid_wan_yuan: Mapped[Decimal | None]


class AnnualPlan(Base):
    """年度计划 a project's plan for one year, appended by revision; stretch is the 力争 figure (002-03)."""

    __tablename__ = "annual_plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    year: Mapped[int]
    revision: Mapped[int]
    investment_wan_yuan: Mapped[Decimal]
    stretch_wan_yuan: Mapped[Decimal | None]
    physical_pct: Mapped[float | None] = mapped_column(Float)
    content: Mapped[str | None] = mapped_column(Text)
    recorded_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("project_id", "year", "revision"),)


class MonthTarget(Base):
    """月度计划 cumulative plan of a project to the end of one month of the year (001-16), appended by revision."""

    __tablename__ = "month_target"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    year: Mapped[int]
    month: Mapped[int]
    revision: Mapped[int]
    cumulative_wan_yuan: Mapped[Decimal | None]
    physical_pct: Mapped[float | None] = mapped_column(Float)
    recorded_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("project_id", "year", "month", "revision"),)


class Report(Base):
    """填报 a progress report of one project for one month, appended by revision; never overwritten.

    ``year_investment_wan_yuan`` is what was completed since 1 January, ``total_`` since the start of the project.
    """

    __tablename__ = "report"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    year: Mapped[int]
    month: Mapped[int]
    revision: Mapped[int]
    year_investment_wan_yuan: Mapped[Decimal | None]
    total_investment_wan_yuan: Mapped[Decimal | None]
    paid_wan_yuan: Mapped[Decimal | None]
    physical_pct: Mapped[float | None] = mapped_column(Float)
    started_on: Mapped[date | None]
    progress_text: Mapped[str | None] = mapped_column(Text)
    problem_text: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    reported_by: Mapped[str]
    reported_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("project_id", "year", "month", "revision"),
        Index("ix_report_period", "year", "month"),
    )
