"""掌上地图 the map that opens first: districts, sites, lights and why."""

import streamlit as st

from monitor.ui import frame, map_view

as_of = frame.as_of()
title = st.container()
asked = map_view.show(frame.viewer(), as_of)  # the map first: it takes longest to come up
with title:
    map_view.choose_month(as_of)
if asked is not None:
    st.switch_page("pages/projects/dossier.py", query_params={"project": str(asked), "as_of": as_of.isoformat()})
