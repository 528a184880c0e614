"""专项债券支出检查 special bonds not spent within the months allowed after they were issued.

Source: 天津市项目亮灯 (今晚报 2022): 专项债券自发行次月起 6 个月内支出完毕, 进度滞后 30% 以内亮黄灯, 超过 30% 亮红灯.
"""

from datetime import date

import numpy as np
import pandas as pd

from monitor.lights.finding import Finding, choose, days, numbers
from monitor.rules import Rule


def bond_payment(facts: pd.DataFrame, as_of: date, rule: Rule) -> Finding:
    """专项债券支出 how far spending is behind, in % of what is due: an equal share a month from the month after issue.

    Parameters
    ----------
    facts : DataFrame
        One row a project: ``special_bond_issued_on``, ``special_bond_issued_wan_yuan``, ``special_bond_paid_wan_yuan``.
    as_of : date
        The day that is judged.
    rule : Rule
        Limits ``months`` allowed and ``red`` in %.
    """
    limits = rule.limits_on(as_of)
    issued, paid = numbers(facts, "special_bond_issued_wan_yuan"), numbers(facts, "special_bond_paid_wan_yuan")
    issued_on = days(facts, "special_bond_issued_on")
    elapsed = (np.datetime64(as_of, "M") - issued_on.astype("datetime64[M]")).astype(np.float64)
    share = np.clip(np.where(np.isnat(issued_on), np.nan, elapsed) / limits["months"], 0, 1)
    due = issued * share
    behind_pct = np.round(100 * (due - paid) / np.where(due > 0, due, np.nan), 6)
    names, codes = choose(
        {
            "not_applicable": ~(issued > 0),
            "no_issue_date": np.isnat(issued_on),
            "no_payment_known": np.isnan(paid),
            "far_behind": behind_pct > limits["red"],
            "behind": behind_pct > 0,
            "on_time": np.ones(len(facts), dtype=bool),
        }
    )
    details = {"issued": issued, "paid": paid, "due": np.nan_to_num(due)}
    return Finding(names, codes, behind_pct, np.full(len(facts), limits["red"]), details)
