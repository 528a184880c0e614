"""统计、草稿与操作记录表 figures that no project carries, drafts of reports, and the record of every write."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Float,
    ForeignKey,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from monitor.tables.base import Base


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


class ReportDraft(Base):
    """填报草稿 what a person filled in for a month of a project and has not filed: for him alone, counted nowhere.

    ``viewer`` and ``unit_code`` say whose it is; ``fields`` holds what differs from what the form began with.
    """

    __tablename__ = "report_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    viewer: Mapped[str]
    unit_code: Mapped[str] = mapped_column(String(32))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    year: Mapped[int]
    month: Mapped[int]
    fields: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("viewer", "unit_code", "project_id", "year", "month"),)
