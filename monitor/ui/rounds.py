"""调度填报 the obligations of a unit as a queue of projects to tap on, the most pressing first."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import streamlit as st

from monitor import store
from monitor.model import Viewer
from monitor.queries import drafts as query
from monitor.queries import facts
from monitor.queries.rounds import OPEN, owing_units, progress, queue, rounds
from monitor.terms import ObligationStatus, Role
from monitor.ui import frame
from monitor.ui.situations import units

FILL, LATE, SHEET = "逐个填报", "谁迟报", "Excel 填报"
VIEWS = (FILL, LATE, SHEET)
SHOWN_AT_MOST = 40
UNITS_KEPT_S = 600
STYLE = (Path(__file__).parent / "rounds.css").read_text(encoding="utf-8")
DRAFTS = "round_drafts"
"""填报草稿 what of the session holds the viewer's drafts, as they stand in the store."""

THIS_MONTH, EARLIER, DONE = "待报", "往月欠报", "已报"


class Pick(NamedTuple):
    """当前填报 project and month that the form shows."""

    project_id: int
    year: int
    month: int


def style() -> None:
    """样式 big fields for fingers, and a list that reads from the left."""
    st.html(f"<style>{STYLE}</style>")


def rounds_now(unit_code: str | None) -> pd.DataFrame:
    """当前义务 obligations of one unit, or of all of the viewer's, as of the chosen day."""
    known_on, version = max(frame.as_of(), store.today()), facts.version(store.engine())
    viewer = replace(frame.viewer(), unit_code=unit_code) if unit_code else frame.viewer()
    found = _rounds(viewer, frame.as_of(), known_on, version)
    return found[found["unit_code"] == unit_code] if unit_code else found


@st.cache_resource(max_entries=12, show_spinner="正在读取填报情况…")
def _rounds(viewer: Viewer, as_of: date, known_on: date, version: str) -> pd.DataFrame:
    return rounds(viewer, as_of, store.engine(), known_on)


@st.cache_data(max_entries=24, ttl=UNITS_KEPT_S, show_spinner="正在读取填报情况…")
def _owing_units(viewer: Viewer, as_of: date, url: str) -> list[str]:
    """Units of the viewer that owe reports; kept for a while, since filing a report changes none of them."""
    return owing_units(viewer, as_of, store.engine())


def view_picker() -> str:
    """视图 fill in one by one, see who is late, or fill in a sheet; who files fills in first."""
    first = FILL if frame.viewer().role == Role.DISTRICT else LATE
    st.session_state.setdefault("rounds_view", first)
    chosen = st.segmented_control("视图", VIEWS, key="rounds_view", required=True, label_visibility="collapsed")
    return chosen or first


def go_to(unit_code: str, pick: Pick | None, part: str) -> None:
    """转到填报 show a unit's queue from the next run on; to be called from a callback of a widget."""
    state = st.session_state
    state["rounds_unit"], state["rounds_view"], state["rounds_part"] = unit_code, FILL, part
    state["rounds_pick"], state["rounds_correcting"] = pick, False


def unit_picker() -> str | None:
    """填报单位 the unit whose projects are filled in: the viewer's own where it owes reports, else the one chosen."""
    codes = _owing_units(frame.viewer(), frame.as_of(), str(store.engine().url))
    names = units()["full_name"]
    own = frame.viewer().unit_code
    chosen = st.session_state.setdefault("rounds_unit", own if own in codes else None)
    if chosen not in codes:
        st.session_state["rounds_unit"] = None
    picked: str | None = st.selectbox(
        "填报单位",
        codes,
        index=None,
        key="rounds_unit",
        format_func=lambda code: names.get(code, code),
        placeholder="请选择填报单位",
        label_visibility="collapsed",
    )
    return picked


def progress_line(frame_of_unit: pd.DataFrame, as_of: date) -> None:
    """填报进度 已报 12/35 of the month, as words and as a bar."""
    done, owed = progress(frame_of_unit, as_of)
    st.progress(done / owed if owed else 0.0, text=f"{as_of.year}年{as_of.month}月 已报 **{done}/{owed}**")


def queue_of(frame_of_unit: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """待填清单 the part of the queue that is chosen above the list: this month's, earlier ones, or what is done."""
    rows = queue(frame_of_unit, as_of)
    this_month = (rows["year"] == as_of.year) & (rows["month"] == as_of.month)
    is_open = rows["status"].isin(OPEN)
    parts = {
        THIS_MONTH: rows[this_month & is_open],
        EARLIER: rows[~this_month & is_open],
        DONE: rows[this_month & ~is_open],
    }
    if st.session_state.get("rounds_part") not in parts:
        st.session_state["rounds_part"] = next((name for name, part in parts.items() if len(part)), THIS_MONTH)
    chosen = st.segmented_control(
        "清单",
        list(parts),
        key="rounds_part",
        required=True,
        format_func=lambda name: f"{name} {len(parts[name])}",
        label_visibility="collapsed",
        width="stretch",
    )
    return parts[chosen or THIS_MONTH]


def drafts() -> dict[Pick, query.Draft]:
    """填报草稿 what the viewer has filled in and not filed, on this device or another; read once a visit."""
    if DRAFTS not in st.session_state:
        held = query.drafts(frame.viewer(), store.engine())
        st.session_state[DRAFTS] = {Pick(*key): draft for key, draft in held.items()}
    found: dict[Pick, query.Draft] = st.session_state[DRAFTS]
    return found


def queue_list(rows: pd.DataFrame) -> Pick | None:
    """待填列表 the projects to tap on; the first one is picked where none is."""
    picks = [Pick(*key) for key in rows[["project_id", "year", "month"]].astype(int).itertuples(index=False, name=None)]
    current: Pick | None = st.session_state.get("rounds_pick")
    if current is None or (current not in picks and not st.session_state.get("rounds_correcting")):
        current = st.session_state["rounds_pick"] = picks[0] if picks else None
    for pick, row in list(zip(picks, rows.to_dict("records"), strict=True))[:SHOWN_AT_MOST]:
        unsaved = " · 有草稿" if pick in drafts() else ""
        label = f"**{row['name']}**  \n{_said(row['status'], row['late_days'], row['due_on'], pick)}{unsaved}"
        if st.button(label, key=f"pick_{pick}", type="primary" if pick == current else "secondary", width="stretch"):
            st.session_state["rounds_pick"], st.session_state["rounds_correcting"] = pick, False
            st.rerun()
    if len(picks) > SHOWN_AT_MOST:
        st.caption(f"按紧急程度列出前 {SHOWN_AT_MOST} 项，还有 {len(picks) - SHOWN_AT_MOST} 项，报完自动补上。")
    return current


def _said(status: str, late_days: int, due_on: pd.Timestamp, pick: Pick) -> str:
    """How an entry of the queue stands, in a few words."""
    month = f"{pick.month}月"
    if status == ObligationStatus.LATE:
        return f"{month} · 逾期 {late_days} 天"
    if status == ObligationStatus.UNKNOWN:
        return f"{month} · 时限不能确定"
    if status == ObligationStatus.DONE_LATE:
        return f"{month} · 已报（迟 {late_days} 天）"
    return f"{month} · 已报" if status == ObligationStatus.DONE else f"{month} · {due_on.month}月{due_on.day}日前报"
