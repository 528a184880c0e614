"""投资类指标 counts, amounts, rates, shares, growth, and the plan's own quarters."""

from datetime import date

from monitor.indicators.parts import WAN_YUAN_IN_YI_YUAN, Parts, Sheet, counted, months_ended
from monitor.rules import Rule


def count(book: Sheet, rule: Rule) -> Parts:
    """项目数 projects of the population."""
    return Parts(counted(book.inside(rule.population)))


def amount(book: Sheet, rule: Rule) -> Parts:
    """金额 sum of the column ``options.measure`` over the population, 万元."""
    return Parts(book.amounts(rule.options["measure"], book.inside(rule.population)))


def ratio(book: Sheet, rule: Rule) -> Parts:
    """比率 sum of ``options.numerator`` over the population by sum of ``options.denominator`` over the denominator.

    The denominator's population is the rule's own where it names none. ``options.less_time`` takes months / 12 off
    (超时间进度); ``options.less_statistic`` takes off a share that the unit entered for a base year.
    """
    over = book.inside(rule.population)
    below = over if rule.denominator is None else book.inside(rule.denominator)
    less = book.when.each(lambda day: 100 * months_ended(day) / 12) if rule.options.get("less_time") else 0.0
    numerator, denominator = rule.options["numerator"], rule.options["denominator"]
    return Parts(
        book.amounts(numerator, over),
        book.amounts(denominator, below),
        subtract=less,
        less_statistic=rule.options.get("less_statistic"),
    )


def growth(book: Sheet, rule: Rule) -> Parts:
    """增速 growth of the year's investment over ``base_investment_wan_yuan`` (the same months of the year before)."""
    inside = book.inside(rule.population)
    base = book.amounts("base_investment_wan_yuan", inside)
    return Parts(book.amounts("year_investment_wan_yuan", inside) - base, base)


def quarter_investment(book: Sheet, rule: Rule) -> Parts:
    """季度投资完成率 investment of the quarter against the plan's own figure for it (``options.quarters``, 亿元)."""
    stated = quarters(rule)
    planned_wan_yuan = book.when.each(lambda day: WAN_YUAN_IN_YI_YUAN * stated[quarter_of(day) - 1])
    inside = book.inside(rule.population)
    done = book.amounts("year_investment_wan_yuan", inside) - book.amounts("before_quarter_wan_yuan", inside)
    return Parts(done, stated=planned_wan_yuan)


def quarter_starts(book: Sheet, rule: Rule) -> Parts:
    """季度开工率 starts since 1 January over the plan's own number to the end of the quarter."""
    stated = quarters(rule)
    planned = book.when.each(lambda day: sum(stated[: quarter_of(day)]))
    started = book.happened("started_on", book.when.day) & (book.days("started_on") >= book.when.new_year)
    return Parts(counted(book.inside(rule.population) & started), stated=planned)


def holding_rate(book: Sheet, rule: Rule) -> Parts:
    """具备率 projects of the population whose ``options.column`` is more than 0 over all of them."""
    inside = book.inside(rule.population)
    return Parts(counted(inside & (book.columns.numbers(rule.options["column"]) > 0)), counted(inside))


def quarters(rule: Rule) -> list[float]:
    """分季计划 the plan's four quarters (``rules.checksum`` where they do not sum to ``options.total``)."""
    stated, total = [float(quarter) for quarter in rule.options["quarters"]], rule.options["total"]
    if abs(sum(stated) - total) > 1e-6:
        raise rule.refuse("rules.checksum", "options", total=total, sum=round(sum(stated), 6))
    return stated


def quarter_of(on: date) -> int:
    """季度 quarter of a day, 1 to 4."""
    return (on.month - 1) // 3 + 1
