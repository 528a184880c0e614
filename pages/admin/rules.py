"""规则 every rule in force on a day, what changed between two days, and one rule with its examples; read only."""

from datetime import date

import streamlit as st

from monitor import rules
from monitor.ui import frame, rule_page

on = frame.as_of()
asked = st.query_params.get("rule", "")
if asked:
    rule_page.show(rules.get(asked), on)
    st.stop()

st.header("规则")
st.caption("规则以数据文件维护，本页只读。每条规则注明依据文件和条款，并附可自动重算的算例。")
listed, changed = st.tabs(["现行规则", "两个日期之间的变化"])
with listed:
    day = st.date_input("日期", on, key="rules_on", format="YYYY-MM-DD", width=220)
    rule_page.in_force(day)
with changed:
    first, last = st.columns(2)
    before = first.date_input("从", date(on.year - 1, 12, 31), key="rules_before", format="YYYY-MM-DD")
    after = last.date_input("到", on, key="rules_after", format="YYYY-MM-DD")
    rule_page.changes(before, after)
