"""适用范围 which projects a rule speaks of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import pandas as pd
import yaml
from numpy.typing import NDArray

from monitor.settings import DATA
from monitor.terms import Batch, Library, Stage, Tag, Tier, UnitKind

TERMS: Mapping[str, Mapping[str, str]] = {
    "stage": Stage.labels(),
    "library": Library.labels(),
    "batch": Batch.labels(),
    "tiers": Tier.labels(),
    "unit_kind": UnitKind.labels(),
    "tags": Tag.labels(),
}
"""column -> its controlled values with their Chinese labels; other columns are free text."""


@cache
def list_labels() -> Mapping[str, str]:
    """清单名称 key and label of the project lists (data/rules/lists.yaml)."""
    entries = yaml.safe_load((DATA / "rules" / "lists.yaml").read_text(encoding="utf-8"))
    return {entry["key"]: entry["label"] for entry in entries}


COLUMN_LABELS: Mapping[str, str] = {
    "stage": "阶段",
    "library": "项目库",
    "batch": "年度安排",
    "tiers": "层级",
    "lists": "清单",
    "tags": "标签",
    "sector": "行业",
    "funds": "资金",
    "unit_kind": "填报单元",
}


@dataclass(frozen=True)
class Population:
    """项目范围 projects whose columns hold one of the named values, in all the named columns.

    Attributes
    ----------
    values : Mapping[str, tuple[str, ...]]
        Column of the facts -> values of which one must be there; empty = every project.
    minimum : Mapping[str, float]
        Numeric column -> least value, e.g. ``{"total_investment_wan_yuan": 10000}``.
    """

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    minimum: Mapping[str, float] = field(default_factory=dict)

    def mask(self, columns: "Columns") -> NDArray[np.bool_]:
        """是否在范围内 bool array, one entry a row; a column that the facts lack matches nothing."""
        inside = np.ones(columns.size, dtype=bool)
        for column, wanted in self.values.items():
            inside &= columns.holds(column, frozenset(wanted))
        for column, least in self.minimum.items():
            inside &= columns.numbers(column) >= least
        return inside

    def words(self) -> str:
        """范围说明 the population in Chinese words."""
        parts = []
        for column, wanted in self.values.items():
            labels = list_labels() if column == "lists" else TERMS.get(column, {})
            named = "、".join(labels.get(value, value) for value in wanted)
            parts.append(f"{COLUMN_LABELS.get(column, column)}为{named}")
        parts += [f"总投资不少于{least:g}万元" for least in self.minimum.values()]
        return "，".join(parts) or "全部项目"


class Columns:
    """事实列 columns of a table of facts as arrays, each worked out once."""

    def __init__(self, facts: pd.DataFrame) -> None:
        self.facts, self.size = facts, len(facts)
        self._codes: dict[str, tuple[NDArray[np.intp], list[object]]] = {}
        self._numbers: dict[str, NDArray[np.float64]] = {}
        self._days: dict[str, NDArray[np.datetime64]] = {}
        self._held: dict[tuple[str, frozenset[str]], NDArray[np.bool_]] = {}

    def holds(self, column: str, wanted: frozenset[str]) -> NDArray[np.bool_]:
        """含有取值 bool array: the column holds (one of) the wanted values."""
        key = (column, wanted)
        if key not in self._held:
            codes, known = self._factorized(column)
            found = [not wanted.isdisjoint(value if isinstance(value, tuple) else (value,)) for value in known]
            self._held[key] = np.array([*found, False], dtype=bool)[codes]
        return self._held[key]

    def numbers(self, column: str) -> NDArray[np.float64]:
        """数值列 column as float64, NaN for missing; all NaN where the facts lack it."""
        if column not in self._numbers:
            if column in self.facts:
                self._numbers[column] = self.facts[column].to_numpy(dtype=np.float64, na_value=np.nan)
            else:
                self._numbers[column] = np.full(self.size, np.nan)
        return self._numbers[column]

    def days(self, column: str) -> NDArray[np.datetime64]:
        """日期列 column as datetime64[D], NaT for missing; all NaT where the facts lack it."""
        if column not in self._days:
            if column in self.facts:
                self._days[column] = pd.to_datetime(self.facts[column]).to_numpy(dtype="datetime64[D]")
            else:
                self._days[column] = np.full(self.size, np.datetime64("NaT", "D"))
        return self._days[column]

    def _factorized(self, column: str) -> tuple[NDArray[np.intp], list[object]]:
        if column not in self._codes:
            held = self.facts[column] if column in self.facts else pd.Series([None] * self.size, dtype=object)
            codes, known = pd.factorize(held.to_numpy(dtype=object))
            self._codes[column] = codes, list(known)
        return self._codes[column]
