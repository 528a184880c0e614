"""地图图层 folium elements that draw data fetched by the browser; the only importer of folium.

A script that travels with the page stays small and never changes while one looks: data come by URL, beside it. The
drawing is done by scripts of our own, served with the page. folium's own links to other servers are taken out.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from branca.colormap import ColorMap
from branca.element import Element, MacroElement
from folium import FeatureGroup, Map
from folium.elements import JSCSSMixin
from folium.template import Template

from geo.errors import GeoError

__all__ = [
    "Comparison",
    "Day",
    "Map",
    "Note",
    "ScaleBar",
    "View",
    "group",
    "offline_map",
    "page",
    "require_local",
]

CENTRE = (36.0, 104.0)
"""全国中心 middle of the first picture, lat and lon in degrees; the script fits the map to what the viewer may see."""


class View(MacroElement):
    """地图视图 hand the map over to our script, which draws districts and sites on it.

    Parameters
    ----------
    options : mapping
        What the script needs to know, as JSON: addresses, symbols, classes of colour.
    """

    _template = Template("""{% macro script(this, kwargs) %}
        PalmMap.open({{ this._parent.get_name() }}, {{ this.options|tojson }});
    {% endmacro %}""")

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "View"
        self.options = dict(options)


class Comparison(MacroElement):
    """影像对比 hand the map over to our script, which shows two dates of a site on it, with a dividing line.

    Parameters
    ----------
    options : mapping
        Outline and ring as GeoJSON in degrees, and the scenes with their tile addresses, as JSON.
    """

    _template = Template("""{% macro script(this, kwargs) %}
        PalmMap.inspect({{ this._parent.get_name() }}, {{ this.options|tojson }});
    {% endmacro %}""")

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Comparison"
        self.options = dict(options)


class Day(MacroElement):
    """数据日期 the data to be shown; the one small element that changes when another day is chosen.

    Parameters
    ----------
    addresses : mapping
        Addresses of the data of a day, as JSON.
    """

    _template = Template("""{% macro script(this, kwargs) %}
        PalmMap.show({{ this.addresses|tojson }});
    {% endmacro %}""")

    def __init__(self, addresses: Mapping[str, str]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Day"
        self.addresses = dict(addresses)


class ScaleBar(MacroElement):
    """比例尺 scale bar in metres and kilometres."""

    _template = Template("""{% macro script(this, kwargs) %}
        L.control.scale({imperial: false, maxWidth: 140}).addTo({{ this._parent.get_name() }});
    {% endmacro %}""")

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "ScaleBar"


class Note(MacroElement):
    """图面注记 a line at the lower edge of the map, e.g. the map approval number (审图号)."""

    _template = Template("""{% macro script(this, kwargs) %}
        {{ this._parent.get_name() }}.attributionControl.addAttribution({{ this.text|tojson }});
    {% endmacro %}""")

    def __init__(self, text: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Note"
        self.text = text


def offline_map(script: str, style: str, zoom_at: str = "topright") -> Map:
    """离线地图 a map without a basemap whose only script and style are the two given addresses.

    Parameters
    ----------
    script, style : str
        Addresses on the server that serves the page.
    zoom_at : str
        Corner of the buttons that zoom.
    """
    made = Map(
        CENTRE,
        tiles=None,
        zoom_start=4,
        zoom_control=zoom_at,
        min_zoom=3,
        max_zoom=17,
        zoom_snap=0.25,
        bounce_at_zoom_limits=False,
    )
    made.default_js, made.default_css = [("palmmap", script)], [("palmmap_css", style)]
    return made


def group(*elements: MacroElement) -> FeatureGroup:
    """要素组 elements that a page may change without drawing the map anew."""
    made = FeatureGroup(name="palmmap")
    for element in elements:
        made.add_child(element)
    return made


def page(made: Map, *elements: MacroElement) -> str:
    """独立页面 HTML of a map with more elements on it, as a page of its own.

    Parameters
    ----------
    made : Map
        Asks nothing of another server (``require_local``).
    elements : MacroElement
        Drawn after the map's own.
    """
    for element in elements:
        made.add_child(element)
    return str(made.get_root().render())


def require_local(made: Map) -> Map:
    """检查离线 the map itself, if nothing on it is asked of another server.

    Raises
    ------
    GeoError
        ``layers.outside`` with the first address outside; branca's colour maps are refused as well, since
        streamlit-folium fetches two versions of d3 for them (our legend needs none).
    """
    for address in _outside(made):
        raise GeoError("layers.outside", address=address)
    return made


def _outside(element: Element) -> Iterator[str]:
    if isinstance(element, ColorMap):
        yield "d3"
    if isinstance(element, JSCSSMixin):
        links = [*element.default_js, *element.default_css]
        yield from (address for _, address in links if not address.startswith("/") or address.startswith("//"))
    for child in element._children.values():
        yield from _outside(child)
