"""页面数据 what the pages read again and again, kept while the store does not change.

The district is part of the key (``Viewer``), so no one is shown what was kept for another. What is kept is shared and
not copied: take from it, never write to it.
"""

from datetime import date

import pandas as pd
import streamlit as st

from monitor import store
from monitor.model import NATION, Viewer
from monitor.queries import facts, map_data, map_districts
from monitor.queries.map_districts import lineage
from monitor.ui import frame
from monitor.ui.widgets import chinese_date
from monitor.web import data


def situation_now() -> pd.DataFrame:
    """当前情况 facts with lights of the viewer's projects, as of the chosen day; shared, read only."""
    return _situation(frame.viewer(), frame.as_of(), facts.version(store.engine()))


@st.cache_resource(max_entries=12, show_spinner="正在读取项目数据…")
def _situation(viewer: Viewer, as_of: date, version: str) -> pd.DataFrame:
    return data.situation_of(viewer, as_of)


def units() -> pd.DataFrame:
    """填报单元 all reporting units by code: name, full_name, kind, parent_code, within."""
    return _units(facts.version(store.engine()))


@st.cache_resource(max_entries=2, show_spinner=False)
def _units(version: str) -> pd.DataFrame:
    return map_districts.units(store.engine())


def unit_choices(held: pd.Series, chosen: str) -> dict[str, str]:
    """区域选项 names of the units that hold projects and of those above them, from the top down, and the chosen one.

    Parameters
    ----------
    held : Series of str
        Unit of each project.
    chosen : str
        Offered in any case.
    """
    codes = {above for code in held.unique() for above in lineage(units(), code)} | {chosen}
    names = units()["full_name"]
    return {NATION: "全部区域", **{code: names.get(code, code) for code in sorted(codes - {NATION})}}


def day_choices() -> dict[date, str]:
    """数据时点选项 words of the ends of the months that have reports and of the day looked at, the newest first."""
    days = sorted({*data.report_months(), frame.as_of()}, reverse=True)
    return {day: _month_words(day) for day in days}


def _month_words(day: date) -> str:
    return f"{day.year}年{day.month}月" if day == facts.month_end(day.year, day.month) else chinese_date(day)


def list_labels() -> dict[str, str]:
    """清单名称 label of every project list by key, in their order."""
    return dict(_lists(facts.version(store.engine())))


@st.cache_resource(max_entries=2, show_spinner=False)
def _lists(version: str) -> list[tuple[str, str]]:
    return map_data.lists(store.engine())
