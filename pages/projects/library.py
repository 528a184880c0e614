"""项目库 the ledger: every project of the viewer's district as of the chosen month."""

import streamlit as st

from monitor.terms import Colour
from monitor.ui import filter_bar, frame, item_ledger
from monitor.ui.filters import select
from monitor.ui.ledger import LIGHT, NAME, TITLE, in_order, ledger, workbook
from monitor.ui.situations import list_labels, situation_now, units
from monitor.ui.widgets import LIGHT_COLOURS, counted, nothing, tap_table

everything, as_of = situation_now(), frame.as_of()
if everything.empty:
    nothing("项目库中还没有项目。", "请在“导入”页上传项目表，或运行 palmmap init --demo 载入演示数据。")
    st.stop()

filters = filter_bar.filter_bar(everything)
said = filters.described(units()["full_name"], list_labels())
left = select(everything, filters, units())
bar = st.container(horizontal=True, vertical_alignment="center")
with bar:
    chosen = item_ledger.picker()
if chosen:
    item_ledger.view(bar, left, said, as_of)
    st.stop()

summary, sorting, clearing, export = st.columns([6, 3, 2, 2], vertical_alignment="bottom")
with summary:
    counted(left, len(everything), said)
with sorting:
    rows = in_order(left, filter_bar.order())
clearing.button("清除筛选", on_click=filter_bar.clear, disabled=not said, width="stretch")
table = ledger(rows, units()["name"], list_labels(), as_of)
export.download_button(
    "导出 Excel",
    lambda: workbook(rows, table, said, as_of),
    f"{TITLE}_{as_of:%Y%m%d}.xlsx",
    on_click="ignore",
    disabled=table.empty,
    width="stretch",
)
if table.empty:
    nothing("没有符合条件的项目。", "请减少筛选条件，或点“清除筛选”。")
    st.stop()

lights = st.column_config.MultiselectColumn(
    options=list(Colour.labels().values()), color=list(LIGHT_COLOURS.values()), width=84, pinned=True
)
cell = tap_table(
    table.assign(**{LIGHT: [[label] for label in table[LIGHT]]}),
    "ledger",
    {LIGHT: lights, NAME: st.column_config.TextColumn(width=330, pinned=True)},
    height=600,
)
st.caption("点任一行打开一项一档；点列名按该列排序。标“示例”的为演示数据。")
if cell:
    frame.open_page("dossier", project=str(table.index[cell[0]]), as_of=as_of.isoformat())
