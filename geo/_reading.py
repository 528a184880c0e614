"""读取影像 a dated image with its CRS, gsd_m, bands, footprint and sha256: opened and checked (public in geo.scenes).

The rules of refusal: a file that is broken, empty, undated, rotated, unreferenced or saturated is not half-used. It is
refused with a SceneError whose code says which.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.enums import ColorInterp
from rasterio.errors import CRSError, RasterioError
from rasterio.io import DatasetReader
from rasterio.warp import transform_bounds

from geo import _metadata
from geo._opening import OVERVIEW_SIDE, is_transparency, open_as, reference_beside
from geo.errors import SceneError

SATURATED_SHARE = 0.2
"""share of pixels at the top of a 16-bit range above which brightness no longer tells materials apart."""
FULL = tuple(2**bits - 1 for bits in range(10, 17))
"""highest numbers of sensors of 10 to 16 bits."""
ELEVATION = re.compile(r"(?<![a-z])(dsm|dem|dtm)(?![a-z])", re.IGNORECASE)
"""what producers call heights in a file name: they are no image, and are kept as a surface model beside it."""
HEIGHT_TYPES = ("float32", "float64", "int16", "int32")
HEIGHT = "height"
"""name of the only band of a surface model (DSM), in metres."""
PACKED = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz")
"""archives: what is in them is not looked for, since an import names the file that it is of."""
METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True)
class Scene:
    """影像 one dated image on disk.

    Attributes
    ----------
    id : str
        First 16 characters of ``sha256``: the same file twice is the same scene.
    path : Path
        Raster file.
    taken_at : datetime
        Moment of taking, with its time zone.
    bands : tuple[str, ...]
        STAC common name of every band (``red``, ``green``, ``blue``, ``nir``, ``alpha``, ``scl``, ``grey`` ...).
    bands_assumed : bool
        True where the file named no bands and the producers' usual order was taken.
    scale, offset : float
        Reflectance (0-1) = number x scale + offset.
    gsd_m : float
        Ground sample distance in metres.
    crs : str
        Coordinate reference system as the file has it (``EPSG:...`` or WKT).
    bounds : tuple[float, float, float, float]
        West, south, east, north in degrees of EPSG:4326.
    sha256 : str
        Checksum of the file as it was delivered.
    description : str
        What the producer wrote of it (TIFF tag ImageDescription), or nothing.
    """

    id: str
    path: Path
    taken_at: datetime
    bands: tuple[str, ...]
    bands_assumed: bool
    scale: float
    offset: float
    gsd_m: float
    crs: str
    bounds: tuple[float, float, float, float]
    sha256: str
    description: str = ""

    @property
    def is_height(self) -> bool:
        """是否高程 whether it is a surface model (DSM) and no image."""
        return self.bands == (HEIGHT,)

    @property
    def taken_on(self) -> date:
        """拍摄日期 day of taking."""
        return self.taken_at.date()


def read_scene(
    path: Path, *, taken_on: date | None = None, bands: Sequence[str] | None = None, sha256: str | None = None
) -> Scene:
    """读取影像 open and check a raster file of any CRS, resolution, band order and dtype.

    Parameters
    ----------
    path : Path
        GeoTIFF, COG or anything else GDAL reads.
    taken_on : date, optional
        Day of taking where the file does not say it; it takes precedence over the file.
    bands : sequence of str, optional
        Common name of every band where the file does not say it.
    sha256 : str, optional
        Checksum of what was delivered, where the file was made of it here.

    Raises
    ------
    SceneError
        ``scene.missing``, ``scene.broken``, ``scene.empty``, ``scene.no_crs``, ``scene.rotated``, ``scene.off_earth``,
        ``scene.saturated``, ``scene.no_date``, ``scene.no_bands``, ``scene.band_count``, ``scene.band_unknown``,
        ``scene.no_heights``, ``scene.not_optical``, ``scene.palette``, ``scene.packed``.
    """
    if not path.is_file():
        raise SceneError("scene.missing", file=path.name)
    if path.stat().st_size == 0:
        raise SceneError("scene.empty", file=path.name)
    if path.suffix.lower() in PACKED:
        raise SceneError("scene.packed", file=path.name)
    try:
        with rasterio.open(path) as source:
            _check_kind(source, path)
            _check_reference(source, path)
            names, assumed = _bands(source, path, bands)
        with open_as(path, names) as source:
            return _described(source, path, taken_on, (names, assumed), sha256 or sha256_of(path))
    except RasterioError as error:
        raise SceneError("scene.broken", file=path.name) from error


def _described(
    source: DatasetReader, path: Path, taken_on: date | None, called: tuple[tuple[str, ...], bool], checksum: str
) -> Scene:
    names, assumed = called
    bounds = _degrees(source, path)
    tags = source.tags()
    moment = (
        datetime(taken_on.year, taken_on.month, taken_on.day, tzinfo=UTC)
        if taken_on
        else _metadata.taken_at(path, tags)
    )
    sample = _sample(source, path, names)
    scale, offset = 1.0, 0.0
    if names != (HEIGHT,):
        scale, offset = _metadata.reflectance_scale(path, source.dtypes[0], tags, moment.date(), sample)
    if source.scales[0] not in (0.0, 1.0) or source.offsets[0] != 0.0:
        scale, offset = _metadata.stated_scale(path, tags, (source.scales[0], source.offsets[0]), sample)
    return Scene(
        id=checksum[:16],
        path=path,
        taken_at=moment,
        bands=names,
        bands_assumed=assumed,
        scale=scale,
        offset=offset,
        gsd_m=gsd_m(source),
        crs=source.crs.to_string(),
        bounds=bounds,
        sha256=checksum,
        description=tags.get("TIFFTAG_IMAGEDESCRIPTION", ""),
    )


def _check_kind(source: DatasetReader, path: Path) -> None:
    if any(dtype.startswith("complex") for dtype in source.dtypes):
        raise SceneError("scene.not_optical", file=path.name)
    if ColorInterp.palette in source.colorinterp:
        raise SceneError("scene.palette", file=path.name)


def _check_reference(source: DatasetReader, path: Path) -> None:
    crs = source.crs or reference_beside(path)
    if crs is None or source.transform.is_identity or not (crs.is_projected or crs.is_geographic):
        raise SceneError("scene.no_crs", file=path.name)
    size = abs(source.transform.a) + abs(source.transform.e)
    if abs(source.transform.b) + abs(source.transform.d) > 1e-6 * size:
        raise SceneError("scene.rotated", file=path.name)


def _degrees(source: DatasetReader, path: Path) -> tuple[float, float, float, float]:
    """West, south, east, north; refuses a place that is not on earth, as metres under a reference in degrees are."""
    try:
        bounds = transform_bounds(source.crs, "EPSG:4326", *source.bounds)
    except (RasterioError, CRSError) as error:
        raise SceneError("scene.off_earth", file=path.name) from error
    west, south, east, north = bounds
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise SceneError("scene.off_earth", file=path.name)
    return west, south, east, north


def _bands(source: DatasetReader, path: Path, told: Sequence[str] | None) -> tuple[tuple[str, ...], bool]:
    if tuple(told or ()) == (HEIGHT,) or (told is None and source.count == 1 and ELEVATION.search(path.stem)):
        if source.count != 1 or source.dtypes[0] not in HEIGHT_TYPES:
            raise SceneError("scene.no_heights", file=path.name)
        return (HEIGHT,), False
    if told is not None:
        if len(told) != source.count:
            raise SceneError("scene.band_count", file=path.name, told=len(told), count=source.count)
        return _metadata.told_names(path, told), False
    landsat = "landsat" in path.name.lower() or path.name.upper().startswith(("LC08", "LC09"))
    marks = list(source.colorinterp)
    if source.count == 4 and source.descriptions[3] is None and is_transparency(source, 4):
        marks[3] = ColorInterp.alpha
    return _metadata.band_names(path, source.descriptions, marks, landsat)


def _sample(source: DatasetReader, path: Path, names: Sequence[str]) -> NDArray[Any]:
    """Valid numbers of the bands that have a name, at overview size; refuses an empty or a saturated image."""
    told = [place for place, name in enumerate(names, 1) if name not in ("alpha", "scl")]
    colours = [place for place in told if not names[place - 1].startswith("band")] or told
    shape = (min(source.height, OVERVIEW_SIDE), min(source.width, OVERVIEW_SIDE))
    try:
        pixels = source.read(colours, out_shape=(len(colours), *shape), masked=True)
        seen = source.dataset_mask(out_shape=shape) > 0
    except RasterioError as error:
        raise SceneError("scene.broken", file=path.name) from error
    valid = seen & ~np.ma.getmaskarray(pixels).all(axis=0) & np.isfinite(pixels.data).all(axis=0)
    numbers: NDArray[Any] = pixels.data[:, valid]
    if numbers.size == 0 or float(numbers.min()) == float(numbers.max()):
        raise SceneError("scene.empty", file=path.name)
    if numbers.dtype == np.uint16 and int(numbers.max()) in FULL:
        top = numbers == numbers.max()
        if float(top.mean()) > SATURATED_SHARE:
            raise SceneError("scene.saturated", file=path.name, share=round(100 * float(top.mean())))
    return numbers


def gsd_m(source: DatasetReader) -> float:
    """地面分辨率 ground sample distance of a raster, in metres."""
    width, height = abs(source.transform.a), abs(source.transform.e)
    if source.crs.is_geographic:
        middle = np.radians((source.bounds.top + source.bounds.bottom) / 2)
        return float(METRES_PER_DEGREE * np.sqrt(width * np.cos(middle) * height))
    return float(np.sqrt(width * height) * source.crs.linear_units_factor[1])


def sha256_of(path: Path) -> str:
    """文件校验 sha256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
