"""Images of labelled pairs, however delivered: bands by name, numbers as reflectance, all on one metric grid.

Files that carry a reference are laid on each other by it; a file without one is taken to show the same ground as the
rest of its pair. What cannot be read, or not laid on the rest, is told in a sentence (``PairError``).
"""

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import click
import numpy as np
import rasterio
from pyproj import Transformer
from rasterio import Affine
from rasterio.crs import CRS
from rasterio.enums import ColorInterp, Resampling
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.io import DatasetReader
from rasterio.warp import reproject
from scipy import ndimage
from shapely.geometry import Polygon

from geo._metadata import band_names, reflectance_scale
from geo._reading import open_as
from geo.errors import SceneError
from geo.grid import utm_crs

SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".jp2")
COLOURS = ("red", "green", "blue")
NOWHERE = CRS.from_epsg(32631)
"""stands for the plane of images without a reference, in metres."""
BLACK_SHARE, JPEG_NOISE = 0.005, 8
"""a black patch at the frame's edge with more than this share of the frame is no ground; JPEG does not keep it at 0."""
ASPECT = 1.02
REFINED = 0.75


class PairError(click.ClickException):
    """A sentence on a file that cannot be used."""


@dataclass(frozen=True)
class Raster:
    """Numbers (bands, rows, columns) with the share of every pixel that is seen, and where they lie."""

    path: Path
    numbers: np.ndarray
    seen: np.ndarray
    transform: Affine
    crs: CRS | None

    @property
    def shape(self) -> tuple[int, int]:
        rows, columns = self.seen.shape
        return rows, columns


def images(folder: Path) -> list[Path]:
    """The images of a folder by name; what an operating system or GDAL leaves beside them is passed over."""
    if not folder.is_dir():
        raise PairError(f"{folder}: there is no such folder; a folder of pairs has A/, B/ and label/")
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)


def partner(path: Path, folder: Path) -> Path:
    """The image of another folder with the same name, whatever its format."""
    found = [other for other in images(folder) if other.stem == path.stem]
    if len(found) != 1:
        raise PairError(f"{path}: {len(found)} files in {folder} have this name; there has to be one")
    return found[0]


def aligned(before: Path, after: Path, label: Path, gsd_m: float | None, bands: Sequence[str] | None) -> list[Raster]:
    """Both dates (red, green, blue in 0-1) and the label (share marked) on one north-up grid of metric pixels."""
    parts = [_image(before, bands), _image(after, bands), _label(label)]
    parts = _placed(parts, gsd_m)
    first = parts[0]
    crs, transform, shape = _frame(first)
    exact = (first.crs, first.transform, first.shape) == (crs, transform, shape)
    return [
        part if exact and (part.crs, part.transform, part.shape) == (crs, transform, shape)
        else _laid(part, crs, transform, shape)
        for part in parts
    ]  # fmt: skip


def _image(path: Path, bands: Sequence[str] | None) -> Raster:
    with _opened(path) as source:
        if source.colorinterp[0] == ColorInterp.palette:
            raise PairError(f"{path}: colours come from a palette; save it with red, green and blue bands")
        try:
            names = tuple(bands or _names(path, source))
        except SceneError as error:
            said = f"{source.count} bands, and neither the file nor a usual order says which is which"
            raise PairError(f"{path}: {said}; name them all with --bands") from error
        if len(names) != source.count:
            raise PairError(f"{path}: {source.count} bands, but --bands names {len(names)}")
    wanted = COLOURS if set(COLOURS) <= set(names) else tuple(name for name in names if name != "alpha")[:1] * 3
    with open_as(path, names) as source:
        numbers = _read(source, path, [names.index(name) + 1 for name in wanted]).astype(np.float32)
        seen = _seen(source, path, numbers, names)
        if not seen.any() or not np.ptp(numbers[:, seen]):
            raise PairError(f"{path}: shows nothing, all pixels are empty or alike")
        scale, offset = reflectance_scale(path, source.dtypes[0], source.tags(), date(2020, 1, 1), numbers[:, seen])
        transform, crs = _reference(source)
    values = np.where(seen, np.nan_to_num(numbers) * np.float32(scale) + np.float32(offset), np.float32(0))
    return Raster(path, values, seen.astype(np.float32), transform, crs)


def _names(path: Path, source: DatasetReader) -> tuple[str, ...]:
    """Bands by name. GDAL calls a fourth band of 8 bits transparency unless told otherwise: it is one if it is flat."""
    found = list(source.colorinterp)
    if source.count == 4 and found[3] == ColorInterp.alpha and not any(source.descriptions):
        alpha = source.read(4, out_shape=(min(source.height, 512), min(source.width, 512)))
        between = (alpha > 0) & (alpha < alpha.max())
        if between.mean() > 0.05:
            found = [ColorInterp.undefined] * 4
    return band_names(path, source.descriptions, found)[0]


def _label(path: Path) -> Raster:
    with _opened(path) as source:
        kept = [place for place, colour in enumerate(source.colorinterp, 1) if colour != ColorInterp.alpha]
        numbers = np.nan_to_num(_read(source, path, kept).astype(np.float32)).max(axis=0)
        top = 255.0 if source.driver == "JPEG" else float(numbers.max())
        transform, crs = _reference(source)
    marked = (numbers > top / 2).astype(np.float32)
    return Raster(path, marked[None], np.ones_like(marked), transform, crs)


def _opened(path: Path) -> DatasetReader:
    warnings.simplefilter("ignore", NotGeoreferencedWarning)
    try:
        return rasterio.open(path)
    except RasterioError as error:
        raise PairError(f"{path}: cannot be read as an image") from error


def _read(source: DatasetReader, path: Path, wanted: list[int]) -> np.ndarray:
    try:
        return source.read(wanted)
    except RasterioError as error:
        raise PairError(f"{path}: broken, its pixels cannot be unpacked") from error


def _seen(source: DatasetReader, path: Path, numbers: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """Where there is ground: by transparency or no-data if the file has them, or else without its black margins."""
    finite = np.isfinite(numbers).all(axis=0)
    if "alpha" in names:
        return finite & (_read(source, path, [names.index("alpha") + 1])[0] > 0)
    if source.nodata is not None:
        return finite & (numbers != source.nodata).any(axis=0)
    jpeg = source.driver == "JPEG" or (source.compression is not None and "JPEG" in source.compression.name.upper())
    black = (numbers <= (JPEG_NOISE if jpeg else 0)).all(axis=0)
    patches, count = ndimage.label(black)
    edge = np.unique(np.concatenate([patches[0], patches[-1], patches[:, 0], patches[:, -1]]))
    area = np.bincount(patches.ravel(), minlength=count + 1)
    margin = [patch for patch in edge if patch and area[patch] > BLACK_SHARE * black.size]
    outside = np.isin(patches, margin)
    return finite & ~(ndimage.binary_dilation(outside, iterations=2) if margin else outside)


def _reference(source: DatasetReader) -> tuple[Affine, CRS | None]:
    """Where a file lies; a transform without a CRS is taken for metres, unless it counts pixels."""
    side = math.sqrt(abs(source.transform.determinant))
    if source.crs is None and not math.isclose(side, 1.0):
        return source.transform, NOWHERE
    return source.transform, source.crs


def _placed(parts: Sequence[Raster], gsd_m: float | None) -> list[Raster]:
    """The parts of a pair with a place each: their own, or that of the first part that has one."""
    known = next((part for part in parts if part.crs is not None), None)
    if known is None:
        if gsd_m is None:
            raise PairError(f"{parts[0].path}: has no reference; say with --gsd how many metres a pixel is")
        known = replace(parts[0], transform=Affine.scale(gsd_m, -gsd_m), crs=NOWHERE)
    return [part if part.crs is not None else _stretched(part, known) for part in parts]


def _stretched(part: Raster, known: Raster) -> Raster:
    rows, columns = (size / own for size, own in zip(known.shape, part.shape, strict=True))
    if not 1 / ASPECT < rows / columns < ASPECT:
        sizes = f"{part.shape[1]} x {part.shape[0]} pixels against {known.shape[1]} x {known.shape[0]}"
        raise PairError(f"{part.path}: {sizes} of {known.path}, and no reference to lay one on the other")
    return replace(part, transform=known.transform @ Affine.scale(columns, rows), crs=known.crs)


def _frame(part: Raster) -> tuple[CRS, Affine, tuple[int, int]]:
    """North-up grid of square pixels in the UTM zone of an image, about as fine as the image."""
    rows, columns = part.shape
    crs = part.crs
    assert crs is not None
    if crs != NOWHERE:
        middle = part.transform @ (columns / 2, rows / 2)
        crs = CRS.from_string(utm_crs(*Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(*middle)))
    own = part.transform
    square = math.isclose(own.a, -own.e, rel_tol=1e-3) and abs(own.b) + abs(own.d) < 1e-6 * abs(own.a)
    if crs == part.crs and square and own.a > 0:
        return crs, own, part.shape
    corners = np.array([own @ corner for corner in ((0, 0), (columns, 0), (columns, rows), (0, rows))])
    east, north = Transformer.from_crs(part.crs, crs, always_xy=True).transform(*corners.T)
    side = math.sqrt(Polygon(np.column_stack([east, north])).area / (rows * columns))
    shape = math.ceil(np.ptp(north) / side), math.ceil(np.ptp(east) / side)
    return crs, Affine(side, 0, east.min(), 0, -side, north.max()), shape


def _laid(part: Raster, crs: CRS, transform: Affine, shape: tuple[int, int]) -> Raster:
    """A part on another grid, averaged where it is finer and bilinear where it is not, of its seen pixels alone."""
    stack = np.concatenate([part.numbers * part.seen, part.seen[None]]).astype(np.float32)
    out = np.zeros((len(stack), *shape), np.float32)
    finer = crs == part.crs and math.sqrt(abs(part.transform.determinant / transform.determinant)) < REFINED
    way = Resampling.average if finer else Resampling.bilinear
    reproject(stack, out, src_transform=part.transform, src_crs=part.crs, dst_transform=transform, dst_crs=crs,
              resampling=way)  # fmt: skip
    *numbers, seen = out
    values = np.stack(numbers) / np.maximum(seen, np.float32(1e-6))
    return Raster(part.path, values, (seen > 0.99).astype(np.float32), transform, crs)
