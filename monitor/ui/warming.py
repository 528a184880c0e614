"""预热页面 what the first visitor of a page besides the map would wait for, made beside the server's start."""

from monitor.model import Viewer
from monitor.ui import comparing, comparison_map, comparison_months, comparison_register, comparison_unit
from monitor.web import data

__all__ = ["comparison", "comparison_months", "comparison_register", "comparison_unit"]


def comparison(viewer: Viewer) -> None:
    """预热区县比较 the ranking and the districts that the page shows where its address says nothing."""
    day = data.default_day()
    chosen = comparing.asked_for(viewer, day, {})
    comparing.worked_out(chosen, day)
    comparison_map.outlines(chosen.parent, chosen.by)
