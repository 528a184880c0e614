"""督办事项 what a confirmed discrepancy opened: shown until it is settled, and settled with a note by a person."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from monitor import store
from monitor.errors import Refusal
from monitor.formats import signature
from monitor.messages import explain
from monitor.queries.dossier import Row
from monitor.services.problems import close_problem
from monitor.services.rights import may_decide
from monitor.terms import ProblemStatus
from monitor.ui import frame, signer
from monitor.ui.widgets import chinese_date, moment, table

CLOSED = "problem_closed"


def problems(rows: Sequence[Row]) -> None:
    """督办事项 the open ones, each with a button that settles it for those who may."""
    if done := st.session_state.pop(CLOSED, None):
        st.success(done)
        signer.keep()
    for row in rows:
        if row["status"] != ProblemStatus.OPEN:
            continue
        st.html(_told(row))
        if may_decide(frame.viewer()) and st.button("办结", key=f"close_problem_{row['id']}"):
            _ask(row)


def _told(row: Row) -> str:
    due = f"，{chinese_date(row['due_on'])}前办结" if row["due_on"] else ""
    return (
        f'<div class="inspection-problem" data-problem="{row["id"]}"><p><b>督办事项</b>　{escape(row["title"])}</p>'
        f"<p>{escape(signature(row['opened_by'], row['opened_signed_by']))} {moment(row['opened_at'])} 立项{due}，"
        f"{ProblemStatus.labels()[row['status']]}</p></div>"
    )


@st.dialog("督办办结")
def _ask(row: Row) -> None:
    """Take what was done about it, and close it when that is confirmed."""
    st.markdown(row["title"])
    note = st.text_area("办理结果", max_chars=1000, placeholder="写明整改或核实情况", key=f"close_note_{row['id']}")
    name = signer.ask(f"close_name_{row['id']}", "办结人姓名")
    st.caption(f"{signer.said('办结人')}与办理结果一并存档，不能删改；办结后项目亮灯随之更新。")
    back, write = st.columns(2)
    if back.button("返回", width="stretch"):
        st.rerun()
    if write.button("确认办结", type="primary", width="stretch"):
        try:
            close_problem(frame.viewer(), row["id"], note, store.engine(), frame.as_of(), name)
        except Refusal as refusal:
            st.error(explain(refusal))
            return
        signer.remember(name)
        st.session_state[CLOSED] = "督办事项已办结。"
        st.rerun()


def settled(rows: Sequence[Row]) -> None:
    """办结记录 who settled what, when, and how."""
    closed = [row for row in rows if row["status"] == ProblemStatus.CLOSED]
    if closed:
        said = (
            (
                moment(row["closed_at"]),
                signature(row["closed_by"], row["closed_signed_by"]),
                row["title"],
                row["closing_note"],
            )
            for row in closed
        )
        table(["办结时间", "办结人", "督办事项", "办理结果"], said)
