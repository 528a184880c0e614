"""影像瓦片 XYZ tiles (Web Mercator, 256 px) of a stored scene, by rio-tiler."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock

import numpy as np
from rio_tiler.errors import EmptyMosaicError, PointOutsideBounds, TileOutsideBounds
from rio_tiler.io import Reader
from rio_tiler.models import ImageData

from geo._reading import Scene
from geo.errors import SceneError

OPEN_SCENES = 32
PLAUSIBLE = (0.01, 0.6)
"""reflectances between which the middle of a scene lies if its numbers are calibrated, cloud included."""
BRIGHT, GAMMA = 0.4, 0.5
"""calibrated scenes are shown from reflectance 0 to this, brightened by this power: the same ground looks the same on
two dates, and neither woods nor concrete lose their texture."""
OUTSIDE = (TileOutsideBounds, PointOutsideBounds, EmptyMosaicError)


@lru_cache(maxsize=OPEN_SCENES)
def _reader(path: Path, changed_at: float) -> tuple[Reader, Lock]:
    """The open scene, and a lock to read it under: GDAL lets one thread at a time into a dataset."""
    return Reader(str(path)), Lock()


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
    reader, reading = _reader(scene.path, changed_at)
    try:
        with reading:
            image = reader.tile(column, row, zoom, tilesize=256, indexes=bands)
    except OUTSIDE:
        return None
    _hide_blank(image, scene)
    _set_tone(image, _tone(scene, changed_at, bands))
    return bytes(image.render(img_format=kind, zlevel=1) if kind == "PNG" else image.render(img_format=kind))


def _hide_blank(image: ImageData, scene: Scene) -> None:
    """Pixels that are zero in every band are no data where the scene has neither a no-data value nor an alpha band."""
    if "alpha" not in scene.bands:
        blank = (image.array.data == 0).all(axis=0)
        image.array.mask = np.ma.getmaskarray(image.array) | blank


def _set_tone(image: ImageData, tone: _Tone) -> None:
    share = np.clip((image.array.data.astype(np.float32) - tone.low) / (tone.high - tone.low), 0, 1)
    image.array = np.ma.MaskedArray((255 * share**tone.gamma).astype(np.uint8), np.ma.getmaskarray(image.array))
