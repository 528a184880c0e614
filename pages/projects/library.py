"""项目库 the page."""

import streamlit as st

st.title("项目库")
