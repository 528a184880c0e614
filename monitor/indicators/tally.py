"""累计表 every indicator by unit on one day or several, worked out in one pass and kept up to date.

Contributions are additive over projects: when one report changes, the project is taken out and put in again.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from monitor.indicators.parts import SCALE, Book, Floats, Parts, Sheet
from monitor.indicators.registry import NOT_PROJECTS, contributions, divided
from monitor.indicators.values import composite, entered, of_projects, stretched
from monitor.model import IndicatorValue
from monitor.rules import Columns, Days, Rule

Statistics = Mapping[tuple[str, str], float]


class Tally:
    """累计表 sums of every indicator by day and unit.

    Parameters
    ----------
    sheet : Sheet
        Columns of the facts, on the days.
    rules : sequence of Rule
        Rules of other kinds, and those without a value on any of the days, are left out.
    units : array of str
        Unit of each project, in the order of the columns.
    statistics : sequence of mappings, optional
        Entered statistics known on each day.

    Attributes
    ----------
    numerators, denominators : float64 arrays (rules, days, units)
        NaN on days on which a rule has no value; a denominator is NaN where the value is the numerator.
    """

    def __init__(
        self, sheet: Sheet, rules: Sequence[Rule], units: NDArray[Any], statistics: Sequence[Statistics] = ()
    ) -> None:
        self.days = sheet.when.all
        wanted = [rule for rule in rules if rule.kind == "indicator" and any(map(rule.period_on, self.days))]
        self.rules = [one for rule in wanted if rule.function not in NOT_PROJECTS for one in divided(rule)]
        self.others = sorted(
            (rule for rule in wanted if rule.function in NOT_PROJECTS), key=lambda rule: rule.function != "entered"
        )
        codes, names = pd.factorize(units, sort=True)
        self.units: dict[str, int] = {unit: place for place, unit in enumerate(names)}
        self._books = [
            Book(pd.DataFrame(), day, statistics[place] if statistics else {}) for place, day in enumerate(self.days)
        ]
        self._spans = [_span(rule, self.days) for rule in self.rules]
        size = (len(self.rules), len(self.days), len(self.units))
        self.numerators, self.denominators = np.full(size, np.nan), np.full(size, np.nan)
        self._shapes: list[Parts] = []
        self._sum(_Sorted(sheet, codes))

    def _sum(self, rows: "_Sorted") -> None:
        for place, (rule, span) in enumerate(zip(self.rules, self._spans, strict=True)):
            starts, units, sheet = rows.of(rule, span)
            parts = contributions(sheet, rule)
            self._shapes.append(_shape(parts))
            for held, added in ((self.numerators, parts.numerator), (self.denominators, parts.denominator)):
                if added is not None:
                    of_rule = held[place, span]
                    of_rule[:] = 0.0
                    of_rule[:, units] = np.add.reduceat(added, starts, axis=-1) if len(starts) else 0.0
            if parts.stated is not None:
                self.denominators[place, span] = parts.stated

    def replace(self, before: Columns, after: Columns, unit: str) -> None:
        """改一个项目 take a project out as it was and put it in as it is.

        Parameters
        ----------
        before, after : Columns
            Of the project alone, on all days.
        unit : str
            Unit that it counts for.
        """
        column = self.units[unit]
        for place, (rule, span) in enumerate(zip(self.rules, self._spans, strict=True)):
            when = Days(self.days[span])
            out = contributions(Sheet(before.cut(days=span), when), rule)
            into = contributions(Sheet(after.cut(days=span), when), rule)
            self.numerators[place, span, column] += into.numerator.sum(axis=-1) - out.numerator.sum(axis=-1)
            if into.denominator is not None and out.denominator is not None:
                self.denominators[place, span, column] += into.denominator.sum(axis=-1) - out.denominator.sum(axis=-1)

    def rates(self) -> Floats:
        """指标值表 values of the indicators that stand on projects, (rules, days, units); NaN where not applicable."""
        found = np.full_like(self.numerators, np.nan)
        for place, (rule, span, shape) in enumerate(zip(self.rules, self._spans, self._shapes, strict=True)):
            value = self.numerators[place, span] * SCALE.get(rule.unit, 1.0)
            if shape.is_rate:
                below = self.denominators[place, span]
                value = np.divide(value, below, out=np.full_like(value, np.nan), where=below != 0) - shape.subtract
            if shape.less_statistic:
                value = value - self._statistics(shape.less_statistic)[span]
            found[place, span] = value
        return found

    def _statistics(self, key: str) -> Floats:
        return np.array([[book.statistics.get((unit, key), np.nan) for unit in self.units] for book in self._books])

    def values(self, unit: str, on: date | None = None) -> list[IndicatorValue]:
        """指标值 the values of one unit on a day (default the last), without the ids of the projects behind them."""
        column, place = self.units[unit], self.days.index(on) if on else len(self.days) - 1
        book, held = self._books[place], list[IndicatorValue]()
        for row, (rule, span) in enumerate(zip(self.rules, self._spans, strict=True)):
            if rule.period_on(book.on) is None:
                continue
            sums = float(self.numerators[row, place, column]), float(self.denominators[row, place, column])
            value = of_projects(book, rule, _on(self._shapes[row], place - (span.start or 0)), *sums, unit)
            held += [value] if rule.stretch is None else [value, stretched(value, rule)]
        for rule in (other for other in self.others if other.period_on(book.on)):
            stands_on = entered(book, rule, unit) if rule.function == "entered" else composite(book, rule, held, unit)
            held.append(stands_on)
        return held

    def table(self, on: date | None = None) -> dict[str, list[IndicatorValue]]:
        """全部指标值 the values of every unit on a day (default the last), by unit."""
        return {unit: self.values(unit, on) for unit in self.units}


class _Sorted:
    """Rows of a sheet in the order of their units, and those of each population of them, cut once."""

    def __init__(self, sheet: Sheet, codes: NDArray[np.intp]) -> None:
        in_order = bool((codes[1:] >= codes[:-1]).all())
        order = slice(None) if in_order else np.argsort(codes, kind="stable")
        self.columns = sheet.columns if in_order else sheet.columns.cut(order)
        self.codes, self.days = codes[order], sheet.when.all
        self._cuts: dict[str, tuple[NDArray[np.intp], NDArray[np.intp], Columns]] = {}

    def of(self, rule: Rule, span: slice) -> tuple[NDArray[np.intp], NDArray[np.intp], Sheet]:
        """Where each unit's rows begin, the units, and the sheet of the rows that a rule can count on its days."""
        key = repr((rule.population, rule.denominator))
        if key not in self._cuts:
            self._cuts[key] = self._cut(rule)
        starts, units, columns = self._cuts[key]
        return starts, units, Sheet(columns.cut(days=span), Days(self.days[span]))

    def _cut(self, rule: Rule) -> tuple[NDArray[np.intp], NDArray[np.intp], Columns]:
        inside = rule.population.mask(self.columns)
        if rule.denominator is not None:
            inside = inside | rule.denominator.mask(self.columns)
        rows = np.flatnonzero(inside if inside.ndim == 1 else inside.any(axis=0))
        whole = len(rows) == len(self.codes)
        codes = self.codes if whole else self.codes[rows]
        starts = np.flatnonzero(np.append(True, codes[1:] != codes[:-1])) if len(codes) else np.zeros(0, dtype=np.intp)
        return starts, codes[starts], self.columns if whole else self.columns.cut(rows)


def _span(rule: Rule, days: Sequence[date]) -> slice:
    """The days from the first to the last on which a rule has a value."""
    places = [place for place, day in enumerate(days) if rule.period_on(day)]
    return slice(places[0], places[-1] + 1)


def _shape(parts: Parts) -> Parts:
    """What an indicator takes off and whether it has a denominator, without the projects."""
    nothing: Floats = np.zeros(0)
    return Parts(
        nothing, None if parts.denominator is None else nothing, parts.stated, parts.subtract, parts.less_statistic
    )


def _on(shape: Parts, place: int) -> Parts:
    """The shape on one of several days."""
    subtract = shape.subtract if np.ndim(shape.subtract) == 0 else float(shape.subtract[place, 0])
    return Parts(shape.numerator, shape.denominator, shape.stated, subtract, shape.less_statistic)
