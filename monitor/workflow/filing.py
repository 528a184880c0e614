"""填报核验 what a monthly report may say: pure checks of its figures against what is known.

A finding is an error (the report is not taken) or a warning (it is taken, and someone should look).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import yaml

from monitor.settings import DATA
from monitor.workflow.cascade import plain

FIELDS: Mapping[str, str] = {
    "year_investment_wan_yuan": "今年以来完成投资",
    "total_investment_wan_yuan": "开工以来完成投资",
    "paid_wan_yuan": "今年以来支付资金",
    "physical_pct": "形象进度",
    "started_on": "实际开工日期",
    "progress_text": "进展情况",
    "problem_text": "存在问题",
    "reason": "更正说明",
}
"""Fields of a report with their Chinese labels, in the order in which they are filled in."""

DAYS = ("started_on",)
"""Fields that hold a day."""

AMOUNTS = ("year_investment_wan_yuan", "total_investment_wan_yuan", "paid_wan_yuan")
CUMULATIVE = ("year_investment_wan_yuan", "total_investment_wan_yuan")
"""Amounts that cannot fall from one month to the next without a reason."""


@dataclass(frozen=True)
class Figures:
    """填报数 what a report states; None = not stated. Money in 万元, cumulative."""

    year_investment_wan_yuan: Decimal | None = None
    total_investment_wan_yuan: Decimal | None = None
    paid_wan_yuan: Decimal | None = None
    physical_pct: float | None = None
    started_on: date | None = None
    progress_text: str | None = None
    problem_text: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Known:
    """已知情况 what a report is checked against.

    Attributes
    ----------
    today : date
        The day on which it is filed.
    close_on : date or None
        Last day on which the month is taken without a reason.
    project_total_wan_yuan : Decimal or None
        总投资 of the project.
    before, after : Figures or None
        In force for the nearest month before and after that has a report; ``before_month`` and ``after_month`` are
        (year, month).
    current : Figures or None
        In force for the month itself; ``revision`` is its number, 0 = none.
    """

    today: date
    close_on: date | None = None
    project_total_wan_yuan: Decimal | None = None
    before: Figures | None = None
    before_month: tuple[int, int] = (0, 0)
    after: Figures | None = None
    after_month: tuple[int, int] = (0, 0)
    current: Figures | None = None
    revision: int = 0


@dataclass(frozen=True)
class SheetLine:
    """填报表行 one project of a sheet to be filled in: what is given, and what is reported for the month already."""

    project_id: int
    code: str | None
    name: str
    unit_code: str
    annual_plan_wan_yuan: Decimal | None
    plan_to_date_wan_yuan: Decimal | None
    before: Figures | None
    before_month: tuple[int, int]
    current: Figures | None


@dataclass(frozen=True)
class Finding:
    """核验发现 one thing that is wrong (error) or doubtful (warning) in a field of a report."""

    code: str
    name: str
    error: bool = True
    params: Mapping[str, Any] = field(default_factory=dict)


@cache
def total_margin_pct() -> float:
    """超总投资幅度 how far completed investment may exceed the project's total before it is asked about, %."""
    return float(
        yaml.safe_load((DATA / "rules" / "report_checks.yaml").read_text(encoding="utf-8"))["total_margin_pct"]
    )


def completed(figures: Figures, year: int, known: Known) -> Figures:
    """补齐 a report with what follows from the month before: the start, and the total since the start.

    The total grows by what the year's figure grew by; where nothing was reported before, it stays unstated.
    """
    before = known.before
    if before is None:
        return figures
    total = figures.total_investment_wan_yuan
    if total is None and before.total_investment_wan_yuan is not None and figures.year_investment_wan_yuan is not None:
        so_far = before.year_investment_wan_yuan if known.before_month[0] == year else Decimal()
        if so_far is not None and (known.before_month[0] == year or known.before_month == (year - 1, 12)):
            total = before.total_investment_wan_yuan + figures.year_investment_wan_yuan - so_far
    return replace(figures, total_investment_wan_yuan=total, started_on=figures.started_on or before.started_on)


def check(figures: Figures, year: int, month: int, known: Known) -> list[Finding]:
    """核验 everything that is wrong or doubtful in a report of a month, errors first.

    Codes (errors): ``report.future_month``, ``report.no_amount``, ``report.negative``, ``report.over_100``,
    ``report.year_over_total``, ``report.started_later``, ``report.closed``, ``report.falls``; (warnings):
    ``report.over_project_total``, ``report.progress_falls``, ``report.month_after_lower``.
    """
    found = [*_of_itself(figures, year, month, known), *_against_months(figures, year, known)]
    found += _against_project(figures, known)
    return sorted(found, key=lambda finding: not finding.error)


def _of_itself(figures: Figures, year: int, month: int, known: Known) -> Iterator[Finding]:
    named = {"year": year, "month": month}
    if (year, month) > (known.today.year, known.today.month):
        yield Finding("report.future_month", "month", params=named | {"today": known.today.isoformat()})
    if figures.year_investment_wan_yuan is None:
        yield Finding("report.no_amount", "year_investment_wan_yuan")
    for name in AMOUNTS:
        amount = getattr(figures, name)
        if amount is not None and amount < 0:
            yield Finding("report.negative", name, params={"label": FIELDS[name], "value": amount})
    if figures.physical_pct is not None and not 0 <= figures.physical_pct <= 100:
        yield Finding("report.over_100", "physical_pct", params={"value": f"{figures.physical_pct:g}"})
    if figures.started_on and figures.started_on > known.today:
        yield Finding("report.started_later", "started_on", params={"value": figures.started_on.isoformat()})
    if known.close_on and known.today > known.close_on and not figures.reason:
        yield Finding("report.closed", "reason", params=named | {"closed": known.close_on.isoformat()})
    total, of_year = figures.total_investment_wan_yuan, figures.year_investment_wan_yuan
    if total is not None and of_year is not None and of_year > total:
        params = {"value": plain(of_year), "total": plain(total)}
        yield Finding("report.year_over_total", "total_investment_wan_yuan", params=params)


def _against_months(figures: Figures, year: int, known: Known) -> Iterator[Finding]:
    fell = bool(figures.reason)
    for name in CUMULATIVE:
        value: Decimal | None = getattr(figures, name)
        before = _comparable(known.before, known.before_month, name, year)
        after = _comparable(known.after, known.after_month, name, year)
        if value is not None and before is not None and value < before and not fell:
            fell = True  # the total since the start falls with the year's figure: once is enough
            yield Finding("report.falls", name, params=_pair(name, value, before, known.before_month))
        if value is not None and after is not None and value > after:
            params = _pair(name, value, after, known.after_month)
            yield Finding("report.month_after_lower", name, error=False, params=params)
    physical, earlier = figures.physical_pct, getattr(known.before, "physical_pct", None)
    if physical is not None and earlier is not None and physical < earlier:
        params = {"value": f"{physical:g}", "before": f"{earlier:g}", "month": known.before_month[1]}
        yield Finding("report.progress_falls", "physical_pct", error=False, params=params)


def _comparable(other: Figures | None, month: tuple[int, int], name: str, year: int) -> Decimal | None:
    """Amount of another month that this month's is measured by; the year's figure begins anew each January."""
    if other is None or (name == "year_investment_wan_yuan" and month[0] != year):
        return None
    amount: Decimal | None = getattr(other, name)
    return amount


def _pair(name: str, value: Decimal, other: Decimal, month: tuple[int, int]) -> dict[str, Any]:
    return {"label": FIELDS[name], "value": plain(value), "other": plain(other), "month": f"{month[0]}年{month[1]}月"}


def _against_project(figures: Figures, known: Known) -> Iterator[Finding]:
    planned = known.project_total_wan_yuan
    for name in CUMULATIVE:
        value = getattr(figures, name)
        if value is not None and planned and value > planned * Decimal(100 + total_margin_pct()) / 100:
            params = {"label": FIELDS[name], "value": plain(value), "total": plain(planned)}
            yield Finding("report.over_project_total", name, error=False, params=params)
            return
