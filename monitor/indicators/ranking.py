"""区县排名 places by a rule whose method is shown: attainment of each part, weighted, ties sharing a place."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from monitor.indicators.parts import rounded
from monitor.indicators.values import attainment_pct
from monitor.model import IndicatorValue
from monitor.rules import Rule


@dataclass(frozen=True)
class Place:
    """名次 place of a unit, its score, and what it promised and delivered.

    ``place`` and ``score`` are None where no part can be told; ``missing`` names the parts that could not be.
    """

    unit: str
    place: int | None
    score: float | None
    parts: tuple[IndicatorValue, ...]
    missing: tuple[str, ...]


def rank(values: Mapping[str, list[IndicatorValue]], rule: Rule) -> list[Place]:
    """排名 units by score, the best first; units that cannot be told stand last without a place.

    The score is the weighted mean of the attainments (0 to 100) of ``options.parts`` that can be told, rounded half up
    to ``options.digits``; units with the same rounded score share the place, and the next one is skipped (1, 2, 2, 4).

    Parameters
    ----------
    values : mapping
        Unit -> its indicator values, as ``evaluate`` gives them.
    rule : Rule
        Of kind ``ranking``.
    """
    scored = [_scored(unit, held, rule) for unit, held in values.items()]
    told = sorted((place for place in scored if place.score is not None), key=lambda place: -(place.score or 0.0))
    scores = [place.score for place in told]
    placed = [replace(place, place=scores.index(place.score) + 1) for place in told]
    return placed + [place for place in scored if place.score is None]


def _scored(unit: str, held: list[IndicatorValue], rule: Rule) -> Place:
    weights: Mapping[str, float] = rule.options["parts"]
    parts = tuple(value for value in held if value.key in weights)
    known = [(weights[part.key], attained) for part in parts if (attained := attainment_pct(part)) is not None]
    missing = tuple(part.label for part in parts if attainment_pct(part) is None)
    if not known:
        return Place(unit, None, None, parts, missing)
    mean = sum(weight * attained for weight, attained in known) / sum(weight for weight, _ in known)
    return Place(unit, None, rounded(mean, rule.options.get("digits", 1)), parts, missing)


def method_words(rule: Rule, labels: Mapping[str, str]) -> str:
    """排名方法 the method in Chinese words: the parts with their weights, as the rule states them."""
    parts = "、".join(f"{labels.get(key, key)}（权重{weight:g}）" for key, weight in rule.options["parts"].items())
    return f"{parts}。{rule.formula}"


def check_ranking(rule: Rule) -> None:
    """核对排名示例 work out the examples of a ranking rule: attainments by unit -> places (``rules.example``)."""
    for position, example in enumerate(rule.examples, start=1):
        values = {
            unit: [_attained(rule, key, pct) for key, pct in held.items()] for unit, held in example["given"].items()
        }
        got = {place.unit: place.place for place in rank(values, rule)}
        if got != example["expect"]:
            raise rule.refuse(
                "rules.example", f"examples.{position - 1}", example=position, expected=example["expect"], got=got
            )


def _attained(rule: Rule, key: str, pct: float | None) -> IndicatorValue:
    return IndicatorValue(key, key, "%", pct, pct, None, 100.0, None, rule.name, rule.values[0].since)
