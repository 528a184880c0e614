"""开复工竣工投产类指标 rates of what has begun, resumed, been completed or gone into production.

开工率 has no single denominator: the rule names it (``options.over``), and the page shows it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from monitor.indicators.parts import Bools, Parts, Sheet, counted
from monitor.rules import Rule

UNDER_WAY = frozenset({"implementation", "completion", "completed", "suspended"})
"""stages of a project that has started."""


def start_rate(book: Sheet, rule: Rule) -> Parts:
    """开工率 projects started by the day over the denominator that ``options.over`` names.

    ``planned_new``: the year's planned new starts; ``whole_list``: new and continued projects, a resumed one counts as
    started (开复工率), prepared ones are left out; ``batch``: every project of the population (a batch signed or
    launched together); ``due_by_now``: the starts due by now, while early starts count in the numerator too.
    ``options.beyond_plan`` counts this year's starts that were not planned as well, so that the rate may pass 100 %.
    """
    by, inside = book.cutoff(rule), book.inside(rule.population)
    over = OVER[rule.options["over"]](book, inside, by)
    wanted = _new(book, inside, by) if rule.options["over"] == "due_by_now" else over
    if rule.options.get("beyond_plan"):
        wanted = wanted | (inside & book.this_year("started_on"))
    begun = _started(book, by)
    if rule.options["over"] == "whole_list":
        begun = begun | book.happened("resumed_on", by)
    return Parts(counted(begun & wanted), counted(over))


def resume_rate(book: Sheet, rule: Rule) -> Parts:
    """复工率 continued projects that have resumed by the day over all continued ones."""
    continued = book.inside(rule.population) & book.columns.holds("batch", frozenset({"continued"}))
    return Parts(counted(continued & book.happened("resumed_on", book.cutoff(rule))), counted(continued))


def event_rate(book: Sheet, rule: Rule) -> Parts:
    """竣工率、投产率、入统率 projects whose date ``options.event`` has come over the denominator's population.

    ``options.planned`` names a date column: only projects that plan it for this year stand in the denominator, and
    those that reached it earlier than planned count in the numerator.
    """
    over = book.inside(rule.denominator or rule.population)
    numerator = book.inside(rule.population) & book.happened(rule.options["event"], book.cutoff(rule))
    if "planned" in rule.options:
        over = over & book.this_year(rule.options["planned"])
        numerator = numerator & over
    if "once" in rule.options:
        over = over & book.happened(rule.options["once"], book.when.day)
        numerator = numerator & over
    return Parts(counted(numerator), counted(over))


def event_count(book: Sheet, rule: Rule) -> Parts:
    """节点数 projects of the population whose date ``options.event`` fell in this year by the day."""
    reached = book.happened(rule.options["event"], book.cutoff(rule)) & book.this_year(rule.options["event"])
    return Parts(counted(book.inside(rule.population) & reached))


def same_year_starts(book: Sheet, rule: Rule) -> Parts:
    """当年签约当年开工率 projects signed this year that have started in it over projects signed this year."""
    signed = book.inside(rule.population) & book.happened("signed_on", book.when.day) & book.this_year("signed_on")
    started = book.happened("started_on", book.when.day) & book.this_year("started_on")
    return Parts(counted(signed & started), counted(signed))


def freshness(book: Sheet, rule: Rule) -> Parts:
    """按月更新率 projects under way whose latest report is of the month due or later over all under way."""
    due = book.when.each(lambda day: day.month - 1 if day.day < 28 else day.month)
    under_way = book.inside(rule.population) & book.columns.holds("stage", frozenset({"implementation", "suspended"}))
    return Parts(counted(under_way & (book.columns.numbers("report_month") >= due)), counted(under_way))


def _started(book: Sheet, by: Any) -> Bools:
    """Started by a day; a project under way without a date counts, but not one that is to start this year."""
    undated = ~book.happened("started_on", book.when.day) & ~book.columns.holds("batch", frozenset({"new"}))
    return book.happened("started_on", by) | (undated & book.columns.holds("stage", UNDER_WAY))


def _new(book: Sheet, inside: Bools, _by: Any) -> Bools:
    return inside & book.columns.holds("batch", frozenset({"new"}))


def _whole_list(book: Sheet, inside: Bools, _by: Any) -> Bools:
    return inside & ~book.columns.holds("batch", frozenset({"prepared"}))


def _everything(_book: Sheet, inside: Bools, _by: Any) -> Bools:
    return inside


def _due(book: Sheet, inside: Bools, by: Any) -> Bools:
    return _new(book, inside, by) & book.happened("planned_start_on", by)


OVER: Mapping[str, Callable[[Sheet, Bools, Any], Bools]] = {
    "planned_new": _new,
    "whole_list": _whole_list,
    "batch": _everything,
    "due_by_now": _due,
}
"""开工率的分母 names of the denominators of a start rate."""

OVER_LABELS: Mapping[str, str] = {
    "planned_new": "年度计划新开工项目",
    "whole_list": "清单内全部项目（不含预备）",
    "batch": "同批项目",
    "due_by_now": "截至当日应开工项目",
}
"""分母名称 how a page prints them."""
