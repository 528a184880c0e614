"""Reporting units and places of sample projects: points inside the polygon of the county."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

SHARES = {"exact": 0.78, "township": 0.12, "county": 0.07, "none": 0.03}
NOTES = {
    "exact": "示例位置,在县区范围内随机取点",
    "township": "示例位置,按乡镇近似",
    "county": "示例位置,按县区中心近似",
    "none": "填报单位未提供坐标和详细地址",
    "unsure": "市直及跨区域项目,不能落到一个县区",
}
METHODS = {"exact": "sample", "township": "sample", "county": "county_centre", "none": "none", "unsure": "none"}


@dataclass(frozen=True)
class Unit:
    """A reporting unit, and the counties it lies in."""

    code: str
    name: str
    kind: str
    counties: tuple[str, ...]


class Places:
    """The shipped boundaries, as far as the samples need them."""

    def __init__(self, folder: Path) -> None:
        self.counties = gpd.read_parquet(folder / "counties.parquet").set_index("adcode")
        listed = pd.read_csv(folder / "reporting_units.csv", dtype=str, keep_default_na=False)
        self._listed = {
            row.code: Unit(row.code, row.name, row.kind, tuple(filter(None, row.within.split(";"))))
            for row in listed.itertuples(index=False)
        }
        shapely.prepare(self.counties.geometry.values)

    def unit(self, code: str) -> Unit:
        """A unit by its code: listed as zone or bucket, or a county."""
        if code in self._listed:
            return self._listed[code]
        return Unit(code, self.counties.loc[code, "name"], "county", (code,))

    def units_of(self, province: str) -> list[Unit]:
        """Every county of a province, then its zones and buckets of cities (zones below counties left out)."""
        counties = [code for code in self.counties.index if code.startswith(province[:2])]
        others = [
            code
            for code, unit in self._listed.items()
            if code.startswith(province[:2]) and (unit.kind == "bucket" or code[4:6] in {"00", "71", "72", "73"})
        ]
        return [self.unit(code) for code in (*counties, *others)]

    def locate(self, unit: Unit, rng: np.random.Generator, confidence: str | None = None) -> dict[str, Any]:
        """A location for a project of the unit: lon and lat (EPSG:4490), counties, method, confidence, note."""
        counties = unit.counties or self._some_county(unit, rng)
        if not counties:
            return self._row("unsure", None, ())
        confidence = confidence or str(rng.choice(list(SHARES), p=list(SHARES.values())))
        county = str(rng.choice(counties))
        if confidence == "county":
            row = self.counties.loc[county]
            return self._row("county", (row["lon"], row["lat"]), (county,))
        point = None if confidence == "none" else self._point(county, rng)
        return self._row(confidence, point, (county,))

    def _some_county(self, bucket: Unit, rng: np.random.Generator) -> list[str]:
        """What the city runs itself lies in some county of it, or across several."""
        return [c for c in self.counties.index if c.startswith(bucket.code[:4])] if rng.random() < 0.75 else []

    def _row(self, confidence: str, point: tuple[float, float] | None, counties: tuple[str, ...]) -> dict[str, Any]:
        lon, lat = point or (None, None)
        return {
            "lon": lon,
            "lat": lat,
            "adcodes": ";".join(counties),
            "method": METHODS[confidence],
            "confidence": confidence,
            "notes": NOTES[confidence],
        }

    def _point(self, county: str, rng: np.random.Generator) -> tuple[float, float]:
        shape = self.counties.loc[county, "geometry"]
        west, south, east, north = shape.bounds
        while True:
            lon, lat = round(rng.uniform(west, east), 6), round(rng.uniform(south, north), 6)
            if shapely.contains_xy(shape, lon, lat):
                return lon, lat
