"""影像不符检查 a discrepancy between imagery and report that a person has confirmed, until it is settled.

An inspection by itself lights nothing: only the problem (督办) that a person's decision opened is looked at.
Source: 河南省2024年工作方案 四（三）: 定期核查项目建设进度, 严防调度信息造假.
"""

import numpy as np

from monitor.lights.finding import Finding, choose, is_one_of, limits
from monitor.rules import Columns, Days, Rule
from monitor.terms import ImageryFinding


def discrepancy(facts: Columns, on: Days, rule: Rule) -> Finding:
    """影像不符 days since a confirmed discrepancy was opened, while it is open.

    Parameters
    ----------
    facts : Columns
        Of projects: ``discrepancy_finding``, ``discrepancy_opened_on``, ``discrepancy_due_on``,
        ``discrepancy_closed_on``, as known on the day.
    on : Days
        The day that is judged, or several.
    rule : Rule
        Limit ``overdue_days`` beyond the day by which it has to be settled.
    """
    opened, due, closed = (facts.days(f"discrepancy_{name}_on") for name in ("opened", "due", "closed"))
    names, codes = choose(
        {
            "not_applicable": np.isnat(opened) | (on.day < opened),
            "settled": closed <= on.day,
            "overdue": on.day - due > np.timedelta64(1, "D") * limits(rule, on)["overdue_days"],
            "confirmed": is_one_of(facts, "discrepancy_finding", ImageryFinding.NO_ACTIVITY, ImageryFinding.BEHIND),
            "ahead": True,
        }
    )
    since = np.where(np.isnat(opened), np.nan, (on.day - opened).astype(np.float64))
    details = {
        "finding": facts.texts("discrepancy_finding", ImageryFinding.labels()),
        "opened": opened,
        "due": due,
        "closed": closed,
    }
    return Finding(names, codes, since, np.nan, details)
