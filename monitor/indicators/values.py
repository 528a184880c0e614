"""指标值 how sums become a value with its target, whether it is met, and why it cannot be told."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from monitor.indicators.parts import SCALE, Book, Parts, quarter_end
from monitor.indicators.starts import OVER_LABELS
from monitor.messages import sentence
from monitor.model import IndicatorValue
from monitor.rules import Rule

AREA = "*"
"""全域: the code of the whole area where an evaluation has no groups."""


def of_projects(
    book: Book, rule: Rule, parts: Parts, numerator: float, denominator: float, unit: str
) -> IndicatorValue:
    """项目类指标值 value of a unit from the sums of its projects; n/a with the reason where it cannot be told."""
    scale = SCALE.get(rule.unit, 1.0)
    if not parts.is_rate:
        value: float | None = numerator * scale
    else:
        value = numerator / denominator * scale - parts.subtract if denominator else None
    if parts.less_statistic and value is not None:
        base = book.statistics.get((unit, parts.less_statistic))
        value = None if base is None else value - base
    target = target_of(book, rule, unit)
    return _finished(book, rule, value, float(numerator), None if np.isnan(denominator) else float(denominator), target)


def _finished(
    book: Book,
    rule: Rule,
    value: float | None,
    numerator: float | None,
    denominator: float | None,
    target: float | None,
) -> IndicatorValue:
    return IndicatorValue(
        key=rule.key,
        label=rule.label,
        unit=rule.unit,
        value=None if value is None else round(value, 6),
        numerator=numerator,
        denominator=denominator,
        target=target,
        met=met(rule, value, target, book.on),
        rule=rule.name,
        on=book.on,
        na_reason=None if value is not None else sentence("indicators.no_denominator", denominator=over_words(rule)),
        reference=rule.reference,
    )


def of_part(value: IndicatorValue, rule: Rule, parts: Parts) -> IndicatorValue:
    """局部指标值 value of a part of a plan's area: a total that the plan sets for the whole area is none of its own.

    A count or amount keeps its value and loses that target; a share of a total that the plan states is n/a. Targets
    that a unit has entered itself stay.
    """
    if parts.stated is not None:
        words = sentence("indicators.of_area", denominator=over_words(rule))
        return replace(value, value=None, denominator=None, target=None, met=None, na_reason=words)
    own = parts.is_rate or "target_statistic" in rule.options
    return value if own else replace(value, target=None, met=None)


def over_words(rule: Rule) -> str:
    """分母说明 what stands in the denominator, in Chinese words."""
    if rule.denominator_label:
        return rule.denominator_label
    if "over" in rule.options:
        return f"{rule.population.words()}：{OVER_LABELS[rule.options['over']]}"
    return (rule.denominator or rule.population).words()


def target_of(book: Book, rule: Rule, unit: str) -> float | None:
    """目标值 the rule's value of the day, or the unit's entered statistic that the rule compares with."""
    if rule.direction == "none":
        return None
    if "target_statistic" in rule.options:
        return book.statistics.get((unit, rule.options["target_statistic"]))
    return book.target(rule)


def met(rule: Rule, value: float | None, target: float | None, on: date) -> bool | None:
    """是否达标 True once the target is reached; False if missed on or after the due date; None while it is open."""
    if value is None or target is None:
        return None
    close = abs(value - target) < 1e-6
    reached = {
        "at_least": value > target or close,
        "more_than": value > target and not close,
        "at_most": value < target or close,
        "exactly": abs(value - target) < 0.05 if rule.unit == "亿元" else close,
    }[rule.direction]
    due = judged_on(rule, on)
    if rule.direction == "at_most":
        return reached if not reached or due is None or on >= due else None
    return True if reached else (None if due and on < due else False)


def judged_on(rule: Rule, on: date) -> date | None:
    """考核日 the day by which a target is due: the quarter's last where the plan states its quarters (季度考核)."""
    return quarter_end(on) if "quarters" in rule.options else rule.due_on(on.year)


def stretched(value: IndicatorValue, rule: Rule) -> IndicatorValue:
    """力争目标 the same value against the stretch figure (002-03)."""
    return replace(
        value,
        key=f"{value.key}.stretch",
        label=f"{value.label}（力争）",
        target=rule.stretch,
        met=met(rule, value.value, rule.stretch, value.on),
    )


def entered(book: Book, rule: Rule, unit: str) -> IndicatorValue:
    """录入指标 a statistic that the unit entered, e.g. growth of fixed-asset investment."""
    value = book.statistics.get((unit, rule.options["statistic"]))
    made = _finished(book, rule, value, value, None, target_of(book, rule, unit))
    return made if value is not None else replace(made, na_reason=sentence("indicators.not_entered", label=rule.label))


def composite(book: Book, rule: Rule, held: Sequence[IndicatorValue], unit: str) -> IndicatorValue:
    """综合得分 weighted mean of other indicators, each as attainment of its own target, at most 100.

    ``options.parts``: indicator key -> weight. An indicator that cannot be told leaves the score n/a and is named.
    """
    known = {value.key: value for value in held}
    weights: Mapping[str, float] = rule.options["parts"]
    missing = [known[key].label if key in known else key for key in weights if attainment_pct(known.get(key)) is None]
    score = None
    if not missing:
        points = [weight * (attainment_pct(known[key]) or 0.0) for key, weight in weights.items()]
        score = sum(points) / sum(weights.values())
    made = _finished(book, rule, score, score, None, target_of(book, rule, unit))
    return (
        made
        if score is not None
        else replace(made, na_reason=sentence("indicators.part_missing", parts="、".join(missing)))
    )


def attainment_pct(value: IndicatorValue | None) -> float | None:
    """达标程度 value over target in %, from 0 to 100; None where either is not known."""
    if value is None or value.value is None or not value.target:
        return None
    return min(100.0, max(0.0, 100 * value.value / value.target))
