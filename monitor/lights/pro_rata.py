"""序时投资检查 the year's investment as a share short of its pro-rata amount.

Source: 三亚市项目推进亮灯 (海南日报 2022-05): 年度计划 1000 万元以上的项目, 达到序时进度亮绿灯,
差额占序时进度 50% 以内亮黄灯, 超过 50% 亮红灯.
"""

from datetime import date

import numpy as np
import pandas as pd

from monitor.lights.finding import Finding, choose, numbers
from monitor.lights.progress import expected_share_pct, month_due
from monitor.rules import Rule


def pro_rata(facts: pd.DataFrame, as_of: date, rule: Rule) -> Finding:
    """序时投资 shortfall of the year's investment in % of what was due by the month of the latest report.

    Parameters
    ----------
    facts : DataFrame
        One row a project: ``annual_plan_wan_yuan``, ``year_investment_wan_yuan``, ``report_month``.
    as_of : date
        The day that is judged.
    rule : Rule
        Limits ``red`` in % of the pro-rata amount, ``stale_months``.
    """
    limits = rule.limits_on(as_of)
    plan, done = numbers(facts, "annual_plan_wan_yuan"), numbers(facts, "year_investment_wan_yuan")
    month = numbers(facts, "report_month")
    due = expected_share_pct(facts) / 100 * plan
    short_pct = np.round(100 * (due - done) / np.where(due > 0, due, np.nan), 6)
    names, codes = choose(
        {
            "not_applicable": ~(plan > 0),
            "no_report": np.isnan(month) | np.isnan(done),
            "stale": month <= month_due(as_of) - limits["stale_months"],
            "far_short": short_pct > limits["red"],
            "short": short_pct > 0,
            "on_track": np.ones(len(facts), dtype=bool),
        }
    )
    details = {"due": due, "done": done, "month": np.nan_to_num(month).astype(int)}
    return Finding(names, codes, short_pct, np.full(len(facts), limits["red"]), details)
