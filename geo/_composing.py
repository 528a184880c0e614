"""影像合成 one raster of bands that lie in several files or in a larger one: on one grid, cut to what is needed.

What is written is a plain GeoTIFF that says of itself what its sources said: names, scales, no-data, transparency.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio import Affine
from rasterio.dtypes import in_dtype_range
from rasterio.enums import ColorInterp, Resampling
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader, DatasetWriter
from rasterio.vrt import WarpedVRT
from rasterio.warp import transform_bounds
from rasterio.windows import Window

from geo._delivery import Part, Stated
from geo._items import QA_PIXEL
from geo._reading import gsd_m
from geo.errors import SceneError

STEP_PX = 256
"""least side of what is read at once; the source's blocks where they are larger, since they come whole anyway."""
SPARE_PX = 16
"""kept around every site and its ring, so that images can be moved onto each other."""
QA_CLASSES = {5: 11, 7: 6, 1: 9, 2: 10, 3: 9, 4: 3, 0: 0}
"""bit of Landsat's QA_PIXEL -> class of Sentinel-2's SCL, a later one over an earlier one: snow, water, dilated cloud,
cirrus, cloud, cloud shadow, fill (USGS LSDS-1619, Landsat 8-9 Collection 2; ESA Level-2A product definition)."""
UNCLASSIFIED = 7
NOTHING = -9999.0
"""no-data of numbers that had to be scaled."""
Boxes = NDArray[np.float64]


@dataclass(frozen=True)
class Band:
    """待合成波段 one band of a file, as it goes into the raster."""

    source: DatasetReader
    place: int
    name: str | None
    scale: float
    offset: float
    nodata: float | None
    mark: ColorInterp
    is_bits: bool = False

    @property
    def is_colour(self) -> bool:
        """是否颜色 whether its numbers are brightness, and not classes or transparency."""
        return self.name != "scl" and self.mark != ColorInterp.alpha


def bands_of(source: DatasetReader, stated: Sequence[Stated] = ()) -> list[Band]:
    """文件波段 all bands of a file, as they are, or as its item describes them (one statement a band or one for all).

    Raises
    ------
    SceneError
        ``scene.band_count`` where the item describes another number of bands.
    """
    if len(stated) not in (0, 1, source.count):
        raise SceneError("scene.band_count", file=Path(source.name).name, told=len(stated), count=source.count)
    rows = zip(source.descriptions, source.scales, source.offsets, source.nodatavals, source.colorinterp, strict=True)
    bands = [Band(source, place, *row) for place, row in enumerate(rows, 1)]
    said = stated if len(stated) == len(bands) else list(stated) * len(bands)
    return [_as_stated(band, one) for band, one in zip(bands, said, strict=True)] if said else bands


def _as_stated(band: Band, stated: Stated) -> Band:
    if band.mark == ColorInterp.alpha:
        return band
    scale = band.scale if stated.scale is None else stated.scale
    offset = band.offset if stated.scale is None else stated.offset or 0.0
    usable = stated.nodata is not None and in_dtype_range(stated.nodata, band.source.dtypes[band.place - 1])
    return replace(band, scale=scale, offset=offset, nodata=stated.nodata if usable else band.nodata)


def band_of(source: DatasetReader, part: Part, name: str) -> Band:
    """单波段文件 the one band of a file, as its item and it itself describe it.

    Zero stands for nothing where neither says what does, as in all that Sentinel-2 and Landsat deliver.
    """
    if source.crs is None:
        raise SceneError("scene.no_crs", file=part.path.name)
    band = bands_of(source, part.stated[:1])[0]
    scale, offset = (1.0, 0.0) if name == "scl" else (band.scale, band.offset)
    nodata = 0.0 if band.nodata is None else band.nodata
    is_bits = part.key.lower() == QA_PIXEL
    return Band(source, 1, name, scale, offset, nodata, ColorInterp.undefined, is_bits)


@dataclass(frozen=True)
class Plan:
    """合成方案 the grid, and the windows of it that are read.

    Attributes
    ----------
    grid : DatasetReader
        The source whose pixels are kept: the finest of the colours.
    steps : tuple[Window, ...]
        What is read, in pixels of ``grid``.
    """

    grid: DatasetReader
    steps: tuple[Window, ...]

    @property
    def frame(self) -> Window:
        """外框 the window around all that is read."""
        left, top = (int(min(getattr(step, side) for step in self.steps)) for side in ("col_off", "row_off"))
        right = int(max(step.col_off + step.width for step in self.steps))
        low = int(max(step.row_off + step.height for step in self.steps))
        return Window(left, top, right - left, low - top)

    @property
    def written(self) -> tuple[Window, ...]:
        """写入窗口 what is read, in pixels of what is written."""
        left, top = self.frame.col_off, self.frame.row_off
        return tuple(Window(one.col_off - left, one.row_off - top, one.width, one.height) for one in self.steps)

    @property
    def share(self) -> float:
        """所需比例 of the grid's pixels, those that are read."""
        return float(sum(step.width * step.height for step in self.steps) / (self.grid.width * self.grid.height))


def planned(bands: Sequence[Band], boxes: Boxes | None) -> Plan:
    """确定范围 the grid of some bands and the windows that show the boxes, all of it where there are none.

    Raises
    ------
    SceneError
        ``scene.outside`` where no box lies on it.
    """
    grid = min((band.source for band in bands if band.is_colour), key=gsd_m)
    rows, columns = (max(1, -(-STEP_PX // side)) * side for side in grid.block_shapes[0])
    wanted = {
        place
        for low, left, high, right in (_reached(grid, boxes) if boxes is not None else [(0, 0, *grid.shape)])
        for place in np.ndindex(-(-high // rows), -(-right // columns))
        if (place[0] + 1) * rows > low and (place[1] + 1) * columns > left
    }
    if not wanted:
        raise SceneError("scene.outside", file=Path(grid.name.partition("?")[0]).name)
    whole = Window(0, 0, grid.width, grid.height)
    steps = (Window(column * columns, row * rows, columns, rows) for row, column in sorted(wanted))
    return Plan(grid, tuple(step.intersection(whole) for step in steps))


def _reached(grid: DatasetReader, boxes: Boxes) -> Iterator[tuple[int, int, int, int]]:
    """First row and column, last row and column of every box that lies on a grid."""
    for box in boxes:
        west, south, east, north = transform_bounds("EPSG:4326", grid.crs, *box)
        corners = np.array([~grid.transform @ (x, y) for x, y in ((west, north), (east, south))])
        left, low = np.floor(corners.min(axis=0)).astype(int) - SPARE_PX
        right, high = np.ceil(corners.max(axis=0)).astype(int) + SPARE_PX
        if right > 0 and high > 0 and left < grid.width and low < grid.height:
            yield max(low, 0), max(left, 0), min(high, grid.height), min(right, grid.width)


def composed(bands: Sequence[Band], plan: Plan, target: Path, tags: Mapping[str, str]) -> None:
    """合成 write some bands on one grid, as far as the plan goes; the rest stays without data.

    Parameters
    ----------
    bands : sequence of Band
        What is written, in this order.
    plan : Plan
        Grid and windows.
    target : Path
        The file to write.
    tags : mapping
        Its metadata.

    Raises
    ------
    SceneError
        ``scene.not_kept`` where the file does not hold what was written.
    RasterioError
        Where a source breaks off, or the disk is full: the sources can be asked which (``check_pixels``).
    """
    rescaled = len({(band.scale, band.offset) for band in bands if band.is_colour}) > 1
    dtype = "float32" if rescaled else str(np.result_type(*(band.source.dtypes[band.place - 1] for band in bands)))
    nodata = NOTHING if rescaled else bands[0].nodata
    frame = plan.frame
    corner = plan.grid.transform @ Affine.translation(frame.col_off, frame.row_off)
    profile: dict[str, Any] = {
        "driver": "GTiff", "dtype": dtype, "count": len(bands), "nodata": nodata, "crs": plan.grid.crs,
        "width": frame.width, "height": frame.height, "transform": corner,
        "tiled": True, "blockxsize": STEP_PX, "blockysize": STEP_PX, "compress": "ZSTD", "zstd_level": 1,
        "SPARSE_OK": True, "BIGTIFF": "IF_SAFER", "PHOTOMETRIC": "MINISBLACK",
    }  # fmt: skip
    sums: list[int] = []
    with ExitStack() as stack:
        stack.enter_context(rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True))
        file = stack.enter_context(rasterio.open(target, "w", **profile))
        _describe(file, bands, tags, rescaled)
        sources = [_on_grid(band, plan.grid, stack) for band in bands]
        for step, here in zip(plan.steps, plan.written, strict=True):
            numbers = np.stack([_read(band, source, step, file) for band, source in zip(bands, sources, strict=True)])
            file.write(numbers, window=here)
            sums.append(crc32(numbers.data))
            if _needs_mask(bands):
                file.write_mask(plan.grid.dataset_mask(window=step), window=here)
    _require_kept(target, plan.written, sums)


def _require_kept(target: Path, windows: Sequence[Window], sums: Sequence[int]) -> None:
    """What was written is read again: GDAL closes a file without a word whose last blocks a full disk did not take."""
    try:
        with rasterio.open(target) as file:
            kept = [crc32(file.read(window=window).data) for window in windows]
    except RasterioError as error:
        raise SceneError("scene.not_kept", file=target.name) from error
    if kept != list(sums):
        raise SceneError("scene.not_kept", file=target.name)


def pixel_checksum(path: Path, windows: Sequence[Window]) -> str:
    """像元校验 SHA-256 (hex) of the numbers in some windows of a raster, however it is packed.

    It is of a line of JSON with reference, grid, names, types, scales and offsets, then for every window of a line
    "row column rows columns" and its numbers, band by band and row by row, little-endian.
    """
    with rasterio.open(path) as file:
        checksum = hashlib.sha256(_header(file).encode())
        for window in windows:
            numbers = file.read(window=window)
            place = (window.row_off, window.col_off, window.height, window.width)
            checksum.update(" ".join(str(int(side)) for side in place).encode() + b"\n")
            checksum.update(numbers.astype(numbers.dtype.newbyteorder("<"), copy=False).tobytes())
    return checksum.hexdigest()


def _describe(file: DatasetWriter, bands: Sequence[Band], tags: Mapping[str, str], rescaled: bool) -> None:
    file.descriptions = tuple(band.name for band in bands)
    file.colorinterp = tuple(band.mark for band in bands)
    if not rescaled:
        file.scales = tuple(band.scale for band in bands)
        file.offsets = tuple(band.offset for band in bands)
    file.update_tags(**tags)


def _header(file: DatasetReader) -> str:
    said = [file.crs.to_string(), *tuple(file.transform)[:6], file.descriptions, file.dtypes, file.scales, file.offsets]
    return json.dumps(said) + "\n"


def _needs_mask(bands: Sequence[Band]) -> bool:
    """Whether nothing but a mask of its own says where a file has data."""
    return all(band.nodata is None and band.mark != ColorInterp.alpha for band in bands)


def _on_grid(band: Band, grid: DatasetReader, stack: ExitStack) -> DatasetReader | WarpedVRT:
    source = band.source
    if (source.crs, source.transform, source.shape) == (grid.crs, grid.transform, grid.shape):
        return source
    way = Resampling.nearest if band.name == "scl" else Resampling.bilinear
    frame = {"crs": grid.crs, "transform": grid.transform, "width": grid.width, "height": grid.height}
    return stack.enter_context(WarpedVRT(source, resampling=way, src_nodata=band.nodata, nodata=band.nodata, **frame))


def _read(band: Band, source: DatasetReader | WarpedVRT, step: Window, file: DatasetWriter) -> NDArray[Any]:
    """A window of a band in the numbers of the file that is written."""
    numbers: NDArray[Any] = source.read(band.place, window=step)
    if band.is_bits:
        return _classes(numbers).astype(file.dtypes[0])
    if file.nodata == NOTHING and band.name != "scl":
        scaled = numbers.astype(np.float32) * np.float32(band.scale) + np.float32(band.offset)
        return np.where(numbers == band.nodata, np.float32(NOTHING), scaled)
    if band.nodata is not None and file.nodata not in (None, band.nodata):
        numbers = np.where(numbers == band.nodata, file.nodata, numbers)
    return numbers.astype(file.dtypes[0], copy=False)


def _classes(bits: NDArray[Any]) -> NDArray[np.uint8]:
    """Landsat's quality bits as the classes of Sentinel-2."""
    classes = np.full(bits.shape, UNCLASSIFIED, np.uint8)
    for bit, name in QA_CLASSES.items():
        classes[bits >> bit & 1 == 1] = name
    return classes
