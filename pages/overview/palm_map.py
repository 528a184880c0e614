"""掌上地图 the map that opens first: districts, sites, lights and why."""

import streamlit as st

from monitor.ui import frame, map_view

as_of = frame.as_of()
asked = map_view.show(frame.viewer(), as_of)
if asked is not None:
    st.switch_page("pages/projects/dossier.py", query_params={"project": str(asked), "as_of": as_of.isoformat()})
