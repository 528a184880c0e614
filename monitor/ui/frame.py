"""页面框架 what stands around every page: style, name, data freshness, and the sentence for what is refused."""

import base64
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from html import escape
from pathlib import Path

import streamlit as st

from geo.errors import GeoError
from monitor import store
from monitor.errors import Refusal
from monitor.messages import explain, sentence
from monitor.model import Viewer
from monitor.queries import facts

BEIJING = timezone(timedelta(hours=8), "北京时间")
"""北京时间: moments are stored in UTC and shown in this zone."""

STYLE = (Path(__file__).parent / "frame.css").read_text(encoding="utf-8")
LOGO = (Path(__file__).parent / "logo.svg").read_text(encoding="utf-8")


def enter(viewer: Viewer) -> None:
    """进入 take in the viewer and draw the frame; called by app.py before any page runs."""
    st.session_state["viewer"] = viewer
    st.html(f"<style>{STYLE}</style>")
    st.logo(f"data:image/svg+xml;base64,{base64.b64encode(LOGO.encode()).decode()}", size="large")


def viewer() -> Viewer:
    """当前查看人 the viewer of this visit."""
    who: Viewer = st.session_state["viewer"]
    return who


def run(page: Callable[[], None]) -> None:
    """运行页面 run the chosen page, or say in one sentence what is missing."""
    try:
        if not store.is_initialised(store.engine()):
            nothing(sentence("store.not_initialised"))
            return
        freshness()
        page()
    except (Refusal, GeoError) as refusal:
        st.error(explain(refusal))


def as_of() -> date:
    """数据时点 the day that the page shows: ``?as_of=`` where it is a date, else the store's default."""
    try:
        return date.fromisoformat(st.query_params.get("as_of", ""))
    except ValueError:
        return facts.default_as_of(store.engine())


def freshness() -> None:
    """数据时效 draw the line that says as of which day the figures stand and when the last report came in."""
    reported = last_report(viewer(), facts.version(store.engine()))
    latest = f"{reported.astimezone(BEIJING):%Y-%m-%d %H:%M}" if reported else "暂无"
    st.html(
        '<div class="palmmap-freshness" role="status">'
        f"<span>数据时点 <b>{chinese_date(as_of())}</b></span><span>最近填报 <b>{escape(latest)}</b></span></div>"
    )


@st.cache_data(max_entries=64, show_spinner=False)
def last_report(who: Viewer, version: str) -> datetime | None:
    """最近填报 when the latest report of the viewer's projects came in, UTC."""
    return facts.latest_report_at(who, store.engine())


def chinese_date(day: date) -> str:
    """中文日期 e.g. 2024年10月31日."""
    return f"{day.year}年{day.month}月{day.day}日"


def nothing(text: str, hint: str = "") -> None:
    """空状态 say that there is nothing here, and what to do."""
    st.html(f'<div class="palmmap-empty"><p>{escape(text)}</p><p class="hint">{escape(hint)}</p></div>')
