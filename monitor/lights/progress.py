"""投资进度检查 the year's investment behind its pro-rata share of the annual plan, in percentage points.

Source: 银川市项目预警 (2025-03): 滞后序时进度 10 至 30 个百分点亮黄灯, 超过 30 个百分点亮红灯.
"""

from datetime import date

import numpy as np
import pandas as pd

from monitor.lights.finding import Finding, Floats, choose, is_one_of, limits, months_ended
from monitor.rules import Columns, Days, Rule


def progress(facts: Columns, on: Days, rule: Rule) -> Finding:
    """投资进度 pro-rata share minus completed share of the annual plan, in percentage points.

    The pro-rata share is the month target over the annual plan where there is one, else month / 12, at the month
    of the latest report. A report older than ``stale_months`` is no basis: grey.

    Parameters
    ----------
    facts : Columns
        Of projects: ``annual_plan_wan_yuan``, ``target_at_report_wan_yuan`` if known,
        ``year_investment_wan_yuan``, ``report_month``, ``stage``.
    on : Days
        The day that is judged, or several.
    rule : Rule
        Limits ``yellow`` and ``red`` in percentage points, ``stale_months``.
    """
    limit = limits(rule, on)
    plan, done = facts.numbers("annual_plan_wan_yuan"), facts.numbers("year_investment_wan_yuan")
    month = facts.numbers("report_month")
    expected_pct, completed_pct = expected_share_pct(facts), 100 * done / np.where(plan > 0, plan, np.nan)
    behind = np.round(expected_pct - completed_pct, 6)
    names, codes = choose(
        {
            "not_applicable": (plan == 0)
            | (np.isnan(plan) & ~is_one_of(facts, "stage", "implementation", "suspended")),
            "no_plan": np.isnan(plan),
            "no_report": np.isnan(month) | np.isnan(done),
            "stale": month <= on.each(month_due) - limit["stale_months"],
            "far_behind": behind > limit["red"],
            "behind": behind >= limit["yellow"],
            "on_track": True,
        }
    )
    threshold = np.where(behind > limit["red"], limit["red"], limit["yellow"])
    details = {"expected_pct": expected_pct, "completed_pct": completed_pct, "month": month}
    return Finding(names, codes, behind, threshold, details)


def month_due(as_of: date) -> int:
    """应报月份 the last month of the year that has ended on a day; 0 in January before its last day."""
    return months_ended(as_of) - 12 * (as_of.year - 1970) + 1


def expected_share_pct(known: pd.DataFrame | Columns) -> Floats:
    """序时进度 share of the annual plan due by the month of the latest report, in %: its target, else month / 12.

    ``target_at_report_wan_yuan`` is the target of that month; ``plan_to_date_wan_yuan`` (the target of the as-of month)
    never judges the report of an earlier one.
    """
    facts = Columns.of(known)
    plan = facts.numbers("annual_plan_wan_yuan")
    by_target = 100 * facts.numbers("target_at_report_wan_yuan") / np.where(plan > 0, plan, np.nan)
    return np.where(np.isnan(by_target), 100 * facts.numbers("report_month") / 12, by_target)
