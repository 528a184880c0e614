"""Samples of one plan: cells of projects whose sums the plan publishes, or that the demo chose (demo.yaml)."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from . import amounts, records
from .amounts import Amounts, of_yi
from .lineage import Lineage
from .places import Places, Unit
from .progress import Course, month_amounts, month_end, months_of_quarters, reports

TABLES = (
    "projects",
    "entries",
    "duties",
    "funding",
    "plans",
    "targets",
    "reports",
    "locations",
    "changes",
    "statistics",
    "items",
)
Rows = dict[str, list[dict[str, Any]]]


@dataclass
class Draft:
    """One project in the making; amounts in 0.01 万元."""

    cell: dict[str, Any]
    total: int | None
    annual: int | None
    stretch: int | None
    fund: int | None
    quarter: int
    named: dict[str, str] | None = None
    start: date | None = None
    final: date | None = None
    months: Amounts = field(default_factory=lambda: np.zeros(12, dtype=np.int64))


class Plan:
    """Samples of one plan, drawn cell by cell from one stream of random numbers."""

    def __init__(
        self, spec: dict[str, Any], common: dict[str, Any], places: Places, named: list[dict[str, str]]
    ) -> None:
        self.spec, self.common, self.places, self.named = spec, common, places, named
        self.year: int = spec["year"]
        self.rng = np.random.default_rng([common["seed"], int(spec["plan"]), self.year])
        self.recorded_at = datetime.combine(date(self.year, 1, 10), datetime.min.time())
        self.lineage = Lineage(spec, np.random.default_rng([common["seed"], int(spec["plan"]), self.year, 1]))
        self.rows: Rows = {table: [] for table in TABLES}
        self.serial = 0
        self._unit_cycle: list[Unit] = []

    def make(self, first_key: int) -> Rows:
        """Every row of every table, project keys counted from the first."""
        drafts = [draft for cell in self.spec["cells"] for draft in self._cell(cell)]
        self._spread_over_months(drafts)
        for key, draft in enumerate(drafts, first_key):
            self._write(key, draft)
        self.rows["statistics"] = [
            {"unit_code": row["unit"], "key": row["key"], "year": row["year"], "month": month, "value": float(value)}
            for row in self.spec.get("statistics", ())
            for month, value in row["months"].items()
        ]
        return self.rows

    def _cell(self, cell: dict[str, Any]) -> list[Draft]:
        """Projects of one cell, with exact totals and exact annual plans."""
        count, step = cell["n"], cell.get("step", 10_000)
        named = [row for row in self.named if row["cell"] == cell["key"]]
        totals = None
        if "total" in cell:
            totals = amounts.uneven(of_yi(cell["total"]), count, self.rng, of_yi(cell.get("least", 0.05)), step)
        annuals, stretches = self._annuals(cell, totals)
        funds = self._funds(cell)
        quarters = [int(q) for q, n in cell.get("starts", {1: count}).items() for _ in range(n)]
        return [
            Draft(
                cell,
                None if totals is None else int(totals[i]),
                None if annuals is None else int(annuals[i]),
                None if stretches is None else int(stretches[i]),
                None if funds is None else int(funds[i]),
                quarters[i],
                named[i] if named else None,
            )
            for i in range(count)
        ]

    def _funds(self, cell: dict[str, Any]) -> Amounts | None:
        """Shares of the fund that the cell speaks of, exact to its amount."""
        if "fund" not in cell:
            return None
        return amounts.uneven(of_yi(cell["fund"]["amount"]), cell["n"], self.rng, of_yi(0.01), 10_000)

    def _annuals(self, cell: dict[str, Any], totals: Amounts | None) -> tuple[Amounts | None, Amounts | None]:
        if "annual" not in cell:
            return None, None
        count, annual = cell["n"], of_yi(cell["annual"])
        if totals is None:
            annuals = amounts.uneven(annual, count, self.rng, of_yi(1.0), 10_000)
        else:
            caps = totals * (70 if cell["batch"] == "continued" else 95) // 100
            annuals = amounts.capped(annual, totals * self.rng.uniform(0.7, 1.3, count), caps, 10_000)
        if "stretch" not in cell:
            return annuals, None
        return annuals, annuals + amounts.largest_remainder(of_yi(cell["stretch"]) - annual, annuals.astype(float))

    def _spread_over_months(self, drafts: list[Draft]) -> None:
        """Month amounts: exact to the quarters of the margin groups, free S-curves for the others."""
        groups: dict[str, list[Draft]] = defaultdict(list)
        for draft in drafts:
            draft.start = self._planned_start(draft)
            if draft.annual is None:
                continue
            if margin := draft.cell.get("margin"):
                groups[margin].append(draft)
            else:
                if self.rng.random() < draft.cell.get("completes", 0.0):
                    draft.final = date(self.year, int(self.rng.integers(3, 13)), 20)
                last = draft.final.month if draft.final else 12
                draft.months = month_amounts(draft.annual, draft.start.month if draft.start else 1, last)
        for margin, group in groups.items():
            columns = np.array([of_yi(value) for value in self.spec["margins"][margin]])
            rows = np.array([draft.annual for draft in group])
            table = amounts.with_margins(rows, columns, np.array([self._weights(draft) for draft in group]))
            for draft, quarters in zip(group, table, strict=True):
                draft.months = months_of_quarters(quarters, draft.start.month if draft.start else 1)

    def _weights(self, draft: Draft) -> list[float]:
        """Quarters in which a project may invest; a start in the second may need some money in the first."""
        if draft.cell["batch"] == "continued" or draft.quarter == 1:
            return list(self.rng.uniform(0.7, 1.3, 4))
        early = 0.05 if draft.quarter == 2 else 0.0
        return [early if q < draft.quarter else float(self.rng.uniform(0.7, 1.3)) for q in (1, 2, 3, 4)]

    def _planned_start(self, draft: Draft) -> date | None:
        if draft.cell["batch"] in {"continued", "prepared"}:
            return None
        month = 3 * (draft.quarter - 1) + int(self.rng.integers(1, 4))
        if draft.quarter == 1:
            month = int(self.rng.integers(2, 4))
        return date(self.year, month, int(self.rng.integers(5, 26)))

    def _write(self, key: int, draft: Draft) -> None:
        cell, year = draft.cell, self.year
        unit = self._unit(draft)
        profile = self._profile(draft)
        state = self._state(draft, profile)
        entry = {"key": key, "year": year, "tier": cell.get("tier"), "batch": cell["batch"]}
        self.rows["entries"] += [entry | {"list_key": name} for name in cell["lists"]]
        project, sector = self._project(draft, unit, state)
        self.rows["projects"].append({"key": key, **project})
        self.rows["changes"] += self.lineage.promotion(key, cell, project)
        self.rows["reports"] += self.lineage.year_before(key, draft.annual, state, unit.name + "填报员")
        confidence = "county" if draft.named else None
        self.rows["locations"].append(
            {"key": key, **self.places.locate(unit, self.rng, confidence), "recorded_at": self.recorded_at}
        )
        self.rows["duties"] += records.duties(key, self.spec, cell, unit, sector, self.serial)
        paid = self._progress(key, draft, profile, state, unit) if draft.annual is not None else 0
        self.rows["funding"] += records.funding(key, self.year, cell, draft.annual, draft.fund, paid, self.rng)

    def _progress(self, key: int, draft: Draft, profile: str, state: dict[str, Any], unit: Unit) -> int:
        plan = {"key": key, "year": self.year, "investment": draft.annual, "stretch": draft.stretch}
        self.rows["plans"].append(plan | {"recorded_at": self.recorded_at})
        cumulative = np.cumsum(draft.months)
        self.rows["targets"] += [
            {"key": key, "year": self.year, "month": month, "cumulative": int(value)}
            for month, value in enumerate(cumulative, 1)
        ]
        course = Course(
            self.year,
            self.spec["last_month"],
            draft.total,
            state["before"],
            cumulative,
            draft.start,
            state["started_on"],
            state["completed_on"],
            profile,
            draft.fund,
            draft.cell.get("fund", {}).get("paid_before", 0.0),
        )
        rows = reports(course, unit.name + "填报员", self.rng)
        self.rows["reports"] += [{"key": key, **row} for row in rows]
        return max((row["paid"] for row in rows), default=0)

    def _unit(self, draft: Draft) -> Unit:
        """Units in turn, so that each gets its share; a named project where its name says."""
        if draft.named:
            return self.places.unit(draft.named["unit_code"])
        if not self._unit_cycle:
            codes = self.spec["units"]
            units = self.places.units_of(codes) if isinstance(codes, str) else [self.places.unit(c) for c in codes]
            self._unit_cycle = [units[i] for i in self.rng.permutation(len(units))]
        return self._unit_cycle.pop()

    def _profile(self, draft: Draft) -> str:
        shares = dict(self.common["profiles"])
        if draft.start is None:
            shares.pop("start_missed")
        weights = np.array(list(shares.values()))
        return str(self.rng.choice(list(shares), p=weights / weights.sum()))

    def _state(self, draft: Draft, profile: str) -> dict[str, Any]:
        """Days on which things happened by the end of the demo, and what was invested before the year."""
        cell, year, rng = draft.cell, self.year, self.rng
        end = month_end(year, self.spec["last_month"])
        state: dict[str, Any] = dict.fromkeys(("started_on", "resumed_on", "completed_on", "production_on"))
        state |= {"before": 0, "profile": profile}
        if cell["batch"] == "continued":
            state["started_on"] = date(year - 1 - int(rng.random() < 0.3), int(rng.integers(3, 12)), 15)
            resumed = date(year, 2, 10) + timedelta(days=int(rng.integers(0, 48)))
            state["resumed_on"] = resumed + timedelta(days=45) if rng.random() < 0.04 else resumed
            room = (draft.total - (draft.annual or 0)) if draft.total is not None else 2 * (draft.annual or 0)
            state["before"] = room if draft.final else int(room * rng.uniform(0.1, 0.8)) // 100 * 100
            if draft.final:
                self._completion(state, draft.final, end)
        elif draft.start is not None and draft.annual is not None:
            started = draft.start + timedelta(days=int(rng.integers(-6, 11)))
            started += timedelta(days=int(rng.integers(45, 120)) if profile == "start_missed" else 0)
            state["started_on"] = started if started <= end and rng.random() > 0.02 else None
        return state

    def _completion(self, state: dict[str, Any], planned: date, end: date) -> None:
        slow = state["profile"] in {"behind", "far_behind", "stalled", "silent", "missing"}
        done = planned + timedelta(days=int(self.rng.integers(-12, 10)))
        if not slow and done <= end:
            state["completed_on"] = done
            entered = done + timedelta(days=int(self.rng.integers(5, 26)))
            state["production_on"] = entered if entered <= end else None

    def _project(self, draft: Draft, unit: Unit, state: dict[str, Any]) -> tuple[dict[str, Any], str]:
        cell, rng = draft.cell, self.rng
        self.serial += 1
        sector = draft.named["sector"] if draft.named else str(rng.choice(self.spec["sectors"][cell["sectors"]]))
        things = self.common["sectors"][sector]
        thing = str(things[int(rng.integers(len(things)))])
        name = draft.named["name"] if draft.named else f"示例·{unit.name}{thing}({self.serial:04d})"
        final = draft.final
        if final is None and cell["batch"] != "prepared":
            final = date(self.year + int(rng.integers(1, 3)), int(rng.integers(3, 13)), 28)
        row = {
            "code": None if draft.named else records.code(self.spec, unit, self.serial),
            "name": name,
            "unit_code": unit.code,
            "sector": sector,
            "stage": records.stage(cell, state, draft.annual),
            "library": cell.get("library"),
            "total_investment": draft.total,
            "planned_start_on": draft.start or state["started_on"],
            "planned_completion_on": final,
            "address": None if draft.named else f"{unit.name}(示例地址)",
            "content": draft.named["note"] if draft.named else f"{thing}及配套工程",
            "source_title": draft.named["source_title"] if draft.named else None,
            "source_url": None,
            "is_sample": True,
            "extra": self._extra(draft),
            "created_at": self.recorded_at,
        }
        happened = {name: state[name] for name in ("started_on", "resumed_on", "completed_on", "production_on")}
        return row | happened | {"statistics_entry_on": self._entry(state)}, sector

    def _entry(self, state: dict[str, Any]) -> date | None:
        """入统: a month or so after the start; some late, some not yet."""
        started, chance = state["started_on"], self.rng.random()
        if started is None or chance < 0.05:
            return None
        day = started + timedelta(days=int(self.rng.integers(70, 110) if chance < 0.13 else self.rng.integers(8, 31)))
        return day if day <= month_end(self.year, self.spec["last_month"]) else None

    def _extra(self, draft: Draft) -> dict[str, Any]:
        tags = [tag for tag, share in draft.cell.get("tags", {}).items() if self.rng.random() < share]
        extra: dict[str, Any] = {"sample": draft.named["note"] if draft.named else "示例项目，数据由程序生成"}
        if tags:
            extra["tags"] = tags
        if signed := self.lineage.signed_on(draft.cell, draft.start):
            extra["signed_on"] = signed.isoformat()
        if draft.cell.get("signed"):
            planned = month_end(self.year, int(self.rng.integers(1, 13)))
            extra["planned_signed_on"] = planned.isoformat()
            signed = planned - timedelta(days=int(self.rng.integers(-12, 25)))
            if signed <= month_end(self.year, self.spec["last_month"]):
                extra["signed_on"] = signed.isoformat()
        return extra
