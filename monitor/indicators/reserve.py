"""储备类指标 what came out of the reserve."""

import numpy as np

from monitor.indicators.parts import Parts, Sheet, counted
from monitor.rules import Rule


def conversion(book: Sheet, rule: Rule) -> Parts:
    """储备开工转化率 projects in the reserve when the year began that have started since over all of them."""
    reserve = book.inside(rule.population) & (book.columns.numbers("was_reserve") == 1)
    started = book.happened("started_on", book.when.day) & (book.days("started_on") >= book.when.new_year)
    return Parts(counted(reserve & started), counted(reserve))


def from_reserve_rate(book: Sheet, rule: Rule) -> Parts:
    """来自储备库的比例 projects that were in the reserve when the year began over the population.

    Nothing is in the denominator where the store knew no project at all by then.
    """
    inside = book.inside(rule.population) & ~np.isnan(book.columns.numbers("was_reserve"))
    return Parts(counted(inside & (book.columns.numbers("was_reserve") == 1)), counted(inside))
