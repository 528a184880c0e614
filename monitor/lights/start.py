"""开工检查 a project whose planned month of start has passed without a start.

Source: 银川市项目预警 (2025-03): 无故未按计划月份开工亮黄灯, 连续三个月亮红灯. A reason stated for the delay
(``start_delay_reason``) keeps the light green and is shown.
"""

from datetime import date

import numpy as np
import pandas as pd

from monitor.lights.finding import Finding, choose, days, is_one_of, months_ended
from monitor.rules import Rule


def start(facts: pd.DataFrame, as_of: date, rule: Rule) -> Finding:
    """开工 months that have ended since the planned one, the planned one included, against the rule's months.

    Parameters
    ----------
    facts : DataFrame
        One row a project: ``planned_start_on``, ``started_on``, ``stage``, ``batch``; ``start_delay_reason`` if known.
    as_of : date
        The day that is judged.
    rule : Rule
        Limits ``yellow`` and ``red`` in months.
    """
    limits = rule.limits_on(as_of)
    planned, started = days(facts, "planned_start_on"), days(facts, "started_on")
    missed = (months_ended(as_of) - planned.astype("datetime64[M]")).astype(np.float64) + 1
    missed = np.where(np.isnat(planned), np.nan, np.maximum(missed, 0))
    under_way = is_one_of(facts, "stage", "implementation", "completion", "completed", "suspended")
    new = is_one_of(facts, "batch", "new")
    has_started = (started <= np.datetime64(as_of, "D")) | (under_way & ~new) | is_one_of(facts, "batch", "continued")
    no_start_due = is_one_of(facts, "stage", "identification") | is_one_of(facts, "batch", "prepared")
    stated = (
        facts["start_delay_reason"] if "start_delay_reason" in facts else pd.Series(None, facts.index, dtype=object)
    )
    names, codes = choose(
        {
            "started": has_started,
            "not_applicable": no_start_due & np.isnat(planned),
            "no_planned_start": np.isnat(planned),
            "no_start_date": (missed >= limits["yellow"]) & under_way,
            "excused": (missed >= limits["yellow"]) & stated.fillna("").ne("").to_numpy(bool),
            "missed_long": missed >= limits["red"],
            "missed": missed >= limits["yellow"],
            "not_yet_due": np.ones(len(facts), dtype=bool),
        }
    )
    threshold = np.where(missed >= limits["red"], limits["red"], limits["yellow"])
    details = {
        "planned": np.datetime_as_string(planned.astype("datetime64[M]")),
        "delay_reason": stated.fillna("").to_numpy(object),
    }
    return Finding(names, codes, missed, np.where(has_started, np.nan, threshold), details)
