"""事实列 columns of a table of facts as arrays, each worked out once."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Dates = NDArray[np.datetime64]


class Columns:
    """事实列 columns as arrays: (projects,), or (days, projects) of what changes from day to day.

    Parameters
    ----------
    facts : DataFrame or mapping
        Column -> one entry a project; in a mapping also arrays (days, projects).
    size : int, optional
        Number of projects, where ``facts`` is a mapping.
    """

    def __init__(self, facts: pd.DataFrame | Mapping[str, Any], size: int | None = None) -> None:
        self.facts: Any = facts
        self.size = len(facts) if size is None else size
        self._codes: dict[str, tuple[NDArray[np.intp], list[object]]] = {}
        self._numbers: dict[str, Floats] = {}
        self._amounts: dict[str, Floats] = {}
        self._days: dict[str, Dates] = {}
        self._years: dict[str, Dates] = {}
        self._held: dict[tuple[str, frozenset[str]], Bools] = {}

    @classmethod
    def of(cls, facts: "pd.DataFrame | Columns") -> "Columns":
        """取列 columns of a table, or the columns themselves."""
        return facts if isinstance(facts, Columns) else cls(facts)

    def holds(self, column: str, wanted: frozenset[str]) -> Bools:
        """含有取值 bool array: the column holds (one of) the wanted values."""
        key = (column, wanted)
        if key not in self._held:
            codes, known = self._factorized(column)
            found = [not wanted.isdisjoint(value if isinstance(value, tuple) else (value,)) for value in known]
            self._held[key] = np.array([*found, False], dtype=bool)[codes]
        return self._held[key]

    def texts(self, column: str, labels: Mapping[str, str] | None = None) -> NDArray[np.object_]:
        """文字列 column as text, or as the labels of its values; empty for missing."""
        codes, known = self._factorized(column)
        said = [str(value) for value in known]
        said = said if labels is None else [labels.get(value, "") for value in said]
        return np.array([*said, ""], dtype=object)[codes]

    def numbers(self, column: str) -> Floats:
        """数值列 column as float64, NaN for missing; all NaN where the facts lack it."""
        if column not in self._numbers:
            self._numbers[column] = self._read_numbers(column)
        return self._numbers[column]

    def amounts(self, column: str) -> Floats:
        """金额列 column as float64, 0 for missing."""
        if column not in self._amounts:
            held = self.numbers(column)
            self._amounts[column] = np.where(np.isnan(held), 0.0, held)
        return self._amounts[column]

    def days(self, column: str) -> Dates:
        """日期列 column as datetime64[D], NaT for missing; all NaT where the facts lack it."""
        if column not in self._days:
            self._days[column] = self._read_days(column)
        return self._days[column]

    def years(self, column: str) -> Dates:
        """年份列 year of a date column, datetime64[Y]."""
        if column not in self._years:
            self._years[column] = self.days(column).astype("datetime64[Y]")
        return self._years[column]

    def cut(self, rows: NDArray[np.intp] | slice = slice(None), days: slice = slice(None)) -> "Columns":
        """取一部分 the same columns of some projects and days only, cut where they are asked for."""
        return _Cut(self, rows, days)

    def _read_numbers(self, column: str) -> Floats:
        if column not in self.facts:
            return np.full(self.size, np.nan)
        held = self.facts[column]
        return (
            np.asarray(held, np.float64) if isinstance(held, np.ndarray) else held.to_numpy(np.float64, na_value=np.nan)
        )

    def _read_days(self, column: str) -> Dates:
        if column not in self.facts:
            return np.full(self.size, np.datetime64("NaT", "D"))
        held = self.facts[column]
        return held if isinstance(held, np.ndarray) else pd.to_datetime(held).to_numpy(dtype="datetime64[D]")

    def _factorized(self, column: str) -> tuple[NDArray[np.intp], list[object]]:
        if column not in self._codes:
            held = self.facts[column] if column in self.facts else np.full(self.size, None, dtype=object)
            cells = held if isinstance(held, np.ndarray) else held.to_numpy(dtype=object)
            codes, known = pd.factorize(cells.ravel())
            self._codes[column] = codes.reshape(cells.shape), list(known)
        return self._codes[column]


class _Cut(Columns):
    """Columns of some projects, and some days, of other columns."""

    def __init__(self, whole: Columns, rows: NDArray[np.intp] | slice, days: slice) -> None:
        super().__init__({}, len(range(whole.size)[rows]) if isinstance(rows, slice) else len(rows))
        self._whole, self._rows, self._of_days = whole, rows, days

    def _cut(self, held: Any) -> Any:
        return held[self._rows] if held.ndim == 1 else held[self._of_days][:, self._rows]

    def holds(self, column: str, wanted: frozenset[str]) -> Bools:
        key = (column, wanted)
        if key not in self._held:
            self._held[key] = self._cut(self._whole.holds(column, wanted))
        return self._held[key]

    def amounts(self, column: str) -> Floats:
        if column not in self._amounts:
            self._amounts[column] = self._cut(self._whole.amounts(column))
        return self._amounts[column]

    def years(self, column: str) -> Dates:
        if column not in self._years:
            self._years[column] = self._cut(self._whole.years(column))
        return self._years[column]

    def _read_numbers(self, column: str) -> Floats:
        held: Floats = self._cut(self._whole.numbers(column))
        return held

    def _read_days(self, column: str) -> Dates:
        held: Dates = self._cut(self._whole.days(column))
        return held

    def _factorized(self, column: str) -> tuple[NDArray[np.intp], list[object]]:
        codes, known = self._whole._factorized(column)
        return self._cut(codes), known
