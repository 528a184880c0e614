"""核查队列 the sites to look at, the most suspicious, costly and long unseen first; a row opens the site."""

import pandas as pd
import streamlit as st

from monitor.model import NATION
from monitor.queries.imagery import picture_address
from monitor.queries.imagery_queue import Filter
from monitor.queries.sites import limits
from monitor.terms import ImageryDecision, ImageryFinding, ImageryStage
from monitor.ui import frame, inspection
from monitor.ui.situations import unit_choices
from monitor.ui.widgets import NONE, money, nothing, number

STATES = {inspection.PENDING: "待核查", inspection.DECIDED: "已核查", inspection.ALL: "全部"}
LEAST_WAN_YUAN = (0, 1_000, 10_000, 50_000, 100_000)
"""总投资下限 steps of the filter by money."""

ROW_HEIGHT, HEADER_PX = 68, 38
"""行高 above 64 px long names go on in a second and third line."""
FACTORS = {"可疑程度": "suspicion", "投资系数": "money_factor", "时间系数": "wait_factor"}
"""优先度三项 whose product is the priority, so that the order can be checked."""

COMMAND = "palmmap import scenes 影像文件夹"
COMMAND_INSPECT = "palmmap inspect-all"


def show() -> None:
    """显示队列 filters, counts, and the table; or what to do where there is nothing."""
    everything = inspection.queue_now(Filter(state=None))
    if everything.empty:
        _nothing_yet()
        return
    asked = inspection.wanted()
    _filters(everything, asked)
    rows = inspection.queue_now(asked)
    _summary(rows)
    if rows.empty:
        nothing("没有符合条件的地块。", "请放宽筛选条件，或在“状态”中选“全部”。")
        st.button("清除筛选", on_click=inspection.widen)
        return
    _table(rows)


def _nothing_yet() -> None:
    nothing(
        "还没有可核查的影像。",
        f"先由管理员导入影像：{COMMAND}，再运行 {COMMAND_INSPECT}；"
        "没有红线的项目，请在“导入”页上传红线，或补充准确坐标。",
    )
    frame.link("打开导入页", "imports")


def _filters(everything: pd.DataFrame, asked: Filter) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        _widget(
            st.segmented_control, "状态", "state", list(STATES), asked.state or inspection.ALL, STATES, required=True
        )
        labels = ImageryFinding.labels()
        findings = [key for key in labels if key in {*everything["finding"], *asked.findings}]
        _widget(st.pills, "研判结论", "finding", findings, list(asked.findings), labels, selection_mode="multi")
    unit, least, text, why = st.columns([3, 2, 3, 2], vertical_alignment="center")
    with unit:
        chosen = asked.unit_code or NATION
        offered = unit_choices(everything["unit_code"], chosen)
        _widget(st.selectbox, "区域", "unit", list(offered), chosen, offered)
    with least:
        steps = {step: f"总投资{money(step)}以上" if step else "总投资不限" for step in LEAST_WAN_YUAN}
        _widget(st.selectbox, "总投资", "least", list(steps), _step(asked.min_investment_wan_yuan), steps)
    with text:
        st.session_state["queue_text"] = asked.text
        st.text_input(
            "查找", key="queue_text", on_change=_narrow, placeholder="项目名称或代码", label_visibility="collapsed"
        )
    with why.popover("排序依据", width="stretch"):
        st.markdown(basis())


def _step(least: float | None) -> int:
    return next((step for step in LEAST_WAN_YUAN if step == least), 0)


def _widget(widget, label, name, options, value, names, **more) -> None:  # type: ignore[no-untyped-def]
    """One filter: what it holds comes from the address and goes back there."""
    st.session_state[f"queue_{name}"] = value
    more |= {"on_change": _narrow, "label_visibility": "collapsed", "format_func": lambda key: names.get(key, key)}
    widget(label, options, key=f"queue_{name}", **more)


def _narrow() -> None:
    held = st.session_state
    unit = held["queue_unit"]
    inspection.narrow(
        held["queue_state"],
        held["queue_finding"] or (),
        None if unit == NATION else unit,
        held["queue_text"] or "",
        held["queue_least"],
    )


def _summary(rows: pd.DataFrame) -> None:
    counts = rows["finding"].value_counts()
    parts = [f"{label} {counts[key]}" for key, label in ImageryFinding.labels().items() if key in counts]
    st.markdown(f"共 **{len(rows)}** 处{'：' if parts else ''}{'，'.join(parts)}")


def basis() -> str:
    """排序依据 how the order comes about, in words and figures, with the rule it stands on."""
    rule = limits()
    labels = ImageryFinding.labels()
    weights = "、".join(f"{labels[key]} {number(weight)}" for key, weight in rule["suspicion"].items())
    sums, wait, reference = rule["money"], rule["wait"], rule["reference"]
    return "\n".join(
        [
            "优先度 = 100 × 可疑程度 × 投资系数 × 时间系数，三项列在表的右端。\n",
            f"- 可疑程度：{weights}，存疑的一律按 {number(rule['abstained_suspicion'])}，再乘以把握。",
            f"- 投资系数：总投资不超过 {money(sums['least_wan_yuan'])}的为 {number(sums['floor'])}，"
            f"达到 {money(sums['most_wan_yuan'])}的为 1，其间每翻一番所增相同。",
            f"- 时间系数：刚核查过的为 {number(wait['floor'])}，满 {wait['full_days']} 天未核查的为 1，其间按天数折算；"
            "从未核查的，从后期影像日期算起。\n",
            f"{rule['note']}\n",
            f"依据：{reference['document']} {reference['clause']}",
        ]
    )


def _table(rows: pd.DataFrame) -> None:
    shown = table(rows)
    picked = st.container(key="inspection_queue").dataframe(
        shown,
        hide_index=True,
        height=HEADER_PX + ROW_HEIGHT * len(rows),
        row_height=ROW_HEIGHT,
        on_select="rerun",
        selection_mode="single-cell",
        placeholder=NONE,
        column_config={
            "序": st.column_config.NumberColumn(width=40, pinned=True),
            "项目名称": st.column_config.TextColumn(width=246),
            "优先度": st.column_config.ProgressColumn(min_value=0, max_value=100, format="%.0f", width=76),
            "前": st.column_config.ImageColumn(width=68),
            "后": st.column_config.ImageColumn(width=68),
            "把握": st.column_config.NumberColumn(format="%d%%", width=64),
            "形象进度(%)": st.column_config.NumberColumn(format="%.0f", width=96),
            "总投资（万元）": st.column_config.NumberColumn(format="localized", width=106),
            "未核查（天）": st.column_config.NumberColumn(width=90),
            **dict.fromkeys(FACTORS, st.column_config.NumberColumn(format="%.2f", width=80)),
        },
    )
    st.caption("点任一行打开前后影像；点列名按该列排序。标“示例”的影像和项目为演示数据。")
    if picked.selection.cells:
        row, _column = picked.selection.cells[0]
        inspection.look_at(int(rows.index[row]))
        st.rerun()


def table(rows: pd.DataFrame) -> pd.DataFrame:
    """队列表 the queue with the columns that an inspector reads, index project_id."""
    decided = rows["decision"].map(ImageryDecision.labels())
    findings = rows["finding"].map(ImageryFinding.labels())
    return pd.DataFrame(
        {
            "序": range(1, len(rows) + 1),
            "项目名称": rows["name"],
            "优先度": rows["priority"],
            "研判结论": findings.where(~rows["abstained"].astype(bool), findings + "（存疑）"),
            "前": [picture_address(one, "before") for one in rows["inspection_id"]],
            "后": [picture_address(one, "after") for one in rows["inspection_id"]],
            "总投资（万元）": rows["total_investment_wan_yuan"],
            "未核查（天）": rows["days_waiting"],
            "把握": (100 * rows["confidence"]).round(),
            "影像所见": rows["shown_stage"].map(ImageryStage.labels()),
            "形象进度(%)": rows["reported_pct"],
            "影像日期": [f"{one:%Y-%m-%d}" for one in rows["after_on"]],
            "处理": decided.where(rows["problem_id"].isna(), decided.fillna("") + "，已立督办"),
            "区域": rows["unit_name"],
            "示例": rows["is_sample"].map({True: "示例", False: ""}),
            **{name: rows[column] for name, column in FACTORS.items()},
        }
    )
