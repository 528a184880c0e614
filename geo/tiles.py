"""影像瓦片 XYZ tiles (Web Mercator, 256 px) of a stored scene, by rio-tiler."""

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
STRETCH_PCT = (2.0, 98.0)
OUTSIDE = (TileOutsideBounds, PointOutsideBounds, EmptyMosaicError)


@lru_cache(maxsize=OPEN_SCENES)
def _reader(path: Path, changed_at: float) -> tuple[Reader, Lock]:
    """The open scene, and a lock to read it under: GDAL lets one thread at a time into a dataset."""
    return Reader(str(path)), Lock()


@lru_cache(maxsize=1024)
def _stretch(path: Path, changed_at: float, bands: tuple[int, ...]) -> tuple[tuple[float, float], ...]:
    """2nd and 98th percentile of every shown band over the whole scene, from an overview."""
    reader, reading = _reader(path, changed_at)
    with reading:
        found = reader.statistics(indexes=bands, percentiles=[2, 98], max_size=512)
    return tuple((band.percentile_2, band.percentile_98) for band in found.values())  # type: ignore[attr-defined]


def _shown(scene: Scene) -> tuple[int, ...]:
    names = scene.bands
    if {"red", "green", "blue"} <= set(names):
        return tuple(names.index(name) + 1 for name in ("red", "green", "blue"))
    return (1,)


def tile(scene: Scene, zoom: int, column: int, row: int, kind: str = "PNG") -> bytes | None:
    """影像瓦片 one XYZ tile of a scene, stretched to 8 bits; transparent where it has no data.

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
    image.rescale(in_range=_stretch(scene.path, changed_at, bands))
    return bytes(image.render(img_format=kind, zlevel=1) if kind == "PNG" else image.render(img_format=kind))


def _hide_blank(image: ImageData, scene: Scene) -> None:
    """Pixels that are zero in every band are no data where the scene has neither a no-data value nor an alpha band."""
    if "alpha" not in scene.bands:
        blank = (image.array.data == 0).all(axis=0)
        image.array.mask = np.ma.getmaskarray(image.array) | blank
