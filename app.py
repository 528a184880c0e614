"""掌上地图 the frame: viewer -> menu -> page. It runs on every visit, so no page opens without a viewer."""

import streamlit as st

from monitor.ui import frame
from monitor.web import access, menu

page = st.navigation(
    [st.Page(entry.path, title=entry.title, url_path=entry.address) for entry in menu.MENU],
    position="hidden",
)
st.set_page_config(page_title=page.title, layout="wide")
frame.enter(access.LOCAL)
frame.run(page.run)
