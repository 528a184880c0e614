"""结果运用 which units the clauses of a plan reach: statement, talk, criticism, praise, by the ranking of a quarter.

A clause is a rule of kind ``consequence``; what it proposes stands until a person decides.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from monitor.indicators.parts import months_ended, rounded
from monitor.indicators.ranking import Place
from monitor.messages import sentence
from monitor.model import IndicatorValue
from monitor.rules import Rule, get


@dataclass(frozen=True)
class Hit:
    """拟定结果 a unit that a clause reaches, with its place and score, and the reason in words.

    ``tied``: units of the same score stand on both sides of the cut, so that the clause reaches more than it names.
    """

    rule: Rule
    unit: str
    place: int
    score: float
    reason: str
    tied: bool = False


Found = list[tuple[Place, str, bool]]
"""units reached: place, reason, tied."""


def applies(rule: Rule, on: date) -> bool:
    """是否到期 whether a clause is due in the quarter of a day: every quarter, or in the last one of a year."""
    return rule.period_on(on) is not None and (rule.options["every"] == "quarter" or on.month > 9)


def quarter_ended(on: date) -> date:
    """已结束季度 last day of the last quarter that has ended on a day (its own on its last day)."""
    month = (on + timedelta(days=1)).month
    year = (on + timedelta(days=1)).year
    return date(year, (month - 1) // 3 * 3 + 1, 1) - timedelta(days=1)


def hits(rules: Sequence[Rule], places: Sequence[Place], kinds: Mapping[str, str], on: date) -> list[Hit]:
    """拟定 what the clauses in force on a day propose, praise before blame, the best place first.

    Parameters
    ----------
    rules : sequence of Rule
        A pack; rules of other kinds, and clauses that are not due in the quarter, are left out.
    places : sequence of Place
        The ranking of the plan's area; units that cannot be told are never reached.
    kinds : mapping
        Unit -> terms.UnitKind value: a clause speaks of the kinds of its population only (000-25 names districts and
        zones, not what a city reports itself).
    on : date
        The day of the ranking.
    """
    found = []
    due = [rule for rule in rules if rule.kind == "consequence" and applies(rule, on)]
    for rule in due:
        if rule.function not in CLAUSES:
            raise rule.refuse("rules.unknown_function", "function", function=rule.function)
    for rule in sorted(due, key=lambda rule: list(CLAUSES).index(rule.function)):
        wanted = rule.population.values.get("unit_kind")
        spoken_of = [p for p in places if p.place and (wanted is None or kinds.get(p.unit) in wanted)]
        reached = CLAUSES[rule.function](rule, spoken_of, on)
        found += [Hit(rule, p.unit, p.place or 0, _score(p), reason, tied) for p, reason, tied in reached]
    return found


def first(rule: Rule, places: Sequence[Place], on: date) -> Found:
    """前列 the first places, in the upper half only; units of one score are reached together."""
    limit = int(rule.limits_on(on)["places"])
    sides = [_sides(place, places) for place in places]
    taken = [p for p, (better, worse) in zip(places, sides, strict=True) if better < limit and 0 < worse >= better]
    return [(place, *_said("consequence.first", place, len(places), taken, limit)) for place in taken]


def last(rule: Rule, places: Sequence[Place], on: date) -> Found:
    """末位 the last places below a score, in the lower half only; units of one score are reached together."""
    limits = rule.limits_on(on)
    limit = int(limits["places"])
    told = [(place, *_sides(place, places)) for place in places if _score(place) < limits["below"]]
    taken = [place for place, better, worse in told if worse < limit and worse < better]
    return [(place, *_said("consequence.last", place, len(places), taken, limit)) for place in taken]


def _sides(place: Place, places: Sequence[Place]) -> tuple[int, int]:
    """How many units have a higher score, and how many a lower one."""
    own = _score(place)
    return sum(_score(other) > own for other in places), sum(_score(other) < own for other in places)


def _score(place: Place) -> float:
    return place.score or 0.0


def _said(code: str, place: Place, total: int, taken: Sequence[Place], limit: int) -> tuple[str, bool]:
    """Reason of a unit, and whether a tie at the cut carries more units in than the clause names."""
    tied = len(taken) > limit and sum(other.score == place.score for other in taken) > 1
    words = sentence(code, total=total, place=place.place, score=f"{_score(place):.1f}", limit=limit)
    return (words + sentence("consequence.tied", count=len(taken), limit=limit) if tied else words), tied


def behind(_rule: Rule, places: Sequence[Place], on: date) -> Found:
    """推进慢 units with a part below what is due of its target: by the months of the year; from its due day on, all."""
    return _by_parts(places, "consequence.behind", _below, lambda part: _due_share(part, on))


def _due_share(part: IndicatorValue, on: date) -> float:
    due = get(part.rule).due_on(on.year)
    return 1.0 if due and due <= on else months_ended(on) / 12


def missed(_rule: Rule, places: Sequence[Place], _on: date) -> Found:
    """未完成 units that have missed the target of a part once it was due."""
    return _by_parts(places, "consequence.missed", lambda part, _: part.met is False, lambda _: 1.0)


def _below(part: IndicatorValue, share: float) -> bool:
    return part.value is not None and part.target is not None and rounded(part.value) < rounded(part.target * share)


def _by_parts(
    places: Sequence[Place],
    code: str,
    short: Callable[[IndicatorValue, float], bool],
    share_of: Callable[[IndicatorValue], float],
) -> Found:
    found: Found = []
    for place in places:
        parts = [(part, share) for part in place.parts if short(part, share := share_of(part))]
        words = [
            sentence(code, label=p.label, value=f"{p.value:.1f}", due=f"{(p.target or 0) * share:.1f}", unit=p.unit)
            for p, share in parts
        ]
        if words:
            found.append((place, "".join(words), False))
    return found


def reached(_rule: Rule, places: Sequence[Place], _on: date) -> Found:
    """完成目标 units that have reached every target, all of which can be told."""
    return [(p, _all_parts("consequence.reached", p), False) for p in places if _all(p, lambda part: bool(part.met))]


def exceeded(_rule: Rule, places: Sequence[Place], _on: date) -> Found:
    """超额完成 units that have reached every target that can be told, and are beyond one of them."""
    told = [(p, [part for part in p.parts if part.value is not None]) for p in places]
    return [
        (p, _all_parts("consequence.exceeded", p), False)
        for p, parts in told
        if all(part.met for part in parts) and any(map(_beyond, parts))
    ]


def _beyond(part: IndicatorValue) -> bool:
    return part.value is not None and part.target is not None and rounded(part.value) > part.target


def _all(place: Place, holds: Callable[[IndicatorValue], bool]) -> bool:
    return bool(place.parts) and not place.missing and all(holds(part) for part in place.parts)


def _all_parts(code: str, place: Place) -> str:
    told = [part for part in place.parts if part.value is not None]
    return sentence(code, parts="、".join(f"{p.label}{p.value:.1f}{p.unit}（目标{p.target:g}{p.unit}）" for p in told))


def every(_rule: Rule, places: Sequence[Place], _on: date) -> Found:
    """逐一通报 every unit that is ranked."""
    return [(p, sentence("consequence.every", place=p.place, score=f"{_score(p):.1f}"), False) for p in places]


CLAUSES: Mapping[str, Callable[[Rule, Sequence[Place], date], Found]] = {
    clause.__name__: clause for clause in (first, reached, exceeded, every, last, behind, missed)
}
"""条款写法 name in the rule file -> what it reaches. Adding one = one function here and one YAML in a plan pack."""


def check_examples(rule: Rule) -> None:
    """核对示例 work out the examples of a clause (``rules.example``).

    ``given``: unit -> score, or unit -> {part: [value, target]} (the mean of the attainments is the score), the best
    first; ``expect``: {units: those reached}.
    """
    for position, example in enumerate(rule.examples, start=1):
        on = date.fromisoformat(example["on"])
        places = _example_places(rule, example["given"], on)
        kind = next(iter(rule.population.values.get("unit_kind", ("county",))))
        found = hits([rule], places, dict.fromkeys(example["given"], kind), on)
        got = {"units": [hit.unit for hit in found]}
        if got != example["expect"]:
            raise rule.refuse(
                "rules.example", f"examples.{position - 1}", example=position, expected=example["expect"], got=got
            )


def _example_places(rule: Rule, given: Mapping[str, float | Mapping[str, Sequence[float]]], on: date) -> list[Place]:
    made = []
    for unit, held in given.items():
        said = held if isinstance(held, Mapping) else {"score": (held, 100.0)}
        parts = tuple(
            IndicatorValue(key, key, "%", value, value, None, target, value >= target, rule.name, on)
            for key, (value, target) in said.items()
        )
        score = sum(min(100.0, 100 * value / target) for value, target in said.values()) / len(said)
        made.append(Place(unit, None, rounded(score), parts, ()))
    scores = [_score(place) for place in made]
    return [replace(place, place=1 + sum(other > _score(place) for other in scores)) for place in made]
