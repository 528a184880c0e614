"""资金支付检查 government funds issued to a project and not paid out as required.

Source: 银川市项目预警 (2025-03): 资金支付未达到国家、自治区要求亮红灯. The source prints no number:
the required rate is the rule's, spread evenly over the year.
"""

import numpy as np

from monitor.lights.finding import Finding, choose, limits
from monitor.rules import Columns, Days, Rule


def payment(facts: Columns, on: Days, rule: Rule) -> Finding:
    """资金支付 paid share of the funds issued, in %, against the required rate of the year times month / 12.

    Parameters
    ----------
    facts : Columns
        Of projects: ``fund_issued_wan_yuan``, ``fund_paid_wan_yuan`` (government funds of the year).
    on : Days
        The day that is judged, or several.
    rule : Rule
        Limit ``year_end_pct``: share to be paid by 31 December.
    """
    issued, paid = facts.numbers("fund_issued_wan_yuan"), facts.numbers("fund_paid_wan_yuan")
    required = limits(rule, on)["year_end_pct"] * on.each(lambda day: day.month / 12)
    paid_pct = np.round(100 * paid / np.where(issued > 0, issued, np.nan), 6)
    names, codes = choose(
        {
            "not_applicable": ~(issued > 0),
            "no_payment_known": np.isnan(paid),
            "below": paid_pct < required,
            "enough": True,
        }
    )
    return Finding(names, codes, paid_pct, required, {"issued": issued, "paid": paid})
