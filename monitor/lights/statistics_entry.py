"""入统检查 a started project that is not yet in the statistics register.

Source: 银川市项目预警 (2025-03): 开工一个月未入统亮黄灯, 超过两个月亮红灯; the register takes projects from 500 万元.
"""

import numpy as np

from monitor.lights.finding import Finding, choose, full_months_since, is_one_of, limits
from monitor.rules import Columns, Days, Rule


def statistics_entry(facts: Columns, on: Days, rule: Rule) -> Finding:
    """入统 full months from the start to the day without an entry in the statistics register.

    Parameters
    ----------
    facts : Columns
        Of projects: ``started_on``, ``statistics_entry_on``, ``stage``.
    on : Days
        The day that is judged, or several.
    rule : Rule
        Limits ``yellow`` (reached) and ``red`` (exceeded) in months.
    """
    limit = limits(rule, on)
    started, entered = facts.days("started_on"), facts.days("statistics_entry_on")
    begun = started <= on.day
    waiting = full_months_since(started, on)
    over_red = full_months_since(started + np.timedelta64(1, "D"), on) >= limit["red"]
    names, codes = choose(
        {
            "entered": entered <= on.day,
            "no_start_known": ~begun & is_one_of(facts, "stage", "implementation", "completion"),
            "not_applicable": ~begun,
            "missing_long": over_red,
            "missing": waiting >= limit["yellow"],
            "not_yet_due": True,
        }
    )
    return Finding(names, codes, waiting, np.where(over_red, limit["red"], limit["yellow"]))
