"""页面组件 small things that several pages show alike: lights, money, dates, tables, lists of facts."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

import pandas as pd
import streamlit as st

from monitor.formats import NONE, chinese_date, day, missing, moment, money, number, percent
from monitor.terms import Colour

__all__ = [
    "LIGHT_COLOURS",
    "LIGHT_SHAPES",
    "NONE",
    "chinese_date",
    "counted",
    "day",
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
]

LIGHT_COLOURS: Mapping[str, str] = {
    Colour.RED: "#c62828",
    Colour.YELLOW: "#e0a100",
    Colour.GREEN: "#2e7d32",
    Colour.GREY: "#7a8694",
}
LIGHT_SHAPES: Mapping[str, str] = {Colour.RED: "▲", Colour.YELLOW: "◆", Colour.GREEN: "●", Colour.GREY: "■"}
"""Lights are told apart by shape and word as well as by colour."""


def light(colour: str) -> str:
    """亮灯标识 HTML of a light: shape, word and colour."""
    shape, label = LIGHT_SHAPES[colour], Colour.labels()[colour]
    return f'<span class="palmmap-light {colour}"><i aria-hidden="true">{shape}</i>{label}</span>'


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


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], numeric: Iterable[int] = ()) -> None:
    """小表 a small table that prints well; cells are text, not HTML.

    Parameters
    ----------
    headings : sequence of str
        With units, e.g. ``"完成投资（万元）"``.
    rows : iterable of sequences of str
        As many cells each as there are headings.
    numeric : iterable of int
        Columns that are set to the right.
    """
    right = set(numeric)
    classes = ['class="n"' if i in right else "" for i in range(len(headings))]
    head = "".join(f"<th {c}>{escape(text)}</th>" for c, text in zip(classes, headings, strict=True))
    body = "".join(
        "<tr>" + "".join(f"<td {c}>{escape(text)}</td>" for c, text in zip(classes, row, strict=True)) + "</tr>"
        for row in rows
    )
    st.html(
        f'<div class="palmmap-scroll"><table class="palmmap-table"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
