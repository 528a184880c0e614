"""The better plain page: all sites in ONE GeoJson of CircleMarkers on canvas, filtered by a Streamlit widget."""

import json
import os
from pathlib import Path

import folium
import pandas as pd
import streamlit as st
from streamlit_folium import st_folium

HOME = Path(os.environ["PALMMAP_HOME"])
COLOURS = {"red": "#c62828", "yellow": "#e0a100", "green": "#2e7d32", "grey": "#7a8694"}
st.set_page_config(layout="wide")


@st.cache_data
def data():
    return pd.read_parquet(HOME / "plain.parquet"), (HOME / "plain.geojson").read_text(encoding="utf-8")


@st.cache_data
def features(light):
    sites, _ = data()
    shown = sites if light == "all" else sites[sites["colour"] == light]
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"name": site.name, "colour": site.colour},
                    "geometry": {"type": "Point", "coordinates": [site.lon, site.lat]},
                }
                for site in shown.itertuples()
            ],
        }
    )


_, districts = data()
light = st.radio("亮灯", ["all", "red", "yellow", "green", "grey"], horizontal=True)
view = folium.Map([33.9, 113.6], zoom_start=7, tiles=None, prefer_canvas=True)
view.default_js, view.default_css = [("leaflet", "/app/static/leaflet.js")], [("css", "/app/static/leaflet.css")]
folium.GeoJson(districts, style_function=lambda _: {"weight": 1, "fillOpacity": 0.3}).add_to(view)
folium.GeoJson(
    features(light),
    marker=folium.CircleMarker(radius=5, fill=True),
    style_function=lambda feature: {"color": COLOURS[feature["properties"]["colour"]]},
    tooltip=folium.GeoJsonTooltip(["name"]),
).add_to(view)
st_folium(view, use_container_width=True, height=640, returned_objects=[])
