"""区县月度检查 a district whose investment misses its pro-rata amount of the month, or two months running.

Source: 三亚市项目推进亮灯 (海南日报 2022-05): 区当月未达序时进度亮黄灯, 连续两个月未达亮红灯;
黄灯约谈, 两次由分管副市长约谈.
"""

from datetime import date

import numpy as np
import pandas as pd

from monitor.lights.finding import Finding, choose, numbers
from monitor.rules import Rule


def district_month(units: pd.DataFrame, as_of: date, rule: Rule) -> Finding:
    """区县月度 investment over what was due by the month of the reports, in %, of this month and the month before.

    Parameters
    ----------
    units : DataFrame
        One row a unit: ``due_wan_yuan``, ``done_wan_yuan``, ``previous_due_wan_yuan``, ``previous_done_wan_yuan``.
    as_of : date
        The day that is judged.
    rule : Rule
        Limit ``least`` in %.
    """
    least = rule.limits_on(as_of)["least"]
    reached = _reached(numbers(units, "done_wan_yuan"), numbers(units, "due_wan_yuan"))
    before = _reached(numbers(units, "previous_done_wan_yuan"), numbers(units, "previous_due_wan_yuan"))
    names, codes = choose(
        {
            "nothing_due": np.isnan(reached),
            "missed_twice": (reached < least) & (before < least),
            "missed": reached < least,
            "reached": np.ones(len(units), dtype=bool),
        }
    )
    return Finding(names, codes, reached, np.full(len(units), least), {"before": before})


def _reached(done: np.ndarray, due: np.ndarray) -> np.ndarray:
    return np.round(100 * done / np.where(due > 0, due, np.nan), 6)
