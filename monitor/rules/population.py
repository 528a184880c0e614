"""适用范围 which projects a rule speaks of."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from monitor.terms import Batch, Library, Stage, Tier

TERMS: Mapping[str, Mapping[str, str]] = {
    "stage": Stage.labels(),
    "library": Library.labels(),
    "batch": Batch.labels(),
    "tiers": Tier.labels(),
}
"""column -> its controlled values with their Chinese labels; other columns are free text."""

MANY_VALUED = frozenset({"lists", "tiers", "tags"})
"""columns that hold a tuple of keys."""

COLUMN_LABELS: Mapping[str, str] = {
    "stage": "阶段",
    "library": "项目库",
    "batch": "年度安排",
    "tiers": "层级",
    "lists": "清单",
    "tags": "标签",
    "sector": "行业",
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

    def mask(self, facts: pd.DataFrame) -> NDArray[np.bool_]:
        """是否在范围内 bool array, one entry a row of the facts; a column that the facts lack matches nothing."""
        inside = np.ones(len(facts), dtype=bool)
        for column, wanted in self.values.items():
            inside &= _holds(facts, column, wanted)
        for column, least in self.minimum.items():
            inside &= facts[column].to_numpy(float, na_value=np.nan) >= least
        return inside

    def words(self) -> str:
        """范围说明 the population in Chinese words."""
        parts = [
            COLUMN_LABELS.get(column, column)
            + "为"
            + "、".join(TERMS.get(column, {}).get(value, value) for value in wanted)
            for column, wanted in self.values.items()
        ]
        parts += [f"总投资不少于{least:g}万元" for least in self.minimum.values()]
        return ",".join(parts) or "全部项目"


def _holds(facts: pd.DataFrame, column: str, wanted: tuple[str, ...]) -> NDArray[np.bool_]:
    if column not in facts:
        return np.zeros(len(facts), dtype=bool)
    if column in MANY_VALUED:
        keys = frozenset(wanted)
        return np.fromiter((not keys.isdisjoint(held) for held in facts[column]), dtype=bool, count=len(facts))
    return facts[column].isin(wanted).to_numpy(bool)
