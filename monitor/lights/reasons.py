"""亮灯原因 what stands behind the colour of one row, put into words when it is asked for."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, overload

import numpy as np

from monitor.lights.finding import NOT_APPLICABLE, Finding
from monitor.messages import sentence
from monitor.model import Reason
from monitor.rules import Outcome, Rule
from monitor.terms import Colour

ORDER = (Colour.GREEN, Colour.GREY, Colour.YELLOW, Colour.RED)
"""轻重次序: the heavier colour wins; grey (cannot be judged) wins over green."""

WEIGHT = {colour: weight for weight, colour in enumerate(ORDER, start=1)}

Told = Sequence[tuple[Rule, Finding, Sequence[Outcome]]]


class Reasons(Sequence[Reason]):
    """亮灯原因 the reasons of one row, heaviest first, never empty; a list in all but its making."""

    def __init__(self, told: Told, row: int) -> None:
        self._told, self._row = told, row

    @cached_property
    def _made(self) -> list[Reason]:
        made = [
            _reason(rule, outcomes[finding.codes[self._row]], finding, self._row)
            for rule, finding, outcomes in self._told
            if finding.codes[self._row] != NOT_APPLICABLE
        ]
        made.sort(key=lambda reason: -WEIGHT[reason.colour])
        return made or [Reason("none", Colour.GREY, "", sentence("lights.none_applies"))]

    @overload
    def __getitem__(self, index: int) -> Reason: ...

    @overload
    def __getitem__(self, index: slice) -> list[Reason]: ...

    def __getitem__(self, index: int | slice) -> Reason | list[Reason]:
        """Reason at a position, or a list of them."""
        return self._made[index]

    def __iter__(self) -> Iterator[Reason]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    def __hash__(self) -> int:
        return hash(tuple(self._made))

    def __repr__(self) -> str:
        return repr(self._made)


def _reason(rule: Rule, made: Outcome, finding: Finding, row: int) -> Reason:
    value, threshold = finding.cell(finding.value, row), finding.cell(finding.threshold, row)
    figures = {key: dated(finding.cell(held, row)) for key, held in finding.details.items()}
    text = made.text.format(value=value, threshold=threshold, **figures)
    return Reason(
        rule.key,
        made.colour,
        rule.name,
        text,
        number(value),
        number(threshold),
        rule.reference,
    )


def dated(value: Any) -> Any:
    """未定日 the value itself, or the words for a day that is not stated."""
    return NO_DAY if isinstance(value, np.datetime64) and np.isnat(value) else value


NO_DAY = "未定日"


def number(value: float) -> float | None:
    """数值 float, or None for NaN."""
    return None if np.isnan(value) else float(value)
