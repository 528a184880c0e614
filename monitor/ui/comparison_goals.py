"""方案指标 what the plans made for a unit ask for, over its whole area, and how far it is."""

from dataclasses import replace

import streamlit as st

from monitor import rules
from monitor.indicators.registry import divided
from monitor.indicators.values import judged_on
from monitor.model import IndicatorValue
from monitor.queries.comparison import WHOLE, Comparison, plans_for
from monitor.rules import Rule
from monitor.terms import Colour
from monitor.ui import comparing
from monitor.ui.comparing import address
from monitor.ui.why import UNSTATED, met_words, shown
from monitor.ui.widgets import NONE, Link, Lit, chinese_date, table


def show(made: Comparison, unit: str) -> None:
    """画方案指标 draw every indicator of the plans with its target; a tap on one shows where it comes from."""
    of_plans = tuple(f"{key}/" for key in plans_for(unit, made.on))
    figures = {
        key: value
        for key, value in comparing.figures(made, unit).items()
        if value.rule.startswith(of_plans) and ("/" in key or made.choice.by == WHOLE)
    }
    table(
        ["指标", "结果", "目标", "是否达标", "完成时限"],
        [[Link(value.label, address(unit, key)), shown(value), *_aim(value)] for key, value in figures.items()],
        numeric=[1, 2],
    )
    st.caption("按方案管辖的全域计算，含开发区和市直；点指标看公式、分子分母项目和依据条款。")


def _aim(value: IndicatorValue) -> tuple[str, str | Lit, str]:
    """Target, whether it is met, and by when; grey where the clause states no figure to judge by."""
    rule = rule_of(value)
    due = judged_on(rule, value.on)
    day = chinese_date(due) if due else NONE
    if rule.direction == "none":
        return NONE, Lit(Colour.GREY, UNSTATED), day
    if value.target is None:
        return NONE, NONE, NONE
    return shown(replace(value, value=value.target)), met_words(value), day


def rule_of(value: IndicatorValue) -> Rule:
    """指标规则 the rule of a value; of a part by batch, the part of the rule."""
    key, (whole, _, batch) = value.key.removesuffix(".stretch"), value.rule.partition(".")
    rule = rules.get(whole)
    return next(part for part in divided(rule) if part.key == key) if batch else rule
