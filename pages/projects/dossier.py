"""一项一档 the page."""

import streamlit as st

st.title("一项一档")
