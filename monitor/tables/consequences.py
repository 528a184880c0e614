"""结果运用表 what a person decided on a statement, talk, criticism or praise that a clause proposes."""

from datetime import datetime

from sqlalchemy import Float, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from monitor.tables.base import Base


class Consequence(Base):
    """结果运用登记 one decision on one unit under one clause of a plan, for a quarter; appended by revision.

    ``rule`` is the clause (``changzhi/speech``), ``decision`` a terms.ConsequenceDecision; ``place``, ``score`` and
    ``reason`` are those of the ranking on the last day of the quarter, as they were when the decision was made. Where
    a plan ranks responsible bodies (责任单位), ``body`` names the one and ``unit_code`` is the plan's area; else it
    is "".
    """

    __tablename__ = "consequence"

    id: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(String(80))
    year: Mapped[int]
    quarter: Mapped[int]
    unit_code: Mapped[str] = mapped_column(ForeignKey("reporting_unit.code"))
    body: Mapped[str]
    revision: Mapped[int]
    decision: Mapped[str] = mapped_column(String(16))
    place: Mapped[int]
    score: Mapped[float] = mapped_column(Float)
    reason: Mapped[str]
    note: Mapped[str]
    decided_by: Mapped[str]
    recorded_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("rule", "year", "quarter", "unit_code", "body", "revision"),)
