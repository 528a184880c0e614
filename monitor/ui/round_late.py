"""谁迟报 units, responsible bodies and cadences that owe reports, the worst first; a row is one tap from the form."""

from collections.abc import Callable
from datetime import date

import pandas as pd
import streamlit as st

from monitor.queries import rounds as query
from monitor.ui.rounds import EARLIER, THIS_MONTH, Pick, go_to
from monitor.ui.situations import units
from monitor.ui.widgets import nothing, tap_table

BY = {"填报单位": "unit_code", "责任单位": "responsible", "调度类别": "label"}
ROWS_SHOWN = 12
OF = "rounds_late_of"
"""已选对象 what of the session holds the row whose projects are listed: column and value."""

COLUMNS = {
    "late_projects": "欠报项目（个）",
    "late": "逾期未报（期）",
    "worst_days": "最长逾期（天）",
    "late_share": "逾期占比（%）",
    "due": "待报（期）",
    "done_late": "迟报（期）",
    "on_file": "已报（期）",
}


def who_is_late(everything: pd.DataFrame, as_of: date) -> None:
    """谁迟报 a ranked table by unit, 责任单位 or cadence; of the latter two, a tap lists the projects that owe."""
    of: tuple[str, str] | None = st.session_state.get(OF)
    if of:
        _projects(everything, *of, as_of)
        return
    by = st.segmented_control("按", list(BY), default="填报单位", required=True, label_visibility="collapsed")
    column = BY[by or "填报单位"]
    told = query.who_is_late(everything, column)
    if told.empty:
        nothing("本期没有填报任务。", "项目列入有调度频次的清单后，按规则自动生成。")
        return
    keys = [str(key) for key in told.index]
    _table(_ranked(told, by or "", column), f"late_{column}", lambda row: _open(column, keys[row], everything, as_of))
    st.caption(
        "点任一行打开该单位的填报清单。" if column == "unit_code" else "点任一行列出欠报项目，再点项目打开填报。"
    )


def _ranked(told: pd.DataFrame, by: str, column: str) -> pd.DataFrame:
    """The table as it is shown, index as ``told``."""
    shown = told.assign(on_file=told["done"] + told["done_late"], late_share=told["late_share"].round(1))
    shown["worst_days"] = shown["worst_days"].where(shown["late"] > 0)
    names = units()["full_name"].to_dict() if column == "unit_code" else {}
    shown.insert(0, by, [names.get(str(key), str(key)) for key in shown.index])
    return shown[[by, *COLUMNS]].rename(columns=COLUMNS)


def _table(table: pd.DataFrame, key: str, opened: Callable[[int], None]) -> None:
    """A table for fingers, its first column held in sight; a tap calls ``opened`` with the row."""
    name = str(table.columns[0])
    tap_table(table, key, {name: st.column_config.TextColumn(width=300, pinned=True)}, rows=ROWS_SHOWN, tapped=opened)


def _open(column: str, key: str, everything: pd.DataFrame, as_of: date) -> None:
    """A unit's queue, or the list of what a body or cadence owes."""
    if column == "unit_code":
        go_to(key, None, _part(query.queue(everything[everything["unit_code"] == key], as_of), as_of))
    else:
        st.session_state[OF] = (column, key)


def _part(rows: pd.DataFrame, as_of: date) -> str:
    """The part of a unit's queue to show first: what is overdue from earlier months, where anything is."""
    earlier = rows["status"].isin(query.OPEN) & ((rows["year"] != as_of.year) | (rows["month"] != as_of.month))
    return EARLIER if earlier.any() else THIS_MONTH


def _projects(everything: pd.DataFrame, column: str, key: str, as_of: date) -> None:
    """欠报项目 what one body or cadence owes, project by project."""
    said, back = st.columns([6, 2], vertical_alignment="center")
    rows = query.queue(everything[everything[column].fillna(query.UNSTATED) == key], as_of)
    rows = rows[rows["status"].isin(query.OPEN)].reset_index(drop=True)
    said.subheader(f"{key}：欠报和待报 {len(rows)} 项", anchor=False)
    back.button("返回排名", on_click=lambda: st.session_state.pop(OF), width="stretch")
    if rows.empty:
        nothing("没有欠报和待报的项目。")
        return
    shown = pd.DataFrame(
        {
            "项目": rows["name"],
            "填报单位": rows["unit_code"].map(units()["full_name"]),
            "月份": [f"{year}年{month}月" for year, month in rows[["year", "month"]].astype(int).to_numpy()],
            "逾期（天）": rows["late_days"].where(rows["late_days"] > 0),
        }
    )
    picks = [Pick(*pick) for pick in rows[["project_id", "year", "month"]].astype(int).itertuples(index=False)]
    owners = rows["unit_code"].tolist()
    _table(shown, "late_projects", lambda row: _open_project(owners[row], picks[row], as_of))
    st.caption("点任一行打开该项目的填报。")


def _open_project(unit_code: str, pick: Pick, as_of: date) -> None:
    this_month = (pick.year, pick.month) == (as_of.year, as_of.month)
    st.session_state.pop(OF)
    go_to(unit_code, pick, THIS_MONTH if this_month else EARLIER)
