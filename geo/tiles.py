"""影像瓦片 XYZ tiles (Web Mercator, 256 px) of a stored scene, by rio-tiler."""

import io
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from PIL import Image
from rasterio import Affine
from rasterio.crs import CRS
from rasterio.io import DatasetReader
from rio_tiler.io import Reader
from rio_tiler.models import ImageData
from rio_tiler.reader import read

from geo._opening import open_as
from geo._reading import Scene
from geo.errors import SceneError

OPEN_SCENES = 64
SIDE = 256
EDGE_M = math.pi * 6_378_137
"""half the side of the Web Mercator square, metres."""
ENCODING: dict[str, dict[str, int]] = {
    "PNG": {"compress_level": 1},
    "WEBP": {"quality": 80, "method": 0},
    "JPEG": {"quality": 85},
}
"""quick rather than small: a tile is encoded once and then kept by the browser. As JPEG it takes 0.4 ms, as WebP 3."""
MEDIA_TYPES = {b"\xff\xd8": "image/jpeg", b"RI": "image/webp", b"\x89P": "image/png"}
PLAUSIBLE = (0.01, 0.6)
"""reflectances between which the middle of a scene lies if its numbers are calibrated, cloud included."""
BRIGHT, GAMMA = 0.4, 0.5
"""calibrated scenes are shown from reflectance 0 to this, brightened by this power: the same ground looks the same on
two dates, and neither woods nor concrete lose their texture."""
WEB_MERCATOR = CRS.from_epsg(3857)
Bytes = NDArray[np.uint8]


@lru_cache(maxsize=OPEN_SCENES)
def _source(
    path: Path, changed_at: float, bands: tuple[str, ...], overview: int | None = None
) -> tuple[DatasetReader, Lock]:
    """The open scene or one of its overviews, and a lock to read it under: GDAL lets one thread at a time in."""
    options = {} if overview is None else {"overview_level": overview}
    return open_as(path, bands, **options), Lock()


@lru_cache(maxsize=1024)
def _overviews(path: Path, changed_at: float) -> tuple[int, ...]:
    """How many times coarser than the scene its overviews are."""
    with rasterio.open(path) as source:
        return tuple(source.overviews(1))


def _overview(scene: Scene, changed_at: float, zoom: int) -> int | None:
    """The coarsest overview that is still as fine as the tile's pixels; None for the scene itself."""
    latitude = math.radians((scene.bounds[1] + scene.bounds[3]) / 2)
    times = 2 * EDGE_M / 2**zoom / SIDE * math.cos(latitude) / scene.gsd_m
    fine = [place for place, factor in enumerate(_overviews(scene.path, changed_at)) if factor <= times]
    return fine[-1] if fine else None


@dataclass(frozen=True)
class _Tone:
    """How numbers become brightness: from low to high, raised to a power; whole numbers by a table."""

    low: float
    high: float
    gamma: float

    def __call__(self, numbers: NDArray[Any]) -> Bytes:
        if numbers.dtype in (np.uint8, np.uint16):
            told: Bytes = np.take(self._table(numbers.dtype), numbers)
            return told
        return self._bright(numbers)

    def _bright(self, numbers: NDArray[Any]) -> Bytes:
        share = np.clip((np.nan_to_num(numbers).astype(np.float32) - self.low) / (self.high - self.low), 0, 1)
        bright: Bytes = (255 * share**self.gamma).astype(np.uint8)
        return bright

    @lru_cache(maxsize=256)  # noqa: B019 - a tone is a value
    def _table(self, dtype: np.dtype[Any]) -> Bytes:
        return self._bright(np.arange(np.iinfo(dtype).max + 1))


@lru_cache(maxsize=1024)
def _tone(scene: Scene, changed_at: float, bands: tuple[int, ...]) -> _Tone:
    """One range for all shown bands, so that colours stay what they are."""
    if scene.scale == 1 / 255:
        return _Tone(0, 255, 1)
    source, reading = _source(scene.path, changed_at, scene.bands)
    with reading:
        reader = Reader(str(scene.path), dataset=source)
        found = list(reader.statistics(indexes=bands, percentiles=[2, 50, 98], max_size=512).values())
    middle = sum(band.percentile_50 for band in found) / len(found)  # type: ignore[attr-defined]
    if PLAUSIBLE[0] < middle * scene.scale + scene.offset < PLAUSIBLE[1]:
        return _Tone(-scene.offset / scene.scale, (BRIGHT - scene.offset) / scene.scale, GAMMA)
    low = min(band.percentile_2 for band in found)  # type: ignore[attr-defined]
    high = max(band.percentile_98 for band in found)  # type: ignore[attr-defined]
    return _Tone(low, max(high, low + 1e-6), 1)


def _shown(scene: Scene) -> tuple[int, ...]:
    names = scene.bands
    if {"red", "green", "blue"} <= set(names):
        return tuple(names.index(name) + 1 for name in ("red", "green", "blue"))
    return (1,)


def media_type(encoded: bytes) -> str:
    """瓦片类型 media type of an encoded tile, by its first bytes."""
    return MEDIA_TYPES[encoded[:2]]


def tile(scene: Scene, zoom: int, column: int, row: int, kind: str | None = None) -> bytes | None:
    """影像瓦片 one XYZ tile of a scene in 8 bits; transparent where it has no data.

    Parameters
    ----------
    scene : Scene
        A stored scene (COG with overviews).
    zoom, column, row : int
        Tile address in the Web Mercator scheme (OGC WebMercatorQuad).
    kind : str, optional
        ``PNG`` or ``WEBP``; what is quickest if not given: JPEG where the scene fills the tile, else WebP.

    Returns
    -------
    bytes or None
        The encoded tile; None if the scene does not reach into it.

    Raises
    ------
    SceneError
        ``scene.missing`` if the file is gone.
    """
    if not scene.path.is_file():
        raise SceneError("scene.missing", file=scene.path.name)
    if not _meets(scene, tile_bounds(zoom, column, row)):
        return None
    bands, changed_at = _shown(scene), scene.path.stat().st_mtime
    source, reading = _source(scene.path, changed_at, scene.bands, _overview(scene, changed_at, zoom))
    with reading:
        image = read(source, dst_crs=WEB_MERCATOR, indexes=bands, vrt_options=_frame(zoom, column, row))
    seen = _seen(image, scene)
    return _encoded(_tone(scene, changed_at, bands)(image.array.data), seen, kind) if seen.any() else None


def tile_bounds(zoom: int, column: int, row: int) -> tuple[float, float, float, float]:
    """瓦片范围 west, south, east, north of a tile of the Web Mercator scheme, in degrees."""
    count = 2**zoom

    def lat(place: int) -> float:
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * place / count))))

    return column / count * 360 - 180, lat(row + 1), (column + 1) / count * 360 - 180, lat(row)


def _meets(scene: Scene, bounds: tuple[float, float, float, float]) -> bool:
    """Whether the scene's frame reaches into a tile; asked first, since warping nothing takes as long as warping."""
    west, south, east, north = scene.bounds
    return west < bounds[2] and east > bounds[0] and south < bounds[3] and north > bounds[1]


def _frame(zoom: int, column: int, row: int) -> dict[str, object]:
    """The tile's own pixels as the frame to warp into: rio-tiler by itself asks GDAL for one and thins it out."""
    pixel = 2 * EDGE_M / 2**zoom / SIDE
    corner = Affine(pixel, 0, column * SIDE * pixel - EDGE_M, 0, -pixel, EDGE_M - row * SIDE * pixel)
    return {"transform": corner, "width": SIDE, "height": SIDE}


def _seen(image: ImageData, scene: Scene) -> NDArray[np.bool_]:
    """Pixels with data; those that are zero in every band have none where nothing else says which do."""
    hidden = np.ma.getmaskarray(image.array).any(axis=0)
    blank = "alpha" not in scene.bands and (image.array.data == 0).all(axis=0)
    return np.asarray(~(hidden | blank), bool)


def _encoded(shown: Bytes, seen: NDArray[np.bool_], kind: str | None) -> bytes:
    """A tile with an alpha band only where it needs one."""
    bands = [Image.fromarray(one) for one in np.broadcast_to(shown, (3, SIDE, SIDE))]
    whole = bool(seen.all())
    if not whole:
        bands.append(Image.fromarray(np.where(seen, np.uint8(255), np.uint8(0))))
    kind = kind or ("JPEG" if whole else "WEBP")
    out = io.BytesIO()
    Image.merge("RGB" if whole else "RGBA", bands).save(out, kind, **ENCODING[kind])
    return out.getvalue()
