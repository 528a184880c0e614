"""分子分母 what each project adds to the numerator and the denominator of an indicator."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from monitor.rules import Columns, Days, Population, Rule

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

WAN_YUAN_IN_YI_YUAN = 10_000
"""一亿元 in 万元."""

SCALE = {"%": 100.0, "个百分点": 100.0, "亿元": 1 / WAN_YUAN_IN_YI_YUAN}
"""unit of a rule -> factor from numerator / denominator (or from 万元, or a count) to that unit; 1 for the others."""


@dataclass(frozen=True)
class Parts:
    """分子分母 contributions to an indicator, additive over projects.

    Of several days, arrays are (days, projects), or (projects,) where nothing changes from day to day; figures that
    depend on the day alone are (days, 1).

    Attributes
    ----------
    numerator : float64 array
        One entry a project: 万元, or a count; 0 = the project is not in it.
    denominator : float64 array, optional
        Likewise.
    stated : float, optional
        Denominator that the plan itself states. Without either, the value is the numerator.
    subtract : float
        Taken off the value, in the unit of the rule, before it is rounded.
    less_statistic : str, optional
        Entered statistic of the unit that is taken off too, e.g. the share of a base year.
    """

    numerator: Floats
    denominator: Floats | None = None
    stated: Any = None
    subtract: Any = 0.0
    less_statistic: str | None = None

    @property
    def is_rate(self) -> bool:
        """是否有分母 whether the value is taken over a denominator."""
        return self.denominator is not None or self.stated is not None


class Sheet:
    """台面 what the functions of indicators see: columns of the facts, on a day or on several.

    Parameters
    ----------
    columns : Columns
        Of the facts.
    when : Days
        The day, or the days.
    """

    def __init__(self, columns: Columns, when: Days) -> None:
        self.columns, self.when = columns, when

    def inside(self, population: Population) -> Bools:
        """范围内 bool array: the projects of a population."""
        return population.mask(self.columns)

    def amounts(self, column: str, inside: Bools) -> Floats:
        """金额 column of the projects inside, 0 elsewhere and where nothing is known."""
        held = self.columns.amounts(column)
        return held if inside.all() else np.where(inside, held, 0.0)

    def happened(self, column: str, by: Any) -> Bools:
        """已发生 bool array: the day in a date column has come by a day (datetime64)."""
        come: Bools = self.days(column) <= by
        return come

    def this_year(self, column: str) -> Bools:
        """当年 bool array: the day in a date column lies in the year of the day."""
        same: Bools = self.columns.years(column) == self.when.year
        return same

    def days(self, column: str) -> NDArray[np.datetime64]:
        """日期列 column as datetime64[D], NaT for missing."""
        return self.columns.days(column)

    def cutoff(self, rule: Rule) -> Any:
        """计数截止日 the day, but not after the due date of a rule that is a gate; datetime64[D]."""
        return self.when.each(lambda day: np.datetime64(_cutoff(rule, day), "D"))


def _cutoff(rule: Rule, day: date) -> date:
    due = rule.due_on(day.year)
    return min(day, due) if rule.gate and due else day


@dataclass(frozen=True)
class Book(Sheet):
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
    statistics: Mapping[tuple[str, str], float]

    @cached_property
    def columns(self) -> Columns:  # type: ignore[override]
        """列 the facts as arrays."""
        return Columns(self.facts)

    @cached_property
    def when(self) -> Days:  # type: ignore[override]
        """时点 the day."""
        return Days(self.on)

    @cached_property
    def stated(self) -> dict[str, float]:
        """已取目标值 targets of rules on the day, by full name of the rule, each looked up once."""
        return {}

    def target(self, rule: Rule) -> float:
        """规则目标值 the rule's value of the day."""
        if rule.name not in self.stated:
            self.stated[rule.name] = rule.number_on(self.on)
        return self.stated[rule.name]


def counted(mask: Bools) -> Floats:
    """计数 1.0 where the mask holds."""
    return mask.astype(np.float64)


def months_ended(on: date) -> int:
    """已过月数 months of the year that have ended on a day: 9 on 15 October, 10 on 31 October."""
    return on.month if (on + timedelta(days=1)).month != on.month else on.month - 1


def quarter_end(on: date) -> date:
    """季末 last day of the quarter of a day."""
    month = (on.month + 2) // 3 * 3
    return on.replace(month=month, day=monthrange(on.year, month)[1])


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
