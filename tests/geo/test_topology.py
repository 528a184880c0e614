"""Districts as shared arcs: nothing is lost, and a shared border is one arc."""

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import Polygon, box

from geo.topology import Topology, build


def shape(made: Topology, district: int, step: float) -> shapely.Geometry:
    """The polygon of a district put together again, holes by the even-odd rule."""
    starts = np.r_[0, made.arc_ends[:-1]]
    first = made.district_ends[district - 1] if district else 0
    found = shapely.Polygon()
    for ring in range(first, made.district_ends[district]):
        refs = made.refs[made.ring_ends[ring - 1] if ring else 0 : made.ring_ends[ring]]
        parts = [
            made.xy[starts[r] : made.arc_ends[r]] if r >= 0 else made.xy[starts[~r] : made.arc_ends[~r]][::-1]
            for r in refs
        ]
        found = found.symmetric_difference(Polygon(np.concatenate(parts) * step))
    return found


def test_two_squares_share_one_arc():
    made = build(gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)]), 1.0)
    assert len(made.arc_ends) == 3
    used = [ref if ref >= 0 else ~ref for ref in made.refs]
    assert sorted(used.count(arc) for arc in set(used)) == [1, 1, 2]


def test_holes_islands_and_enclaves_come_back():
    outer = box(0, 0, 10, 10).difference(box(4, 4, 6, 6))
    layer = gpd.GeoDataFrame(geometry=[shapely.MultiPolygon([outer, box(20, 0, 21, 1)]), box(4, 4, 6, 6)])
    made = build(layer, 0.5)
    for district, expected in enumerate(layer.geometry):
        assert shape(made, district, 0.5).symmetric_difference(expected).area == 0


def test_a_ring_that_vanishes_on_the_grid_is_left_out():
    made = build(gpd.GeoDataFrame(geometry=[shapely.MultiPolygon([box(0, 0, 10, 10), box(20, 20, 20.1, 20.1)])]), 1.0)
    assert made.district_ends.tolist() == [1]


def test_steps_add_up_to_the_vertices():
    made = build(gpd.GeoDataFrame(geometry=[box(100, 200, 300, 400)]), 1.0)
    assert (made.steps().cumsum(axis=0) == made.xy).all()


def test_no_district_makes_no_arc():
    assert build(gpd.GeoDataFrame(geometry=[]), 1.0).refs.tolist() == []
