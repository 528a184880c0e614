"""区县比较 units under one parent: a map beside the ranked table, promised against delivered, and the method."""

import streamlit as st

from monitor.queries.comparison import governs
from monitor.ui import (
    comparing,
    comparison_map,
    comparison_months,
    comparison_register,
    comparison_table,
    comparison_unit,
    frame,
    situations,
)

st.html(f"<style>{comparing.STYLE}</style>")
unit = st.query_params.get("unit")
board = comparing.comparison()
if unit:
    comparison_unit.show(board, unit)
    st.stop()

made = board.now
st.header("区县比较")
chosen = comparing.controls()
if comparing.sees(chosen.parent):
    frame.link("全域指标和目标 →", "comparison", **comparing.address(chosen.parent, "goals") | {"scope": "whole"})
ruled = governs(chosen.plan, chosen.parent, situations.units())
entries = comparing.consequences(chosen.plan, made.on) if ruled else []
with st.container(key="comparison"):
    shaded, ranked = st.columns([4, 7])
    with shaded:
        comparison_map.show(made)
    with ranked:
        comparison_table.show(made, entries)

st.subheader("历月比较")
comparison_months.small_multiples(board)

if ruled:
    end_on = comparing.quarter_end(made.on)
    st.subheader(f"结果运用（{comparison_register.quarter_words(end_on)}）")
    comparison_register.show(entries, chosen.plan, end_on)

viewer = frame.viewer()
method, export = st.columns([6, 2], vertical_alignment="bottom")
method.subheader("排名方法")
export.download_button(
    "下载排名底稿 Excel",
    lambda: comparison_table.file(viewer, made),
    f"区县比较_{made.on:%Y%m%d}.xlsx",
    on_click="ignore",
    width="stretch",
)
comparison_table.method(made)
