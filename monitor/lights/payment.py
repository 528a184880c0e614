"""资金支付检查 government funds issued to a project and not paid out as required.

Source: 银川市项目预警 (2025-03): 资金支付未达到国家、自治区要求亮红灯. The source prints no number:
the required rate is the rule's, spread evenly over the year.
"""

from datetime import date

import numpy as np
import pandas as pd

from monitor.lights.finding import Finding, choose, numbers
from monitor.rules import Rule


def payment(facts: pd.DataFrame, as_of: date, rule: Rule) -> Finding:
    """资金支付 paid share of the funds issued, in %, against the required rate of the year times month / 12.

    Parameters
    ----------
    facts : DataFrame
        One row a project: ``fund_issued_wan_yuan``, ``fund_paid_wan_yuan`` (government funds of the year).
    as_of : date
        The day that is judged.
    rule : Rule
        Limit ``year_end_pct``: share to be paid by 31 December.
    """
    issued, paid = numbers(facts, "fund_issued_wan_yuan"), numbers(facts, "fund_paid_wan_yuan")
    required = np.full(len(facts), rule.limits_on(as_of)["year_end_pct"] * as_of.month / 12)
    paid_pct = np.round(100 * paid / np.where(issued > 0, issued, np.nan), 6)
    names, codes = choose(
        {
            "not_applicable": ~(issued > 0),
            "no_payment_known": np.isnan(paid),
            "below": paid_pct < required,
            "enough": np.ones(len(facts), dtype=bool),
        }
    )
    return Finding(names, codes, paid_pct, required, {"issued": issued, "paid": paid})
