"""页面组件 small things that several pages show alike: lights, money, dates, tables, lists of facts."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from html import escape
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from monitor.formats import NONE, chinese_date, day, missing, moment, money, number, percent
from monitor.terms import LIGHT_COLOURS, LIGHT_SHAPES, Colour

__all__ = [
    "LIGHT_COLOURS",
    "LIGHT_SHAPES",
    "NONE",
    "ROW_HEIGHT",
    "Link",
    "Lit",
    "chinese_date",
    "counted",
    "day",
    "focus",
    "known_facts",
    "light",
    "light_text",
    "missing",
    "moment",
    "money",
    "nothing",
    "number",
    "percent",
    "table",
    "tap_table",
    "wait_for_upload",
]

ROW_HEIGHT = 44
"""Pixels of a row that a finger hits."""


class Link(NamedTuple):
    """链接 a cell that leads to another address of the same page."""

    text: str
    query: Mapping[str, str]


class Lit(NamedTuple):
    """亮灯格 a cell that shows a light with words of its own."""

    colour: Colour
    text: str


Cell = str | Link | Colour | Lit
"""表格单元 what a cell of a small table can be."""


def light(colour: str, words: str = "") -> str:
    """亮灯标识 HTML of a light: shape, words (its own label, if none are given) and colour; "" = an open ring."""
    shape, said = LIGHT_SHAPES[colour] if colour else "○", escape(words) or Colour.labels()[colour]
    return f'<span class="palmmap-light {colour}"><i aria-hidden="true">{shape}</i>{said}</span>'


def counted(frame: pd.DataFrame, of: int, filters: Sequence[str]) -> None:
    """还有几项 say how many projects are left, of how many, under which filters, and their lights."""
    lights = frame["colour"].value_counts()
    shown = "".join(
        f'<span class="one">{light(colour)}<b>{lights.get(colour.value, 0):,}</b></span> ' for colour in Colour
    )
    said = "".join(f"<span>{escape(text)}</span>" for text in filters)
    total = f"共 <b>{len(frame):,}</b> 项" + (f"(全部 {of:,} 项)" if filters else "")
    st.html(f'<div class="palmmap-count"><p>{total} {shown}</p><p class="said">{said}</p></div>')


def light_text(colour: str) -> str:
    """亮灯文字 shape and word of a light, for places that take no HTML."""
    return f"{LIGHT_SHAPES[colour]} {Colour.labels()[colour]}"


def nothing(text: str, hint: str = "") -> None:
    """空状态 say that there is nothing here, and what to do."""
    st.html(f'<div class="palmmap-empty"><p>{escape(text)}</p><p class="hint">{escape(hint)}</p></div>')


def known_facts(rows: Iterable[tuple[str, str]]) -> None:
    """要素列表 pairs of term and value; the values are text, not HTML."""
    items = "".join(f"<div><dt>{escape(term)}</dt><dd>{escape(value)}</dd></div>" for term, value in rows)
    st.html(f'<dl class="palmmap-facts">{items}</dl>')


def table(headings: Sequence[str], rows: Iterable[Sequence[Cell]], numeric: Iterable[int] = ()) -> None:
    """小表 a small table that prints well; cells are text, not HTML.

    Parameters
    ----------
    headings : sequence of str
        With units, e.g. ``"完成投资（万元）"``.
    rows : iterable of sequences of str, Link, Colour or Lit
        As many cells each as there are headings; a Colour is drawn as its light.
    numeric : iterable of int
        Columns that are set to the right.
    """
    right = set(numeric)
    classes = ['class="n"' if i in right else "" for i in range(len(headings))]
    head = "".join(f"<th {c}>{escape(text)}</th>" for c, text in zip(classes, headings, strict=True))
    body = "".join(
        "<tr>" + "".join(f"<td {c}>{_cell(text)}</td>" for c, text in zip(classes, row, strict=True)) + "</tr>"
        for row in rows
    )
    st.html(
        f'<div class="palmmap-scroll"><table class="palmmap-table"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _cell(said: Cell) -> str:
    if isinstance(said, Colour):
        return light(said)
    if isinstance(said, Lit):
        return light(said.colour, said.text)
    if isinstance(said, Link):
        address = escape("?" + urlencode(said.query), quote=True)
        return f'<a href="{address}" target="_self">{escape(said.text)}</a>'
    return escape(said)


def tap_table(
    frame: pd.DataFrame,
    key: str,
    columns: Mapping[str, Any],
    *,
    rows: int = 10,
    height: int | None = None,
    tapped: Callable[[int], None] | None = None,
) -> tuple[int, str] | None:
    """点选表 draw a table for fingers; row and column of the cell that was tapped, None where none was.

    Parameters
    ----------
    frame : DataFrame
        Numbers are written in the Chinese way, unless ``columns`` says otherwise.
    key : str
        Name of the widget, and of its style class.
    columns : mapping
        Column -> configuration.
    rows : int
        Most rows in sight; the others are reached by scrolling.
    height : int, optional
        Pixels, where the number of rows shall not decide.
    tapped : callable, optional
        Called with the row before the page runs anew, for what has to be set before its widgets are drawn.
    """
    numbers = {str(name): st.column_config.NumberColumn(format="localized") for name in frame.select_dtypes("number")}
    picked: Any = st.dataframe(
        frame,
        key=key,
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=height or (min(rows, len(frame)) + 1) * ROW_HEIGHT,
        on_select=partial(_tapped, key, tapped) if tapped else "rerun",
        selection_mode="single-cell",
        placeholder=NONE,
        column_config=numbers | dict(columns),
    )
    return next(iter(picked.selection.cells), None)


def _tapped(key: str, tapped: Callable[[int], None]) -> None:
    for row, _column in st.session_state[key].selection.cells:
        tapped(row)


def wait_for_upload() -> None:
    """等待上传 Ctrl+Enter does nothing while a file is on its way: what is pressed then would go without it."""
    script = (
        "window.palmmapWaits ??= (window.addEventListener('keydown', (event) => {"
        "if (event.ctrlKey && event.key === 'Enter' && document.querySelector('[data-testid=stFileChipIconSpinner]'))"
        "event.stopImmediatePropagation(); }, true), true)"
    )
    st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)


def focus(selector: str) -> None:
    """光标 put the cursor into a field once it is there, for who came by the keyboard; a dialog takes it first."""
    script = (
        "{ let left = 40; const wait = setInterval(() => {"
        f"const field = document.querySelector({json.dumps(selector)});"
        "if (!left-- || document.activeElement?.matches('input, textarea')) clearInterval(wait);"
        "else field?.focus(); }, 100) }"
    )
    st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)
