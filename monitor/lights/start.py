"""开工检查 a project whose planned month of start has passed without a start.

Source: 银川市项目预警 (2025-03): 无故未按计划月份开工亮黄灯, 连续三个月亮红灯. A reason stated for the delay
(``start_delay_reason``) keeps the light green and is shown.
"""

import numpy as np

from monitor.lights.finding import Finding, choose, is_one_of, limits, month_number, months_ended
from monitor.rules import Columns, Days, Rule


def start(facts: Columns, on: Days, rule: Rule) -> Finding:
    """开工 months that have ended since the planned one, the planned one included, against the rule's months.

    Parameters
    ----------
    facts : Columns
        Of projects: ``planned_start_on``, ``started_on``, ``stage``, ``batch``; ``start_delay_reason`` if known.
    on : Days
        The day that is judged, or several.
    rule : Rule
        Limits ``yellow`` and ``red`` in months.
    """
    limit = limits(rule, on)
    planned, started = facts.days("planned_start_on"), facts.days("started_on")
    missed = np.maximum(on.each(months_ended) - month_number(planned) + 1, 0)
    under_way = is_one_of(facts, "stage", "implementation", "completion", "completed", "suspended")
    new, no_plan = is_one_of(facts, "batch", "new"), np.isnat(planned)
    has_started = (started <= on.day) | (under_way & ~new) | is_one_of(facts, "batch", "continued")
    no_start_due = is_one_of(facts, "stage", "identification") | is_one_of(facts, "batch", "prepared")
    late, reason = missed >= limit["yellow"], facts.texts("start_delay_reason")
    names, codes = choose(
        {
            "started": has_started,
            "not_applicable": no_start_due & no_plan,
            "no_planned_start": no_plan,
            "no_start_date": late & under_way,
            "excused": late & (reason != ""),
            "missed_long": missed >= limit["red"],
            "missed": late,
            "not_yet_due": True,
        }
    )
    threshold = np.where(missed >= limit["red"], limit["red"], limit["yellow"])
    details = {"planned": planned.astype("datetime64[M]"), "delay_reason": reason}
    return Finding(names, codes, missed, np.where(has_started, np.nan, threshold), details)
