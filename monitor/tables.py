"""数据表 every table of the store.

Money is stored in 万元 as exact decimals, dates as dates, moments as UTC. Reports, plan targets, locations and
footprints are appended with a revision and never overwritten, so that any past day can be read as it was known then.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

MONEY = Numeric(18, 4)
"""万元: up to 99 万亿元, to one yuan."""


class Base(DeclarativeBase):
    """表基类 base of all tables; every constraint has a name, so that a migration can find it."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {Decimal: MONEY, dict[str, Any]: JSON, list[str]: JSON}


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


class ProjectLocation(Base):
    """项目位置 where a project is, and how that is known; appended by revision. EPSG:4490, degrees."""

    __tablename__ = "project_location"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    revision: Mapped[int]
    lon: Mapped[float | None] = mapped_column(Float)
    lat: Mapped[float | None] = mapped_column(Float)
    adcodes: Mapped[list[str]] = mapped_column(default=list)
    method: Mapped[str]
    confidence: Mapped[str] = mapped_column(String(16))
    datum: Mapped[str | None] = mapped_column(String(16))
    notes: Mapped[list[str]] = mapped_column(default=list)
    stated: Mapped[dict[str, Any]] = mapped_column(default=dict)
    recorded_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("project_id", "revision"),)


class ProjectFootprint(Base):
    """项目红线 outline of a site as WKB in EPSG:4490, appended by revision; area in m²."""

    __tablename__ = "project_footprint"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    revision: Mapped[int]
    geometry: Mapped[bytes] = mapped_column(LargeBinary)
    area_m2: Mapped[float] = mapped_column(Float)
    notes: Mapped[list[str]] = mapped_column(default=list)
    recorded_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("project_id", "revision"),)


class Document(Base):
    """档案材料 a document or photo of a project; the file lies in uploads under its sha256."""

    __tablename__ = "document"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    title: Mapped[str]
    file_name: Mapped[str]
    media_type: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    taken_at: Mapped[datetime | None]
    lon: Mapped[float | None] = mapped_column(Float)
    lat: Mapped[float | None] = mapped_column(Float)
    checks: Mapped[list[str]] = mapped_column(default=list)
    uploaded_by: Mapped[str]
    uploaded_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("project_id", "sha256"),)


class Statistic(Base):
    """统计数据 an entered figure of a unit for a period, e.g. ``gdp_growth_pct`` (000-03); month 12 = the year."""

    __tablename__ = "statistic"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("reporting_unit.code"))
    key: Mapped[str] = mapped_column(String(48))
    year: Mapped[int]
    month: Mapped[int]
    revision: Mapped[int]
    value: Mapped[float] = mapped_column(Float)
    source: Mapped[str | None]
    recorded_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("unit_code", "key", "year", "month", "revision"),)


class AuditEntry(Base):
    """操作记录 one entry of the tamper-evident record: each hash covers the entry and the hash before it (X-08).

    No two entries can follow the same one, so the chain cannot fork.
    """

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str] = mapped_column(String(48))
    project_id: Mapped[int | None] = mapped_column(Integer, index=True)
    details: Mapped[dict[str, Any]]
    previous_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
