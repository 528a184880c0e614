"""录入统计数据 figures of a unit that no project carries: growth of investment, GDP, funds in place."""

import csv
import math
from collections.abc import Iterable, Mapping
from pathlib import Path

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from monitor import store
from monitor.errors import BadInput
from monitor.queries.statistics import ENTERED
from monitor.services import audit
from monitor.tables import ReportingUnit, Statistic

COLUMNS = ("unit_code", "key", "year", "month", "value")
"""columns of a file of statistics; ``source`` may stand beside them."""


def enter(rows: Iterable[Mapping[str, str]], actor: str, engine: Engine) -> int:
    """录入 append statistics, whole or not at all; a figure entered again becomes a new revision.

    Parameters
    ----------
    rows : iterable of mappings
        Keys COLUMNS and ``source``, as text; ``month`` 12 stands for the whole year.
    actor : str
        Who enters them.
    engine : Engine
        The store.

    Returns
    -------
    int
        Figures entered.

    Raises
    ------
    BadInput
        ``statistics.missing_column``, ``statistics.not_a_number``, ``statistics.month`` or ``statistics.unknown_unit``,
        with the row.
    """
    with store.transaction(engine) as session:
        entered = [_statistic(session, number, row) for number, row in enumerate(rows, start=2)]
        session.add_all(entered)
        session.flush()
        said = {"rows": len(entered), "statistics": [statistic.id for statistic in entered]}
        audit.record(session, actor, ENTERED, None, said)
    return len(entered)


def enter_file(path: Path, actor: str, engine: Engine) -> int:
    """导入统计数据 statistics of a CSV file (UTF-8, header COLUMNS), as ``enter`` does."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            raise BadInput("statistics.missing_column", file=path.name, columns="、".join(missing))
        return enter(reader, actor, engine)


def _statistic(session: Session, number: int, row: Mapping[str, str]) -> Statistic:
    if session.get(ReportingUnit, row["unit_code"]) is None:
        raise BadInput("statistics.unknown_unit", row=number, value=row["unit_code"])
    year, month = int(_number(row, "year", number)), int(_number(row, "month", number))
    if not 1 <= month <= 12:
        raise BadInput("statistics.month", row=number, value=row["month"])
    place = (row["unit_code"], row["key"], year, month)
    same = (Statistic.unit_code, Statistic.key, Statistic.year, Statistic.month)
    query = select(func.max(Statistic.revision)).where(
        *(column == held for column, held in zip(same, place, strict=True))
    )
    return Statistic(
        unit_code=row["unit_code"],
        key=row["key"],
        year=year,
        month=month,
        revision=(session.scalar(query) or 0) + 1,
        value=_number(row, "value", number),
        source=row.get("source") or None,
        recorded_at=store.now(),
    )


def _number(row: Mapping[str, str], column: str, number: int) -> float:
    try:
        value = float(row[column])
    except (TypeError, ValueError):
        value = math.nan
    if not math.isfinite(value):
        raise BadInput("statistics.not_a_number", row=number, column=column, value=row[column])
    return value
