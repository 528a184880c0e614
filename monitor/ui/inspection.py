"""影像核查 what the page looks at: filters and the open site stand in the address, so that a reload shows the same."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pandas as pd
import streamlit as st

from monitor import store
from monitor.model import Viewer
from monitor.queries import facts
from monitor.queries.imagery_queue import Filter, queue
from monitor.terms import ImageryFinding
from monitor.ui import frame

STYLE = (Path(__file__).parent / "inspection.css").read_text(encoding="utf-8")
PENDING, DECIDED, ALL = "pending", "decided", "all"
PLACE = "inspection_place"
FILTERS = ("state", "finding", "unit", "text", "least")
"""筛选参数 what the filters are called in the address."""


def style() -> None:
    """样式 the two pictures fill the screen beside the evidence, or stand above it."""
    st.html(f"<style>{STYLE}</style>")


def wanted() -> Filter:
    """当前筛选 filters as the address says; without any, what waits for a decision."""
    query = st.query_params
    findings = tuple(key for key in query.get("finding", "").split(",") if key in ImageryFinding.labels())
    state, least = query.get("state", PENDING), query.get("least", "")
    return Filter(
        unit_code=query.get("unit"),
        findings=findings,
        state=None if state == ALL else state if state == DECIDED else PENDING,
        text=query.get("text", ""),
        min_investment_wan_yuan=float(least) if least.isdecimal() else None,
    )


def narrow(state: str, findings: Sequence[str], unit: str | None, text: str, least: int | None) -> None:
    """筛选 put filters into the address."""
    said = {
        "state": "" if state == PENDING else state,
        "finding": ",".join(findings),
        "unit": unit or "",
        "text": text.strip(),
        "least": str(least or ""),
    }
    for key, value in said.items():
        if value:
            st.query_params[key] = value
        else:
            st.query_params.pop(key, None)


def widen() -> None:
    """清除筛选 take all filters out of the address."""
    for key in FILTERS:
        st.query_params.pop(key, None)


def queue_now(asked: Filter) -> pd.DataFrame:
    """核查队列 inspected projects of the viewer by priority; shared, read only."""
    return _queue(frame.viewer(), frame.as_of(), facts.version(store.engine()), asked)


@st.cache_resource(max_entries=24, show_spinner="正在排列核查队列…")
def _queue(viewer: Viewer, as_of: date, version: str, asked: Filter) -> pd.DataFrame:
    return queue(viewer, as_of, store.engine(), asked)


def opened() -> int | None:
    """当前项目 the project whose pictures are looked at, None while the queue is."""
    stated = st.query_params.get("project", "")
    return int(stated) if stated.isdecimal() else None


def look_at(project_id: int | None) -> None:
    """打开项目 look at another project, or at the queue."""
    if project_id is None:
        st.query_params.pop("project", None)
    else:
        st.query_params["project"] = str(project_id)


def neighbours(project_id: int, rows: pd.DataFrame, left_at: int = 0) -> tuple[int | None, int | None]:
    """上一处下一处 projects before and after one in the queue; one that has left it, where it stood (``left_at``)."""
    order = [int(one) for one in rows.index]
    stands = project_id in order
    place = order.index(project_id) if stands else left_at
    following = order[place + stands :][:1]
    return order[place - 1] if 0 < place <= len(order) else None, following[0] if following else None


def around(project_id: int) -> tuple[int | None, int | None]:
    """前后地块 neighbours in the queue now; a site that was decided on keeps its place while it is open."""
    rows = queue_now(wanted())
    if project_id in rows.index:
        st.session_state[PLACE] = (project_id, rows.index.get_loc(project_id))
    held, place = st.session_state.get(PLACE, (None, 0))
    return neighbours(project_id, rows, place if held == project_id else 0)
