"""历月底数 what indicators stand on at earlier days of a year, all of them from one read of the store.

Much of what is known of a project does not change with the day that is looked back from. So an earlier day is worked
out from the book of a later one: projects entered since are left out, changes since are taken back, and plans, targets,
reports and places are those known then.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, Float, Select, cast, select, true

from monitor import store
from monitor.indicators import Book
from monitor.indicators.parts import months_ended
from monitor.lights.progress import expected_share_pct
from monitor.model import Viewer
from monitor.queries import hierarchy
from monitor.queries.facts import HAPPENED, changes_since, taken_back
from monitor.queries.figures import statistics_on
from monitor.queries.reading import day as day_of
from monitor.queries.reading import moments, numbers
from monitor.queries.scope import in_scope
from monitor.tables import AnnualPlan, MonthTarget, Project, ProjectLocation, Report

LEFT_OUT = (
    "lon", "lat", "location_confidence", "location_method", "reported_at", "start_delay_reason", "ready_to_start"
)  # fmt: skip
"""columns of a book that no indicator and no check of districts asks for; the books of earlier days lack them."""

FEW = 500
"""Most projects that a query names one by one; of more, all are read."""

PLACES = ("county_code", "city_code", "province_code")


class _Log:
    """台账 rows of an appended table, a project's together, each after those that it supersedes."""

    def __init__(self, rows: Sequence[Any], columns: Sequence[str]) -> None:
        names = ["project_id", "month", "revision", "at", *columns]
        held = {
            name: pd.Series(column, dtype=object) for name, column in zip(names, _columns(rows, names), strict=True)
        }
        project, month, revision = (np.array(held[name], np.int64) for name in names[:3])
        order = np.lexsort((revision, month, project))
        self.project, self.month = project[order], month[order]
        self.at = moments(held["at"])[order]
        self.columns = {name: self._array(name, held[name])[order] for name in columns}

    @staticmethod
    def _array(name: str, held: "pd.Series[Any]") -> NDArray[Any]:
        if name == "adcodes":
            return held.to_numpy()
        return moments(held) if name == "started_on" else numbers(held)

    def known(self, by: datetime) -> NDArray[np.bool_]:
        """Which rows had come in before a moment."""
        return np.asarray(self.at < np.datetime64(by, "us"))

    def last(self, of: NDArray[np.bool_]) -> NDArray[np.intp]:
        """The last of some rows for each project."""
        rows = np.flatnonzero(of)
        return rows[np.append(self.project[rows][1:] != self.project[rows][:-1], True)] if len(rows) else rows

    def spread(self, column: str, rows: NDArray[np.intp], projects: NDArray[np.int64]) -> NDArray[Any]:
        """A column of some rows, one of a project, set out over sorted projects; blank for those without a row."""
        held = self.columns[column] if column in self.columns else self.month.astype(np.float64)
        blank: Any = np.datetime64("NaT") if held.dtype.kind == "M" else np.nan
        out = np.full(len(projects), blank, dtype=held.dtype)
        at = np.searchsorted(projects, self.project[rows])
        here = at < len(projects)
        here[here] = projects[at[here]] == self.project[rows][here]
        out[at[here]] = held[rows][here]
        return out


def _columns(rows: Sequence[Any], names: Sequence[str]) -> list[list[Any]]:
    """Rows of a query as columns."""
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in names]


class _Year:
    """全年台账 everything appended for the projects of a scope in a year, read once."""

    def __init__(self, viewer: Viewer, newest: Book, first: date, engine: Engine) -> None:
        year = newest.on.year
        with store.reachable(engine) as connection:
            projects = connection.execute(_projects(viewer)).all()
            self.changes = changes_since(connection, store.end_of_day(first))
            self.plans = _Log(connection.execute(_plans(viewer, year)).all(), PLANNED)
            self.targets = _Log(connection.execute(_targets(viewer, year)).all(), ["cumulative"])
            self.reports = _Log(connection.execute(_reports(viewer, year)).all(), [*REPORTED, "started_on"])
            self.before = _Log(connection.execute(_reports(viewer, year - 1)).all(), [*REPORTED, "started_on"])
            self.units = hierarchy.units(connection)
            self.places = self._places(connection, viewer, first)
        ids, *dates = (pd.Series(column, dtype=object) for column in _columns(projects, ("id", "at", "started_on")))
        held = pd.DataFrame({"at": moments(dates[0]), "started_on": moments(dates[1])}, index=ids.astype("int64"))
        held = held.reindex(newest.facts.index)
        self.created_at, self.started_on = held["at"].to_numpy(), held["started_on"].to_numpy()
        self.steady = newest.facts.drop(columns=[name for name in (*LEFT_OUT, *CHANGING) if name in newest.facts])

    def _places(self, connection: Connection, viewer: Viewer, first: date) -> _Log:
        """Places of the projects that were placed anew, or whose unit may have changed, since the first day."""
        since = store.end_of_day(first)
        query = select(ProjectLocation.project_id).where(ProjectLocation.recorded_at >= since)
        moved = {number for (number,) in connection.execute(query)} | {number for number, _ in self.changes}
        where = ProjectLocation.project_id.in_(moved) if len(moved) <= FEW else true()
        rows = [row for row in connection.execute(_locations(viewer).where(where)).all() if row[0] in moved]
        self.moved = moved
        return _Log(rows, ["adcodes"])


PLANNED = ["annual_plan_wan_yuan", "annual_stretch_wan_yuan"]
REPORTED = ["year_investment_wan_yuan", "reported_total_wan_yuan", "paid_wan_yuan", "physical_pct"]

CHANGING = [
    *PLANNED, *REPORTED, "started_on", "report_month", "target_at_report_wan_yuan", "plan_to_date_wan_yuan",
    "before_quarter_wan_yuan", "base_investment_wan_yuan", "due_by_report_wan_yuan",
]  # fmt: skip
"""columns that are worked out anew for every day."""


def earlier(viewer: Viewer, newest: Book, days: Sequence[date], engine: Engine) -> list[Book]:
    """历月底数 books of earlier days, as ``figures.book`` gives them but for the columns LEFT_OUT.

    Parameters
    ----------
    viewer : Viewer
        The one that the newest book was read for.
    newest : Book
        Of the viewer, on a later day of the same year.
    days : sequence of date
        Days of the same year before it, from 31 January on.
    engine : Engine
        The store.
    """
    if not days:
        return []
    year = _Year(viewer, newest, min(days), engine)
    index = newest.facts.index
    return [Book(_on(index, year, day), day, statistics_on(viewer, day, engine)) for day in days]


def _on(index: "pd.Index[int]", year: _Year, day: date) -> pd.DataFrame:
    """The facts of a day."""
    known_by = store.end_of_day(day)
    there = year.created_at < np.datetime64(known_by, "us")
    projects = index.to_numpy(np.int64)[there]
    changing = {"started_on": year.started_on[there]} | _reported(year, projects, day, known_by)
    frame = pd.concat([year.steady[there], pd.DataFrame(changing, index=index[there])], axis=1)
    changes = [change for change in year.changes if _since(change, known_by)]
    if changes:
        frame = _typed(taken_back(frame, changes))
    frame["started_on"] = frame["started_on"].fillna(frame.pop("reported_start_on"))
    for column in HAPPENED:
        frame[column] = frame[column].where(frame[column] <= pd.Timestamp(day))
    frame["due_by_report_wan_yuan"] = expected_share_pct(frame) / 100 * frame["annual_plan_wan_yuan"]
    return _placed(frame, year, known_by)


def _reported(year: _Year, projects: NDArray[np.int64], day: date, known_by: datetime) -> dict[str, Any]:
    """Plans, targets and reports as known on a day, one entry a project."""
    known, told, then = year.plans.known(known_by), year.reports.known(known_by), year.before.known(known_by)
    plans = year.plans.last(known)
    found: dict[str, Any] = {name: year.plans.spread(name, plans, projects) for name in PLANNED}
    reports = year.reports.last(told & (year.reports.month <= day.month))
    for name in (*REPORTED, "started_on", "month"):
        found[name] = year.reports.spread(name, reports, projects)
    month = found.pop("month")
    investment = REPORTED[0]
    quarter = year.reports.last(told & (year.reports.month <= (day.month - 1) // 3 * 3))
    base = year.before.last(then & (year.before.month <= months_ended(day)))
    return found | {
        "reported_start_on": found.pop("started_on"),
        "report_month": pd.array(month, dtype="Float64").astype("Int64"),
        "target_at_report_wan_yuan": _target(year, projects, np.nan_to_num(month).astype(np.int64), known_by),
        "plan_to_date_wan_yuan": _target(year, projects, np.full(len(projects), day.month), known_by),
        "before_quarter_wan_yuan": year.reports.spread(investment, quarter, projects),
        "base_investment_wan_yuan": year.before.spread(investment, base, projects),
    }


def _target(
    year: _Year, projects: NDArray[np.int64], month: NDArray[np.int64], known_by: datetime
) -> NDArray[np.float64]:
    """Cumulative target of a month of each project, as known at a moment; NaN where there is none."""
    log = year.targets
    wanted = np.zeros(int(max(projects.max(initial=0), log.project.max(initial=0))) + 1, np.int64)
    wanted[projects] = month
    rows = log.last(log.known(known_by) & (log.month == wanted[log.project]))
    return log.spread("cumulative", rows, projects)


def _since(change: tuple[int, dict[str, Any]], known_by: datetime) -> bool:
    return datetime.fromisoformat(change[1]["known_at"]) >= known_by


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Dates and amounts as such, where values have been put back as the record tells them."""
    for column in (*HAPPENED, "planned_start_on", "planned_completion_on"):
        frame[column] = pd.to_datetime(frame[column]).astype("datetime64[us]")
    return frame.astype({"total_investment_wan_yuan": "float64", "is_sample": "bool"})


def _placed(frame: pd.DataFrame, year: _Year, known_by: datetime) -> pd.DataFrame:
    """Unit kind and districts of the projects whose unit or place has changed since."""
    moved = frame.index[frame.index.isin(list(year.moved))]
    if moved.empty:
        return frame
    rows = year.places.last(year.places.known(known_by))
    adcodes = year.places.spread("adcodes", rows, moved.to_numpy(np.int64))
    own = frame.loc[moved, ["unit_code"]].assign(adcodes=adcodes)
    own = hierarchy.with_districts(own, year.units)
    frame.loc[moved, list(PLACES)] = own[list(PLACES)]
    kinds = {code: unit.kind for code, unit in year.units.items()}
    frame.loc[moved, "unit_kind"] = own["unit_code"].map(kinds).astype(object)
    return frame


def _projects(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    return select(Project.id, day_of(Project.created_at), day_of(Project.started_on)).where(in_scope(viewer))


def _plans(viewer: Viewer, year: int) -> Select[*tuple[Any, ...]]:
    amounts = cast(AnnualPlan.investment_wan_yuan, Float), cast(AnnualPlan.stretch_wan_yuan, Float)
    columns = AnnualPlan.project_id, AnnualPlan.year, AnnualPlan.revision, day_of(AnnualPlan.recorded_at), *amounts
    return select(*columns).join(Project).where(in_scope(viewer), AnnualPlan.year == year)


def _targets(viewer: Viewer, year: int) -> Select[*tuple[Any, ...]]:
    amount = cast(MonthTarget.cumulative_wan_yuan, Float)
    columns = MonthTarget.project_id, MonthTarget.month, MonthTarget.revision, day_of(MonthTarget.recorded_at), amount
    return select(*columns).join(Project).where(in_scope(viewer), MonthTarget.year == year)


def _reports(viewer: Viewer, year: int) -> Select[*tuple[Any, ...]]:
    amounts = [cast(getattr(Report, name), Float) for name in ("year_investment_wan_yuan", "total_investment_wan_yuan")]
    figures = [*amounts, cast(Report.paid_wan_yuan, Float), Report.physical_pct, day_of(Report.started_on)]
    columns = Report.project_id, Report.month, Report.revision, day_of(Report.reported_at), *figures
    return select(*columns).join(Project).where(in_scope(viewer), Report.year == year)


def _locations(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    """Places with the revision in the stead of the month too, so that they are in order."""
    columns = ProjectLocation.project_id, ProjectLocation.revision, ProjectLocation.revision
    return (
        select(*columns, day_of(ProjectLocation.recorded_at), ProjectLocation.adcodes)
        .join(Project)
        .where(in_scope(viewer))
    )
