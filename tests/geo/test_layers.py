"""folium elements: small, and without a link to anybody else's server."""

import folium
import pytest
from branca.colormap import LinearColormap
from streamlit_folium import generate_leaflet_string

from geo import layers
from geo.errors import GeoError


def offline() -> folium.Map:
    return layers.offline_map("/palmmap/assets/1/map.js", "/palmmap/assets/1/map.css")


def test_the_only_script_and_style_are_ours():
    made = layers.require_local(offline())
    made.add_child(layers.ScaleBar())
    made.add_child(layers.Note("审图号:GS(2024)0001号"))
    html = made.get_root().render()
    assert "/palmmap/assets/1/map.js" in html
    assert "//cdn" not in html
    assert "jquery" not in html


@pytest.mark.parametrize(
    "element",
    [
        folium.plugins.MarkerCluster,
        lambda: LinearColormap(["red", "blue"]),
        lambda: folium.FeatureGroup().add_child(folium.plugins.MarkerCluster()),
    ],
)
def test_what_asks_another_server_is_refused(element):
    made = offline()
    made.add_child(element())
    with pytest.raises(GeoError) as refused:
        layers.require_local(made)
    assert refused.value.code == "layers.outside"


def test_the_script_is_small_and_does_not_change_with_the_day():
    def script(day: str) -> tuple[str, str]:
        made = offline()
        made.add_child(layers.View({"districts": "/d.json"}))
        group = layers.group(layers.Day({"sites": f"/{day}.json"}))
        group.add_to(made)
        made.render()
        return generate_leaflet_string(made, nested=False), generate_leaflet_string(group)

    (one, first), (two, second) = script("2024-06-30"), script("2024-07-31")
    assert one == two
    assert first != second
    assert len(one) + len(first) < 3_000


def test_text_cannot_break_out_of_its_script():
    made = offline()
    made.add_child(layers.Note("</script><script>alert(1)</script>"))
    assert "</script><script>alert" not in made.get_root().render()


def test_two_dates_are_handed_to_the_script():
    made = offline()
    made.add_child(layers.Comparison({"scenes": [{"id": "ab", "tiles": "/palmmap/tiles/ab/{z}/{x}/{y}.webp"}]}))
    script = layers.require_local(made).get_root().render()
    assert "PalmMap.inspect(" in script
    assert "/palmmap/tiles/ab/{z}/{x}/{y}.webp" in script
