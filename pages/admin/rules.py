"""规则 every rule in force on a day, with its value, its clause and its worked examples; read only."""

import streamlit as st

from monitor import rules
from monitor.ui import frame

st.header("规则")
shown = rules.in_force(frame.as_of())
st.dataframe({"规则": [rule.label for rule in shown], "依据": [rule.reference.document for rule in shown]})
