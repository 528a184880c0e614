"""Where a sample project comes from: the reserve it left, the contract signed, the reports of last year."""

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from .progress import SEASON, month_end

PROMOTED_ON = (2, 8)
"""Month and day on which the year's projects went from the reserve into the construction library."""


class Lineage:
    """What came before the year, drawn from random numbers of its own."""

    def __init__(self, spec: dict[str, Any], rng: np.random.Generator) -> None:
        self.year, self.year_before_reported = spec["year"], spec.get("year_before", False)
        self.rng = rng

    def promotion(self, key: int, cell: dict[str, Any], project: dict[str, Any]) -> list[dict[str, Any]]:
        """The change by which a project left the reserve: what it was, and what it has been since."""
        if not cell.get("promoted"):
            return []
        changes = {"library": ["reserve", project["library"]], "stage": ["identification", project["stage"]]}
        return [{"key": key, "known_at": datetime(self.year, *PROMOTED_ON), "changes": changes}]  # noqa: DTZ001

    def signed_on(self, cell: dict[str, Any], start: date | None) -> date | None:
        """Day of signing of a project that was attracted, in the year itself."""
        if self.rng.random() >= cell.get("attracted", 0.0):
            return None
        first = date(self.year, 1, 8)
        until = start - timedelta(days=15) if start else month_end(self.year, 9)
        return first + timedelta(days=int(self.rng.integers(0, max((until - first).days, 1))))

    def year_before(self, key: int, annual: int | None, state: dict[str, Any], reporter: str) -> list[dict[str, Any]]:
        """Monthly reports of the year before of a project that goes on; its end is what stood when the year began."""
        if not (self.year_before_reported and annual and state["before"] and state["resumed_on"]):
            return []
        year, started = self.year - 1, state["started_on"]
        done = min(state["before"], int(annual * self.rng.uniform(0.9, 1.5)) // 100 * 100)
        weights = SEASON.copy()
        weights[: started.month - 1 if started.year == year else 0] = 0
        amounts = np.floor(np.cumsum(weights) / weights.sum() * done / 100).astype(np.int64) * 100
        amounts[-1] = done
        return [
            {
                "key": key,
                "year": year,
                "month": month,
                "revision": 1,
                "year_investment": int(amount),
                "total_investment": state["before"] - done + int(amount),
                "paid": int(amount) * 8 // 1000 * 100,
                "physical_pct": None,
                "started_on": started,
                "progress_text": "按计划推进",
                "problem_text": None,
                "reason": None,
                "reported_by": reporter,
                "reported_at": datetime.combine(month_end(year, month), datetime.min.time()),
            }
            for month, amount in enumerate(amounts, 1)
            if month_end(year, month) >= started
        ]
