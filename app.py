"""掌上地图 the frame: viewer -> menu -> page. It runs on every visit, so no page opens without a viewer."""

import streamlit as st

from monitor.ui import frame, menu
from monitor.web import access

st.set_page_config(page_title="掌上地图 palmmap", layout="wide", initial_sidebar_state="collapsed")

page = st.navigation(
    {
        section: [
            st.Page(
                entry.path,
                title=entry.title,
                url_path=entry.address,
                visibility="hidden" if entry.hidden else "visible",
            )
            for entry in pages
        ]
        for section, pages in menu.sections().items()
    },
    position="top",
)
frame.enter(access.LOCAL)
frame.run(page.run)
