"""项目位置表 where projects are, and what lies in their dossiers."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from monitor.tables.base import Base


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
