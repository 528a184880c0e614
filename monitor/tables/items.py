"""清单事项表 the itemised list of a project: procedures, nodes, problems with their measures (001-22)."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from monitor.tables.base import Base


class ProjectItem(Base):
    """清单事项 one line of a project's list, appended by revision; ``number`` tells the lines of a project apart.

    ``kind`` is a terms.ItemKind, ``holder`` the unit responsible, ``measure`` what is proposed against a problem.
    ``opened_on`` is the day on which it was handed in or found, ``planned_on`` its deadline. A line that was taken back
    has ``withdrawn``.
    """

    __tablename__ = "project_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    number: Mapped[int]
    revision: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(Text)
    measure: Mapped[str | None] = mapped_column(Text)
    holder: Mapped[str | None]
    opened_on: Mapped[date | None]
    planned_on: Mapped[date | None]
    done_on: Mapped[date | None]
    note: Mapped[str | None] = mapped_column(Text)
    withdrawn: Mapped[bool] = mapped_column(default=False)
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("project_id", "number", "revision"),)
