"""Issue 4's table: what a run has measured beside its goals, each met, missed or not measured."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Goal:
    """One row; ``at_most`` where the smaller figure is the better one."""

    title: str
    limit: float
    at_most: bool = False

    def met(self, value: float) -> bool:
        return value <= self.limit if self.at_most else value >= self.limit


GOALS = {
    "auc 2": Goal("site AUC, held-out tiles, 2 m", 0.97),
    "auc 10": Goal("site AUC, held-out tiles, 10 m", 0.95),
    "tpr 2": Goal("active against untouched, TPR at 5 % FPR, 2 m", 0.90),
    "tpr 10": Goal("active against untouched, TPR at 5 % FPR, 10 m", 0.85),
    "other": Goal("site AUC, other sensor", 0.90),
    "brier": Goal("calibration (Brier)", 0.08, at_most=True),
    "abstained": Goal("abstained", 0.25, at_most=True),
    "kept": Goal("accuracy on what is not abstained", 0.95),
    "same": Goal("unchanged pairs, season, sun and 3 px: false alarms", 0.01, at_most=True),
    "onset": Goal("onset, 20 % of a site: detected", 0.99),
    "alarms": Goal("onset: false alarms", 0.01, at_most=True),
    "gap": Goal("onset: within half the gap of clear scenes", 0.90),
    "farms": Goal("construction year of real solar farms", 0.85),
    "sure": Goal("construction year, confident 70 %", 0.97),
    "roof": Goal("roof share of the drone series, mean error, points", 3.0, at_most=True),
    "shift": Goal("shift left after alignment, m", 0.3, at_most=True),
    "quiet": Goal('"no visible activity" said under cloud', 0.0, at_most=True),
    "unusable": Goal('recall of "imagery unusable"', 0.98),
    "speed": Goal("full evidence beside rasterstats' means, files as delivered", 25.0),
    "bound": Goal("full evidence beside the decompression bound of the files as kept", 0.90),
    "tiles": Goal("p95 of a warm tile, ms", 60.0, at_most=True),
}


@dataclass
class Measured:
    """Figures of a run by goal, each with the set that it was measured on."""

    figures: dict[str, dict[str, float]] = field(default_factory=dict)

    def add(self, key: str, value: float, on: str = "") -> None:
        assert key in GOALS
        self.figures.setdefault(key, {})[on] = float(value)

    def lines(self) -> list[str]:
        """Every row of the table; one line a set."""
        said = []
        for key, goal in GOALS.items():
            way = "<=" if goal.at_most else ">="
            for on, value in self.figures.get(key, {"": None}).items():
                told = "not measured" if value is None else f"{value:.3g}, {'met' if goal.met(value) else 'missed'}"
                said.append(f"{goal.title}{f' ({on})' if on else ''}: goal {way} {goal.limit:g}: {told}")
        return said


measured = Measured()
