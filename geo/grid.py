"""对齐网格 one metric grid for a site and its ring, and the pixels of any scene on it.

All scenes of a site are read onto the same grid in the UTM zone of its centroid, so areas are in square metres (UTM's
scale is within 0.1 % of true in the zone's middle half) and pixel (i, j) is the same ground on every date.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import rasterio
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from rasterio import Affine
from rasterio.enums import Resampling
from rasterio.errors import RasterioError
from rasterio.features import rasterize
from rasterio.io import DatasetReader
from rasterio.vrt import WarpedVRT
from rasterio.windows import Window
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from geo._reading import Scene
from geo.errors import SceneError

FINE_M, COARSE_M = 2.0, 10.0
"""analysis pixel for scenes finer and coarser than ``FINE_UP_TO_M``: the two scales the verdict's model knows."""
FINE_UP_TO_M = 4.5
GAP_M, RING_SHARE, MIN_RING_PX = 10.0, 0.6, 8
"""the ring begins GAP_M outside the outline and is as wide as 0.6 x the square root of the site's area."""
OVERSAMPLING = 4
MAX_SIDE_PX = 4096
COLOURS = ("blue", "green", "red", "nir", "grey", "swir1", "swir2", "rededge")


@dataclass(frozen=True)
class Grid:
    """对齐网格 aligned pixels of a site and its ring.

    Attributes
    ----------
    crs : str
        UTM zone of the site's centroid, ``EPSG:326xx`` or ``EPSG:327xx``.
    transform : Affine
        Pixel (column, row) to metres in ``crs``.
    gsd_m : float
        Side of a pixel in metres.
    site : ndarray of float32, shape (rows, columns)
        Share of every pixel inside the outline, 0-1.
    ring : ndarray of bool, shape (rows, columns)
        Pixels of the control ring; no pixel is in both.
    """

    crs: str
    transform: Affine
    gsd_m: float
    site: NDArray[np.float32]
    ring: NDArray[np.bool_]

    @property
    def shape(self) -> tuple[int, int]:
        """网格尺寸 rows and columns."""
        return (int(self.site.shape[0]), int(self.site.shape[1]))

    @property
    def inside(self) -> NDArray[np.bool_]:
        """红线内像元 pixels at least half inside the outline, shape (rows, columns)."""
        return self.site >= 0.5

    @property
    def pixel_m2(self) -> float:
        """像元面积 area of a pixel in m²."""
        return self.gsd_m**2

    @property
    def site_m2(self) -> float:
        """红线内面积 area inside the outline on this grid, in m²."""
        return float(self.site.sum()) * self.pixel_m2


@dataclass(frozen=True)
class Pixels:
    """网格像元 one scene on a grid.

    Attributes
    ----------
    bands : dict[str, ndarray of float32, shape (rows, columns)]
        Reflectance (0-1) by common name; an ``NaN`` where there is nothing.
    seen : ndarray of bool, shape (rows, columns)
        Where the scene has data: inside it, not no-data, not transparent, not cloud by its own SCL band.
    covered : ndarray of bool, shape (rows, columns)
        Where the scene has data at all, cloud or not.
    native_gsd_m : float
        Ground sample distance of the scene itself, in metres.
    """

    bands: dict[str, NDArray[np.float32]]
    seen: NDArray[np.bool_]
    covered: NDArray[np.bool_]
    native_gsd_m: float

    @property
    def has_nir(self) -> bool:
        """有无近红外 whether the scene has a near-infrared band."""
        return "nir" in self.bands


def analysis_gsd_m(scenes: Sequence[Scene]) -> float:
    """分析分辨率 pixel side in metres at which scenes are compared: 2 m or 10 m, by the coarsest of them."""
    return FINE_M if max(scene.gsd_m for scene in scenes) <= FINE_UP_TO_M else COARSE_M


def utm_crs(lon: float, lat: float) -> str:
    """所在 UTM 带 EPSG code of the UTM zone of a place in degrees."""
    zone = min(int((lon + 180) // 6) + 1, 60)
    return f"EPSG:{(32600 if lat >= 0 else 32700) + zone}"


@cache
def _to_metres(crs: str) -> Transformer:
    return Transformer.from_crs("EPSG:4326", crs, always_xy=True)


def site_grid(site: BaseGeometry, gsd_m: float, *, ring_m: float | None = None) -> Grid:
    """建立网格 grid of a site and its control ring.

    Parameters
    ----------
    site : Polygon or MultiPolygon
        Outline in degrees of EPSG:4326 (CGCS2000 and WGS 84 agree within a pixel; GCJ-02 has to be undone before).
    gsd_m : float
        Pixel side in metres.
    ring_m : float, optional
        Width of the ring in metres; 0.6 x the square root of the site's area (and 8 pixels at least) if not given.

    Raises
    ------
    SceneError
        ``site.not_polygon``; ``site.too_large`` if the grid would have more than 4096 pixels a side.
    """
    if site.is_empty or site.geom_type not in ("Polygon", "MultiPolygon"):
        raise SceneError("site.not_polygon", kind=site.geom_type)
    crs = utm_crs(site.centroid.x, site.centroid.y)
    outline = shapely.transform(site, _to_metres(crs).transform, interleaved=False)
    width = ring_m if ring_m is not None else max(RING_SHARE * math.sqrt(outline.area), MIN_RING_PX * gsd_m)
    gap = max(GAP_M, gsd_m)
    west, south, east, north = outline.buffer(gap + width).bounds
    columns, rows = math.ceil((east - west) / gsd_m), math.ceil((north - south) / gsd_m)
    if max(columns, rows) > MAX_SIDE_PX:
        raise SceneError("site.too_large", side_m=round(max(east - west, north - south)))
    corner = Affine(gsd_m, 0, math.floor(west / gsd_m) * gsd_m, 0, -gsd_m, math.ceil(north / gsd_m) * gsd_m)
    return _burnt(outline, crs, corner, (rows + 1, columns + 1), gap, width)


def _burnt(outline: BaseGeometry, crs: str, corner: Affine, shape: tuple[int, int], gap: float, width: float) -> Grid:
    fine = rasterize(
        [outline],
        out_shape=(shape[0] * OVERSAMPLING, shape[1] * OVERSAMPLING),
        transform=corner @ Affine.scale(1 / OVERSAMPLING),
        dtype="uint8",
    )
    share = fine.reshape(shape[0], OVERSAMPLING, shape[1], OVERSAMPLING).mean(axis=(1, 3), dtype=np.float32)
    around = outline.buffer(gap + width).difference(outline.buffer(gap))
    ring = rasterize([around], out_shape=shape, transform=corner, dtype="uint8").astype(bool)
    return Grid(crs, corner, float(corner.a), share, ring & (share == 0))


def pixel_grid(site: Polygon, shape: tuple[int, int], gsd_m: float) -> Grid:
    """像元坐标网格 grid over a bare array, for images without coordinates (benchmarks, synthetic scenes).

    Parameters
    ----------
    site : Polygon
        Outline in pixels, x to the right and y down.
    shape : tuple[int, int]
        Rows and columns of the array.
    gsd_m : float
        Pixel side in metres; the ring keeps the same gap and proportion as ``site_grid``.
    """
    gap = max(GAP_M, gsd_m) / gsd_m
    width = max(RING_SHARE * math.sqrt(site.area), MIN_RING_PX)
    grid = _burnt(site, "", Affine.identity(), shape, gap, width)
    return Grid("", Affine.scale(gsd_m, -gsd_m), gsd_m, grid.site, grid.ring)


def read_pixels(scene: Scene, grid: Grid, source: DatasetReader | None = None) -> Pixels:
    """读取像元 a scene's pixels on a grid; area-averaged when it is finer, bilinear when it is coarser.

    Parameters
    ----------
    scene : Scene
        The scene, of any CRS and resolution.
    grid : Grid
        Where to read.
    source : DatasetReader, optional
        The scene's dataset if it is open already (batch runs keep it open).

    Raises
    ------
    SceneError
        ``scene.outside`` if the site lies wholly outside the scene; ``scene.broken`` if a block cannot be unpacked.
    """
    try:
        if source is not None:
            return _warped(scene, grid, source)
        with rasterio.open(scene.path) as opened:
            return _warped(scene, grid, opened)
    except RasterioError as error:
        raise SceneError("scene.broken", file=scene.path.name) from error


def _warped(scene: Scene, grid: Grid, source: DatasetReader) -> Pixels:
    wanted = [place for place, name in enumerate(scene.bands, 1) if name in COLOURS]
    numbers, covered = _straight(grid, source, wanted) or _reprojected(scene, grid, source, wanted)
    if not covered[grid.site > 0].any():
        raise SceneError("scene.outside", file=scene.path.name)
    seen = covered
    if "scl" in scene.bands:
        seen = covered & ~_clouded(source, scene.bands.index("scl") + 1, grid)
    values = numbers * np.float32(scene.scale) + np.float32(scene.offset)
    values[:, ~covered] = np.nan
    bands = {scene.bands[place - 1]: values[row] for row, place in enumerate(wanted)}
    return Pixels(bands, seen, covered, scene.gsd_m)


def _straight(
    grid: Grid, source: DatasetReader, wanted: list[int]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]] | None:
    """The plain window, for a scene whose pixels already fall on the grid: the same CRS, pixel side and phase."""
    if source.crs.to_string() != grid.crs or "alpha" in [c.name for c in source.colorinterp]:
        return None
    column, row = ~source.transform @ (grid.transform.c, grid.transform.f)
    step = source.transform.a
    aligned = math.isclose(step, grid.gsd_m, rel_tol=1e-9) and -source.transform.e == step
    if not aligned or abs(column - round(column)) > 1e-3 or abs(row - round(row)) > 1e-3:
        return None
    rows, columns = grid.shape
    window = Window(round(column), round(row), columns, rows)
    inside = round(column) >= 0 and round(row) >= 0
    if not inside or round(column) + columns > source.width or round(row) + rows > source.height:
        return None
    numbers = source.read(wanted, window=window).astype(np.float32, copy=False)
    covered = np.isfinite(numbers).all(axis=0)
    if source.nodata is not None:
        covered &= (numbers != source.nodata).any(axis=0)
    else:
        covered &= (numbers != 0).any(axis=0)
    return numbers, covered


def _reprojected(
    scene: Scene, grid: Grid, source: DatasetReader, wanted: list[int]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    rows, columns = grid.shape
    way = Resampling.average if scene.gsd_m < 0.75 * grid.gsd_m else Resampling.bilinear
    options: dict[str, Any] = {"crs": grid.crs, "transform": grid.transform, "width": columns, "height": rows}
    nodata = source.nodata
    if nodata is None and "alpha" not in scene.bands:
        nodata = 0
    alpha = "alpha" not in scene.bands
    with WarpedVRT(
        source, resampling=way, nodata=None if not alpha else nodata, src_nodata=nodata, **options
    ) as warped:
        numbers = warped.read(wanted, out_dtype="float32")
        covered = np.isfinite(numbers).all(axis=0)
        if "alpha" in scene.bands:
            covered &= warped.read(scene.bands.index("alpha") + 1) > 0
        else:
            covered &= (numbers != nodata).any(axis=0)
    return numbers, covered


CLOUD_CLASSES = (3, 8, 9, 10)
"""Sentinel-2 SCL: cloud shadow, cloud medium and high probability, thin cirrus (ESA Level-2A product definition)."""


def _clouded(source: DatasetReader, band: int, grid: Grid) -> NDArray[np.bool_]:
    rows, columns = grid.shape
    options: dict[str, Any] = {"crs": grid.crs, "transform": grid.transform, "width": columns, "height": rows}
    with WarpedVRT(source, resampling=Resampling.nearest, **options) as warped:
        return np.isin(warped.read(band), CLOUD_CLASSES)
