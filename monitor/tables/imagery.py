"""影像核查表 scenes, what they showed of a site, what a person decided, and the problems that followed.

Inspections and decisions are appended and never overwritten. Coordinates are degrees of EPSG:4326.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Float, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from monitor.tables.base import Base


class Scene(Base):
    """影像 a dated image; the COG and its STAC item lie in the data home under ``path``."""

    __tablename__ = "scene"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    taken_at: Mapped[datetime] = mapped_column(index=True)
    bands: Mapped[list[str]]
    bands_assumed: Mapped[bool] = mapped_column(Boolean)
    scale: Mapped[float] = mapped_column(Float)
    offset: Mapped[float] = mapped_column(Float)
    gsd_m: Mapped[float] = mapped_column(Float)
    crs: Mapped[str] = mapped_column(Text)
    west: Mapped[float] = mapped_column(Float)
    south: Mapped[float] = mapped_column(Float)
    east: Mapped[float] = mapped_column(Float)
    north: Mapped[float] = mapped_column(Float)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    path: Mapped[str]
    source: Mapped[str]
    description: Mapped[str] = mapped_column(Text, default="")
    is_sample: Mapped[bool] = mapped_column(Boolean, default=False)
    imported_by: Mapped[str]
    imported_at: Mapped[datetime]


class Inspection(Base):
    """影像核查 what the scenes showed of a site against the report in force; one row a set of inputs (``key``)."""

    __tablename__ = "inspection"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), index=True)
    before_id: Mapped[str] = mapped_column(ForeignKey("scene.id"))
    after_id: Mapped[str] = mapped_column(ForeignKey("scene.id"))
    before_on: Mapped[date]
    after_on: Mapped[date]
    key: Mapped[str] = mapped_column(String(64))
    site: Mapped[bytes] = mapped_column(LargeBinary)
    site_kind: Mapped[str] = mapped_column(String(16))
    site_m2: Mapped[float] = mapped_column(Float)
    gsd_m: Mapped[float] = mapped_column(Float)
    finding: Mapped[str] = mapped_column(String(32))
    activity_score: Mapped[float | None] = mapped_column(Float)
    confidence: Mapped[float] = mapped_column(Float)
    abstained: Mapped[bool] = mapped_column(Boolean)
    stage: Mapped[str] = mapped_column(String(16))
    clear_pct: Mapped[float] = mapped_column(Float)
    reported_pct: Mapped[float | None] = mapped_column(Float)
    reported_start_on: Mapped[date | None]
    onset: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    evidence: Mapped[list[Any]] = mapped_column(JSON)
    looks: Mapped[list[Any]] = mapped_column(JSON)
    reasons: Mapped[list[Any]] = mapped_column(JSON)
    scenes: Mapped[list[Any]] = mapped_column(JSON)
    model_version: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    made_by: Mapped[str]

    __table_args__ = (UniqueConstraint("project_id", "key"),)


class InspectionDecision(Base):
    """核查处理 what a person decided on an inspection: terms.ImageryDecision, with a note and a photo.

    ``decided_by`` is the account, ``signed_by`` the person (``services.signing``); None where nobody was asked yet.
    """

    __tablename__ = "inspection_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id", ondelete="CASCADE"), index=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), index=True)
    decision: Mapped[str] = mapped_column(String(16))
    scene_id: Mapped[str | None] = mapped_column(ForeignKey("scene.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    decided_by: Mapped[str]
    signed_by: Mapped[str | None]
    decided_at: Mapped[datetime]


class Problem(Base):
    """督办事项 a problem of a project that has to be settled by a day; what opened it stands in ``decision_id``.

    ``closed_signed_by`` is the person who settled it, as ``signed_by`` of a decision.
    """

    __tablename__ = "problem"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("inspection_decision.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(24))
    title: Mapped[str] = mapped_column(Text)
    finding: Mapped[str] = mapped_column(String(32))
    rule: Mapped[str] = mapped_column(String(64))
    opened_by: Mapped[str]
    opened_at: Mapped[datetime]
    due_on: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(16))
    closed_by: Mapped[str | None]
    closed_signed_by: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    closing_note: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (Index("ix_problem_project_status", "project_id", "status"),)
