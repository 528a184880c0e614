"""区县比较 units under one parent, ranked: promised against delivered, and how the ranking is made."""

import streamlit as st

from monitor import store
from monitor.queries.ranking import ranking
from monitor.ui import frame
from monitor.ui.situations import units

st.header("区县比较")
rule, places = ranking(frame.viewer(), frame.as_of(), store.engine())
st.dataframe({"名次": [p.place for p in places], "单位": [units()["full_name"].get(p.unit, p.unit) for p in places]})
