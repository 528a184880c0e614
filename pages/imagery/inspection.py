"""影像核查 a queue by suspicion, money and time; before and after, the evidence, and a decision that is signed."""

import streamlit as st

from monitor import store
from monitor.queries.imagery import project_imagery
from monitor.ui import frame, inspection, inspection_decision, inspection_map, inspection_queue, inspection_site

inspection.style()
project_id = inspection.opened()
if project_id is None:
    inspection_decision.give_up()
    inspection_queue.show()
    st.stop()

imagery = project_imagery(frame.viewer(), project_id, frame.as_of(), store.engine())
with st.container(key="inspection_site"):
    inspection_site.header(project_id, imagery)
    if not len(imagery.scenes):
        inspection_site.without_pictures(imagery)
        if imagery.decisions:
            inspection_decision.record(imagery)
        st.stop()
    newest = imagery.inspections[0] if imagery.inspections else None
    pictures, said = st.columns([3, 2], gap="small")
    with pictures, st.container(key="inspection_pictures"):
        pressed = inspection_map.show(project_id, imagery, newest)
    with said, st.container(key="inspection_said"):
        if newest is None:
            inspection_site.not_inspected(project_id, imagery)
        else:
            inspection_site.beside(imagery, newest, pressed)
