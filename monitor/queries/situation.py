"""亮灯情况 the facts of every project a viewer may see, with its light and why."""

from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine, Float, Select, cast, func, select

from monitor import lights, store
from monitor.model import Viewer
from monitor.queries.facts import facts
from monitor.queries.scope import in_scope
from monitor.tables import Funding, MonthTarget, Problem, Project, Report
from monitor.terms import FundSource

DEFAULT_PRESET = "yinchuan"
"""亮灯预设 of a viewer who chooses none."""

GOVERNMENT_FUNDS = (FundSource.CENTRAL_BUDGET, FundSource.SPECIAL_BOND, FundSource.TREASURY_BOND)
"""政府资金 sources whose payment is watched."""


def situation(viewer: Viewer, as_of: date, engine: Engine, preset: str | None = None) -> pd.DataFrame:
    """亮灯情况 facts, with ``colour`` (terms.Colour value) and ``reasons`` (list[model.Reason], never empty).

    Parameters
    ----------
    viewer : Viewer
        Sees the projects of his unit's subtree.
    as_of : date
        The day: what was known then decides the light, so any past month can be judged again.
    engine : Engine
        The store.
    preset : str, optional
        Light preset under data/rules/presets, default Yinchuan's.
    """
    known = with_supplements(viewer, facts(viewer, as_of, engine), as_of, engine)
    return known.join(lights.judge(known, as_of, preset or DEFAULT_PRESET))


def with_supplements(viewer: Viewer, known: pd.DataFrame, as_of: date, engine: Engine) -> pd.DataFrame:
    """补充事实 facts with what the checks need besides model.FACT_COLUMNS.

    Adds ``target_at_report_wan_yuan`` (cumulative target of the month of the latest report), ``fund_issued_wan_yuan``
    and ``fund_paid_wan_yuan`` (government funds of the year), ``start_delay_reason``, and of the latest discrepancy
    that a person confirmed from imagery ``discrepancy_finding``, ``_opened_on``, ``_due_on``, ``_closed_on``.
    """
    with store.reachable(engine) as connection:
        targets = _read(connection, _targets(viewer, as_of), ["project_id", "month", "target"])
        funds = _read(connection, _funds(viewer, as_of.year), ["project_id", "issued", "paid"])
        delays = _read(connection, _delays(viewer, as_of), ["project_id", "month", "reason"])
        confirmed = _discrepancies(connection, viewer, as_of)
    by_month = targets.set_index(["project_id", "month"])["target"].astype("float64")
    reported = pd.MultiIndex.from_arrays([known.index, known["report_month"].fillna(0).astype("int64")])
    funds = funds.set_index("project_id").astype("float64")
    latest = delays.sort_values("month").drop_duplicates("project_id", keep="last").set_index("project_id")["reason"]
    return known.assign(
        target_at_report_wan_yuan=by_month.reindex(reported).to_numpy(),
        fund_issued_wan_yuan=funds["issued"].reindex(known.index),
        fund_paid_wan_yuan=funds["paid"].reindex(known.index),
        start_delay_reason=latest.reindex(known.index).astype(object),
        **{name: confirmed[name].reindex(known.index) for name in confirmed.columns},
    )


def _read(connection: Connection, query: Select[Any, Any, Any], columns: list[str]) -> pd.DataFrame:
    """Rows as plain tuples: pandas asks every row object whether it is a dataclass, which is slow."""
    return pd.DataFrame([tuple(row) for row in connection.execute(query)], columns=columns)


def _targets(viewer: Viewer, as_of: date) -> Select[Any, Any, Any]:
    place = func.row_number().over(
        partition_by=(MonthTarget.project_id, MonthTarget.month), order_by=MonthTarget.revision.desc()
    )
    ranked = (
        select(MonthTarget.project_id, MonthTarget.month, MonthTarget.cumulative_wan_yuan, place.label("place"))
        .join(Project, Project.id == MonthTarget.project_id)
        .where(
            in_scope(viewer),
            MonthTarget.year == as_of.year,
            MonthTarget.month <= as_of.month,
            MonthTarget.recorded_at < store.end_of_day(as_of),
        )
        .subquery()
    )
    return select(ranked.c.project_id, ranked.c.month, cast(ranked.c.cumulative_wan_yuan, Float)).where(
        ranked.c.place == 1
    )


def _funds(viewer: Viewer, year: int) -> Select[Any, Any, Any]:
    return (
        select(
            Funding.project_id,
            func.sum(cast(Funding.issued_wan_yuan, Float)),
            func.sum(cast(Funding.paid_wan_yuan, Float)),
        )
        .join(Project, Project.id == Funding.project_id)
        .where(in_scope(viewer), Funding.year == year, Funding.source.in_(GOVERNMENT_FUNDS))
        .group_by(Funding.project_id)
    )


def _discrepancies(connection: Connection, viewer: Viewer, as_of: date) -> pd.DataFrame:
    """The last problem of each project that imagery opened, as known at the end of the day: days, not moments."""
    known_by = store.end_of_day(as_of)
    columns = (Problem.project_id, Problem.finding, Problem.opened_at, Problem.due_on, Problem.closed_at)
    query = select(*columns).join(Project, Project.id == Problem.project_id).order_by(Problem.id)
    wanted = query.where(in_scope(viewer), Problem.kind == "imagery", Problem.opened_at < known_by)
    rows = [
        (number, finding, store.day_of(opened), due, store.day_of(closed) if closed and closed < known_by else None)
        for number, finding, opened, due, closed in connection.execute(wanted)
    ]
    days = [f"discrepancy_{name}_on" for name in ("opened", "due", "closed")]
    frame = pd.DataFrame(rows, columns=["project_id", "discrepancy_finding", *days]).set_index("project_id")
    frame[days] = frame[days].astype("datetime64[s]")
    return frame[~frame.index.duplicated(keep="last")]


def _delays(viewer: Viewer, as_of: date) -> Select[Any, Any, Any]:
    """Reasons that the reports of the year give for a project that has not started."""
    known = (Report.year == as_of.year) & (Report.month <= as_of.month) & (Report.reported_at < store.end_of_day(as_of))
    return (
        select(Report.project_id, Report.month, Report.problem_text)
        .join(Project, Project.id == Report.project_id)
        .where(in_scope(viewer), known, Report.started_on.is_(None), Report.problem_text.is_not(None))
        .order_by(Report.month, Report.revision)
    )
