"""检查结果 what a check says of every row, before anything has a colour."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.rules import Columns, Days, Rule

NOT_APPLICABLE = -1
"""不适用: the check does not speak of this row."""

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Finding:
    """逐项结果 one check over all rows: outcome by name, value and threshold, and what its sentence needs.

    Of several days, every array is (days, rows), or (rows,) where it does not change from day to day.

    Attributes
    ----------
    names : tuple[str, ...]
        Outcome names; each must stand under ``outcomes`` of the rule file, which gives it colour and sentence.
    codes : int8 array
        Position in ``names`` of each row's outcome, or NOT_APPLICABLE.
    value, threshold : float64 arrays, or a number that holds for all
        In the unit of the rule; NaN where there is none.
    details : Mapping[str, array]
        Further figures for the sentence, by the name they have in it.
    """

    names: tuple[str, ...]
    codes: NDArray[np.int8]
    value: Floats
    threshold: Any
    details: Mapping[str, Any] = field(default_factory=dict)

    def cell(self, held: Any, row: int) -> Any:
        """单元格 entry of one row in an array of the finding (of one day)."""
        return np.broadcast_to(held, self.codes.shape)[row]


def limits(rule: Rule, on: Days) -> Mapping[str, Any]:
    """各阈值 the rule's named values by name, each for the day or for every day; NaN on days without one."""
    stated = [rule.limits_on(day) for day in on.all if rule.period_on(day)]

    def of_day(name: str) -> Any:
        return on.each(lambda day: rule.limits_on(day)[name] if rule.period_on(day) else np.nan)

    return {name: of_day(name) for name in (stated[0] if stated else {})}


def choose(cases: Mapping[str, Any]) -> tuple[tuple[str, ...], NDArray[np.int8]]:
    """先到先得 names and codes of the first case that holds in each row; NOT_APPLICABLE where none does.

    The case ``not_applicable``, where given, stands for NOT_APPLICABLE; the last one may be plain True.
    """
    names = tuple(name for name in cases if name != "not_applicable")
    picks = [np.int8(NOT_APPLICABLE if name == "not_applicable" else names.index(name)) for name in cases]
    codes: NDArray[np.int8] = np.int8(NOT_APPLICABLE) * np.ones(1, dtype=np.int8)
    for case, pick in zip(list(cases.values())[::-1], picks[::-1], strict=True):
        codes = codes + (pick - codes) * np.asarray(case).view(np.int8)  # many times quicker than a masked copy
    return names, codes


def is_one_of(facts: Columns, column: str, *values: str) -> Bools:
    """取值之一 bool array: the column holds one of the values."""
    return facts.holds(column, frozenset(values))


def months_ended(as_of: date) -> int:
    """已结束月份 the last month that has ended on a day (its own month on its last day), months since 1970-01."""
    ended = as_of + timedelta(days=1)
    return 12 * (ended.year - 1970) + ended.month - 2


def month_number(days: NDArray[np.datetime64]) -> Floats:
    """月序号 months since 1970-01 of a date column, NaN for NaT."""
    return np.where(np.isnat(days), np.nan, days.astype("datetime64[M]").astype(np.int64))


def full_months_since(start: NDArray[np.datetime64], on: Days) -> Floats:
    """满月数 full calendar months from a day to the day (10 January to 10 February = 1); NaN for NaT.

    The last day of a month counts as the same day of a longer one: 31 January to 29 February 2024 = 1.
    """
    number = (start - start.astype("datetime64[M]")).astype(np.float64)
    latest = on.each(lambda day: np.inf if (day + timedelta(days=1)).month != day.month else day.day - 1)
    this_month = on.each(lambda day: 12 * (day.year - 1970) + day.month - 1)
    full: Floats = this_month - month_number(start) - (number > latest)
    return full
