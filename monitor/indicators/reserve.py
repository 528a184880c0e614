"""储备类指标 what came out of the reserve."""

from datetime import date

import numpy as np

from monitor.indicators.parts import Book, Parts, counted
from monitor.rules import Rule


def conversion(book: Book, rule: Rule) -> Parts:
    """储备开工转化率 projects in the reserve when the year began that have started since over all of them."""
    reserve = book.inside(rule.population) & (book.columns.numbers("was_reserve") == 1)
    new_year = np.datetime64(date(book.on.year, 1, 1), "D")
    started = book.happened("started_on", book.on) & (book.days("started_on") >= new_year)
    return Parts(counted(reserve & started), counted(reserve))


def from_reserve_rate(book: Book, rule: Rule) -> Parts:
    """来自储备库的比例 projects that were in the reserve when the year began over the population.

    Nothing is in the denominator where the store knew no project at all by then.
    """
    inside = book.inside(rule.population) & ~np.isnan(book.columns.numbers("was_reserve"))
    return Parts(counted(inside & (book.columns.numbers("was_reserve") == 1)), counted(inside))
