"""清单目标 what a plan sets its lists by quarter, how far each is, and each list's way from the year to the day."""

from decimal import Decimal

import streamlit as st

from monitor.indicators.parts import WAN_YUAN_IN_YI_YUAN
from monitor.queries.comparison import Comparison
from monitor.queries.list_targets import ListTarget, Quarter, Starts, list_name
from monitor.ui import cascade, comparing
from monitor.ui.comparing import address
from monitor.ui.why import basis
from monitor.ui.widgets import Link, chinese_date, number, percent, table

QUARTERS = ("一季度", "二季度", "三季度", "四季度")


def show(made: Comparison, unit: str) -> None:
    """画清单目标 draw all lists of the unit's plans, and one of them with its quarters, levels, gaps and clause."""
    held = comparing.list_targets(made, unit)
    table(
        ["清单（亿元）", "全年", *QUARTERS, "本季末累计", "已完成", "差距"],
        [_row(key, target, unit) for key, target in held.items()],
        numeric=range(1, 9),
    )
    st.caption(
        f"数据时点 {chinese_date(made.on)}。各季目标方案写明的照用，"
        "未写明的为清单内项目月度计划之和或按时间均分；点清单名称看公式、项目和依据。"
    )
    for target in held.values():
        for problem in (*target.plan.problems(), *target.problems):
            st.warning(f"{list_name(target.rule)}：{problem}")
    chosen = st.selectbox("清单", list(held), format_func=lambda key: list_name(held[key].rule), key=f"list_{unit}")
    _of_list(held[chosen], made)


def _row(key: str, target: ListTarget, unit: str) -> list[str | Link]:
    now = target.running
    planned = [target.plan.total_wan_yuan, *(quarter.target.amount_wan_yuan for quarter in target.quarters)]
    amounts = map(_yi_yuan, [*planned, now.target.cumulative_wan_yuan, target.done_wan_yuan, now.gap_wan_yuan])
    return [Link(list_name(target.rule), address(unit, key)), *amounts]


def _yi_yuan(amount: Decimal | None) -> str:
    return _number(None if amount is None else amount / WAN_YUAN_IN_YI_YUAN)


def _of_list(target: ListTarget, made: Comparison) -> None:
    table(
        ["季度（万元）", "目标", "来历", "当季完成", "完成率", "应累计", "实际累计", "差距"],
        [_quarter(*held, target.by_projects) for held in zip(QUARTERS, target.quarters, strict=True)],
        numeric=[1, 3, 4, 5, 6, 7],
    )
    if target.starts:
        table(
            ["季度（项）", "计划新开工", "当季开工", "应累计开工", "实际累计", "差距"],
            map(_starts, QUARTERS, target.starts),
            numeric=range(1, 6),
        )
    stretch = target.rule.stretch
    aimed = f"力争 {number(stretch)} {target.rule.unit}。" if stretch is not None else ""
    st.caption(f"清单内 {target.projects} 项。{aimed}")
    st.markdown("**年、季、月、周、日分解**")
    cascade.levels(target.plan, target.done_wan_yuan, made.on, f"依据：{basis(target.rule.reference)}")


def _quarter(name: str, held: Quarter, by_projects: bool) -> list[str]:
    aim, done = held.target, held.done_wan_yuan
    rate = None if done is None or not aim.amount_wan_yuan else float(100 * done / aim.amount_wan_yuan)
    stated = "项目月度计划" if by_projects else "方案写明"
    return [
        name,
        _number(aim.amount_wan_yuan),
        stated if aim.stated else "按时间均分",
        _number(done),
        percent(rate),
        *map(_number, (aim.cumulative_wan_yuan, held.done_to_date_wan_yuan, held.gap_wan_yuan)),
    ]


def _number(amount: Decimal | None) -> str:
    return number(None if amount is None else float(amount))


def _starts(name: str, held: Starts) -> list[str]:
    gap = None if held.started_to_date is None else max(held.planned_to_date - held.started_to_date, 0)
    return [name, *map(number, (held.planned, held.started, held.planned_to_date, held.started_to_date, gap))]
