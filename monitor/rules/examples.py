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
    rows = [
        {key: held for key, held in project.items() if key != "count"}
        for project in given
        for _ in range(int(project.get("count", 1)))
    ]
    frame = pd.DataFrame(rows)
    for column, kind in FACT_COLUMNS.items():
        if column != "project_id" and column not in frame:
            empty = np.nan if kind.startswith("float64") else None
            frame[column] = pd.Series(empty, index=frame.index, dtype=float if kind.startswith("float64") else object)
    for column in (name for name in frame.columns if name in TUPLES):
        frame[column] = [tuple(held) if isinstance(held, list | tuple) else () for held in frame[column]]
    for column in (name for name in frame.columns if name.endswith("_on") or name == "reported_at"):
        frame[column] = pd.to_datetime(frame[column])
    frame.index = pd.RangeIndex(1, len(frame) + 1, name="project_id")
    return frame
