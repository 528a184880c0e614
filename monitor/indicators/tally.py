"""累计表 indicators that are kept up to date: when one report changes, only what it changes is worked out again."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from monitor.indicators.parts import Book, Floats, Parts
from monitor.indicators.registry import NOT_PROJECTS, contributions, divided, totals
from monitor.indicators.values import composite, entered, of_projects, stretched
from monitor.model import IndicatorValue
from monitor.rules import Rule


class Tally:
    """累计表 sums of every indicator by unit.

    Contributions are additive over projects, so a changed project is taken out and put in again.

    Parameters
    ----------
    book : Book
        Facts and statistics of the day.
    rules : sequence of Rule
        Rules of other kinds, and those without a value on the day, are left out.
    groups : Series of str
        Unit of each project, by project_id.
    """

    def __init__(self, book: Book, rules: Sequence[Rule], groups: "pd.Series[str]") -> None:
        self.book = book
        wanted = [rule for rule in rules if rule.kind == "indicator" and rule.period_on(book.on)]
        self.rules = [one for rule in wanted if rule.function not in NOT_PROJECTS for one in divided(rule)]
        self.others = sorted(
            (rule for rule in wanted if rule.function in NOT_PROJECTS), key=lambda rule: rule.function != "entered"
        )
        codes, units = pd.factorize(groups.reindex(book.facts.index), sort=True)
        self.units: dict[str, int] = {unit: place for place, unit in enumerate(units)}
        self.numerators = np.empty((len(self.rules), len(self.units)))
        self.denominators = np.empty_like(self.numerators)
        self._shapes: list[Parts] = []
        for row, rule in enumerate(self.rules):
            parts = contributions(book, rule)
            self.numerators[row], self.denominators[row] = totals(parts, codes, len(self.units))
            self._shapes.append(_shape(parts))

    def replace(self, before: pd.DataFrame, after: pd.DataFrame, unit: str) -> list[IndicatorValue]:
        """改一个项目 take a project out as it was and put it in as it is; the new values of its unit.

        Parameters
        ----------
        before, after : DataFrame
            Facts of the project, one row each, with the columns of the book's facts.
        unit : str
            Unit that it counts for.
        """
        place, day, statistics = self.units[unit], self.book.on, self.book.statistics
        old, new = Book(before, day, statistics), Book(after, day, statistics)
        for row, rule in enumerate(self.rules):
            out, into = contributions(old, rule), contributions(new, rule)
            self.numerators[row, place] += into.numerator.sum() - out.numerator.sum()
            if isinstance(into.denominator, np.ndarray):
                self.denominators[row, place] += into.denominator.sum() - _sum(out)
        return self.values(unit)

    def values(self, unit: str) -> list[IndicatorValue]:
        """指标值 the values of one unit, without the ids of the projects behind them."""
        place, held = self.units[unit], []
        for row, rule in enumerate(self.rules):
            sums = float(self.numerators[row, place]), float(self.denominators[row, place])
            value = of_projects(self.book, rule, self._shapes[row], *sums, unit)
            held += [value] if rule.stretch is None else [value, stretched(value, rule)]
        for rule in self.others:
            made = (
                entered(self.book, rule, unit) if rule.function == "entered" else composite(self.book, rule, held, unit)
            )
            held.append(made)
        return held

    def table(self) -> dict[str, list[IndicatorValue]]:
        """全部指标值 the values of every unit, by unit."""
        return {unit: self.values(unit) for unit in self.units}


def _sum(parts: Parts) -> float:
    return float(parts.denominator.sum()) if isinstance(parts.denominator, np.ndarray) else 0.0


def _shape(parts: Parts) -> Parts:
    """What an indicator takes off and whether it has a denominator, without the projects."""
    nothing: Floats = np.zeros(0)
    kept = nothing if isinstance(parts.denominator, np.ndarray) else parts.denominator
    return Parts(nothing, kept, parts.subtract, parts.less_statistic)
