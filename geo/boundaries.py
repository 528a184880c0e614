"""行政区划 districts by adcode: load, hierarchy, points in counties, checks.

Districts come in three levels, province -> city -> county, as in GB/T 2260 and the yearly list of the Ministry of
Civil Affairs. Not every branch has all three: municipalities (直辖市) have no city level, a county may stand directly
under its province (济源 419001), and some cities have no county (嘉峪关 620200, 东莞 441900). So each adcode stands
once, at its highest level, and a *leaf* is a district with none below it, whatever its level: the leaves cover the
country once and are what "the counties" of a place means here.

Reporting units that are no county (开发区, 市直及跨区域) have no polygon and are kept beside, see load_reporting_units.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.errors import BoundaryError

CRS = "EPSG:4490"
EQUAL_AREA = "+proj=aea +lat_1=25 +lat_2=47 +lat_0=0 +lon_0=105 +ellps=GRS80"
"""等积投影 Albers equal-area projection with the parallels of national maps (25° and 47°), in metres."""
_METRES_PER_DEGREE = 111_320.0


def load_districts(folder: Path) -> gpd.GeoDataFrame:
    """读取行政区划 all districts of the three levels, one row an adcode.

    Parameters
    ----------
    folder : Path
        Where provinces.parquet, cities.parquet and counties.parquet stand.

    Returns
    -------
    GeoDataFrame, index adcode (str), EPSG:4490
        name, full_name (path of names from the province down), level ("province", "city" or "county"), parent_adcode
        ("" for a province), leaf (bool: none below it), lon, lat (degrees, a point inside), geometry (MultiPolygon).

    Raises
    ------
    BoundaryError
        ``boundary.missing_file`` if the folder lacks a layer.
    """
    parts = [_read(folder, f"{stem}.parquet", level) for stem, level in _FILES]
    frame = pd.concat(parts, ignore_index=True).drop_duplicates("adcode", keep="first")
    frame = frame.set_index("adcode").sort_index()
    frame["leaf"] = ~frame.index.isin(set(frame["parent_adcode"]))
    columns = ["name", "full_name", "level", "parent_adcode", "leaf", "lon", "lat", "geometry"]
    return gpd.GeoDataFrame(frame[columns], geometry="geometry", crs=CRS)


_FILES = (("provinces", "province"), ("cities", "city"), ("counties", "county"))


def _read(folder: Path, name: str, level: str) -> gpd.GeoDataFrame:
    path = folder / name
    if not path.is_file():
        raise BoundaryError("boundary.missing_file", file=name, folder=str(folder))
    layer = gpd.read_parquet(path)
    layer["level"] = level
    city = layer["city_adcode"] if level == "county" else pd.Series("", layer.index)
    parent = city.where(city != "", layer["province_adcode"])
    layer["parent_adcode"] = parent.where(parent != layer["adcode"], "")
    above = layer["province_name"].where(layer["province_name"] != layer["name"], "")
    if level == "county":
        above = above + layer["city_name"].where(layer["city_name"] != layer["name"], "")
    layer["full_name"] = above + layer["name"]
    return layer


def load_reporting_units(folder: Path) -> pd.DataFrame:
    """读取非县级填报单元 reporting units that are no county: development zones and the city's or province's own bucket.

    Returns
    -------
    DataFrame, index code (str)
        name, kind ("zone" or "bucket"), parent_code (adcode), within (tuple of adcodes of the counties it lies in,
        empty for a bucket), aliases (tuple of str). They have no polygon: none is published, and none is made up.
    """
    path = folder / "reporting_units.csv"
    if not path.is_file():
        raise BoundaryError("boundary.missing_file", file=path.name, folder=str(folder))
    frame = pd.read_csv(path, dtype=str, keep_default_na=False).set_index("code")
    for column in ("within", "aliases"):
        frame[column] = [tuple(filter(None, text.split(";"))) for text in frame[column]]
    return frame


def load_retired(folder: Path) -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """读取已撤销代码 adcodes that are used no more: adcode -> (last name, successors; empty where not known)."""
    frame = pd.read_csv(folder / "retired.csv", dtype=str, keep_default_na=False)
    rows = zip(frame["adcode"], frame["name"], frame["successors"], strict=True)
    return {adcode: (name, tuple(filter(None, text.split(";")))) for adcode, name, text in rows}


@dataclass(frozen=True, eq=False)
class Districts:
    """行政区划树 districts as a tree, with the points-in-counties index.

    Attributes
    ----------
    frame : GeoDataFrame
        As load_districts gives it.
    retired : Mapping
        As load_retired gives it.
    """

    frame: gpd.GeoDataFrame
    retired: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path) -> "Districts":
        """读取 districts and retired adcodes of a folder."""
        return cls(load_districts(folder), load_retired(folder) if (folder / "retired.csv").is_file() else {})

    def __contains__(self, adcode: object) -> bool:
        return adcode in self.names

    @cached_property
    def names(self) -> Mapping[str, str]:
        """名称 adcode -> name."""
        return dict(zip(self.frame.index.to_list(), self.frame["name"].to_list(), strict=True))

    @cached_property
    def parents(self) -> Mapping[str, str]:
        """上级 adcode -> adcode of the parent, "" for a province."""
        return dict(zip(self.frame.index.to_list(), self.frame["parent_adcode"].to_list(), strict=True))

    @cached_property
    def _children(self) -> Mapping[str, tuple[str, ...]]:
        below: dict[str, list[str]] = {}
        for adcode, parent in self.parents.items():
            below.setdefault(parent, []).append(adcode)
        return {parent: tuple(adcodes) for parent, adcodes in below.items()}

    def require(self, adcode: str) -> str:
        """核对代码 the adcode itself if it is a district today.

        Raises
        ------
        BoundaryError
            ``boundary.retired_adcode`` (adcode, name, successors), ``boundary.retired_unknown`` (adcode, name) where no
            successor is known, or ``boundary.unknown_adcode``.
        """
        if adcode in self:
            return adcode
        name, successors = self.retired.get(adcode, ("", ()))
        if successors:
            after = "、".join(f"{code} {self.names.get(code, '')}".strip() for code in successors)
            raise BoundaryError("boundary.retired_adcode", adcode=adcode, name=name, successors=after)
        raise BoundaryError("boundary.retired_unknown" if name else "boundary.unknown_adcode", adcode=adcode, name=name)

    def successors(self, adcode: str) -> tuple[str, ...]:
        """现行代码 the adcode itself if it is used today, else the adcodes that followed it, else nothing."""
        return (adcode,) if adcode in self else self.retired.get(adcode, ("", ()))[1]

    def children(self, adcode: str = "") -> tuple[str, ...]:
        """下级 adcodes right below (the provinces for ""), sorted; empty for a leaf."""
        return self._children.get(adcode, ())

    def path(self, adcode: str) -> tuple[str, ...]:
        """路径 adcodes from the province down to the district itself."""
        above = self.parents[self.require(adcode)]
        return (*(self.path(above) if above else ()), adcode)

    def full_name(self, adcode: str) -> str:
        """全称 names of the path, joined; a name that repeats (北京市) stands once."""
        return "".join(dict.fromkeys(self.names[code] for code in self.path(adcode)))

    def subtree(self, adcode: str) -> frozenset[str]:
        """辖区 the district itself and all districts below it."""
        return frozenset({adcode}).union(*(self.subtree(child) for child in self.children(adcode)))

    def leaves(self, adcode: str = "") -> tuple[str, ...]:
        """县级单元 districts of the subtree that have none below them, sorted: they cover it once."""
        below = self.children(adcode)
        if not below:
            return (adcode,) if adcode else ()
        return tuple(sorted(code for child in below for code in self.leaves(child)))

    def cities(self) -> tuple[str, ...]:
        """市级单元 units that cover the country once at the city level, sorted.

        Cities; counties directly under a province; municipalities, regions and Taiwan province as a whole.
        """
        level = self.frame["level"].to_dict()
        units: set[str] = set()
        for province in self.children():
            below = self.children(province)
            units.update(below if any(level[code] == "city" for code in below) else {province})
        return tuple(sorted(units))

    @cached_property
    def _leaf_frame(self) -> gpd.GeoDataFrame:
        return self.frame[self.frame["leaf"]]

    @cached_property
    def _tree(self) -> shapely.STRtree:
        shapes = self._leaf_frame.geometry.to_numpy()
        shapely.prepare(shapes)
        return shapely.STRtree(shapes)

    def counties_at(self, lon: ArrayLike, lat: ArrayLike, within_m: float = 0.0) -> NDArray[np.str_]:
        """点在何县 adcode of the county (leaf) that holds each point.

        Parameters
        ----------
        lon, lat : array_like of float64, shape (n,), degrees, EPSG:4490
            NaN gives "".
        within_m : float
            A point in no county goes to the nearest one within this many metres (the coast is generalised).

        Returns
        -------
        array of str, shape (n,)
            "" outside the country. A point on a border goes to the lower adcode.
        """
        x, y = np.atleast_1d(np.asarray(lon, np.float64)), np.atleast_1d(np.asarray(lat, np.float64))
        codes = self._leaf_frame.index.to_numpy(dtype=str)
        found = np.full(x.shape, len(codes))
        known = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
        points = np.asarray(shapely.points(x[known], y[known]))
        which, leaf = self._tree.query(points)
        inside = shapely.intersects_xy(self._leaf_frame.geometry.to_numpy()[leaf], x[known][which], y[known][which])
        np.minimum.at(found, known[which[inside]], leaf[inside])
        lost = np.flatnonzero(found[known] == len(codes))
        if within_m > 0 and len(lost):
            near, leaf = self._tree.query_nearest(points[lost], max_distance=within_m / _METRES_PER_DEGREE)
            np.minimum.at(found, known[lost[near]], leaf)
        located: NDArray[np.str_] = np.append(codes, "")[found]
        return located
