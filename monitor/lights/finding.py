"""检查结果 what a check says of every row, before anything has a colour."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

NOT_APPLICABLE = -1
"""不适用: the check does not speak of this row."""

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Months = NDArray[np.datetime64]


@dataclass(frozen=True)
class Finding:
    """逐项结果 one check over all rows: outcome by name, value and threshold, and what its sentence needs.

    Attributes
    ----------
    names : tuple[str, ...]
        Outcome names; each must stand under ``outcomes`` of the rule file, which gives it colour and sentence.
    codes : int8 array
        Position in ``names`` of each row's outcome, or NOT_APPLICABLE.
    value, threshold : float64 arrays
        In the unit of the rule; NaN where there is none.
    details : Mapping[str, array]
        Further figures for the sentence, by the name they have in it.
    """

    names: tuple[str, ...]
    codes: NDArray[np.int8]
    value: Floats
    threshold: Floats
    details: Mapping[str, NDArray[Any]] = field(default_factory=dict)


def choose(cases: Mapping[str, Bools]) -> tuple[tuple[str, ...], NDArray[np.int8]]:
    """先到先得 names and codes of the first case that holds in each row; NOT_APPLICABLE where none does.

    The case ``not_applicable``, where given, stands for NOT_APPLICABLE.
    """
    names = tuple(name for name in cases if name != "not_applicable")
    picks = [np.int8(NOT_APPLICABLE if name == "not_applicable" else names.index(name)) for name in cases]
    return names, np.select(list(cases.values()), picks, default=np.int8(NOT_APPLICABLE))


def numbers(facts: pd.DataFrame, column: str) -> Floats:
    """数值列 column as float64, NaN for missing; all NaN where the facts lack the column."""
    if column not in facts:
        return np.full(len(facts), np.nan)
    return facts[column].to_numpy(dtype=np.float64, na_value=np.nan)


def days(facts: pd.DataFrame, column: str) -> NDArray[np.datetime64]:
    """日期列 column as datetime64[D], NaT for missing; all NaT where the facts lack the column."""
    if column not in facts:
        return np.full(len(facts), np.datetime64("NaT", "D"))
    return pd.to_datetime(facts[column]).to_numpy(dtype="datetime64[D]")


def is_one_of(facts: pd.DataFrame, column: str, *values: str) -> Bools:
    """取值之一 bool array: the column holds one of the values."""
    return facts[column].isin(values).to_numpy(bool)


def months_ended(as_of: date) -> np.datetime64:
    """已结束月份 the last month that has ended on a day (its own month on its last day), datetime64[M]."""
    return np.datetime64(as_of + timedelta(days=1), "M") - np.timedelta64(1, "M")


def full_months_since(start: NDArray[np.datetime64], as_of: date) -> Floats:
    """满月数 full calendar months from a day to ``as_of`` (10 January to 10 February = 1); NaN for NaT.

    The last day of a month counts as the same day of a longer one: 31 January to 29 February 2024 = 1.
    """
    start_month = start.astype("datetime64[M]")
    today = np.datetime64(as_of, "D")
    months = (today.astype("datetime64[M]") - start_month).astype(np.float64)
    day = (start - start_month).astype(np.float64)
    last_day = np.datetime64(as_of + timedelta(days=1), "M") != today.astype("datetime64[M]")
    short = (day > as_of.day - 1) & ~last_day
    return np.where(np.isnat(start), np.nan, months - short)
