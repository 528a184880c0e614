"""导入 the page."""

import streamlit as st

st.title("导入")
