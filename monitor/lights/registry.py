"""亮灯判定 the only place where a colour is decided: red before yellow before grey before green.

Grey stands before green, so that a project with missing data is never green.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from monitor import rules
from monitor.lights.bond_payment import bond_payment
from monitor.lights.discrepancy import discrepancy
from monitor.lights.district_growth import district_growth
from monitor.lights.district_month import district_month
from monitor.lights.finding import NOT_APPLICABLE, Finding
from monitor.lights.payment import payment
from monitor.lights.pro_rata import pro_rata
from monitor.lights.progress import progress
from monitor.lights.reasons import ORDER, WEIGHT, Reasons, number
from monitor.lights.start import start
from monitor.lights.statistics_entry import statistics_entry
from monitor.rules import Columns, Days, Kind, Outcome, Rule, example_facts
from monitor.terms import Colour

Check = Callable[[Columns, Days, Rule], Finding]

CHECKS: Mapping[str, Check] = {
    check.__name__: check
    for check in (
        start,
        progress,
        payment,
        statistics_entry,
        pro_rata,
        bond_payment,
        district_month,
        district_growth,
        discrepancy,
    )
}
"""检查目录 name in the rule file -> check. Adding one = one function here and one YAML in a preset."""


COMMON = "imagery"
"""共用预设 preset whose checks every other one has too: a person's confirmed discrepancy counts under all of them."""


def judge(facts: pd.DataFrame, as_of: date, preset: str = "yinchuan") -> pd.DataFrame:
    """逐项目亮灯 colour and reasons of every project, as known in the facts of that day.

    Parameters
    ----------
    facts : DataFrame
        model.FACT_COLUMNS, index project_id, and the columns that queries.situation adds to them.
    as_of : date
        The day that is judged.
    preset : str
        Folder under data/rules/presets.

    Returns
    -------
    DataFrame
        Index project_id; ``colour`` (terms.Colour value), ``reasons`` (sequence of Reason, heaviest first, never
        empty).
    """
    return _judged(facts, as_of, checks(preset, "check"))


def judge_districts(units: pd.DataFrame, as_of: date, preset: str = "sanya") -> pd.DataFrame:
    """逐区县亮灯 colour and reasons of every reporting unit; columns of ``units`` as the district checks name them."""
    return _judged(units, as_of, checks(preset, "district"))


def _judged(rows: pd.DataFrame, as_of: date, wanted: list[tuple[Rule, Check]]) -> pd.DataFrame:
    findings = find(Columns(rows), Days(as_of), wanted)
    shown = [name(weight) for weight in heaviest(findings, (len(rows),))]
    return pd.DataFrame({"colour": shown, "reasons": explain(findings, len(rows))}, index=rows.index)


def colours(facts: Columns, on: Days, preset: str = "yinchuan") -> NDArray[np.int8]:
    """只判颜色 weight of every project's colour (place in ORDER from 1; 0 = no check applies), no sentences.

    Returns
    -------
    int8 array
        (projects,) for one day, (days, projects) for several.
    """
    days, wanted = () if on.one else (len(on.all),), checks(preset, "check")
    shown = np.empty((*days, facts.size), dtype=np.int8)
    for first in range(0, facts.size, BLOCK):
        part = facts.cut(slice(first, first + BLOCK))
        shown[..., first : first + BLOCK] = heaviest(find(part, on, wanted), (*days, part.size))
    return shown


BLOCK = 8192
"""projects judged at once: what is in hand fits the processor's cache."""


def name(weight: int) -> str:
    """颜色名 colour of a weight; grey where no check applies."""
    return (ORDER[weight - 1] if weight else Colour.GREY).value


def checks(preset: str, kind: Kind) -> list[tuple[Rule, Check]]:
    """预设的检查 rules of a preset and the common one of a kind (``check`` or ``district``), with their functions."""
    shown = [rule for key in dict.fromkeys((preset, COMMON)) for rule in rules.preset(key)]
    return [(rule, _function(rule)) for rule in shown if rule.kind == kind]


def _function(rule: Rule) -> Check:
    if rule.function not in CHECKS:
        raise rule.refuse("rules.unknown_function", "function", function=rule.function)
    return CHECKS[rule.function]


def find(facts: Columns, on: Days, checks: Iterable[tuple[Rule, Check]]) -> list[tuple[Rule, Finding]]:
    """逐项检查 every check over the rows of its population; NOT_APPLICABLE outside it, and on days without a value."""
    found = []
    for rule, check in checks:
        in_force = np.asarray(on.each(rule.in_force))
        if not in_force.any():
            continue
        inside = in_force
        if rule.kind == "check" and (rule.population.values or rule.population.minimum):
            inside = in_force & rule.population.mask(facts)
        finding = check(facts, on, rule)
        codes = finding.codes if inside.all() else np.where(inside, finding.codes, np.int8(NOT_APPLICABLE))
        codes = codes if on.one else np.broadcast_to(codes, (len(on.all), facts.size))
        found.append((rule, replace(finding, codes=codes)))
    return found


def heaviest(findings: Iterable[tuple[Rule, Finding]], shape: tuple[int, ...]) -> NDArray[np.int8]:
    """取最重 the heaviest weight of each row (and day); 0 where no check applies."""
    result = np.zeros(shape, dtype=np.int8)
    for rule, finding in findings:
        np.maximum(result, _weights(rule, finding), out=result)
    return result


def _weights(rule: Rule, finding: Finding) -> NDArray[np.int8]:
    by_code = [WEIGHT[outcome(rule, outcome_name).colour] for outcome_name in finding.names]
    return np.array([*by_code, 0], dtype=np.int8)[finding.codes]


def outcome(rule: Rule, outcome_name: str) -> Outcome:
    """判定 colour and sentence of an outcome (``rules.missing_outcome`` if the rule file lacks it)."""
    if outcome_name not in rule.outcomes:
        raise rule.refuse("rules.missing_outcome", "outcomes", outcome=outcome_name)
    return rule.outcomes[outcome_name]


def explain(findings: list[tuple[Rule, Finding]], size: int) -> list[Reasons]:
    """亮灯原因 reasons of each row, heaviest first; one grey reason where no check applies."""
    told = [(rule, finding, [outcome(rule, made) for made in finding.names]) for rule, finding in findings]
    return [Reasons(told, row) for row in range(size)]


def check_examples(rule: Rule) -> None:
    """核对示例 work out the examples of a check's rule (``rules.example`` where one does not hold).

    ``given`` is one project's facts (several: the first is judged among them); ``expect`` is the colour, or
    {outcome, value}.
    """
    for position, example in enumerate(rule.examples):
        given = example["given"] if isinstance(example["given"], list) else [example["given"]]
        facts, on = example_facts(given), date.fromisoformat(example["on"])
        found = find(Columns(facts), Days(on), [(rule, _function(rule))])
        if not found or found[0][1].codes[0] == NOT_APPLICABLE:
            raise rule.refuse("rules.population_matches_nothing", "population", example=position + 1)
        finding = found[0][1]
        outcome_name = finding.names[finding.codes[0]]
        got = {
            "outcome": outcome_name,
            "colour": rule.outcomes[outcome_name].colour.value,
            "value": number(finding.cell(finding.value, 0)),
        }
        expected = example["expect"] if isinstance(example["expect"], dict) else {"colour": example["expect"]}
        if any(got[key] != wanted for key, wanted in expected.items()):
            raise rule.refuse("rules.example", f"examples.{position}", example=position + 1, expected=expected, got=got)
