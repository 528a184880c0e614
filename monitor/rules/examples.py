"""示例事实 facts of the example projects that a rule file gives."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from monitor.model import FACT_COLUMNS

TUPLES = ("lists", "tiers", "funds", "tags")
"""columns that hold a tuple of keys."""


def example_facts(given: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """示例项目 facts of the projects of an example; what it does not state is missing.

    ``count`` repeats a project, each with the amounts stated.
    """
    rows = [project for project in given for _ in range(int(project.get("count", 1)))]
    stated = dict.fromkeys(key for row in rows for key in row if key != "count")
    names = dict.fromkeys([*stated, *(column for column in FACT_COLUMNS if column != "project_id")])
    columns = {name: _column(name, [row.get(name) for row in rows], name in stated) for name in names}
    return pd.DataFrame(columns, index=pd.RangeIndex(1, len(rows) + 1, name="project_id"))


def _column(name: str, cells: list[Any], stated: bool) -> Any:
    """One column as the facts have it: tuples, days, numbers or words."""
    if name in TUPLES:
        made = np.empty(len(cells), dtype=object)
        made[:] = [tuple(cell) if isinstance(cell, list | tuple) else () for cell in cells]
        return made
    if name.endswith("_on") or name == "reported_at":
        return np.array(cells, dtype="datetime64[us]")
    if not stated:
        number = FACT_COLUMNS[name].startswith("float64")
        return np.full(len(cells), np.nan if number else None, dtype=float if number else object)
    return cells
