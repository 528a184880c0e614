"""指标登记 the list of indicators, and how contributions become values with their reasons."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from monitor.indicators.funds import fund_paid, fund_use_rate
from monitor.indicators.investment import amount, count, growth, holding_rate, quarter_investment, quarter_starts, ratio
from monitor.indicators.parts import Book, Floats, Parts, Sheet
from monitor.indicators.reserve import conversion, from_reserve_rate
from monitor.indicators.starts import (
    event_count,
    event_rate,
    freshness,
    resume_rate,
    same_year_starts,
    start_rate,
)
from monitor.indicators.values import AREA, composite, entered, of_part, of_projects, stretched
from monitor.model import IndicatorValue
from monitor.rules import Population, Rule

Indicator = Callable[[Sheet, Rule], Parts]

INDICATORS: Mapping[str, Indicator] = {
    indicator.__name__: indicator
    for indicator in (
        amount,
        conversion,
        count,
        event_count,
        event_rate,
        freshness,
        from_reserve_rate,
        fund_paid,
        fund_use_rate,
        growth,
        holding_rate,
        quarter_investment,
        quarter_starts,
        ratio,
        resume_rate,
        same_year_starts,
        start_rate,
    )
}
"""指标目录 name in the rule file -> indicator. Adding one = one function here and one YAML in a plan pack."""

NOT_PROJECTS = frozenset({"entered", "composite"})
"""functions that stand on entered statistics or on other indicators, not on projects."""


def evaluate(
    book: Book,
    rules: Sequence[Rule],
    groups: pd.Series | None = None,
    *,
    projects: bool = True,
    area: str = AREA,
    whole: bool | None = None,
) -> dict[str, list[IndicatorValue]]:
    """计算指标 values of the rules in force, for the whole area or for each group of projects.

    Parameters
    ----------
    book : Book
        Facts and statistics of the day.
    rules : sequence of Rule
        Rules of other kinds, and those without a value on the day, are left out.
    groups : Series of str, optional
        Unit of each project, by project_id; default one group for all.
    projects : bool
        Whether the values carry the ids of the projects in numerator and denominator.
    area : str
        Code of the group where there are none.
    whole : bool, optional
        Whether the one group is the area that the plan was made for; default where there are no groups. A part of it is
        not held against the area's totals (``values.of_part``).

    Returns
    -------
    dict[str, list[IndicatorValue]]
        Unit code -> values, in the order of the rules.
    """
    codes, units = _grouped(book, groups, area)
    values: dict[str, list[IndicatorValue]] = {unit: [] for unit in units}
    wanted = [rule for rule in rules if rule.kind == "indicator" and rule.period_on(book.on)]
    for rule in (rule for rule in wanted if rule.function not in NOT_PROJECTS):
        _extend(values, book, rule, codes, projects, groups is None if whole is None else whole)
    for rule in (rule for rule in wanted if rule.function == "entered"):
        for unit, held in values.items():
            held.append(entered(book, rule, unit))
    for rule in (rule for rule in wanted if rule.function == "composite"):
        for unit, held in values.items():
            held.append(composite(book, rule, held, unit))
    return values


def _grouped(book: Book, groups: pd.Series | None, area: str) -> tuple[NDArray[np.intp], list[str]]:
    if groups is None:
        return np.zeros(len(book.facts), dtype=np.intp), [area]
    codes, units = pd.factorize(groups.reindex(book.facts.index), sort=True)
    return codes, list(units)


def contributions(book: Sheet, rule: Rule) -> Parts:
    """贡献 what each project adds to an indicator (``rules.unknown_function`` if there is none of this name)."""
    if rule.function not in INDICATORS:
        raise rule.refuse("rules.unknown_function", "function", function=rule.function)
    return INDICATORS[rule.function](book, rule)


def _extend(
    values: dict[str, list[IndicatorValue]],
    book: Book,
    rule: Rule,
    codes: NDArray[np.intp],
    projects: bool,
    whole: bool,
) -> None:
    for one in divided(rule):
        parts = contributions(book, one)
        numerators, denominators = totals(parts, codes, len(values))
        above = _listed(book, parts.numerator if projects else None, codes, len(values))
        below = _listed(book, parts.denominator if projects else None, codes, len(values))
        for position, (unit, held) in enumerate(values.items()):
            value = of_projects(book, one, parts, numerators[position], denominators[position], unit)
            value = replace(value, numerator_projects=above[position], denominator_projects=below[position])
            held.append(value if whole else of_part(value, one, parts))
            if one.stretch is not None and whole:
                held.append(stretched(value, one))


def totals(parts: Parts, codes: NDArray[np.intp], size: int) -> tuple[Floats, Floats]:
    """汇总 numerators and denominators of the groups (NaN where the indicator has no denominator)."""
    numerators = _sums(codes, parts.numerator, size)
    if parts.denominator is None:
        return numerators, np.full(size, np.nan if parts.stated is None else parts.stated)
    return numerators, _sums(codes, parts.denominator, size)


def _sums(codes: NDArray[np.intp], of: Floats, size: int) -> Floats:
    return np.bincount(codes, of, size).astype(np.float64, copy=False)


def divided(rule: Rule) -> list[Rule]:
    """分列规则 the rule, and one for each part that it states by batch (002-07: 续建、新建、预备)."""
    parts = rule.options.get("parts", {})
    if parts and round(sum(parts.values()), 6) != rule.values[0].value:
        raise rule.refuse("rules.checksum", "options", total=rule.values[0].value, sum=round(sum(parts.values()), 6))
    return [rule, *(_part(rule, batch, stated) for batch, stated in parts.items())]


def _part(rule: Rule, batch: str, stated: float) -> Rule:
    population = Population({**rule.population.values, "batch": (batch,)}, rule.population.minimum)
    label = f"{rule.label}({Population({'batch': (batch,)}).words().removeprefix('年度安排为')})"
    values = tuple(replace(period, value=stated) for period in rule.values)
    return replace(rule, key=f"{rule.key}.{batch}", label=label, population=population, values=values, stretch=None)


def _listed(book: Book, contributed: Floats | None, codes: NDArray[np.intp], size: int) -> list[tuple[int, ...]]:
    """Ids of the projects of each group that contribute something."""
    if contributed is None:
        return [()] * size
    inside = np.flatnonzero(contributed)
    inside = inside[np.argsort(codes[inside], kind="stable")]
    edges = np.searchsorted(codes[inside], np.arange(size + 1)).tolist()
    ids = book.facts.index.to_numpy()[inside].tolist()
    return [tuple(ids[first:last]) for first, last in pairwise(edges)]
