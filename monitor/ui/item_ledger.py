"""清单台账 every line of the lists of the projects left, the most pressing first; out to Excel and back (001-22)."""

from collections.abc import Sequence
from datetime import date
from html import escape
from pathlib import Path

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from monitor import store
from monitor.model import ImportResult, Viewer
from monitor.queries import facts
from monitor.queries.items import ITEM, PROJECT, SUPERVISION, items
from monitor.services import item_export
from monitor.services.item_import import import_items
from monitor.services.rights import may_file
from monitor.terms import ItemKind, ItemState
from monitor.ui import frame
from monitor.ui.items import COLOURS
from monitor.ui.sheet_intake import sheet_back
from monitor.ui.situations import situation_now, units
from monitor.ui.widgets import LIGHT_COLOURS, LIGHT_SHAPES, nothing, tap_table

VIEWS = {"": "项目台账", "items": "清单台账"}
PRESSING = (ItemState.OVERDUE, ItemState.SOON, ItemState.OPEN, ItemState.UNDATED)
"""未完成 states that are shown where none is chosen."""

UNDER_WAY = "#1f4e8c"
"""未到期 colour of a line that has none of a light."""

ORIGINS = {ITEM: "清单", PROJECT: "项目档案", SUPERVISION: "督办事项"}


def picker() -> str:
    """台账种类 projects or the lines of their lists; it stands in the address as ``view``."""
    held = st.query_params.get("view", "")
    st.session_state["ledger_view"] = held if held in VIEWS else ""
    chosen = st.segmented_control(
        "台账",
        list(VIEWS),
        key="ledger_view",
        format_func=VIEWS.__getitem__,
        on_change=_turn,
        required=True,
        label_visibility="collapsed",
    )
    return chosen or ""


def _turn() -> None:
    chosen = st.session_state["ledger_view"]
    st.query_params.pop("view", None)
    if chosen:
        st.query_params["view"] = chosen


def view(bar: DeltaGenerator, left: pd.DataFrame, said: Sequence[str], as_of: date) -> None:
    """清单台账 draw the lines of the lists of the projects that the filters have left; ``bar`` holds the picker."""
    viewer = frame.viewer()
    everything = _lines(viewer, as_of, facts.version(store.engine()))
    own = everything[everything["project_id"].isin(left.index)]
    with bar:
        kinds = _chosen("item_kind", ItemKind.labels(), "类别")
        st.download_button(
            "导出台账（Excel）",
            lambda: item_export.workbook(viewer, left, as_of, store.engine())[0],
            f"{item_export.TITLE}_{as_of:%Y%m%d}.xlsx",
            on_click="ignore",
            disabled=left.empty,
        )
    own = own[own["kind"].isin(kinds)] if kinds else own
    counts = own["state"].value_counts()
    words = {state.value: f"{_shape(state)} {state.label} {counts.get(state.value, 0):,}" for state in ItemState}
    states = _chosen("item_state", words, "状态")
    _total(own, said)
    rows = in_order(own[own["state"].isin(states or [state.value for state in PRESSING])])
    if rows.empty:
        nothing("没有符合条件的清单事项。", "可减少筛选条件；事项在一项一档中登记，或导入台账。")
    else:
        _table(rows, left, as_of)
    if may_file(viewer):
        with st.expander("导入台账"):
            st.caption("先导出台账，在手续、节点、问题措施三张表中填写，再上传；确认之前不写入任何数据。")
            sheet_back("台账", "items", _take)


def _shape(state: ItemState) -> str:
    return LIGHT_SHAPES[COLOURS[state]] if state in COLOURS else "○"


@st.cache_resource(max_entries=6, show_spinner="正在读取清单…")
def _lines(viewer: Viewer, as_of: date, version: str) -> pd.DataFrame:
    return items(viewer, situation_now(), as_of, store.engine())


def _take(path: Path, dry_run: bool) -> ImportResult:
    return import_items(frame.viewer(), path, store.engine(), dry_run=dry_run, on=frame.as_of())


def _chosen(name: str, labels: dict[str, str], label: str) -> list[str]:
    """Pills whose choice stands in the address."""
    held = [key for key in st.query_params.get(name, "").split(",") if key in labels]
    st.session_state[f"filter_{name}"] = held

    def turn() -> None:
        chosen = st.session_state[f"filter_{name}"]
        st.query_params.pop(name, None)
        if chosen:
            st.query_params[name] = ",".join(chosen)

    st.pills(
        label, list(labels), selection_mode="multi", key=f"filter_{name}", on_change=turn,
        format_func=labels.__getitem__, label_visibility="collapsed",
    )  # fmt: skip
    return held


def _total(own: pd.DataFrame, said: Sequence[str]) -> None:
    """How many lines of how many projects, under which filters."""
    filters = "".join(f"<span>{escape(text)}</span>" for text in said)
    total = f"共 <b>{len(own):,}</b> 个事项，涉及 <b>{own['project_id'].nunique():,}</b> 个项目；未选状态时列出未完成的"
    st.html(f'<div class="palmmap-count"><p>{total}</p><p class="said">{filters}</p></div>')


def in_order(rows: pd.DataFrame) -> pd.DataFrame:
    """按紧急程度 lines by state, then the longest overdue, then the earliest deadline."""
    place = {state.value: number for number, state in enumerate(ItemState)}
    keys = pd.DataFrame(
        {
            "state": rows["state"].map(place),
            "late": -rows["overdue_days"],
            "due": pd.to_datetime(rows["planned_on"]),
        }
    )
    return rows.loc[keys.sort_values(["state", "late", "due"], kind="stable").index]


def _table(rows: pd.DataFrame, left: pd.DataFrame, as_of: date) -> None:
    projects = rows["project_id"]
    shown = pd.DataFrame(
        {
            "状态": [[label] for label in rows["state"].map(ItemState.labels())],
            "逾期（天）": rows["overdue_days"].where(rows["overdue_days"] > 0),
            "事项": rows["name"],
            "项目名称": projects.map(left["name"]),
            "示例": projects.map(left["is_sample"]).map({True: "示例", False: ""}),
            "类别": rows["kind"].map(ItemKind.labels()),
            "责任单位": rows["holder"],
            "时限": pd.to_datetime(rows["planned_on"]),
            "措施建议": rows["measure"],
            "完成日期": pd.to_datetime(rows["done_on"]),
            "区域": projects.map(left["unit_code"]).map(units()["name"]),
            "来源": rows["origin"].map(ORIGINS),
        }
    )
    day = st.column_config.DateColumn(format="YYYY-MM-DD")
    columns = {
        "状态": st.column_config.MultiselectColumn(
            options=list(ItemState.labels().values()),
            color=[LIGHT_COLOURS[COLOURS[state]] if state in COLOURS else UNDER_WAY for state in ItemState],
            width=104,
            pinned=True,
        ),
        "逾期（天）": st.column_config.NumberColumn(width=92),
        "事项": st.column_config.TextColumn(width=220),
        "项目名称": st.column_config.TextColumn(width=280),
        "时限": day,
        "完成日期": day,
    }
    cell = tap_table(shown, "item_ledger", columns, rows=10)
    st.caption("点任一行打开一项一档，在“一项目一清单”中办理。")
    if cell:
        frame.open_page("dossier", project=str(projects.iloc[cell[0]]), as_of=as_of.isoformat())
