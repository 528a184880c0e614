"""区县增速检查 growth of a district's investment against its plan and the average of the city.

Source: 天津市项目亮灯 (今晚报 2022): 增速达到计划且不低于全市平均亮绿灯, 正增长但低于的亮黄灯, 负增长亮红灯.
"""

from datetime import date

import numpy as np
import pandas as pd

from monitor.lights.finding import Finding, choose, numbers
from monitor.rules import Rule


def district_growth(units: pd.DataFrame, as_of: date, rule: Rule) -> Finding:
    """区县增速 growth over the same months of the year before, in %, against plan and average, whichever is higher.

    Parameters
    ----------
    units : DataFrame
        One row a unit: ``done_wan_yuan``, ``base_wan_yuan``; ``planned_growth_pct`` where the unit has a plan for it.
    as_of : date
        The day that is judged.
    rule : Rule
        Limit ``least`` in %: growth below it is red.
    """
    done, base = numbers(units, "done_wan_yuan"), numbers(units, "base_wan_yuan")
    growth = np.round(100 * (done - base) / np.where(base > 0, base, np.nan), 6)
    known = ~np.isnan(growth)
    total = base[known].sum()
    average = np.round(100 * (done[known].sum() - total) / total, 6) if total else np.nan
    wanted = np.fmax(numbers(units, "planned_growth_pct"), average)
    names, codes = choose(
        {
            "no_base": ~known,
            "falling": growth < rule.limits_on(as_of)["least"],
            "below": growth < wanted,
            "reached": np.ones(len(units), dtype=bool),
        }
    )
    return Finding(names, codes, growth, wanted, {"average": np.full(len(units), average)})
