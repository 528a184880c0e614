"""前后影像 the two pictures of a site on one map: swipe, side by side, all dates; what the map tells back."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st
from streamlit_folium import st_folium

from geo import layers
from geo.limits import load_limits
from monitor.queries.dossier import Row
from monitor.queries.imagery import ProjectImagery
from monitor.ui.widgets import missing, number, percent
from monitor.web import assets

HEIGHT_PX = 640
"""初始高度 height until the style sheet of the page fits the frame to the screen."""

HEARD = "inspection_heard"


def show(project_id: int, imagery: ProjectImagery, inspection: Row | None) -> int | None:
    """显示前后影像 draw them; the number (1-4) of the decision key that was pressed since the last run, else None."""
    made = layers.offline_map(assets.address("inspect.js"), assets.address("inspect.css"), zoom_at="bottomright")
    made.add_child(layers.ScaleBar())
    made.add_child(layers.Comparison(options(imagery, inspection)))
    told = st_folium(
        layers.require_local(made),
        key=f"inspection_{project_id}",
        height=HEIGHT_PX,
        use_container_width=True,
        returned_objects=[],
    )
    return _pressed(told)


def _pressed(told: object) -> int | None:
    """A key is heard once: what the map told stays until it tells something new."""
    if not isinstance(told, dict) or "decide" not in told or st.session_state.get(HEARD) == told["at"]:
        return None
    st.session_state[HEARD] = told["at"]
    return int(told["decide"])


def options(imagery: ProjectImagery, inspection: Row | None) -> dict[str, Any]:
    """画面设置 outline, ring and scenes as the script wants them; without an inspection the first and the last date."""
    clear = {str(row["on"]): row["clear_pct"] for row in imagery.series.to_dict("records")}
    pair = (inspection["before_id"], inspection["after_id"]) if inspection else (None, None)
    return {
        "site": imagery.site,
        "ring": imagery.ring,
        "before": pair[0],
        "after": pair[1],
        "scenes": [_scene(row, clear, pair) for row in imagery.scenes.to_dict("records")],
    }


def _scene(row: Mapping[Any, Any], clear: Mapping[str, float], pair: tuple[str | None, str | None]) -> dict[str, Any]:
    clear_pct = clear.get(row["taken_on"].isoformat())
    told = [f"分辨率 {number(row['gsd_m'])} 米", source(row)]
    if clear_pct is not None:
        told.append(f"地块可见 {percent(clear_pct)}")
    return {
        "id": row["id"],
        "on": row["taken_on"].isoformat(),
        "tiles": row["tiles"],
        "gsd_m": row["gsd_m"],
        "bounds": [row["west"], row["south"], row["east"], row["north"]],
        "source": " · ".join(part for part in told if part),
        "said": f"当时填报：{reported(row)}",
        "sample": bool(row["is_sample"]),
        "usable": not row["rejected"] and (clear_pct is None or clear_pct >= load_limits().clear_pct),
        "judged": row["id"] in pair,
    }


def source(scene: Mapping[Any, Any]) -> str:
    """影像来源 what took the picture, where its description says so."""
    described = str(scene["description"] or "").partition("：")
    return described[0].strip() if described[0] != "示例影像" else ""


def reported(row: Mapping[Any, Any]) -> str:
    """当时填报 the figures in force on the day of a picture."""
    pct = row.get("reported_pct")
    return "无" if missing(pct) or pd.isna(pct) else f"形象进度 {percent(pct)}"
