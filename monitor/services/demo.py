"""示例数据 the demo: published real projects, and sample projects that fill the plans' published figures.

The tables stand in data/sites/samples (made by data/sites/build.py; docs/demo.md says what is real and what is not).
"""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

import pandas as pd
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from monitor import store
from monitor.services import audit
from monitor.settings import DATA
from monitor.tables import (
    AnnualPlan,
    Base,
    Funding,
    ListEntry,
    MonthTarget,
    Project,
    ProjectDuty,
    ProjectItem,
    ProjectLocation,
    Report,
    Statistic,
)
from monitor.tables.rows import insert_rows

SAMPLES = DATA / "sites" / "samples"

DEPENDENT: dict[str, type[Base]] = {
    "entries": ListEntry,
    "duties": ProjectDuty,
    "funding": Funding,
    "plans": AnnualPlan,
    "targets": MonthTarget,
    "reports": Report,
    "locations": ProjectLocation,
    "items": ProjectItem,
}
"""File -> table of what belongs to a project."""

MONEY = {
    "total_investment",
    "investment",
    "stretch",
    "cumulative",
    "year_investment",
    "paid",
    "planned",
    "issued",
}
"""Columns in 0.01 万元; their columns in the store end in ``_wan_yuan``."""

FIRST_REVISION = {"plans", "targets", "locations"}
"""Files whose rows are all first revisions; reports state theirs."""

CHUNK = 20_000


def load(engine: Engine, progress: store.Progress = lambda _step: None) -> dict[str, int]:
    """载入示例数据 add the demo's projects that the store does not have yet, whole or not at all; repeatable.

    A project that is there already (same name and unit) is left as it is, with everything that belongs to it.

    Parameters
    ----------
    engine : Engine
        An initialised store: reporting units and project lists are there.
    progress : callable
        Is told each step, a key such as ``"reports"``.

    Returns
    -------
    dict
        Rows added, by file; all 0 where nothing was missing.

    Raises
    ------
    Refusal
        ``store.not_initialised`` or ``store.unreachable``.
    """
    store.require_initialised(engine)
    with store.transaction(engine) as session:
        progress("projects")
        ids = _add_projects(session)
        added = {"projects": len(ids)}
        for name, table in DEPENDENT.items():
            progress(name)
            added[name] = _add_dependent(session, name, table, ids) if len(ids) else 0
        added["changes"] = _add_changes(session, ids)
        added["statistics"] = _add_statistics(session)
        if any(added.values()):
            audit.record(session, "palmmap", "demo.loaded", None, added)
    return added


def _add_projects(session: Session) -> pd.Series:
    """Insert the projects that are missing; key in the files -> id in the store, of those only."""
    frame = _read("projects")
    there = _ids(session)
    frame = frame[[pair not in there for pair in zip(frame["name"], frame["unit_code"], strict=True)]]
    frame["extra"] = frame["extra"].map(json.loads)
    frame["updated_at"] = frame["created_at"]
    _insert(session, Project, frame.drop(columns="key"))
    ids = _ids(session)
    pairs = zip(frame["name"], frame["unit_code"], strict=True)
    return pd.Series([ids[pair] for pair in pairs], index=frame["key"], dtype="int64")


def _ids(session: Session) -> dict[tuple[str, str], int]:
    rows = session.execute(select(Project.id, Project.name, Project.unit_code))
    return {(name, unit_code): project_id for project_id, name, unit_code in rows}


def _add_dependent(session: Session, name: str, table: type[Base], ids: pd.Series) -> int:
    frame = _read(name)
    frame = frame[frame["key"].isin(ids.index)]
    frame["project_id"] = frame["key"].map(ids)
    if name in FIRST_REVISION:
        frame["revision"] = 1
    if name == "targets":
        frame["recorded_at"] = pd.to_datetime(frame["year"].astype(str) + "-01-10")
    if name == "locations":
        frame["adcodes"] = frame["adcodes"].map(lambda codes: codes.split(";") if codes else [])
        frame["notes"] = frame["notes"].map(lambda note: [note])
        frame["stated"] = frame["key"].map(lambda _key: {})
    return _insert(session, table, frame.drop(columns="key"))


def _add_changes(session: Session, ids: pd.Series) -> int:
    """What changed of a project, e.g. that it left the reserve: facts of an earlier day take it back."""
    frame = _read("changes")
    frame = frame[frame["key"].isin(ids.index)]
    audit.record_all(
        session,
        "palmmap",
        [
            audit.Entry(
                "project.updated", int(ids[key]), {"changes": json.loads(changes), "known_at": known_at.isoformat()}
            )
            for key, known_at, changes in zip(frame["key"], frame["known_at"], frame["changes"], strict=True)
        ],
    )
    return len(frame)


def _add_statistics(session: Session) -> int:
    """Entered statistics of the units that are not there yet, marked as samples in their source."""
    columns = (Statistic.unit_code, Statistic.key, Statistic.year, Statistic.month)
    there = {tuple(row) for row in session.execute(select(*columns))}
    rows = [row for row in _read("statistics").to_dict("records") if tuple(row.values())[:4] not in there]
    days = pd.to_datetime([f"{row['year']}-{row['month']}-01" for row in rows]) + pd.offsets.MonthEnd(0)
    for row, day in zip(rows, days, strict=True):
        stated = {str(name): value for name, value in row.items()}
        session.add(Statistic(**stated, revision=1, source=SAMPLE_SOURCE, recorded_at=_moment(day)))
    return len(rows)


SAMPLE_SOURCE = "示例数据，非公布数"
"""来源 what every sample statistic says of its source."""


def _read(name: str) -> pd.DataFrame:
    return pd.read_parquet(SAMPLES / f"{name}.parquet")


def _insert(session: Session, table: type[Base], frame: pd.DataFrame) -> int:
    """Insert rows in chunks; the frame's columns are the table's."""
    columns = {f"{name}_wan_yuan" if name in MONEY else name: _values(name, frame[name]) for name in frame.columns}
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    for start in range(0, len(rows), CHUNK):
        insert_rows(session, table, rows[start : start + CHUNK])
    return len(rows)


def _values(name: str, column: pd.Series) -> list[Any]:
    """Plain Python values of a column, None where there is none."""
    if name.endswith(("_on", "_at")):
        unit = "D" if name.endswith("_on") else "us"
        moments: list[Any] = column.to_numpy(dtype="datetime64[ns]").astype(f"datetime64[{unit}]").tolist()
        return moments
    if name in MONEY:
        amounts = {value: Decimal(int(value)).scaleb(-2) for value in column.dropna().unique()}
        return [amounts.get(value) for value in column.tolist()]
    blank = column.isna() if column.dtype != object else [value is None for value in column]
    return [None if empty else value for value, empty in zip(column.tolist(), blank, strict=True)]


def _moment(value: pd.Timestamp) -> datetime:
    return value.to_pydatetime()
