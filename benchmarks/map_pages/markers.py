"""What a user would write first: a GeoJson of districts and a Marker for every site, filtered by a Streamlit widget."""

import os
from pathlib import Path

import folium
import pandas as pd
import streamlit as st
from streamlit_folium import st_folium

HOME = Path(os.environ["PALMMAP_HOME"])
st.set_page_config(layout="wide")


@st.cache_data
def data():
    return pd.read_parquet(HOME / "plain.parquet"), (HOME / "plain.geojson").read_text(encoding="utf-8")


sites, districts = data()
light = st.radio("亮灯", ["all", "red", "yellow", "green", "grey"], horizontal=True)
shown = sites if light == "all" else sites[sites["colour"] == light]
view = folium.Map([33.9, 113.6], zoom_start=7, tiles=None)
view.default_js, view.default_css = [("leaflet", "/app/static/leaflet.js")], [("css", "/app/static/leaflet.css")]
folium.GeoJson(districts, style_function=lambda _: {"weight": 1, "fillOpacity": 0.3}).add_to(view)
for site in shown.itertuples():
    folium.Marker([site.lat, site.lon], tooltip=site.name, icon=folium.DivIcon()).add_to(view)
st_folium(view, use_container_width=True, height=640, returned_objects=[])
