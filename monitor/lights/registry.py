"""亮灯判定 the only place where a colour is decided: red before yellow before grey before green.

Grey stands before green, so that a project with missing data is never green.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from monitor import rules
from monitor.errors import BadInput
from monitor.lights.finding import NOT_APPLICABLE, Finding
from monitor.lights.payment import payment
from monitor.lights.progress import progress
from monitor.lights.start import start
from monitor.lights.statistics_entry import statistics_entry
from monitor.messages import sentence
from monitor.model import Reason
from monitor.rules import Columns, Outcome, Rule, example_facts
from monitor.terms import Colour

Check = Callable[[pd.DataFrame, date, Rule], Finding]

CHECKS: Mapping[str, Check] = {check.__name__: check for check in (start, progress, payment, statistics_entry)}
"""检查目录 name in the rule file -> check of projects. Adding one = one function here and one YAML in a preset."""

ORDER = (Colour.GREEN, Colour.GREY, Colour.YELLOW, Colour.RED)
"""轻重次序: the heavier colour wins; grey (cannot be judged) wins over green."""

WEIGHT: Mapping[Colour, int] = {colour: weight for weight, colour in enumerate(ORDER, start=1)}


def judge(facts: pd.DataFrame, as_of: date, preset: str = "yinchuan") -> pd.DataFrame:
    """逐项目亮灯 colour and reasons of every project, as known in the facts of that day.

    Parameters
    ----------
    facts : DataFrame
        model.FACT_COLUMNS, index project_id; ``fund_issued_wan_yuan``, ``fund_paid_wan_yuan`` (government funds of the
        year), ``start_delay_reason`` and the other columns that a check names, where known.
    as_of : date
        The day that is judged.
    preset : str
        Folder under data/rules/presets.

    Returns
    -------
    DataFrame
        Index project_id; ``colour`` (terms.Colour value), ``reasons`` (list[Reason], heaviest first, never empty).
    """
    findings = find(facts, as_of, project_checks(preset))
    weights = heaviest(findings, len(facts))
    return pd.DataFrame(
        {"colour": [name(weight) for weight in weights], "reasons": explain(findings, len(facts))}, index=facts.index
    )


def colours(facts: pd.DataFrame, as_of: date, preset: str = "yinchuan") -> NDArray[np.int8]:
    """只判颜色 weight of every project's colour (place in ORDER from 1; 0 = no check applies), no sentences."""
    return heaviest(find(facts, as_of, project_checks(preset)), len(facts))


def name(weight: int) -> str:
    """颜色名 colour of a weight; grey where no check applies."""
    return (ORDER[weight - 1] if weight else Colour.GREY).value


def project_checks(preset: str) -> list[tuple[Rule, Check]]:
    """预设的检查 rules of a preset that speak of projects, with their functions (``rules.unknown_check``)."""
    return [(rule, _function(rule)) for rule in rules.preset(preset) if rule.kind == "check"]


def _function(rule: Rule) -> Check:
    if rule.function not in CHECKS:
        raise BadInput("rules.unknown_function", file=rule.file, function=rule.function)
    return CHECKS[rule.function]


def find(facts: pd.DataFrame, as_of: date, checks: Iterable[tuple[Rule, Check]]) -> list[tuple[Rule, Finding]]:
    """逐项检查 every check over the rows of its population; NOT_APPLICABLE outside it."""
    found, columns = [], Columns(facts)
    for rule, check in checks:
        if rule.period_on(as_of) is None:
            continue
        finding = check(facts, as_of, rule)
        if rule.population.values or rule.population.minimum:
            finding.codes[~rule.population.mask(columns)] = NOT_APPLICABLE
        found.append((rule, finding))
    return found


def heaviest(findings: Iterable[tuple[Rule, Finding]], size: int) -> NDArray[np.int8]:
    """取最重 the heaviest weight of each row; 0 where no check applies."""
    result = np.zeros(size, dtype=np.int8)
    for rule, finding in findings:
        np.maximum(result, _weights(rule, finding), out=result)
    return result


def _weights(rule: Rule, finding: Finding) -> NDArray[np.int8]:
    by_code = [WEIGHT[outcome(rule, outcome_name).colour] for outcome_name in finding.names]
    return np.array([*by_code, 0], dtype=np.int8)[finding.codes]


def outcome(rule: Rule, outcome_name: str) -> Outcome:
    """判定 colour and sentence of an outcome (``rules.missing_outcome`` if the rule file lacks it)."""
    if outcome_name not in rule.outcomes:
        raise BadInput("rules.missing_outcome", file=rule.file, outcome=outcome_name)
    return rule.outcomes[outcome_name]


def explain(findings: list[tuple[Rule, Finding]], size: int) -> list[list[Reason]]:
    """亮灯原因 reasons of each row, heaviest first; one grey reason where no check applies."""
    reasons: list[list[Reason]] = [[] for _ in range(size)]
    for rule, finding in findings:
        made = [outcome(rule, outcome_name) for outcome_name in finding.names]
        for row in np.flatnonzero(finding.codes != NOT_APPLICABLE).tolist():
            reasons[row].append(_reason(rule, made[finding.codes[row]], finding, row))
    for held in reasons:
        held.sort(key=lambda reason: -WEIGHT[reason.colour])
        if not held:
            held.append(Reason("none", Colour.GREY, "", sentence("lights.none_applies")))
    return reasons


def _reason(rule: Rule, made: Outcome, finding: Finding, row: int) -> Reason:
    value, threshold = _number(finding.value[row]), _number(finding.threshold[row])
    figures = {key: held[row] for key, held in finding.details.items()}
    text = made.text.format(value=finding.value[row], threshold=finding.threshold[row], **figures)
    return Reason(rule.key, made.colour, rule.name, text, value, threshold, rule.reference)


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def check_examples(rule: Rule) -> None:
    """核对示例 work out the examples of a check's rule (``rules.example`` where one does not hold).

    ``given`` is one project's facts; ``expect`` is the colour, or {outcome, value}.
    """
    for position, example in enumerate(rule.examples):
        facts, on = example_facts([example["given"]]), date.fromisoformat(example["on"])
        found = find(facts, on, [(rule, _function(rule))])
        if not found or found[0][1].codes[0] == NOT_APPLICABLE:
            raise BadInput("rules.population_matches_nothing", file=rule.file, example=position + 1)
        finding = found[0][1]
        outcome_name = finding.names[finding.codes[0]]
        got = {
            "outcome": outcome_name,
            "colour": rule.outcomes[outcome_name].colour.value,
            "value": _number(finding.value[0]),
        }
        expected = example["expect"] if isinstance(example["expect"], dict) else {"colour": example["expect"]}
        if any(got[key] != wanted for key, wanted in expected.items()):
            raise BadInput("rules.example", file=rule.file, example=position + 1, expected=expected, got=got)
