"""核查限值 how far what is seen may lie from a report before it speaks against it (data/rules/imagery.yaml)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

LIMITS_FILE = Path(__file__).resolve().parent.parent / "data" / "rules" / "imagery.yaml"


@dataclass(frozen=True)
class Limits:
    """核查限值 the figures of ``verdict`` in data/rules/imagery.yaml, which says where each of them comes from.

    Attributes
    ----------
    clear_pct : float
        Per cent of the site that has to be usable on both dates before anything is said of it.
    late_days, early_days : int
        Days by which the visible start of works may follow, or go before, the reported one.
    built_pct, bare_pct : float
        Net percentage points of the site from which buildings, or earthwork, count as the stage of works.
    highest_pct : mapping of str to float
        Highest reported 形象进度 that a visible stage can carry, per cent of 100, by ``geo.verdict.stage``.
    """

    clear_pct: float
    late_days: int
    early_days: int
    built_pct: float
    bare_pct: float
    highest_pct: Mapping[str, float]

    def carried_pct(self, stage: str) -> float:
        """阶段上限 highest reported progress that a stage can carry; all of it where no limit is stated."""
        return self.highest_pct.get(stage, 100.0)


@cache
def load_limits(path: Path = LIMITS_FILE) -> Limits:
    """读取核查限值 the limits that are in force."""
    said: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return Limits(**said["verdict"])
