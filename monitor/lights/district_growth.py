"""区县增速检查 growth of a district's investment against its plan and the average of the city.

Source: 天津市项目亮灯 (今晚报 2022): 增速达到计划且不低于全市平均亮绿灯, 正增长但低于的亮黄灯, 负增长亮红灯.
"""

import numpy as np

from monitor.lights.finding import Finding, choose, limits
from monitor.rules import Columns, Days, Rule


def district_growth(units: Columns, on: Days, rule: Rule) -> Finding:
    """区县增速 growth over the same months of the year before, in %, against plan and average, whichever is higher.

    Parameters
    ----------
    units : Columns
        Of units: ``done_wan_yuan``, ``base_wan_yuan``; ``planned_growth_pct`` where the unit has a plan for it.
    on : Days
        The day that is judged, or several.
    rule : Rule
        Limit ``least`` in %: growth below it is red.
    """
    limit = limits(rule, on)
    done, base = units.numbers("done_wan_yuan"), units.numbers("base_wan_yuan")
    growth = np.round(100 * (done - base) / np.where(base > 0, base, np.nan), 6)
    known = ~np.isnan(growth)
    total = base[known].sum()
    average = np.round(100 * (done[known].sum() - total) / total, 6) if total else np.nan
    wanted = np.fmax(units.numbers("planned_growth_pct"), average)
    names, codes = choose(
        {
            "no_base": ~known,
            "falling": growth < limit["least"],
            "below": growth < wanted,
            "reached": True,
        }
    )
    return Finding(names, codes, growth, wanted, {"average": average})
