"""示例核对 the worked examples of indicator rules, worked out by the indicators themselves."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from monitor import rules
from monitor.indicators.parts import Book
from monitor.indicators.registry import NOT_PROJECTS, evaluate
from monitor.indicators.values import AREA
from monitor.rules import Rule, stated_facts


def checked_pack(plan: str) -> tuple[Rule, ...]:
    """已核对的规则包 the rules of a plan, once the examples of its indicators have been worked out and hold."""
    pack = rules.pack(plan)
    if id(pack) not in _CHECKED:
        for rule in pack:
            if rule.kind == "indicator":
                check_examples(rule, pack)
        _CHECKED[id(pack)] = pack
    return pack


_CHECKED: dict[int, tuple[Rule, ...]] = {}
"""packs whose examples hold, by identity: a pack is read once a process."""


def check_examples(rule: Rule, siblings: Sequence[Rule] = ()) -> None:
    """核对示例 work out the examples of an indicator's rule.

    Parameters
    ----------
    rule : Rule
        ``given``: projects, or {projects, statistics}; ``expect``: figures of IndicatorValue, money in 万元.
    siblings : sequence of Rule
        Rules of the same pack that a composite stands on.

    Raises
    ------
    BadInput
        ``rules.example`` where an example does not hold, ``rules.population_matches_nothing`` where the rule's
        population takes none of the projects of any example.
    """
    matched = False
    for position, example in enumerate(rule.examples, start=1):
        book, expected = example_book(example), example["expect"]
        wanted = [sibling for sibling in siblings if sibling.key in rule.options.get("parts", {})]
        values = {value.key: value for value in evaluate(book, [*wanted, rule])[AREA]}
        matched |= rule.function in NOT_PROJECTS or bool(book.inside(rule.population).any())
        key = expected.get("key", rule.key)
        got = {name: getattr(values[key], name) for name in expected if name != "key"} if key in values else None
        if got != {name: wanted for name, wanted in expected.items() if name != "key"}:
            raise rule.refuse("rules.example", f"examples.{position - 1}", example=position, expected=expected, got=got)
    if not matched:
        raise rule.refuse("rules.population_matches_nothing", "population", example=1)


def example_book(example: Mapping[str, Any]) -> Book:
    """示例底数 facts and statistics of an example; what it does not state is missing."""
    given = example["given"] if isinstance(example["given"], dict) else {"projects": example["given"]}
    statistics = {(AREA, key): float(value) for key, value in given.get("statistics", {}).items()}
    return Book(stated_facts(given.get("projects", [])), date.fromisoformat(example["on"]), statistics)
