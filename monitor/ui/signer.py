"""署名栏 the name of the person who signs, asked where the account does not say it, and remembered for the next site.

It is remembered until the browser is closed, in a cookie that the browser sends back when a page is opened anew.
"""

from urllib.parse import quote, unquote

import streamlit as st

from monitor.formats import STATED
from monitor.services.signing import LONGEST, states_name
from monitor.ui import frame

COOKIE, HELD = "palmmap_signer", "signer_name"
LABEL = "核查人姓名"


def ask(key: str, label: str = LABEL) -> str:
    """姓名 what the person states, at first what he stated last; nothing where the account says who he is."""
    if not states_name(frame.viewer()):
        return ""
    st.session_state.setdefault(key, _remembered())
    return st.text_input(label, key=key, max_chars=LONGEST, placeholder="本人真实姓名")


def said(role: str) -> str:
    """署名说明 how the name is kept, for below the fields."""
    if states_name(frame.viewer()):
        return f"{role}为{STATED}，"
    return f"{role} {frame.viewer().name}，"


def remember(name: str) -> None:
    """记住姓名 offer the name again for the next site."""
    st.session_state[HELD] = name.strip()


def keep() -> None:
    """写入浏览器 leave the name with the browser; drawn by the page after something was signed."""
    if name := st.session_state.get(HELD):
        script = f'document.cookie = "{COOKIE}={quote(name)}; path=/; SameSite=Strict"'
        st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)


def _remembered() -> str:
    held: str | None = st.session_state.get(HELD)
    return held or unquote(st.context.cookies.get(COOKIE, ""))[:LONGEST]
