"""投资进度检查 the year's investment behind its pro-rata share of the annual plan, in percentage points.

Source: 银川市项目预警 (2025-03): 滞后序时进度 10 至 30 个百分点亮黄灯, 超过 30 个百分点亮红灯.
"""

from datetime import date

import numpy as np
import pandas as pd

from monitor.lights.finding import Finding, Floats, choose, is_one_of, months_ended, numbers
from monitor.rules import Rule


def progress(facts: pd.DataFrame, as_of: date, rule: Rule) -> Finding:
    """投资进度 pro-rata share minus completed share of the annual plan, in percentage points.

    The pro-rata share is the month target over the annual plan where there is one, else month / 12, at the month
    of the latest report. A report older than ``stale_months`` is no basis: grey.

    Parameters
    ----------
    facts : DataFrame
        One row a project: ``annual_plan_wan_yuan``, ``target_at_report_wan_yuan`` if known,
        ``year_investment_wan_yuan``, ``report_month``, ``stage``.
    as_of : date
        The day that is judged.
    rule : Rule
        Limits ``yellow`` and ``red`` in percentage points, ``stale_months``.
    """
    limits = rule.limits_on(as_of)
    plan, done = numbers(facts, "annual_plan_wan_yuan"), numbers(facts, "year_investment_wan_yuan")
    month = numbers(facts, "report_month")
    expected_pct, completed_pct = expected_share_pct(facts), 100 * done / np.where(plan > 0, plan, np.nan)
    behind = np.round(expected_pct - completed_pct, 6)
    names, codes = choose(
        {
            "not_applicable": (plan == 0)
            | (np.isnan(plan) & ~is_one_of(facts, "stage", "implementation", "suspended")),
            "no_plan": np.isnan(plan),
            "no_report": np.isnan(month) | np.isnan(done),
            "stale": month <= month_due(as_of) - limits["stale_months"],
            "far_behind": behind > limits["red"],
            "behind": behind >= limits["yellow"],
            "on_track": np.ones(len(facts), dtype=bool),
        }
    )
    threshold = np.where(behind > limits["red"], limits["red"], limits["yellow"])
    details = {"expected_pct": expected_pct, "completed_pct": completed_pct, "month": np.nan_to_num(month).astype(int)}
    return Finding(names, codes, behind, threshold, details)


def month_due(as_of: date) -> int:
    """应报月份 the last month of the year that has ended on a day; 0 in January before its last day."""
    ended = months_ended(as_of)
    return int((ended - np.datetime64(as_of, "Y").astype("datetime64[M]")).astype(int)) + 1


def expected_share_pct(facts: pd.DataFrame) -> Floats:
    """序时进度 share of the annual plan due by the month of the latest report, in %: its target, else month / 12.

    ``target_at_report_wan_yuan`` is the target of that month; ``plan_to_date_wan_yuan`` (the target of the as-of month)
    never judges the report of an earlier one.
    """
    plan = numbers(facts, "annual_plan_wan_yuan")
    by_target = 100 * numbers(facts, "target_at_report_wan_yuan") / np.where(plan > 0, plan, np.nan)
    return np.where(np.isnan(by_target), 100 * numbers(facts, "report_month") / 12, by_target)
