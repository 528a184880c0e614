"""筛选栏 the filters on a page; they stand in the address, so that a reload or a shared link shows the same."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from monitor.model import NATION
from monitor.terms import Channel, Colour, Stage, Tier
from monitor.ui import frame
from monitor.ui.filters import MEASURES, Filters, Range
from monitor.ui.ledger import ORDERS
from monitor.ui.situations import day_choices, list_labels, unit_choices
from monitor.ui.widgets import light_text

PREFIX = "filter_"
SEVERAL = ("stage", "lists", "tier", "channel", "sector", "light")
"""多选筛选 filters of which several values can be chosen."""


def current() -> Filters:
    """当前筛选 filters as the address says."""
    return Filters.from_query(st.query_params)


def filter_bar(everything: pd.DataFrame) -> Filters:
    """筛选栏 draw the filters over what could be seen, and return what is chosen.

    Parameters
    ----------
    everything : DataFrame
        Situation table of all projects of the viewer: it says which units, lists and sectors there are to choose.
    """
    chosen = current()
    search, unit, day, more = st.columns([3, 3, 2, 2], vertical_alignment="bottom")
    with search:
        _ask(st.text_input, "查找", "text", chosen.text, placeholder="项目名称或项目代码")
    with unit:
        offered = unit_choices(everything["unit_code"], chosen.unit)
        _choose("区域", "unit", offered, chosen.unit, offered)
    with day:
        days = day_choices()
        _choose("数据时点", "as_of", days, frame.as_of(), days)
    with more.popover(f"更多筛选{_count(chosen)}", width="stretch"):
        _more(everything, chosen)
    return chosen


def order() -> str:
    """排序 let one of the orders be chosen; it stands in the address as ``sort``."""
    chosen = st.query_params.get("sort", "light")
    _choose("排序", "sort", list(ORDERS), chosen if chosen in ORDERS else "light", ORDERS)
    return chosen


def clear() -> None:
    """清除筛选 take all filters out of the address; the as-of day stays."""
    for key in ("unit", "stage", "list", "tier", "channel", "sector", "light", "range", "text"):
        st.query_params.pop(key, None)


def _more(everything: pd.DataFrame, chosen: Filters) -> None:
    lists, tiers = list_labels(), Tier.labels()
    _tap("亮灯", "light", Colour.labels(), chosen.light, {key: light_text(key) for key in Colour.labels()})
    _tap("阶段", "stage", _present(everything["stage"], Stage.labels()), chosen.stage, Stage.labels())
    _tap("清单", "lists", _present(everything["lists"].explode(), lists), chosen.lists, lists)
    _tap("层级", "tier", _present(everything["tiers"].explode(), tiers), chosen.tier, tiers)
    channels = Channel.labels()
    _tap("调度渠道", "channel", _present(everything["channels"].explode(), channels), chosen.channel, channels)
    sectors = sorted(everything["sector"].dropna().unique())
    _tap("行业", "sector", sectors, chosen.sector, {sector: sector for sector in sectors})
    st.markdown("**区间**(留空表示不限)")
    held = {found.measure: found for found in chosen.ranges}
    for key, measure in MEASURES.items():
        label, low, high = st.columns([2, 2, 2], vertical_alignment="center")
        label.markdown(f"{measure.label}({measure.unit})")
        found = held.get(key, Range(key))
        with low:
            _ask_number(f"{measure.label}不低于", f"{key}_low", found.low, "不低于")
        with high:
            _ask_number(f"{measure.label}不高于", f"{key}_high", found.high, "不高于")


def _write() -> None:
    """Put what the widgets hold into the address."""
    state = st.session_state
    ranges = [Range(key, state.get(f"{PREFIX}{key}_low"), state.get(f"{PREFIX}{key}_high")) for key in MEASURES]
    chosen = Filters(
        unit=state.get(PREFIX + "unit") or NATION,
        **{name: tuple(state.get(PREFIX + name) or ()) for name in SEVERAL},
        ranges=tuple(found for found in ranges if (found.low, found.high) != (None, None)),
        text=(state.get(PREFIX + "text") or "").strip(),
    )
    clear()
    st.query_params.update(chosen.to_query())
    st.query_params["as_of"] = state[PREFIX + "as_of"].isoformat()
    if PREFIX + "sort" in state:
        st.query_params["sort"] = state[PREFIX + "sort"]


def _ask(widget: Callable[..., Any], label: str, name: str, value: object, **options: object) -> None:
    st.session_state[PREFIX + name] = value
    widget(label, key=PREFIX + name, on_change=_write, **options)


def _ask_number(label: str, name: str, value: float | None, hint: str) -> None:
    st.session_state[PREFIX + name] = value
    st.number_input(
        label, key=PREFIX + name, on_change=_write, placeholder=hint, label_visibility="collapsed", value=None, step=1.0
    )


def _choose(label: str, name: str, options: Iterable[Any], value: object, names: Mapping[Any, str]) -> None:
    st.session_state[PREFIX + name] = value
    st.selectbox(
        label,
        list(options),
        key=PREFIX + name,
        on_change=_write,
        format_func=lambda key: names.get(key, str(key)),
        filter_mode="contains",
    )


def _tap(label: str, name: str, options: Iterable[str], chosen: tuple[str, ...], names: Mapping[str, str]) -> None:
    options = list(dict.fromkeys([*options, *chosen]))
    if options:
        st.session_state[PREFIX + name] = list(chosen)
        st.pills(
            label,
            options,
            selection_mode="multi",
            key=PREFIX + name,
            on_change=_write,
            format_func=lambda key: names.get(key, key),
        )


def _present(values: pd.Series, labels: Iterable[str]) -> list[str]:
    there = set(values.dropna().unique())
    return [key for key in labels if key in there]


def _count(chosen: Filters) -> str:
    number = sum(bool(getattr(chosen, name)) for name in (*SEVERAL, "ranges"))
    return f"({number} 项)" if number else ""
