"""专项债券支出检查 special bonds not spent within the months allowed after they were issued.

Source: 天津市项目亮灯 (今晚报 2022): 专项债券自发行次月起 6 个月内支出完毕, 进度滞后 30% 以内亮黄灯, 超过 30% 亮红灯.
"""

import numpy as np

from monitor.lights.finding import Finding, choose, limits
from monitor.rules import Columns, Days, Rule


def bond_payment(facts: Columns, on: Days, rule: Rule) -> Finding:
    """专项债券支出 how far spending is behind, in % of what is due: an equal share a month from the month after issue.

    Parameters
    ----------
    facts : Columns
        Of projects: ``special_bond_issued_on``, ``special_bond_issued_wan_yuan``, ``special_bond_paid_wan_yuan``.
    on : Days
        The day that is judged, or several.
    rule : Rule
        Limits ``months`` allowed and ``red`` in %.
    """
    limit = limits(rule, on)
    issued, paid = facts.numbers("special_bond_issued_wan_yuan"), facts.numbers("special_bond_paid_wan_yuan")
    issued_on = facts.days("special_bond_issued_on")
    elapsed = (on.each(lambda day: np.datetime64(day, "M")) - issued_on.astype("datetime64[M]")).astype(np.float64)
    share = np.clip(np.where(np.isnat(issued_on), np.nan, elapsed) / limit["months"], 0, 1)
    due = issued * share
    behind_pct = np.round(100 * (due - paid) / np.where(due > 0, due, np.nan), 6)
    names, codes = choose(
        {
            "not_applicable": ~(issued > 0),
            "no_issue_date": np.isnat(issued_on),
            "no_payment_known": np.isnan(paid),
            "far_behind": behind_pct > limit["red"],
            "behind": behind_pct > 0,
            "on_time": True,
        }
    )
    details = {"issued": issued, "paid": paid, "due": due}
    return Finding(names, codes, behind_pct, limit["red"], details)
