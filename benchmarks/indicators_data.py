"""The made-up store of benchmarks.indicators: projects and their reports, and the facts of all months in one pass."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from monitor.lights.progress import expected_share_pct
from monitor.rules import Columns

FIRST = date(2023, 1, 1)
LISTS = [
    "provincial_major",
    "provincial_key",
    "sponsor",
    "government_investment",
    "industrial_investment",
    "real_estate",
]
LISTS += ["three_batches_signed", "three_batches_started", "three_batches_production", "provincial_100"]
LISTS += ["treasury_bond_2023", "industrial_regular", "service_regular"]
FUNDS = ["central_budget_2023", "central_budget_2024", "special_bond_2023", "special_bond_2024", "treasury_bond_2023"]


def projects(count: int, random: np.random.Generator) -> pd.DataFrame:
    """Projects with everything that does not change from month to month."""

    def days(share: float) -> pd.Series:
        day = pd.Timestamp("2023-01-01") + pd.to_timedelta(random.integers(0, 730, count), "D")
        return pd.Series(day).where(random.random(count) < share)

    lists = random.integers(0, len(LISTS) + 3, count)
    funds = random.integers(0, len(FUNDS) + 5, count)
    frame = pd.DataFrame(
        {
            "unit_code": random.integers(0, 300, count).astype(str),
            "unit_kind": random.choice(["county", "zone", "bucket"], count, p=[0.8, 0.15, 0.05]),
            "stage": random.choice(["identification", "preparation", "implementation", "completion"], count),
            "library": random.choice(["reserve", "annual", "key"], count),
            "batch": random.choice(["continued", "new", "prepared"], count),
            "sector": random.choice(["工业", "电子", "交通", "水利", "教育", "农业", "物流"], count),
            "lists": [(LISTS[place],) if place < len(LISTS) else () for place in lists],
            "tags": [("six_new",) if one else () for one in random.random(count) < 0.2],
            "funds": [(FUNDS[place],) if place < len(FUNDS) else () for place in funds],
            "total_investment_wan_yuan": random.uniform(500, 1e6, count).round(),
            "annual_plan_wan_yuan": random.uniform(100, 1e5, count).round(),
            "was_reserve": (random.random(count) < 0.3).astype(float),
            "planned_start_on": days(0.9),
            "started_on": days(0.7),
            "resumed_on": days(0.5),
            "planned_completion_on": days(0.5),
            "completed_on": days(0.3),
            "production_on": days(0.2),
            "signed_on": days(0.3),
            "statistics_entry_on": days(0.5),
            "public_planned_wan_yuan": np.where(random.random(count) < 0.3, 1000.0, np.nan),
            "public_issued_wan_yuan": np.where(random.random(count) < 0.3, 600.0, np.nan),
            "ready_to_start": (random.random(count) < 0.5).astype(float),
            "fund_issued_wan_yuan": np.where(random.random(count) < 0.3, 1000.0, np.nan),
            "fund_paid_wan_yuan": random.uniform(0, 1000, count).round(),
        }
    )
    for place, fund in enumerate(FUNDS):
        frame[f"{fund}_issued_wan_yuan"] = np.where(funds == place, 1000.0, np.nan)
        frame[f"{fund}_paid_wan_yuan"] = np.where(funds == place, random.uniform(0, 1000, count).round(), np.nan)
    frame.index = pd.RangeIndex(1, count + 1, name="project_id")
    return frame


def reports(known: pd.DataFrame, months: int, random: np.random.Generator) -> pd.DataFrame:
    """One report a project and month, cumulative within each year.

    One in fifty is missing, one in twenty comes in weeks late, one in fifty is corrected a month or two later.
    """
    count = len(known)
    month = np.tile(np.arange(months), count)
    done = random.uniform(0, 0.17, count * months).reshape(count, months // 12, 12).cumsum(axis=2).reshape(-1)
    amount = done * np.repeat(known["annual_plan_wan_yuan"].to_numpy(), months)
    first = np.datetime64(FIRST, "M") + month
    ends = (first + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
    late = np.where(random.random(len(month)) < 0.05, random.integers(1, 40, len(month)), 0)
    frame = pd.DataFrame(
        {
            "project_id": np.repeat(known.index.to_numpy(), months),
            "year": FIRST.year + month // 12,
            "month": month % 12 + 1,
            "revision": 1,
            "filed_on": ends + late.astype("timedelta64[D]"),
            "year_investment_wan_yuan": amount.round(),
            "reported_total_wan_yuan": amount.round() * 2,
        }
    )
    corrected = frame[random.random(len(frame)) < 0.02]
    corrected = corrected.assign(
        revision=2,
        filed_on=corrected["filed_on"] + pd.to_timedelta(random.integers(10, 70, len(corrected)), "D"),
        year_investment_wan_yuan=(corrected["year_investment_wan_yuan"] * 0.9).round(),
    )
    kept = pd.concat([frame[random.random(len(frame)) < 0.98], corrected])
    return kept.sort_values(["project_id", "year", "month", "revision"], ignore_index=True)


def month_ends(months: int) -> list[date]:
    """Last days of the months from the first one on."""
    firsts = [date(FIRST.year + month // 12, month % 12 + 1, 1) for month in range(1, months + 1)]
    return [first - timedelta(days=1) for first in firsts]


class MonthColumns(Columns):
    """Facts of every month end as columns (days, projects): the report in force on each day, as known then.

    One scatter and one running maximum a kind of report: a report takes its place on the first day on which it counts
    and is known; of those of a project the last one by month and revision is in force until the year ends.
    """

    def __init__(self, projects: pd.DataFrame, reports: pd.DataFrame, days: Sequence[date]) -> None:
        super().__init__(projects)
        self.on = np.array(days, dtype="datetime64[D]")
        self.reports = {name: reports[name].to_numpy() for name in reports.columns}
        self.row = pd.Index(projects.index).get_indexer(reports["project_id"]).astype(np.int32)
        self.filed = self._first_day(self.reports["filed_on"].astype("datetime64[D]"))
        self._kept: dict[str, NDArray[np.int32]] = {}

    def _first_day(self, since: NDArray[np.datetime64]) -> NDArray[np.int8]:
        """Place of the first day that is not before a day, by a table of days."""
        start = since.min()
        table = np.searchsorted(self.on, np.arange(start, since.max() + 1, dtype="datetime64[D]"))
        return table.astype(np.int8)[(since - start).astype(np.int32)]

    def in_force(self, kind: str) -> NDArray[np.int32]:
        """Row of the report in force, (projects, days); -1 = none."""
        if kind not in self._kept:
            self._kept[kind] = self._in_force(kind)
        return self._kept[kind]

    def _in_force(self, kind: str) -> NDArray[np.int32]:
        years, months = self.reports["year"].astype(np.int32), self.reports["month"].astype(np.int32)
        counts_in = years + (kind == "base")
        opens = months if kind != "before_quarter" else (months + 2) // 3 * 3 + 1
        first = FIRST.year * 12 + 1
        table = np.searchsorted([12 * day.year + day.month for day in self.on.tolist()], np.arange(first, first + 60))
        place = np.maximum(table.astype(np.int8)[counts_in * 12 + opens - first], self.filed)
        of_year = np.array([day.year for day in self.on.tolist()] + [0], dtype=np.int16)
        rows = np.flatnonzero(of_year[place] == counts_in).astype(np.int32)
        held = np.full((self.size, len(self.on)), -1, dtype=np.int32)
        held[self.row[rows], place[rows]] = rows
        for later in range(1, len(self.on)):
            if of_year[later] == of_year[later - 1]:
                np.maximum(held[:, later], held[:, later - 1], out=held[:, later])
        return held

    def _read_numbers(self, column: str) -> NDArray[np.float64]:
        if column == "due_by_report_wan_yuan":
            return expected_share_pct(self) / 100 * self.numbers("annual_plan_wan_yuan")
        kind, stated = OF_REPORTS.get(column, ("", ""))
        if not kind:
            return super()._read_numbers(column)
        found = np.append(self.reports[stated].astype(np.float64), np.nan)[self.in_force(kind)]
        return np.ascontiguousarray(found.T)


OF_REPORTS = {
    "year_investment_wan_yuan": ("latest", "year_investment_wan_yuan"),
    "reported_total_wan_yuan": ("latest", "reported_total_wan_yuan"),
    "report_month": ("latest", "month"),
    "before_quarter_wan_yuan": ("before_quarter", "year_investment_wan_yuan"),
    "base_investment_wan_yuan": ("base", "year_investment_wan_yuan"),
}
"""Columns that come from reports -> which report, and what it states."""
