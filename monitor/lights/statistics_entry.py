"""入统检查 a started project that is not yet in the statistics register.

Source: 银川市项目预警 (2025-03): 开工一个月未入统亮黄灯, 超过两个月亮红灯; the register takes projects from 500 万元.
"""

from datetime import date

import numpy as np
import pandas as pd

from monitor.lights.finding import Finding, choose, days, full_months_since, is_one_of
from monitor.rules import Rule


def statistics_entry(facts: pd.DataFrame, as_of: date, rule: Rule) -> Finding:
    """入统 full months from the start to the day without an entry in the statistics register.

    Parameters
    ----------
    facts : DataFrame
        One row a project: ``started_on``, ``statistics_entry_on``, ``stage``.
    as_of : date
        The day that is judged.
    rule : Rule
        Limits ``yellow`` (reached) and ``red`` (exceeded) in months.
    """
    limits = rule.limits_on(as_of)
    started, entered = days(facts, "started_on"), days(facts, "statistics_entry_on")
    today = np.datetime64(as_of, "D")
    waiting = full_months_since(started, as_of)
    over_red = full_months_since(started + np.timedelta64(1, "D"), as_of) >= limits["red"]
    names, codes = choose(
        {
            "entered": entered <= today,
            "no_start_known": np.isnat(started) & is_one_of(facts, "stage", "implementation", "completion"),
            "not_applicable": np.isnat(started) | (started > today),
            "missing_long": over_red,
            "missing": waiting >= limits["yellow"],
            "not_yet_due": np.ones(len(facts), dtype=bool),
        }
    )
    return Finding(names, codes, waiting, np.where(over_red, limits["red"], limits["yellow"]))
