"""区县月度检查 a district whose investment misses its pro-rata amount of the month, or two months running.

Source: 三亚市项目推进亮灯 (海南日报 2022-05): 区当月未达序时进度亮黄灯, 连续两个月未达亮红灯;
黄灯约谈, 两次由分管副市长约谈.
"""

import numpy as np

from monitor.lights.finding import Finding, choose, limits
from monitor.rules import Columns, Days, Rule


def district_month(units: Columns, on: Days, rule: Rule) -> Finding:
    """区县月度 investment over what was due by the month of the reports, in %, of this month and the month before.

    Parameters
    ----------
    units : Columns
        Of units: ``due_wan_yuan``, ``done_wan_yuan``, ``previous_due_wan_yuan``, ``previous_done_wan_yuan``.
    on : Days
        The day that is judged, or several.
    rule : Rule
        Limit ``least`` in %.
    """
    least = limits(rule, on)["least"]
    reached = _reached(units.numbers("done_wan_yuan"), units.numbers("due_wan_yuan"))
    before = _reached(units.numbers("previous_done_wan_yuan"), units.numbers("previous_due_wan_yuan"))
    names, codes = choose(
        {
            "nothing_due": np.isnan(reached),
            "missed_twice": (reached < least) & (before < least),
            "missed": reached < least,
            "reached": True,
        }
    )
    return Finding(names, codes, reached, least, {"before": before})


def _reached(done: np.ndarray, due: np.ndarray) -> np.ndarray:
    return np.round(100 * done / np.where(due > 0, due, np.nan), 6)
