"""分子分母 what each project adds to the numerator and the denominator of an indicator."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from monitor.rules import Columns, Population, Rule

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SCALE = {"%": 100.0, "个百分点": 100.0, "亿元": 1e-4}
"""unit of a rule -> factor from numerator / denominator (or from 万元, or a count) to that unit; 1 for the others."""


@dataclass(frozen=True)
class Parts:
    """分子分母 contributions to an indicator, additive over projects.

    Attributes
    ----------
    numerator : float64 array
        One entry a project: 万元, or a count; 0 = the project is not in it.
    denominator : float64 array, float or None
        Likewise; a float is a figure that the plan itself states; None = the value is the numerator.
    subtract : float
        Taken off the value, in the unit of the rule, before it is rounded.
    less_statistic : str, optional
        Entered statistic of the unit that is taken off too, e.g. the share of a base year.
    """

    numerator: Floats
    denominator: Floats | float | None = None
    subtract: float = 0.0
    less_statistic: str | None = None


@dataclass(frozen=True)
class Book:
    """底数 all that indicators are worked out from: facts as known on a day, and entered statistics.

    Attributes
    ----------
    facts : DataFrame
        model.FACT_COLUMNS and what queries.figures adds to them, index project_id.
    on : date
        The day.
    statistics : dict[(unit_code, key), float]
        Entered statistics of the units, e.g. ``gdp_growth_pct``, the latest known.
    """

    facts: pd.DataFrame
    on: date
    statistics: dict[tuple[str, str], float]

    @cached_property
    def columns(self) -> Columns:
        """列 the facts as arrays."""
        return Columns(self.facts)

    def inside(self, population: Population) -> Bools:
        """范围内 bool array: the projects of a population."""
        return population.mask(self.columns)

    def amounts(self, column: str, inside: Bools) -> Floats:
        """金额 column of the projects inside, 0 elsewhere and where nothing is known."""
        return np.nan_to_num(np.where(inside, self.columns.numbers(column), 0.0))

    def happened(self, column: str, by: date) -> Bools:
        """已发生 bool array: the day in a date column has come by a date."""
        return self.days(column) <= np.datetime64(by, "D")

    def days(self, column: str) -> NDArray[np.datetime64]:
        """日期列 column as datetime64[D], NaT for missing."""
        return self.columns.days(column)

    @cached_property
    def stated(self) -> dict[str, float]:
        """已取目标值 targets of rules on the day, by full name of the rule, each looked up once."""
        return {}

    def target(self, rule: Rule) -> float:
        """规则目标值 the rule's value of the day."""
        if rule.name not in self.stated:
            self.stated[rule.name] = rule.number_on(self.on)
        return self.stated[rule.name]

    def cutoff(self, rule: Rule) -> date:
        """计数截止日 the day, but not after the due date of a rule that is a gate."""
        due = rule.due_on(self.on.year)
        return min(self.on, due) if rule.gate and due else self.on


def counted(mask: Bools) -> Floats:
    """计数 1.0 where the mask holds."""
    return mask.astype(np.float64)


def months_ended(on: date) -> int:
    """已过月数 months of the year that have ended on a day: 9 on 15 October, 10 on 31 October."""
    return on.month if (on + timedelta(days=1)).month != on.month else on.month - 1


def rounded(value: float, digits: int = 1) -> float:
    """四舍五入 round half up, as bulletins print it: 2.25 -> 2.3, 97.158 - 83.333 -> 13.8."""
    step = Decimal(1).scaleb(-digits)
    return float(Decimal(repr(round(float(value), 9))).quantize(step, ROUND_HALF_UP))


def rate_pct(numerator: float, denominator: float) -> float | None:
    """比率 numerator over denominator in %, not capped; None where the denominator is 0."""
    return 100 * numerator / denominator if denominator else None


def lead_pp(completion_pct: float, months: int) -> float:
    """超时间进度 completion minus months / 12, in percentage points: subtract before rounding."""
    return completion_pct - 100 * months / 12
