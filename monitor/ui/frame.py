"""页面框架 what stands around every page: name, data freshness, and the sentence for what is refused."""

from collections.abc import Callable
from datetime import date, datetime

import streamlit as st

from geo.errors import GeoError
from monitor import store
from monitor.errors import Refusal
from monitor.messages import explain, sentence
from monitor.model import Viewer
from monitor.queries import facts
from monitor.queries.freshness import latest_report_at
from monitor.ui.widgets import chinese_date, moment, nothing
from monitor.web import data
from monitor.web.menu import MENU


def enter(viewer: Viewer) -> None:
    """进入 take in the viewer; called by app.py before any page runs."""
    st.session_state["viewer"] = viewer


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
    return data.day_of(st.query_params.get("as_of", ""))


def freshness() -> None:
    """数据时效 draw the line that says as of which day the figures stand and when the last report came in."""
    reported = last_report(viewer(), as_of(), facts.version(store.engine()))
    st.html(
        '<div class="palmmap-freshness" role="status">'
        f"<span>数据时点 <b>{chinese_date(as_of())}</b></span><span>最近填报 <b>{moment(reported)}</b></span></div>"
    )


@st.cache_data(max_entries=64, show_spinner=False)
def last_report(who: Viewer, known_on: date, version: str) -> datetime | None:
    """最近填报 when the latest report known on a day came in, UTC."""
    return latest_report_at(who, known_on, store.engine())


def open_page(address: str, **query: str) -> None:
    """打开页面 go to a page of the menu, with what its address shall say."""
    st.switch_page(_path(address), query_params=query)


def link(label: str, address: str, **query: str) -> None:
    """页面链接 a link to a page of the menu."""
    st.page_link(_path(address), label=label, query_params=query)


def _path(address: str) -> str:
    return next(page.path for page in MENU if page.address == address)
