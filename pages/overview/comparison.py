"""区县比较 units under one parent: a map beside the ranked table, promised against delivered, and the method."""

import streamlit as st

from monitor.ui import comparing, comparison_map, comparison_table, comparison_unit

unit = st.query_params.get("unit")
if unit:
    comparison_unit.show(comparing.comparison(), unit)
    st.stop()

st.header("区县比较")
comparing.controls()
made = comparing.comparison()
with st.container(key="comparison"):
    shaded, ranked = st.columns([5, 7])
    with shaded:
        comparison_map.show(made)
    with ranked:
        comparison_table.show(made)

method, export = st.columns([6, 2], vertical_alignment="bottom")
method.subheader("排名方法")
export.download_button(
    "下载排名底稿 Excel",
    lambda: comparison_table.file(made),
    f"区县比较_{made.known.on:%Y%m%d}.xlsx",
    on_click="ignore",
    width="stretch",
)
comparison_table.method(made)

st.subheader("历月得分")
comparison_map.small_multiples(made)
