"""掌上地图区划 the units and districts that the map draws, as far as the viewer may see them."""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from sqlalchemy import Engine, select

from geo import topology
from monitor import store
from monitor.model import NATION, Viewer
from monitor.queries import reading
from monitor.tables import ReportingUnit

Document = dict[str, Any]
"""文档 what a map is drawn from: what JSON can say, with long columns as arrays."""

MERCATOR = "EPSG:3857"
"""The projection of the browser's map, so that it need not project: CGCS2000 is taken as WGS84 (they agree to 1 m)."""

STEP_M = 8
"""Step of the grid in metres of the projection: some 6 m on the ground in the middle of the country."""


def units(engine: Engine) -> pd.DataFrame:
    """填报单元表 all reporting units by code: name, full_name, kind, parent_code, within."""
    names = [column.name for column in ReportingUnit.__table__.columns]
    plain = [getattr(ReportingUnit, name) for name in names if name != "within"]
    with store.reachable(engine) as connection:
        rows = connection.execute(select(*plain, reading.text(ReportingUnit.within))).all()
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in names]
    told = dict(zip([*(name for name in names if name != "within"), "within"], columns, strict=True))
    within = reading.parsed(pd.Series(told["within"], dtype=object))
    return pd.DataFrame({name: told[name] for name in names} | {"within": within}).set_index("code")


def lineage(table: pd.DataFrame, code: str) -> list[str]:
    """上级链 the unit and its superiors, lowest first, without the nation."""
    return chain_of(table["parent_code"], code)


def chain_of(above: "Mapping[str, str] | pd.Series[str]", code: str) -> list[str]:
    """上级链 the unit and its superiors by the parent of each: for many units, take the parents as a dict."""
    chain: list[str] = []
    while code in above and code not in chain and code != NATION:
        chain.append(code)
        code = str(above[code])
    return chain


def below(units: pd.DataFrame, parent: str) -> set[str]:
    """下辖单元 codes of a unit and of all units under it; of the whole country, every unit."""
    if parent == NATION:
        return {NATION, *units.index}
    found, newest = {parent}, {parent}
    while newest:
        newest = set(units.index[units["parent_code"].isin(newest)]) - found
        found |= newest
    return found


def districts(viewer: Viewer, tree: gpd.GeoDataFrame, lines: gpd.GeoDataFrame, table: pd.DataFrame) -> Document:
    """行政区划 the viewer's districts as a tree, and the topology of those without a district below.

    Parameters
    ----------
    viewer : Viewer
        Gets the districts of his own; of a zone those it lies in, of a bucket its city's.
    tree : GeoDataFrame
        ``geo.boundaries.load_districts``: by adcode name, parent_adcode, leaf, lon, lat, geometry; EPSG:4490.
    lines : GeoDataFrame
        Lines of a map of the whole country (name, geometry), sent to a viewer of the whole country only.
    table : DataFrame
        ``units(engine)``.
    """
    shown = tree[_seen(viewer, tree, table)]
    made = topology.build(shown[shown["leaf"]].to_crs(MERCATOR), STEP_M)
    return {
        "step": STEP_M,
        "code": shown.index.tolist(),
        "name": shown["name"].tolist(),
        "parent": shown["parent_adcode"].tolist(),
        "label": _grid(shapely.get_coordinates(_labels(shown))),
        "leaves": np.flatnonzero(shown["leaf"]),
        "xy": made.steps().ravel(),
        **{name: getattr(made, name) for name in ("arc_ends", "refs", "ring_ends", "district_ends")},
        "lines": _lines(lines.to_crs(MERCATOR)) if viewer.unit_code == NATION else [],
    }


def _seen(viewer: Viewer, tree: gpd.GeoDataFrame, table: pd.DataFrame) -> NDArray[np.bool_]:
    """Which districts the viewer's own district holds; of a unit without a shape, where it lies."""
    if viewer.unit_code == NATION:
        return np.ones(len(tree), bool)
    unit = table.loc[viewer.unit_code] if viewer.unit_code in table.index else None
    own = {viewer.unit_code}
    if unit is not None and viewer.unit_code not in tree.index:
        own |= set(unit["within"] or [unit["parent_code"]])
    above = tree["parent_adcode"]
    city_above = above.map(above)
    return np.asarray(tree.index.isin(own) | above.isin(own) | city_above.isin(own))


def _labels(shown: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Points inside the districts, where their names stand."""
    return gpd.GeoSeries(gpd.points_from_xy(shown["lon"], shown["lat"]), crs=shown.crs).to_crs(MERCATOR)


def _grid(metres: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.rint(metres / STEP_M).astype(np.int64).ravel()


def _lines(lines: gpd.GeoDataFrame) -> list[Document]:
    parts = lines.explode(ignore_index=True)
    return [
        {"name": name, "xy": _grid(np.array(line.coords))}
        for name, line in zip(parts["name"], parts.geometry, strict=True)
    ]
