"""调度填报 who owes which report; fill it in, project after project, or as a sheet."""

import streamlit as st

from monitor.ui import frame, round_form, round_late, round_overview, rounds
from monitor.ui.widgets import nothing

rounds.style()
as_of = frame.as_of()
view_column, unit_column = st.columns([5, 4], vertical_alignment="center")
with view_column:
    view = rounds.view_picker()
with unit_column:
    unit = rounds.unit_picker()

if view == rounds.LATE:
    of_unit = rounds.rounds_now(unit)
    round_late.who_is_late(of_unit, as_of)
    with st.expander("季度通报、考核和活动"):
        round_overview.quarterly(of_unit, as_of)
    with st.expander(f"各清单数据时效：{round_overview.freshness_line(as_of)}"):
        round_overview.freshness_table(as_of)
elif view == rounds.SHEET:
    out, back = st.columns(2)
    with out:
        round_overview.sheet_out(unit, as_of)
        st.caption("表中已有上次填报数和截至本月计划；只填白色单元格，填好后在右侧上传。")
    with back:
        round_overview.sheet_back()
elif unit is None:
    nothing("请先选择填报单位。", "在右上方选择；也可在“谁迟报”中查看各单位填报情况。")
else:
    of_unit = rounds.rounds_now(unit)
    round_form.just_filed()
    chosen, filled = st.columns([4, 7], gap="medium")
    with chosen:
        rounds.progress_line(of_unit, as_of)
        owed = rounds.queue_of(of_unit, as_of)
        with st.container(key="round_queue"):
            pick = rounds.queue_list(owed)
    with filled, st.container(key="round_form"):
        if pick:
            round_form.form(pick)
        else:
            nothing("本清单已全部报完。", "可切换到“往月欠报”或其他填报单位。")
