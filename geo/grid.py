"""对齐网格 one metric grid for a site and the control ring around it.

All scenes of a site are read onto the same grid in the UTM zone of its centroid, so areas are in square metres (UTM's
scale is within 0.1 % of true in the zone's middle half) and pixel (i, j) is the same ground on every date.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from rasterio import Affine
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from geo._burning import Corner, burnt
from geo._reading import Scene
from geo.errors import SceneError

FINE_M, COARSE_M = 2.0, 10.0
"""analysis pixel for scenes finer and coarser than ``FINE_UP_TO_M``: the two scales the verdict's model knows."""
FINE_UP_TO_M = 4.5
GAP_M, RING_SHARE, MIN_RING_M = 10.0, 0.6, 300.0
"""the ring begins GAP_M outside the outline; it is 0.6 x the square root of the site's area wide, 300 m at least."""
OVERSAMPLING = 4
MAX_SIDE_PX = 4096


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


def in_metres(outline: BaseGeometry, crs: str) -> BaseGeometry:
    """投影到米制坐标 an outline in degrees of EPSG:4326, in metres of a UTM zone."""
    way = _to_metres(crs)
    return shapely.transform(outline, lambda places: np.column_stack(way.transform(places[:, 0], places[:, 1])))


def ring_of(site: BaseGeometry) -> BaseGeometry:
    """对照环 the control ring around an outline, both in degrees of EPSG:4326; as ``site_grid`` has it at 2 m."""
    crs = utm_crs(site.centroid.x, site.centroid.y)
    outline = in_metres(site, crs)
    ring = outline.buffer(GAP_M + _ring_width_m(outline)).difference(outline.buffer(GAP_M))
    back = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    return shapely.transform(ring, lambda places: np.column_stack(back.transform(places[:, 0], places[:, 1])))


def _ring_width_m(outline: BaseGeometry) -> float:
    return max(RING_SHARE * math.sqrt(outline.area), MIN_RING_M)


def site_grid(site: BaseGeometry, gsd_m: float, *, ring_m: float | None = None) -> Grid:
    """建立网格 grid of a site and its control ring.

    Parameters
    ----------
    site : Polygon or MultiPolygon
        Outline in degrees of EPSG:4326 (CGCS2000 and WGS 84 agree within a pixel; GCJ-02 has to be undone before).
    gsd_m : float
        Pixel side in metres.
    ring_m : float, optional
        Width of the ring in metres; 0.6 x the square root of the site's area, and 300 m at least, if not given.

    Raises
    ------
    SceneError
        ``site.not_polygon``; ``site.too_large`` if the grid would have more than 4096 pixels a side.
    """
    if site.is_empty or site.geom_type not in ("Polygon", "MultiPolygon"):
        raise SceneError("site.not_polygon", kind=site.geom_type)
    crs = utm_crs(site.centroid.x, site.centroid.y)
    outline = in_metres(site, crs)
    width = ring_m if ring_m is not None else _ring_width_m(outline)
    gap = max(GAP_M, gsd_m)
    around = outline.buffer(gap + width)
    west, south, east, north = around.bounds
    left, low = (math.floor(value / COARSE_M) * COARSE_M for value in (west, south))
    right, top = (math.ceil(value / COARSE_M) * COARSE_M for value in (east, north))
    columns, rows = math.ceil((right - left) / gsd_m), math.ceil((top - low) / gsd_m)
    if max(columns, rows) > MAX_SIDE_PX:
        raise SceneError("site.too_large", side_m=round(max(right - left, top - low)))
    site_share, ring = _burnt(outline, around, outline.buffer(gap), (left, top, gsd_m, -gsd_m), (rows, columns))
    return Grid(crs, Affine(gsd_m, 0, left, 0, -gsd_m, top), gsd_m, site_share, ring)


def _burnt(
    outline: BaseGeometry, around: BaseGeometry, gap: BaseGeometry, corner: Corner, shape: tuple[int, int]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Share of every pixel inside the outline, from 4 x 4 parts of it, and the ring between two outlines around it."""
    west, south, east, north = outline.bounds
    left, right = _whole_pixels((west - corner[0]) / corner[2], (east - corner[0]) / corner[2], shape[1])
    top, low = _whole_pixels((south - corner[1]) / corner[3], (north - corner[1]) / corner[3], shape[0])
    step = corner[2] / OVERSAMPLING, corner[3] / OVERSAMPLING
    frame = (corner[0] + left * corner[2], corner[1] + top * corner[3], *step)
    fine = burnt([outline], frame, ((low - top) * OVERSAMPLING, (right - left) * OVERSAMPLING))
    share = np.zeros(shape, np.float32)
    share[top:low, left:right] = blocks(fine, OVERSAMPLING)
    return share, burnt([around, gap], corner, shape) & (share == 0)


def _whole_pixels(one: float, other: float, limit: int) -> tuple[int, int]:
    """First pixel and the one behind the last of those that a stretch touches."""
    first = min(max(math.floor(min(one, other)), 0), limit)
    return first, max(min(math.ceil(max(one, other)), limit), first)


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
    width = max(RING_SHARE * math.sqrt(site.area), MIN_RING_M / gsd_m)
    share, ring = _burnt(site, site.buffer(gap + width), site.buffer(gap), (0.0, 0.0, 1.0, 1.0), shape)
    return Grid("", Affine.scale(gsd_m, -gsd_m), gsd_m, share, ring)


def coarser(grid: Grid, factor: int) -> Grid:
    """降低网格分辨率 the same ground in pixels ``factor`` times as long; a remainder at the far edges is dropped."""
    site = blocks(grid.site, factor)
    ring = blocks(grid.ring, factor) > 0.5
    transform = grid.transform @ Affine.scale(factor)
    return Grid(grid.crs, transform, grid.gsd_m * factor, site, ring & (site == 0))


def blocks(image: NDArray[Any], factor: int) -> NDArray[np.float32]:
    """分块平均 mean over blocks of ``factor`` x ``factor`` pixels, shape (rows // factor, columns // factor)."""
    if factor == 1:
        return image.astype(np.float32)
    rows, columns = image.shape[0] // factor, image.shape[1] // factor
    cut = image[: rows * factor, : columns * factor]
    lines = cut.reshape(rows, factor, columns * factor).sum(axis=1, dtype=np.float32)
    out: NDArray[np.float32] = lines.reshape(rows, columns, factor).sum(axis=2) / np.float32(factor**2)
    return out
