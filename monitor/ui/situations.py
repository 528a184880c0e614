"""页面数据 what the pages read again and again, kept while the store does not change.

The district is part of the key (``Viewer``), so no one is shown what was kept for another. What is kept is shared and
not copied: take from it, never write to it.
"""

from datetime import date

import pandas as pd
import streamlit as st

from monitor import store
from monitor.model import Viewer
from monitor.queries import facts, map_data, map_districts
from monitor.ui import frame
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


def list_labels() -> dict[str, str]:
    """清单名称 label of every project list by key, in their order."""
    return dict(_lists(facts.version(store.engine())))


@st.cache_resource(max_entries=2, show_spinner=False)
def _lists(version: str) -> list[tuple[str, str]]:
    return map_data.lists(store.engine())
