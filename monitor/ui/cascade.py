"""目标分解 the year's target down to the day on the screen, with the gap at each level and its why (001-16)."""

from datetime import date
from decimal import Decimal

import streamlit as st

from monitor import rules
from monitor.ui.why import basis
from monitor.ui.widgets import chinese_date, number, table
from monitor.workflow.cascade import Step, YearPlan, cascade

RULE = "henan/monthly_targets"
"""The clause that asks for targets by day, week, month, quarter and year."""

HEADINGS = ("层级", "期间", "目标（万元）", "期末应累计（万元）", "差距（万元）", "追赶：每期需完成（万元）")


def targets(plan: YearPlan, done_wan_yuan: Decimal, day: date) -> None:
    """画目标分解 draw the levels of a day, how each figure is made, and the clause; problems of the plan first."""
    for problem in plan.problems():
        st.warning(problem)
    levels(plan, done_wan_yuan, day, f"分解办法参照：{basis(rules.get(RULE).reference)}")


def levels(plan: YearPlan, done_wan_yuan: Decimal, day: date, source: str) -> None:
    """画各层级 draw the levels of a day, how each figure is made, and the clause."""
    steps = cascade(plan, done_wan_yuan, day)
    table(HEADINGS, map(_row, steps), numeric=range(2, 6))
    st.caption(
        f"截至{chinese_date(day)}已完成 {number(float(done_wan_yuan))} 万元。"
        "目标：方案和月度计划写明的照用，未写明的在其间按时间均分；差距 = 期末应累计减已完成；"
        f"追赶 = （全年目标减已完成）÷ 剩余期数。{source}"
    )
    with st.expander("各层级算式"):
        for step in steps:
            st.markdown(f"**{step.target.span.label}** {step.text}")


def _row(step: Step) -> list[str]:
    span = step.target
    period = f"{span.start.month}月{span.start.day}日至{span.end.month}月{span.end.day}日"
    needed = None if step.needed_wan_yuan is None else float(step.needed_wan_yuan)
    amounts = (float(span.amount_wan_yuan), float(span.cumulative_wan_yuan), float(step.gap_wan_yuan), needed)
    return [span.span.label, period, *map(number, amounts)]
