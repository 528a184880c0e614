"""一项目一清单 the list of one project on its dossier: how each line stands, and the dialog to write on it (001-22)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from monitor import store
from monitor.errors import Refusal
from monitor.messages import explain
from monitor.model import Viewer
from monitor.queries.items import ITEM, SUPERVISION, items
from monitor.services.items import Kept, put, undo, withdraw
from monitor.services.rights import may_file
from monitor.terms import Colour, ItemKind, ItemState
from monitor.ui import frame
from monitor.ui.widgets import day, light, missing, nothing
from monitor.workflow import items as work
from monitor.workflow.items import Checklist, Item, labels

JUST = "item_just"
COLOURS: Mapping[str, str] = {
    ItemState.OVERDUE: Colour.RED,
    ItemState.SOON: Colour.YELLOW,
    ItemState.UNDATED: Colour.GREY,
    ItemState.DONE_LATE: Colour.GREEN,
    ItemState.DONE: Colour.GREEN,
}
"""状态颜色 colour and shape of a state; a line that is under way has none."""


def section(viewer: Viewer, known: pd.DataFrame, as_of: date) -> None:
    """一项目一清单 the lines of a project by kind, with buttons for those who may write.

    Parameters
    ----------
    viewer : Viewer
        Who looks.
    known : DataFrame
        Facts of the one project on the day, index project_id.
    as_of : date
        The day.
    """
    project_id = int(known.index[0])
    lines = items(replace(viewer, project_id=project_id), known, as_of, store.engine())
    checklist = work.checklists(known, as_of).get(project_id, Checklist())
    absent = work.missing(lines, {project_id: checklist})
    _just_kept(viewer, project_id)
    for kind in ItemKind:
        own: list[Any] = lines[lines["kind"] == kind].to_dict("records")
        names = absent.loc[absent["kind"] == kind, "name"].tolist()
        said, add = st.columns([8, 2], vertical_alignment="center")
        said.markdown(f"**{kind.label}**（{len(own)} 项）" if own else f"**{kind.label}**")
        if may_file(viewer) and add.button("登记事项", key=f"add_{kind}", width="stretch"):
            _ask(viewer, project_id, kind, None, names)
        for row in own:
            _draw(viewer, project_id, kind, row)
        if not own and not names:
            nothing("清单中没有此类事项。")
        if names:
            st.caption(f"尚未列入：{'、'.join(names)}")
    for rule in checklist.rules:
        st.caption(f"依据 {rule.reference.document} {rule.reference.clause}")


def state_words(row: Mapping[str, Any]) -> str:
    """状态文字 e.g. 逾期 10 天, 已完成."""
    label = ItemState.labels()[row["state"]]
    return f"{label} {row['overdue_days']} 天" if row["overdue_days"] else label


def _draw(viewer: Viewer, project_id: int, kind: ItemKind, row: Mapping[str, Any]) -> None:
    text, button = st.columns([8, 2], vertical_alignment="center")
    text.html(_told(row))
    if row["origin"] == ITEM and may_file(viewer):
        if button.button("办理", key=f"item_{row['number']}", width="stretch"):
            _ask(viewer, project_id, kind, row, [])
    else:
        button.caption({ITEM: "", SUPERVISION: "督办事项"}.get(row["origin"], "项目档案"))


def _told(row: Mapping[str, Any]) -> str:
    """A line as HTML: name, state with shape and colour, unit, dates, measure and note."""
    state = light(COLOURS.get(row["state"], ""), state_words(row))
    said = labels(row["kind"])
    facts = []
    for name in ("holder", "opened_on", "planned_on", "done_on", "note"):
        if name in said and not missing(row[name]):
            value = day(row[name]) if name.endswith("_on") else str(row[name])
            facts.append(f"<span>{said[name]} {escape(value)}</span>")
    if row["origin"] == SUPERVISION:
        facts.append(f"<span>立项人 {escape(str(row['recorded_by']))}</span>")
    measure = ""
    if row["kind"] == ItemKind.PROBLEM and row["origin"] == ITEM:
        words = "尚未提出" if missing(row["measure"]) else str(row["measure"])
        measure = f'<p class="measure">措施建议：{escape(words)}</p>'
    return f'<div class="palmmap-item"><p><b>{escape(row["name"])}</b>{state}</p>{measure}<p>{"".join(facts)}</p></div>'


def _just_kept(viewer: Viewer, project_id: int) -> None:
    """Say what was written last, with the way back."""
    if JUST not in st.session_state or st.session_state[JUST][0] != project_id:
        return
    _, kept, words = st.session_state[JUST]
    said, back = st.columns([8, 2], vertical_alignment="center")
    said.success(words)
    if back.button("撤销", width="stretch"):
        del st.session_state[JUST]
        try:
            undo(viewer, project_id, kept, store.engine(), frame.as_of())
        except Refusal as refusal:
            st.error(explain(refusal))
            return
        st.rerun()


@st.dialog("清单事项")
def _ask(viewer: Viewer, project_id: int, kind: ItemKind, row: Mapping[str, Any] | None, names: list[str]) -> None:
    """Take what a line shall say, and write it when that is confirmed."""
    st.markdown(f"**{kind.label}**")
    number, revision = (row["number"], row["revision"]) if row else (None, None)
    item = _fields(f"item_{project_id}_{kind}_{number}_{revision}", kind, row, names)
    st.caption(f"办理人 {viewer.name}。改动逐次留存，可撤销；办理情况记入变更记录。")
    back, write = st.columns(2)
    if back.button("返回", width="stretch"):
        st.rerun()
    if write.button("确认登记", type="primary", width="stretch"):
        _write(
            project_id,
            f"已登记“{item.name.strip()}”。",
            partial(put, viewer, project_id, item, store.engine(), number=number, based_on=revision, on=frame.as_of()),
        )
    if row and st.button("从清单撤回", width="stretch"):
        taking = partial(withdraw, viewer, project_id, row["number"], store.engine(), revision, frame.as_of())
        _write(project_id, f"已从清单撤回“{row['name']}”。", taking)


def _write(project_id: int, words: str, writing: Any) -> None:
    try:
        kept: Kept = writing()
    except Refusal as refusal:
        st.error(explain(refusal))
        return
    st.session_state[JUST] = (project_id, kept, words)
    st.rerun()


def _fields(prefix: str, kind: ItemKind, row: Mapping[str, Any] | None, names: list[str]) -> Item:
    """The fields of a line, in widgets of its own; a procedure is chosen among those the plan names, or written."""
    held = {name: None if row is None or missing(row[name]) else row[name] for name in labels(kind)}
    said: dict[str, Any] = {}
    for name, label in labels(kind).items():
        key = f"{prefix}_{name}"
        if name == "name" and names:
            said[name] = st.selectbox(
                label, names, index=None, key=key, accept_new_options=True, placeholder="选择方案所列手续，或直接填写"
            )
        elif name.endswith("_on"):
            said[name] = st.date_input(label, held[name], key=key, format="YYYY-MM-DD")
        elif name in ("name", "measure"):
            said[name] = st.text_area(label, held[name] or "", key=key, max_chars=500, height=80)
        else:
            said[name] = st.text_input(label, held[name] or "", key=key, max_chars=200)
    stated: dict[str, Any] = {
        name: value.strip() or None if isinstance(value, str) else value for name, value in said.items()
    }
    return Item(kind.value, **(stated | {"name": stated["name"] or ""}))
