"""打开影像 a raster opened as what it is: what its producer left beside it or forgot to state is put right in a VRT."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import rasterio.shutil
from rasterio.crs import CRS
from rasterio.enums import ColorInterp
from rasterio.errors import CRSError
from rasterio.io import DatasetReader, MemoryFile

from geo.errors import SceneError

OVERVIEW_SIDE = 512
FILLERS = (-9999.0, -99999.0, -32768.0, -32767.0, float(np.finfo(np.float32).min))
"""what producers write where there is nothing; no reflectance and no height is any of these."""
ALPHA_VALUES = {0, 255}


def open_as(path: Path, bands: Sequence[str], **options: Any) -> DatasetReader:
    """按波段打开影像 a dataset that states its reference and its no-data, and in which only ``alpha`` is transparency.

    GDAL takes a fourth band of 8 bits for transparency even where its name says near infrared, and would hide pixels by
    it; it does not read the ``.prj`` beside a world file; and pixels of -9999 count for it as long as nobody states
    them to be nothing. Such a file is opened through a VRT that says it.

    Parameters
    ----------
    path : Path
        The file.
    bands : sequence of str
        Common name of every band.
    **options
        As for ``rasterio.open``.
    """
    with rasterio.open(path) as source:
        marks = tuple(map(_mark, bands, source.colorinterp))
        crs = source.crs or reference_beside(path)
        stated = source.nodata
        nodata = stated if stated is not None else _filler(source)
        if (marks, crs) == (source.colorinterp, source.crs) and nodata is stated:
            return rasterio.open(path, **options)
        with MemoryFile(ext=".vrt") as note:
            rasterio.shutil.copy(source, note.name, driver="VRT")
            with rasterio.open(note.name, "r+") as mended:
                mended.colorinterp, mended.crs, mended.nodata = marks, crs, nodata
            text = note.read().decode()
    return rasterio.open(text, **options)


def reference_beside(path: Path) -> CRS | None:
    """旁置坐标系 the reference in a ``.prj`` of the same name, as world files are delivered with; None without one.

    Raises
    ------
    SceneError
        ``scene.no_crs`` where it cannot be understood.
    """
    for beside in (path.with_suffix(".prj"), path.with_suffix(".PRJ")):
        if beside.is_file():
            try:
                return CRS.from_wkt(beside.read_text("utf-8", errors="replace").strip())
            except CRSError as error:
                raise SceneError("scene.no_crs", file=path.name) from error
    return None


def is_transparency(source: DatasetReader, place: int) -> bool:
    """是否透明度 whether a band that nobody named, beside three colours of 8 bits, holds nothing but 0 and 255."""
    colours = source.colorinterp[:3] == (ColorInterp.red, ColorInterp.green, ColorInterp.blue)
    if not colours or source.dtypes[place - 1] != "uint8":
        return False
    return set(np.unique(source.read(place, out_shape=_overview(source))).tolist()) <= ALPHA_VALUES


def _filler(source: DatasetReader) -> float | None:
    """The number that stands for nothing in a file of signed numbers which does not say it."""
    if np.dtype(source.dtypes[0]).kind not in "if":
        return None
    numbers = source.read(1, out_shape=_overview(source), masked=False)
    known = np.array(FILLERS, np.float64).astype(numbers.dtype) if numbers.dtype.kind == "f" else np.array(FILLERS[:4])
    found = known[np.isin(known, numbers)]
    return float(found[0]) if found.size else None


def _overview(source: DatasetReader) -> tuple[int, int]:
    return min(source.height, OVERVIEW_SIDE), min(source.width, OVERVIEW_SIDE)


def _mark(name: str, found: ColorInterp) -> ColorInterp:
    if name == "alpha":
        return ColorInterp.alpha
    return ColorInterp.undefined if found == ColorInterp.alpha else found
