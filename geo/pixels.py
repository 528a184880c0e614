"""网格像元 the pixels of any scene on a grid: read in any CRS and resolution, scaled to reflectance, masked."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasterio.enums import MaskFlags, Resampling
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader
from rasterio.vrt import WarpedVRT
from rasterio.warp import transform
from rasterio.windows import Window

from geo._opening import open_as
from geo._reading import HEIGHT, Scene
from geo.errors import SceneError
from geo.grid import Grid, blocks

COLOURS = ("blue", "green", "red", "nir", "grey", "swir1", "swir2", "rededge", HEIGHT)
KNOTS = 9
"""places along a side of the grid at which a projection is asked."""


@dataclass(frozen=True, eq=False)
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
    height : ndarray of float32, shape (rows, columns), or None
        Surface height in metres by the surface model of the same flight, NaN where it is not known.
    """

    bands: dict[str, NDArray[np.float32]]
    seen: NDArray[np.bool_]
    covered: NDArray[np.bool_]
    native_gsd_m: float
    height: NDArray[np.float32] | None = None

    def stack(self, names: Sequence[str]) -> NDArray[np.float32]:
        """波段堆叠 some bands in one array, shape (bands, rows, columns)."""
        return np.stack([self.bands[name] for name in names])

    @property
    def colours(self) -> tuple[str, str, str]:
        """三色波段 names of the bands shown as red, green and blue; a panchromatic scene's only one three times."""
        if {"red", "green", "blue"} <= set(self.bands):
            return "red", "green", "blue"
        return (next(iter(self.bands)),) * 3

    @cached_property
    def light(self) -> NDArray[np.float32]:
        """亮度 mean of the visible bands, shape (rows, columns), reflectance."""
        visible = [self.bands[name] for name in ("red", "green", "blue", "grey") if name in self.bands]
        first, *others = visible or [next(iter(self.bands.values()))]
        total = first.copy()
        for band in others:
            total += band
        total *= np.float32(1 / (1 + len(others)))
        return total

    @cached_property
    def whole(self) -> bool:
        """是否全覆盖 whether every pixel is covered."""
        return bool(self.covered.all())

    @property
    def has_nir(self) -> bool:
        """有无近红外 whether the scene has a near-infrared band."""
        return "nir" in self.bands


def coarser_pixels(pixels: Pixels, factor: int) -> Pixels:
    """降低像元分辨率 pixels averaged over blocks of ``factor`` x ``factor``; a block is seen if half of it was."""
    seen, covered = (blocks(mask, factor) >= 0.5 for mask in (pixels.seen, pixels.covered))
    part = np.maximum(blocks(pixels.covered, factor), 1e-6).astype(np.float32)
    bands = {
        name: blocks(np.where(pixels.covered, band, np.float32(0)), factor) / part
        for name, band in pixels.bands.items()
    }
    return Pixels(bands, seen, covered, pixels.native_gsd_m)


def read_pixels(scene: Scene, grid: Grid, source: DatasetReader | None = None) -> Pixels:
    """读取像元 a scene's pixels on a grid; area-averaged when it is finer, bilinear when it is coarser.

    Parameters
    ----------
    scene : Scene
        The scene, of any CRS and resolution.
    grid : Grid
        Where to read.
    source : DatasetReader, optional
        The scene's dataset if it is open already (``open_as``; batch runs keep it open).

    Raises
    ------
    SceneError
        ``scene.outside`` if the site lies wholly outside the scene; ``scene.broken`` if a block cannot be unpacked.
    """
    try:
        if source is not None:
            return _warped(scene, grid, source)
        with open_as(scene.path, scene.bands) as opened:
            return _warped(scene, grid, opened)
    except RasterioError as error:
        raise SceneError("scene.broken", file=scene.path.name) from error


def _warped(scene: Scene, grid: Grid, source: DatasetReader) -> Pixels:
    wanted = [place for place, name in enumerate(scene.bands, 1) if name in COLOURS]
    corner = _corner(scene, grid, source)
    if corner is not None:
        numbers, covered = _plain(source, wanted, corner, grid.shape)
    else:
        between = _between(scene, grid, source, wanted)
        numbers, covered = between or _reprojected(scene, grid, source, wanted)
    whole = bool(covered.all())
    if not whole and not covered[grid.site > 0].any():
        raise SceneError("scene.outside", file=scene.path.name)
    seen = covered
    if "scl" in scene.bands:
        seen = covered & ~_clouded(source, scene.bands.index("scl") + 1, grid, corner)
    values: NDArray[np.float32] = np.multiply(numbers, np.float32(scene.scale), dtype=np.float32)
    if scene.offset:
        values += np.float32(scene.offset)
    if not whole:
        values[:, ~covered] = np.nan
    bands = {scene.bands[place - 1]: values[row] for row, place in enumerate(wanted)}
    return Pixels(bands, seen, covered, scene.gsd_m)


def _corner(scene: Scene, grid: Grid, source: DatasetReader) -> tuple[int, int] | None:
    """Row and column of the grid's corner in a scene whose pixels fall on it: the same CRS, pixel side and phase."""
    if scene.crs != grid.crs or _masked(source):
        return None
    place, step = source.transform, grid.gsd_m
    if not math.isclose(place.a, step, rel_tol=1e-9) or -place.e != place.a:
        return None
    column, row = (grid.transform.c - place.c) / step, (place.f - grid.transform.f) / step
    if abs(column - round(column)) > 1e-3 or abs(row - round(row)) > 1e-3:
        return None
    return round(row), round(column)


def _masked(source: DatasetReader) -> bool:
    """Whether the file has a mask of its own beside its numbers."""
    return MaskFlags.per_dataset in source.mask_flag_enums[0]


def _plain(
    source: DatasetReader, wanted: list[int], corner: tuple[int, int], shape: tuple[int, int]
) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    numbers = _cut(source, wanted, corner, shape)
    if not source.nodata and np.issubdtype(numbers.dtype, np.integer):
        return numbers, np.bitwise_or.reduce(numbers, axis=0) != 0
    return numbers, np.isfinite(numbers).all(axis=0) & (numbers != (source.nodata or 0)).any(axis=0)


def _cut(source: DatasetReader, wanted: list[int], corner: tuple[int, int], shape: tuple[int, int]) -> NDArray[Any]:
    """Numbers of a window (bands, rows, columns); no-data where it reaches over the scene's edge."""
    top, left = max(corner[0], 0), max(corner[1], 0)
    rows = max(min(corner[0] + shape[0], source.height) - top, 0)
    columns = max(min(corner[1] + shape[1], source.width) - left, 0)
    window = Window(left, top, columns, rows)
    if (rows, columns) == shape:
        whole: NDArray[Any] = source.read(wanted, window=window)
        return whole
    out = np.full((len(wanted), *shape), source.nodata or 0, source.dtypes[0])
    if rows and columns:
        inside = np.s_[:, top - corner[0] : top - corner[0] + rows, left - corner[1] : left - corner[1] + columns]
        out[inside] = source.read(wanted, window=window)
    return out


def _between(
    scene: Scene, grid: Grid, source: DatasetReader, wanted: list[int]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]] | None:
    """Numbers by the four pixels around each place, as GDAL's bilinear warp (scale 1) has them, in a fifth of the time.

    None where the scene is finer than the grid, has transparency or a mask, or does not show all of it.
    """
    if scene.gsd_m < grid.gsd_m or "alpha" in scene.bands or _masked(source):
        return None
    row, column = _places(scene, grid, source)
    top, left = row.astype(np.intp), column.astype(np.intp)
    first, side = (int(top.min()), int(left.min())), (int(np.ptp(top)) + 2, int(np.ptp(left)) + 2)
    if min(row.min(), column.min()) < 0 or first[0] + side[0] > source.height or first[1] + side[1] > source.width:
        return None
    numbers, covered = _plain(source, wanted, first, side)
    if not covered.all():
        return None
    down, right = (row - top).astype(np.float32), (column - left).astype(np.float32)
    flat, at = numbers.reshape(len(wanted), -1), (top - first[0]) * side[1] + left - first[1]
    shares = ((0, (1 - down) * (1 - right)), (1, (1 - down) * right), (side[1], down * (1 - right)))
    found = np.take(flat, at + side[1] + 1, axis=1) * (down * right)
    for step, share in shares:
        found += np.take(flat, at + step, axis=1) * share
    return found, np.ones(grid.shape, np.bool_)


def _places(scene: Scene, grid: Grid, source: DatasetReader) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Row and column in a scene of every pixel's centre, counted from the first centre, each of the grid's shape.

    The projection is asked at ``KNOTS`` x ``KNOTS`` places; between them it is straight within 0.01 px.
    """
    knots = [np.linspace(0, size - 1, KNOTS) for size in grid.shape]
    down, right = np.meshgrid(*knots, indexing="ij")
    x, y = grid.transform @ (right.ravel() + 0.5, down.ravel() + 0.5)
    if scene.crs != grid.crs:
        x, y = (np.array(found) for found in transform(grid.crs, source.crs, x, y))
    column, row = ~source.transform @ (x, y)
    over, along = (
        np.clip(1 - np.abs(np.arange(size)[:, None] - knot) / max(knot[1], 1e-9), 0, 1)
        for size, knot in zip(grid.shape, knots, strict=True)
    )
    found = [over @ (one.reshape(KNOTS, KNOTS) - 0.5) @ along.T for one in (row, column)]
    return found[0], found[1]


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


CLOUD_CLASSES = (3, 8, 9, 10, 11)
"""Sentinel-2 SCL: cloud shadow, cloud medium and high probability, thin cirrus, snow (ESA Level-2A)."""


def _clouded(source: DatasetReader, band: int, grid: Grid, corner: tuple[int, int] | None) -> NDArray[np.bool_]:
    if corner is not None:
        return np.isin(_cut(source, [band], corner, grid.shape)[0], CLOUD_CLASSES)
    rows, columns = grid.shape
    options: dict[str, Any] = {"crs": grid.crs, "transform": grid.transform, "width": columns, "height": rows}
    with WarpedVRT(source, resampling=Resampling.nearest, **options) as warped:
        return np.isin(warped.read(band), CLOUD_CLASSES)
