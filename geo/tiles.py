"""影像瓦片 XYZ tiles (Web Mercator, 256 px) of a stored scene, by rio-tiler."""

import io
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock

import numpy as np
import rasterio
from PIL import Image
from rasterio import Affine
from rio_tiler.errors import EmptyMosaicError, PointOutsideBounds, TileOutsideBounds
from rio_tiler.io import Reader
from rio_tiler.models import ImageData

from geo._reading import Scene
from geo.errors import SceneError

OPEN_SCENES = 64
SIDE = 256
EDGE_M = math.pi * 6_378_137
"""half the side of the Web Mercator square, metres."""
ENCODING: dict[str, dict[str, int]] = {"PNG": {"compress_level": 1}, "WEBP": {"quality": 80, "method": 2}}
"""quick rather than small: a tile is encoded once and then kept by the browser."""
PLAUSIBLE = (0.01, 0.6)
"""reflectances between which the middle of a scene lies if its numbers are calibrated, cloud included."""
BRIGHT, GAMMA = 0.4, 0.5
"""calibrated scenes are shown from reflectance 0 to this, brightened by this power: the same ground looks the same on
two dates, and neither woods nor concrete lose their texture."""
OUTSIDE = (TileOutsideBounds, PointOutsideBounds, EmptyMosaicError)


@lru_cache(maxsize=OPEN_SCENES)
def _reader(path: Path, changed_at: float, overview: int | None = None) -> tuple[Reader, Lock]:
    """The open scene or one of its overviews, and a lock to read it under: GDAL lets one thread at a time in."""
    options = {} if overview is None else {"overview_level": overview}
    return Reader(str(path), dataset=rasterio.open(path, **options)), Lock()


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
    """How numbers become brightness: from low to high, raised to a power."""

    low: float
    high: float
    gamma: float


@lru_cache(maxsize=1024)
def _tone(scene: Scene, changed_at: float, bands: tuple[int, ...]) -> _Tone:
    """One range for all shown bands, so that colours stay what they are."""
    if scene.scale == 1 / 255:
        return _Tone(0, 255, 1)
    reader, reading = _reader(scene.path, changed_at)
    with reading:
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


def tile(scene: Scene, zoom: int, column: int, row: int, kind: str = "PNG") -> bytes | None:
    """影像瓦片 one XYZ tile of a scene in 8 bits; transparent where it has no data.

    Parameters
    ----------
    scene : Scene
        A stored scene (COG with overviews).
    zoom, column, row : int
        Tile address in the Web Mercator scheme (OGC WebMercatorQuad).
    kind : str
        ``PNG`` or ``WEBP``.

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
    bands, changed_at = _shown(scene), scene.path.stat().st_mtime
    reader, reading = _reader(scene.path, changed_at, _overview(scene, changed_at, zoom))
    try:
        with reading:
            image = reader.tile(column, row, zoom, tilesize=SIDE, indexes=bands, vrt_options=_frame(zoom, column, row))
    except OUTSIDE:
        return None
    _hide_blank(image, scene)
    _set_tone(image, _tone(scene, changed_at, bands))
    return _encoded(image, kind)


def _hide_blank(image: ImageData, scene: Scene) -> None:
    """Pixels that are zero in every band are no data where the scene has neither a no-data value nor an alpha band."""
    if "alpha" not in scene.bands:
        blank = (image.array.data == 0).all(axis=0)
        image.array.mask = np.ma.getmaskarray(image.array) | blank


def _set_tone(image: ImageData, tone: _Tone) -> None:
    share = np.clip((image.array.data.astype(np.float32) - tone.low) / (tone.high - tone.low), 0, 1)
    image.array = np.ma.MaskedArray((255 * share**tone.gamma).astype(np.uint8), np.ma.getmaskarray(image.array))


def _frame(zoom: int, column: int, row: int) -> dict[str, object]:
    """The tile's own pixels as the frame to warp into: rio-tiler by itself warps a finer image and thins it out."""
    pixel = 2 * EDGE_M / 2**zoom / SIDE
    corner = Affine(pixel, 0, column * SIDE * pixel - EDGE_M, 0, -pixel, EDGE_M - row * SIDE * pixel)
    return {"transform": corner, "width": SIDE, "height": SIDE}


def _encoded(image: ImageData, kind: str) -> bytes:
    shown = np.moveaxis(image.array.data, 0, -1)
    colours = np.broadcast_to(shown, (*shown.shape[:2], 3))
    seen = ~np.ma.getmaskarray(image.array).any(axis=0)
    out = io.BytesIO()
    Image.fromarray(np.dstack([colours, 255 * seen.astype(np.uint8)])).save(out, kind, **ENCODING[kind])
    return out.getvalue()
