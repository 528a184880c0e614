"""项目组成 the parts of a project that a row states: lists, plan and targets, funds, duties, reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from monitor.exchange.records import Record
from monitor.terms import Duty, FundSource

PartKey = tuple[str | int, ...]
"""Table and key within a project: ("project",), ("annual_plan", 2024), ("report", 2024, 10) ..."""

Parts = dict[PartKey, dict[str, Any]]

PROJECT: PartKey = ("project",)
"""The project itself."""

PROGRESS = {
    "done_wan_yuan": "year_investment_wan_yuan",
    "done_total_wan_yuan": "total_investment_wan_yuan",
    "paid_wan_yuan": "paid_wan_yuan",
    "physical_pct": "physical_pct",
    "progress_text": "progress_text",
    "problem_text": "problem_text",
    "reason": "reason",
}
"""Field of a sheet -> column of a report."""

PLAN = {
    "investment_wan_yuan": "annual_plan_wan_yuan",
    "stretch_wan_yuan": "annual_stretch_wan_yuan",
    "physical_pct": "plan_physical_pct",
    "content": "plan_content",
}
"""Column of a plan -> field of a sheet."""

TARGETS = {month: f"target.{month}" for month in range(1, 13)}
FUNDS = {
    f"funding.{source}.{what}": (source.value, f"{what}_wan_yuan")
    for source in FundSource
    for what in ("planned", "issued", "paid")
}
DUTIES = {duty.value: f"duty.{duty}" for duty in Duty}
"""Month -> field of a sheet; field of a sheet -> source and column of funds; duty -> field of a sheet."""


LABELS = {"stage": "项目阶段", "batch": "建设性质", "library": "项目库", "tier": "项目层级"}


@dataclass
class Defaults:
    """默认值 what holds for rows that do not say otherwise.

    Attributes
    ----------
    year : int
        Year of plans, lists and reports.
    month : int
        Month of reports.
    lists : tuple of str
        Keys of the lists that all rows belong to.
    labels : dict
        Label or key of a list -> its key.
    today : date
        Nothing can have happened after it.
    """

    year: int
    month: int
    lists: tuple[str, ...]
    labels: Mapping[str, str]
    today: date


def add_lists(record: Record, parts: Parts, year: int, terms: Mapping[str, str | None], defaults: Defaults) -> None:
    """列入清单 lists of the year with tier and batch; without a list, these stay as words."""
    keys = list(defaults.lists)
    for label in record.values.get("list", ()):
        key = defaults.labels.get(label)
        if key is None:
            record.reject("list", "list.unknown", value=label, options="、".join(_labels(defaults.labels)))
        else:
            keys.append(key)
    for key in dict.fromkeys(keys):
        parts["list_entry", key, year] = {name: terms[name] for name in ("tier", "batch") if terms.get(name)}
    if not keys and (terms.get("tier") or terms.get("batch")):
        parts["project",].setdefault("extra", {}).update(
            {LABELS[name]: record.values[name] for name in ("tier", "batch") if terms.get(name)}
        )


def _labels(labels: Mapping[str, str]) -> list[str]:
    return [label for label, key in labels.items() if label != key]


def add_money(record: Record, parts: Parts, year: int) -> None:
    """计划与资金 plan, month targets, funds, and who has which duty."""
    values = record.values
    plan = {name: values[field] for name, field in PLAN.items() if field in values}
    if "investment_wan_yuan" in plan:
        parts["annual_plan", year] = plan
    for month, field in TARGETS.items():
        if field in values:
            parts["month_target", year, month] = {"cumulative_wan_yuan": values[field]}
    for field, (source, column) in FUNDS.items():
        if field in values:
            parts.setdefault(("funding", source, year), {})[column] = values[field]
    for duty, field in DUTIES.items():
        if holders := values.get(field):
            parts["project_duty", duty] = {"holders": list(dict.fromkeys(holders))}


def add_reports(record: Record, parts: Parts, year: int, defaults: Defaults) -> None:
    """填报 reports: each 1-N月完成 column is that of its month; the rest of the progress belongs to one month."""
    values = record.values
    done = {month: values[f"done.{month}"] for month in range(1, 13) if f"done.{month}" in values}
    stated = {column: values[name] for name, column in PROGRESS.items() if name in values}
    said_year, said_month = values.get("report_month") or (None, None)
    report_year, month = said_year or year, said_month or max(done, default=defaults.month)
    for at, amount in done.items():
        parts["report", year, at] = {"year_investment_wan_yuan": amount}
    if stated:
        if not said_month and not done:
            record.values["month_assumed"] = True
        parts.setdefault(("report", report_year, month), {}).update(stated)
    for key in [key for key in parts if key[0] == "report"]:
        if (key[1], key[2]) > (defaults.today.year, defaults.today.month):
            record.reject("report_month", "report.in_future", year=key[1], month=key[2])
