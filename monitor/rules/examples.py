"""示例事实 facts of the example projects that a rule file gives."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from monitor.model import FACT_COLUMNS

TUPLES = ("lists", "tiers", "funds", "tags")
"""columns that hold a tuple of keys."""


def example_facts(given: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """示例项目 facts of the projects of an example; what it does not state is missing.

    ``count`` repeats a project, each with the amounts stated.
    """
    facts = stated_facts(given)
    missing = [name for name in FACT_COLUMNS if name != "project_id" and name not in facts]
    return facts.assign(**{name: _missing(name, len(facts)) for name in missing})


def stated_facts(given: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """示例所述 facts of the projects of an example with the columns that it states only."""
    counts = [int(project.get("count", 1)) for project in given]
    stated = dict.fromkeys(key for project in given for key in project if key != "count")
    columns = {name: np.repeat(_column(name, [project.get(name) for project in given]), counts) for name in stated}
    return pd.DataFrame(columns, index=pd.RangeIndex(1, sum(counts) + 1, name="project_id"))


def _column(name: str, cells: list[Any]) -> NDArray[Any]:
    """One column as the facts have it: tuples, days, numbers or words."""
    if name.endswith("_on") or name == "reported_at":
        return np.array(cells, dtype="datetime64[us]")
    if name not in TUPLES:
        return pd.Series(cells).to_numpy()
    made = np.empty(len(cells), dtype=object)
    made[:] = [tuple(cell) if isinstance(cell, list | tuple) else () for cell in cells]
    return made


def _missing(name: str, size: int) -> NDArray[Any]:
    """A column of which nothing is known."""
    if name in TUPLES:
        return np.repeat(_column(name, [()]), size)
    if name.endswith("_on") or name == "reported_at":
        return np.full(size, np.datetime64("NaT", "us"))
    number = FACT_COLUMNS[name].startswith("float64")
    return np.full(size, np.nan if number else None, dtype=float if number else object)
