"""适用范围 which projects a rule speaks of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import yaml

from monitor.rules.columns import Bools, Columns
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

    def mask(self, columns: Columns) -> Bools:
        """是否在范围内 bool array, one entry a project (and day); a column that the facts lack matches nothing."""
        inside = np.ones(columns.size, dtype=bool)
        for column, wanted in self.values.items():
            inside = inside & columns.holds(column, frozenset(wanted))
        for column, least in self.minimum.items():
            inside = inside & (columns.numbers(column) >= least)
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
