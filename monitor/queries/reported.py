"""填报曲线 what was reported of a project, month by month and on a day: what imagery is set against."""

from bisect import bisect_left
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Float, cast, select

from monitor import store
from monitor.queries.facts import month_end
from monitor.tables import AnnualPlan, MonthTarget, Project, Report

FEW = 10_000
"""few enough projects to be named in a query; of more, all reports are read."""

SAID = ("reported_pct", "reported_start_on", "reported_investment_wan_yuan", "report_month")
"""填报项 what is told of the report in force on a day; money in 万元, the month as ``2024-09``."""


Filings = Sequence[Any]
"""填报序列 every revision of every report of one project, by the moment at which it was filed."""


def filings(connection: Connection, project_ids: Collection[int]) -> dict[int, Filings]:
    """填报序列 reports of projects, every revision of every month, in the order in which they were filed."""
    total, this_year = (
        cast(column, Float) for column in (Report.total_investment_wan_yuan, Report.year_investment_wan_yuan)
    )
    columns = (Report.project_id, Report.year, Report.month, Report.revision, Report.reported_at, Report.started_on)
    query = select(*columns, Report.physical_pct, total.label("total"), this_year.label("this_year"))
    if len(project_ids) <= FEW:
        query = query.where(Report.project_id.in_(project_ids))
    filed: dict[int, list[Any]] = {number: [] for number in project_ids}
    for row in connection.execute(query.order_by(Report.reported_at)):
        if row.project_id in filed:
            filed[row.project_id].append(row)
    return dict(filed)


def in_force(filed: Filings, day: date) -> Any:
    """当日填报 the report in force at the end of a day: the latest month filed by then, its last revision; or None."""
    by_then = filed[: bisect_left(filed, store.end_of_day(day), key=lambda row: row.reported_at)]
    return max(by_then, key=lambda row: (row.year, row.month, row.revision), default=None)


def on_days(connection: Connection, project_id: int, days: Sequence[date]) -> dict[date, dict[str, Any]]:
    """逐日填报 what the report in force on each day says, by the names in ``SAID``."""
    filed = filings(connection, [project_id])[project_id]
    started_on = connection.scalar(select(Project.started_on).where(Project.id == project_id))
    said = {}
    for day in days:
        row = in_force(filed, day)
        told: tuple[Any, ...] = (None, started_on, None, None)
        if row is not None:
            month = f"{row.year}-{row.month:02d}"
            told = (row.physical_pct, row.started_on or started_on, row.total, month)
        said[day] = dict(zip(SAID, told, strict=True))
    return said


def curve(connection: Connection, project_id: int, as_of: date) -> pd.DataFrame:
    """填报曲线 the last revision of each month as known at the end of a day, with the plan beside it.

    Returns
    -------
    DataFrame
        on (month ends), physical_pct (形象进度), investment_pct (completed of the total investment), year_pct and
        plan_pct (completed and planned of the annual plan), in per cent; NaN where not known.
    """
    known_by = store.end_of_day(as_of)
    rows = [row for row in filings(connection, [project_id])[project_id] if row.reported_at < known_by]
    rows.sort(key=lambda row: (row.year, row.month, row.revision))
    named = ["year", "month", "physical_pct", "total", "this_year"]
    filed = pd.DataFrame([[getattr(row, name) for name in named] for row in rows], columns=named)
    filed = filed.astype({"year": "int64", "month": "int64"}).drop_duplicates(["year", "month"], keep="last")
    plans = _planned(connection, AnnualPlan, project_id, known_by, "investment_wan_yuan", ["year"])
    targets = _planned(connection, MonthTarget, project_id, known_by, "cumulative_wan_yuan", ["year", "month"])
    whole = select(cast(Project.total_investment_wan_yuan, Float)).where(Project.id == project_id)
    total = connection.scalar(whole)
    months = filed.merge(targets, on=["year", "month"], how="outer").merge(plans, on="year", how="left")
    months = months.sort_values(["year", "month"])
    annual = months["investment_wan_yuan"].where(months["investment_wan_yuan"] > 0)
    return pd.DataFrame(
        {
            "on": [
                month_end(int(year), int(month)) for year, month in zip(months["year"], months["month"], strict=True)
            ],
            "physical_pct": months["physical_pct"].astype(float).to_numpy(),
            "investment_pct": (100 * months["total"].astype(float) / (total or float("nan"))).to_numpy(),
            "year_pct": (100 * months["this_year"].astype(float) / annual).to_numpy(),
            "plan_pct": (100 * months["cumulative_wan_yuan"] / annual).to_numpy(),
        }
    )


def _planned(
    connection: Connection, table: Any, project_id: int, known_by: Any, amount: str, period: list[str]
) -> pd.DataFrame:
    """The last revision of each period's plan known by a moment, as floats."""
    columns = [getattr(table, name) for name in period]
    query = select(*columns, cast(getattr(table, amount), Float)).where(
        table.project_id == project_id, table.recorded_at < known_by
    )
    rows = [tuple(row) for row in connection.execute(query.order_by(table.revision))]
    frame = pd.DataFrame(rows, columns=[*period, amount]).astype(dict.fromkeys(period, "int64") | {amount: "float64"})
    return frame.drop_duplicates(period, keep="last")
