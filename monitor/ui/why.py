"""为什么 any number on tap: formula in words, numerator and denominator as projects that open, rule, clause, date.

Reusable by every page: ``why(value, rule, facts, unit)``.
"""

from collections.abc import Sequence
from datetime import date

import pandas as pd
import streamlit as st

from monitor import store
from monitor.indicators import contributions
from monitor.indicators.parts import Book
from monitor.indicators.registry import INDICATORS
from monitor.indicators.values import over_words
from monitor.model import IndicatorValue, Reference
from monitor.queries.statistics import behind
from monitor.rules import Rule
from monitor.ui import frame
from monitor.ui.rule_words import DIRECTIONS, due_words, population_words, value_words
from monitor.ui.situations import units
from monitor.ui.widgets import NONE, chinese_date, known_facts, moment, nothing, number, tap_table

MET = {True: "已达标", False: "未达标", None: "未到考核时点"}
UNSTATED = "条款未定数"
"""无目标 the clause asks for something and states no figure: the number is shown, and nobody can judge it."""

LATE, UNTOLD = "到期未达标，逾期后达到", "不能判断"


def met_words(value: IndicatorValue) -> str:
    """达标文字 whether a value meets its target, or met it only after its day."""
    if value.reached_late:
        return LATE
    return UNTOLD if value.value is None else MET[value.met]


STATISTICS = ("statistic", "target_statistic", "less_statistic")
"""Options of a rule that name an entered statistic."""


def why(value: IndicatorValue, rule: Rule, known: Book, unit: str) -> None:
    """指标来历 draw where a number comes from.

    Parameters
    ----------
    value : IndicatorValue
        The number, as ``indicators.evaluate`` gives it.
    rule : Rule
        The rule it was worked out by.
    known : Book
        Facts of the unit that the number speaks of.
    unit : str
        Its code.
    """
    known_facts(said(value, rule))
    entered(rule, unit, value.on)
    if rule.function not in INDICATORS:
        nothing("该指标取自录入的统计数据，没有对应的项目清单。", value.na_reason or "")
        return
    numerator, denominator = listed(value, rule, known)
    above, under = st.tabs([f"分子项目（{len(numerator)} 项）", f"分母项目（{len(denominator)} 项）"])
    with above:
        project_list(numerator, f"{rule.name}.numerator", "分子中没有项目。")
    with under:
        project_list(denominator, f"{rule.name}.denominator", _without_projects(value, rule))


def entered(rule: Rule, unit: str, on: date) -> None:
    """录入来历 draw where the entered statistics of a rule come from: source, who entered them, when; as of a day."""
    keys = [rule.options[name] for name in STATISTICS if name in rule.options]
    found = behind(frame.viewer(), unit, keys, on, store.engine()) if keys else []
    for entry in found:
        period = f"{entry.year}年" if entry.month == MONTHS else f"{entry.year}年1至{entry.month}月"
        again = f"，第 {entry.revision} 次录入" if entry.revision > 1 else ""
        known_facts(
            [
                ("录入数据", f"{period} {number(entry.value)}{again}"),
                ("数据来源", entry.source or "录入时没有写明出处"),
                ("录入人", entry.entered_by or "未记载（随示例数据载入）"),
                ("录入时间", moment(entry.recorded_at)),
            ]
        )


MONTHS = 12


def said(value: IndicatorValue, rule: Rule) -> list[tuple[str, str]]:
    """指标说明 pairs of term and words: value, working, target, formula, population, rule, clause, day."""
    target = NONE if value.target is None else f"{DIRECTIONS[rule.direction]}{number(value.target)}{rule.unit}"
    rows = [
        ("结果", shown(value) if value.value is not None else f"不能计算：{value.na_reason}"),
        ("算式", working(value, rule)),
        (
            "目标",
            f"{target}({met_words(value)}){due_words(rule, value.on)}"
            if value.target is not None
            else _no_target(rule),
        ),
        ("计算公式", rule.formula or NONE),
        ("适用范围", population_words(rule.population)),
        ("分母口径", over_words(rule) if value.denominator is not None else "无分母"),
        ("规则", f"{rule.label}({rule.name})，自{_since(rule, value)}起施行，取值 {value_words(rule, value.on)}"),
        ("依据", basis(rule.reference)),
        ("数据时点", chinese_date(value.on)),
    ]
    return [*rows, ("说明", rule.note)] if rule.note else rows


def _no_target(rule: Rule) -> str:
    return f"{UNSTATED}，只列数、不判断" if rule.direction == "none" else NONE


def _since(rule: Rule, value: IndicatorValue) -> str:
    period = rule.period_on(value.on)
    return chinese_date(period.since) if period else NONE


def basis(reference: Reference) -> str:
    """依据 document and clause in one line."""
    return f"{reference.document}  {reference.clause}"


def shown(value: IndicatorValue | None) -> str:
    """指标值文字 value with its unit, to two decimals; a dash where it cannot be told."""
    if value is None or value.value is None:
        return NONE
    return f"{number(value.value)}{value.unit}" if value.unit in ("%", "倍") else f"{number(value.value)} {value.unit}"


def measured_in(rule: Rule) -> str:
    """分子分母单位 unit of numerator and denominator: projects where the indicator counts, else 万元."""
    return "项" if rule.function in COUNTING or rule.unit in ("项", "个") else "万元"


COUNTING = frozenset(
    {
        "count", "conversion", "event_count", "event_rate", "freshness", "from_reserve_rate", "holding_rate",
        "quarter_starts", "resume_rate", "same_year_starts", "start_rate",
    }
)  # fmt: skip
"""计数类 functions whose numerator and denominator are numbers of projects."""


def working(value: IndicatorValue, rule: Rule) -> str:
    """算式 the sums behind the number, e.g. 541,245 万元 ÷ 549,695.69 万元 = 98.46%."""
    unit = measured_in(rule)
    if value.numerator is None or rule.function not in INDICATORS:
        return NONE
    if value.denominator is None:
        return f"{number(value.numerator)} {unit} → {shown(value)}"
    less = (
        ",再减去时间进度"
        if rule.options.get("less_time")
        else ",再减去基期"
        if "less_statistic" in rule.options
        else ""
    )
    return f"{number(value.numerator)} {unit} ÷ {number(value.denominator)} {unit}{less} = {shown(value)}"


def listed(value: IndicatorValue, rule: Rule, known: Book) -> tuple[pd.DataFrame, pd.DataFrame]:
    """分子分母清单 the projects in numerator and in denominator with what each adds, the largest first."""
    unit = measured_in(rule)
    parts = contributions(known, rule)
    numerator = pd.Series(parts.numerator, known.facts.index)
    below = numerator * 0 if parts.denominator is None else parts.denominator
    denominator = pd.Series(below, known.facts.index)
    inside = denominator.index[denominator != 0]
    above = numerator.index[numerator != 0]
    return (
        _listed(known.facts.loc[above], {f"计入分子（{unit}）": numerator}),
        _listed(known.facts.loc[inside], {f"计入分母（{unit}）": denominator, f"其中计入分子（{unit}）": numerator}),
    )


def _listed(rows: pd.DataFrame, added: dict[str, "pd.Series[float]"]) -> pd.DataFrame:
    table = pd.DataFrame({"项目": rows["name"], "区域": rows["unit_code"].map(units()["name"])})
    for name, column in added.items():
        table[name] = column.reindex(rows.index)
    return table.sort_values(next(iter(added)), ascending=False, kind="stable")


def _without_projects(value: IndicatorValue, rule: Rule) -> str:
    if value.denominator is None:
        return "该指标没有分母，结果即分子合计。"
    return (
        "分母中没有项目。"
        if not value.denominator
        else f"分母是方案写明的数：{number(value.denominator)} {measured_in(rule)}。"
    )


def project_list(table: pd.DataFrame, key: str, empty: str) -> None:
    """项目清单 projects with the column 项目 first; a tap opens the dossier."""
    if table.empty:
        nothing(empty)
        return
    cell = tap_table(table, key, {"项目": st.column_config.TextColumn(width=360, pinned=True)})
    st.caption("点任一行打开一项一档。")
    if cell:
        frame.open_page("dossier", project=str(table.index[cell[0]]), as_of=frame.as_of().isoformat())


def score_rows(
    parts: Sequence[IndicatorValue], weights: dict[str, float], attained: Sequence[float | None]
) -> list[list[str]]:
    """得分构成 rows of a table: part, value, target, attainment, weight, points."""
    return [
        [
            part.label,
            shown(part),
            NONE if part.target is None else f"{number(part.target)}{part.unit}",
            NONE if pct is None else f"{number(pct)}",
            number(weights[part.key]),
            "不能计算，不计" if pct is None else number(pct * weights[part.key]),
        ]
        for part, pct in zip(parts, attained, strict=True)
    ]
