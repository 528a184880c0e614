"""序时投资检查 the year's investment as a share short of its pro-rata amount.

Source: 三亚市项目推进亮灯 (海南日报 2022-05): 年度计划 1000 万元以上的项目, 达到序时进度亮绿灯,
差额占序时进度 50% 以内亮黄灯, 超过 50% 亮红灯.
"""

import numpy as np

from monitor.lights.finding import Finding, choose, limits
from monitor.lights.progress import expected_share_pct, month_due
from monitor.rules import Columns, Days, Rule


def pro_rata(facts: Columns, on: Days, rule: Rule) -> Finding:
    """序时投资 shortfall of the year's investment in % of what was due by the month of the latest report.

    Parameters
    ----------
    facts : Columns
        Of projects: ``annual_plan_wan_yuan``, ``year_investment_wan_yuan``, ``report_month``.
    on : Days
        The day that is judged, or several.
    rule : Rule
        Limits ``red`` in % of the pro-rata amount, ``stale_months``.
    """
    limit = limits(rule, on)
    plan, done = facts.numbers("annual_plan_wan_yuan"), facts.numbers("year_investment_wan_yuan")
    month = facts.numbers("report_month")
    due = expected_share_pct(facts) / 100 * plan
    short_pct = np.round(100 * (due - done) / np.where(due > 0, due, np.nan), 6)
    names, codes = choose(
        {
            "not_applicable": ~(plan > 0),
            "no_report": np.isnan(month) | np.isnan(done),
            "stale": month <= on.each(month_due) - limit["stale_months"],
            "far_short": short_pct > limit["red"],
            "short": short_pct > 0,
            "on_track": True,
        }
    )
    details = {"due": due, "done": done, "month": month}
    return Finding(names, codes, short_pct, limit["red"], details)
