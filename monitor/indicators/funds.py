"""资金类指标 use of government funds by source and by the year they were issued for."""

from monitor.indicators.parts import Parts, Sheet
from monitor.rules import Rule


def fund_use_rate(book: Sheet, rule: Rule) -> Parts:
    """资金使用率 paid over issued of the fund ``options.fund``, e.g. ``central_budget_2023``."""
    inside = book.inside(rule.population)
    fund = rule.options["fund"]
    return Parts(book.amounts(f"{fund}_paid_wan_yuan", inside), book.amounts(f"{fund}_issued_wan_yuan", inside))


def fund_paid(book: Sheet, rule: Rule) -> Parts:
    """资金支付额 paid amount of the fund ``options.fund``, 万元."""
    return Parts(book.amounts(f"{rule.options['fund']}_paid_wan_yuan", book.inside(rule.population)))
