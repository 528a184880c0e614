"""网格像元 the pixels of any scene on a grid: read in any CRS and resolution, scaled to reflectance, masked."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasterio.enums import Resampling
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader
from rasterio.vrt import WarpedVRT
from rasterio.windows import Window

from geo._reading import HEIGHT, Scene, open_as
from geo.errors import SceneError
from geo.grid import Grid, blocks

COLOURS = ("blue", "green", "red", "nir", "grey", "swir1", "swir2", "rededge", HEIGHT)


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
    height : ndarray of float32, shape (rows, columns), or None
        Surface height in metres by the surface model of the same flight, NaN where it is not known.
    """

    bands: dict[str, NDArray[np.float32]]
    seen: NDArray[np.bool_]
    covered: NDArray[np.bool_]
    native_gsd_m: float
    height: NDArray[np.float32] | None = None

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
