"""调度填报 who owes which report, who is late, and how fresh the figures of each unit and list are."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
from sqlalchemy import Engine, select

from monitor import store
from monitor.model import Viewer
from monitor.queries.facts import facts, month_end
from monitor.queries.figures import responsible
from monitor.queries.filings import known_by
from monitor.queries.scope import in_scope
from monitor.tables import AuditEntry, Project, Report
from monitor.terms import ObligationStatus, Span
from monitor.workflow.obligation import generate, obligation_rules, settle

REGISTERED = "round.registered"
"""Audit action of a quarterly bulletin or assessment that has been issued (services.rounds.register)."""

OPEN = (ObligationStatus.LATE.value, ObligationStatus.DUE.value, ObligationStatus.UNKNOWN.value)
UNSTATED = "未填责任单位"
URGENCY = {status.value: place for place, status in enumerate(ObligationStatus)}


def rounds(viewer: Viewer, as_of: date, engine: Engine, known_on: date | None = None) -> pd.DataFrame:
    """填报义务 every obligation of the viewer from January to the end of the month of ``as_of``, and how it stands.

    Parameters
    ----------
    viewer : Viewer
        Sees the projects of his unit's subtree, and what falls on units in it.
    as_of : date
        The day to judge by: what is due after it is not late.
    engine : Engine
        The store.
    known_on : date, optional
        Reports that came in by the end of this day count; default ``as_of``. Of sample projects (示例), which are filed
        on the day that is looked at, always those by ``as_of``.

    Returns
    -------
    DataFrame
        ``obligation.COLUMNS``, done_on, status, late_days (see ``obligation.settle``), name, code, responsible
        (责任单位, NaN = not stated), year and month that a report of the period goes to. In January, last December's
        month is in.
    """
    frame = _generated(viewer, as_of, engine)
    told = settle(frame, _filings(viewer, as_of, known_on or as_of, engine), as_of)
    return told.join(_described(viewer, engine), on="project_id")


def owing_units(viewer: Viewer, as_of: date, engine: Engine) -> list[str]:
    """应报单位 codes of the viewer's units that owe reports of the month of ``as_of``, in order."""
    first, last = date(as_of.year, as_of.month, 1), month_end(as_of.year, as_of.month)
    made = generate(facts(viewer, as_of, engine), obligation_rules(), first, last)
    return sorted(made.loc[made["function"].eq("report"), "unit_code"].unique())


def _generated(viewer: Viewer, as_of: date, engine: Engine) -> pd.DataFrame:
    first, last = date(as_of.year, 1, 1), month_end(as_of.year, as_of.month)
    week = last + timedelta(days=6 - last.weekday())
    frames = [generate(facts(viewer, as_of, engine), obligation_rules(), first, week)]
    if as_of.month == 1:
        december = first - timedelta(days=1)
        frames.append(generate(facts(viewer, december, engine), obligation_rules(), december, december))
    frame = pd.concat(frames, ignore_index=True)
    goes_to = frame["start_on"].where(frame["span"].eq(Span.WEEK.value), frame["end_on"])
    frame = frame.assign(year=goes_to.dt.year, month=goes_to.dt.month)
    created = frame[["project_id"]].join(_created_on(viewer, engine).rename("created"), on="project_id")["created"]
    return frame[(frame["start_on"] <= pd.Timestamp(last)) & ~(created > frame["end_on"])].reset_index(drop=True)


def _created_on(viewer: Viewer, engine: Engine) -> pd.Series:
    """Day on which a project came into the store: it owes nothing for what ended before."""
    with store.reachable(engine) as connection:
        rows = connection.execute(select(Project.id, Project.created_at).where(in_scope(viewer))).all()
    created = pd.DataFrame([tuple(row) for row in rows], columns=["project_id", "at"]).set_index("project_id")["at"]
    return _beijing_day(created.astype("datetime64[us]"))


def _beijing_day(moments: pd.Series) -> pd.Series:
    return (moments + pd.Timedelta(hours=8)).dt.normalize()


def _filings(viewer: Viewer, as_of: date, known_on: date, engine: Engine) -> pd.DataFrame:
    """Every revision of the year's reports (and of those of the December before), and what units have registered."""
    since = store.end_of_day(date(as_of.year, 1, 1) - timedelta(days=40))
    query = (
        select(Report.project_id, Report.year, Report.month, Report.reported_at)
        .join(Project)
        .where(in_scope(viewer), known_by(as_of))
        .where(Report.reported_at >= since, Report.reported_at < store.end_of_day(known_on))
    )
    registered = select(AuditEntry.details).where(AuditEntry.action == REGISTERED)
    with store.reachable(engine) as connection:
        rows = connection.execute(query).all()
        said = connection.execute(registered.where(AuditEntry.at < store.end_of_day(known_on))).scalars().all()
    reports = pd.DataFrame([tuple(row) for row in rows], columns=["project_id", "year", "month", "reported_at"])
    months = pd.to_datetime(reports[["year", "month"]].assign(day=1)) + pd.offsets.MonthEnd(0)
    filed = _beijing_day(reports["reported_at"].astype("datetime64[us]"))
    frame = reports[["project_id"]].assign(function="report", unit_code=None, period_end=months, filed_on=filed)
    columns = ["function", "unit_code", "period_end", "filed_on"]
    units = pd.DataFrame([[row[name] for name in columns] for row in said], columns=columns)
    units = units.astype({"period_end": "datetime64[us]", "filed_on": "datetime64[us]"})
    units["project_id"] = pd.array([None] * len(units), dtype="Int64")
    return pd.concat([frame.astype({"project_id": "Int64"}), units], ignore_index=True)


def _described(viewer: Viewer, engine: Engine) -> pd.DataFrame:
    with store.reachable(engine) as connection:
        projects = connection.execute(select(Project.id, Project.name, Project.code).where(in_scope(viewer))).all()
    frame = pd.DataFrame([tuple(row) for row in projects], columns=["project_id", "name", "code"])
    frame = frame.set_index("project_id")
    return frame.join(responsible(viewer, engine))


def queue(frame: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """待填清单 one row a project and month that a report is owed for by a day, the most pressing first.

    Parameters
    ----------
    frame : DataFrame
        ``rounds(...)``, all of it or of some units.
    as_of : date
        What begins after it is not owed yet.

    Returns
    -------
    DataFrame
        project_id, year, month, name, unit_code, status (the worst of its obligations), late_days, due_on (the first
        one open), labels (of the obligations open, else of all).
    """
    owed = frame[frame["function"].eq("report") & (frame["start_on"] <= pd.Timestamp(as_of))]
    owed = owed.assign(place=owed["status"].map(URGENCY)).sort_values(["place", "due_on"], kind="stable")
    rows = owed.groupby(["project_id", "year", "month"], sort=False, as_index=False).agg(
        name=("name", "first"),
        unit_code=("unit_code", "first"),
        status=("status", "first"),
        place=("place", "first"),
        late_days=("late_days", "first"),
        due_on=("due_on", "first"),
        labels=("label", lambda labels: "、".join(dict.fromkeys(labels))),
    )
    rows = rows.sort_values(["place", "late_days", "due_on"], ascending=[True, False, True], kind="stable")
    return rows.drop(columns="place").reset_index(drop=True)


def progress(frame: pd.DataFrame, as_of: date) -> tuple[int, int]:
    """填报进度 projects whose report of the month of ``as_of`` is in, and projects that owe one."""
    rows = queue(frame, as_of)
    rows = rows[(rows["year"] == as_of.year) & (rows["month"] == as_of.month)]
    return int((~rows["status"].isin(OPEN)).sum()), len(rows)


def who_is_late(frame: pd.DataFrame, by: str = "unit_code") -> pd.DataFrame:
    """谁迟报 by unit (``unit_code``), 责任单位 (``responsible``) or cadence (``label``), the worst first.

    Returns
    -------
    DataFrame
        Index the unit; obliged, done, done_late, late, due, unknown (obligations), late_projects, worst_days,
        late_share (late now of all that are past due or done, %; NaN where nothing is).
    """
    named = frame[frame["function"].eq("report")].assign(**{by: frame[by].fillna(UNSTATED)})
    counts = pd.crosstab(named[by], named["status"]).reindex(columns=list(URGENCY), fill_value=0)
    late = named[named["status"].eq(ObligationStatus.LATE.value)]
    ended = counts.drop(columns=[ObligationStatus.DUE.value, ObligationStatus.UNKNOWN.value]).sum(axis=1)
    told = counts.assign(
        obliged=counts.sum(axis=1),
        late_projects=late.groupby(by)["project_id"].nunique().reindex(counts.index, fill_value=0),
        worst_days=late.groupby(by)["late_days"].max().reindex(counts.index, fill_value=0),
        late_share=counts[ObligationStatus.LATE.value] * 100 / ended.replace(0, np.nan),
    )
    return told.sort_values(["late_projects", "worst_days"], ascending=False, kind="stable")


def freshness(viewer: Viewer, as_of: date, engine: Engine, by: str = "unit_code") -> pd.DataFrame:
    """数据时效 by unit (``unit_code``) or list (``lists``): how many projects have figures of the month, and how old.

    Returns
    -------
    DataFrame
        Index unit code or list key; projects, reported (for the month of ``as_of``), share_pct, latest (datetime64,
        UTC), age_days since the latest report (NaN = none this year).
    """
    frame = facts(viewer, as_of, engine).explode("lists") if by == "lists" else facts(viewer, as_of, engine)
    frame = frame.assign(fresh=frame["report_month"].eq(as_of.month).fillna(value=False).astype(bool))
    told = frame.groupby(by).agg(projects=("fresh", "size"), reported=("fresh", "sum"), latest=("reported_at", "max"))
    told["share_pct"] = told["reported"] * 100 / told["projects"]
    told["age_days"] = (pd.Timestamp(as_of) - _beijing_day(told["latest"])).dt.days
    return told
