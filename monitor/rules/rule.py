"""规则值 what a rule file says, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from monitor.errors import BadInput, Refusal
from monitor.model import Reference
from monitor.rules.population import Population
from monitor.terms import Colour

Value = float | str | Mapping[str, float]
"""a threshold, several named thresholds, or a word (a method, a cadence)."""

Direction = Literal["at_least", "more_than", "at_most", "exactly", "none"]
"""how a value meets its target."""

Kind = Literal[
    "indicator",
    "channel",
    "check",
    "checklist",
    "consequence",
    "district",
    "escalation",
    "obligation",
    "ranking",
    "task",
]


@dataclass(frozen=True)
class Period:
    """有效期 a value with the dates between which it is in force, both included."""

    since: date
    until: date
    value: Value


@dataclass(frozen=True)
class Outcome:
    """判定结果 what one finding of a check means: its colour and the sentence that says so."""

    colour: Colour
    text: str


@dataclass(frozen=True)
class Rule:
    """规则 one mechanism of a plan or preset: what is counted, over whom, against which dated value, from which clause.

    ``function`` names the indicator or check that works it out; ``options`` are its named choices, e.g. the
    denominator of a start rate. ``due`` is a date, or ``MM-DD`` of every year. ``gate`` counts what happened up to
    the due date only. ``lines`` says in which line of the file a key stands (``examples.0``: its first example).
    """

    key: str
    plan: str
    kind: Kind
    function: str
    label: str
    unit: str
    reference: Reference
    values: tuple[Period, ...]
    direction: Direction = "none"
    population: Population = field(default_factory=Population)
    denominator: Population | None = None
    denominator_label: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    due: str | None = None
    gate: bool = False
    stretch: float | None = None
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    rows: tuple[str, ...] = ()
    examples: tuple[Mapping[str, Any], ...] = ()
    formula: str = ""
    note: str = ""
    file: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """规则全名 plan and key, e.g. ``changzhi/reserve_ratio``."""
        return f"{self.plan}/{self.key}"

    def period_on(self, on: date) -> Period | None:
        """当日有效期 the period in force on a date, or None."""
        return next((period for period in self.values if period.since <= on <= period.until), None)

    def refuse(self, code: str, key: str, **params: object) -> BadInput:
        """拒绝 a refusal that names the rule's file, and line and key of what is wrong in it."""
        return BadInput(code, file=self.file, line=self.lines.get(key, 1), key=key, **params)

    def in_force(self, on: date) -> bool:
        """是否施行 whether the rule has a value on a date."""
        return self.period_on(on) is not None

    def value_on(self, on: date) -> Value:
        """当日取值 the value in force on a date.

        Raises
        ------
        Refusal
            ``rules.not_in_force`` if the rule has no value on that date.
        """
        period = self.period_on(on)
        if period is None:
            raise Refusal("rules.not_in_force", rule=self.name, on=on.isoformat())
        return period.value

    def number_on(self, on: date) -> float:
        """当日数值 the value in force as a number (``rules.not_a_number`` if it is none)."""
        value = self.value_on(on)
        if isinstance(value, str | Mapping):
            raise Refusal("rules.not_a_number", rule=self.name)
        return float(value)

    def limits_on(self, on: date) -> Mapping[str, float]:
        """当日各阈值 the named values in force (``rules.not_a_mapping`` if it is a single one)."""
        value = self.value_on(on)
        if not isinstance(value, Mapping):
            raise Refusal("rules.not_a_mapping", rule=self.name)
        return value

    def due_on(self, year: int) -> date | None:
        """完成时限 the date by which the value is due in a year, or None."""
        if self.due is None:
            return None
        return date.fromisoformat(self.due if len(self.due) == 10 else f"{year}-{self.due}")


@dataclass(frozen=True)
class Plan:
    """方案 one plan pack: its document, the unit it governs, and the light presets it uses."""

    key: str
    label: str
    document: str
    unit_code: str
    project_preset: str
    district_preset: str
    url: str | None = None
