"""一项一档 one project: light and why, basics, place, plan against reports, funding, documents, history."""

import streamlit as st

from monitor import store
from monitor.errors import NotFound
from monitor.queries import filings
from monitor.queries.dossier import dossier as read_dossier
from monitor.ui import dispatched, frame, items
from monitor.ui import dossier as sections
from monitor.ui.documents import documents
from monitor.ui.history import history
from monitor.ui.inspection_brief import imagery
from monitor.ui.light_history import clause_links, light_section
from monitor.ui.place import place
from monitor.ui.situations import situation_now
from monitor.ui.widgets import nothing

viewer, as_of = frame.viewer(), frame.as_of()
stated = st.query_params.get("project", "")
if not stated.isdecimal():
    nothing("还没有选择项目。", "请在掌上地图或项目库中点选一个项目。")
    frame.link("打开项目库", "library")
    st.stop()

project_id = int(stated)
known = situation_now()
dossier = read_dossier(viewer, project_id, as_of, store.engine())
if project_id not in known.index:
    raise NotFound("project.not_yet_known", day=f"{as_of:%Y-%m-%d}")

sections.header(dossier, known.loc[project_id], as_of)
clause_links(known.loc[project_id]["reasons"], as_of)
lit = st.container()
st.subheader("基本情况", anchor=False)
sections.basics(dossier)

listed, responsible = st.columns(2)
with listed:
    st.subheader("列入清单", anchor=False)
    sections.lists(dossier)
    dispatched.section(known.loc[[project_id]], as_of)
with responsible:
    st.subheader("责任分工", anchor=False)
    sections.duties(dossier)

st.subheader("计划与完成", anchor=False)
sections.progress(dossier, as_of)
sections.targets(dossier, filings.year_plans(viewer, as_of.year, store.engine(), as_of, project_id), as_of)
st.subheader("一项目一清单", anchor=False)
items.section(viewer, known.loc[[project_id]], as_of)
st.subheader("项目位置", anchor=False)
place(dossier)
st.subheader("影像", anchor=False)
imagery(viewer, project_id, as_of)
st.subheader("资金", anchor=False)
sections.funding(dossier)
st.subheader("材料和照片", anchor=False)
documents(viewer, dossier)
st.subheader("变更记录", anchor=False)
history(dossier)
with lit:  # drawn last: every month is judged again
    st.subheader("亮灯历史", anchor=False)
    light_section(viewer, project_id, as_of)
