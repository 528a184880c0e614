"""影像 dated images: read and checked, kept as COG with a STAC item.

What is stored is written beside its place and then renamed into it, so a refused file leaves nothing behind.
"""

import json
import shutil
import warnings
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pystac
import rasterio
import rasterio.shutil
from rasterio.enums import MaskFlags, Resampling
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import DatasetReader
from shapely.geometry import box, mapping

from geo._blocks import NOT_WRITTEN, check_pixels, check_sums
from geo._composing import Boxes
from geo._delivery import Origin
from geo._opening import OVERVIEW_SIDE, open_as
from geo._reading import HEIGHT, Scene, read_scene, sha256_of
from geo.drafts import draft
from geo.errors import SceneError

__all__ = [
    "HEIGHT",
    "Scene",
    "check_pixels",
    "cut_boxes",
    "is_cog",
    "load_scene",
    "read_scene",
    "sha256_of",
    "store_scene",
    "to_item",
]

PROJECTION = "https://stac-extensions.github.io/projection/v2.0.0/schema.json"
BLOCK = 128
"""COG block side in pixels: a site's window then unpacks few pixels it does not need (docs/adr/0006-imagery.md)."""


def store_scene(
    path: Path,
    folder: Path,
    *,
    taken_on: date | None = None,
    bands: Sequence[str] | None = None,
    origin: Origin | None = None,
) -> tuple[Scene, bool]:
    """入库影像 check an image, keep it as a COG of 128-px blocks with overviews, and write its STAC item beside it.

    Parameters
    ----------
    path : Path
        Delivered file; it is read, never changed.
    folder : Path
        Where scenes are kept: ``<id>.tif`` and ``<id>.json``.
    taken_on, bands
        As for ``read_scene``.
    origin : Origin, optional
        Where the file came from, if it was fetched or made here (``geo.fetching``).

    Returns
    -------
    scene : Scene
        The stored scene; ``path`` is the COG, ``sha256`` that of what was delivered.
    new : bool
        False if the same file was stored before.

    Raises
    ------
    SceneError
        As ``read_scene``; ``scene.broken`` also where a block in the middle cannot be unpacked, ``scene.damaged`` where
        it is not what was packed; ``scene.not_kept`` where the disk does not take it. Nothing is left behind.
    """
    delivered = read_scene(path, taken_on=taken_on, bands=bands, sha256=origin.sha256 if origin else None)
    target = folder / f"{delivered.id}.tif"
    scene = replace(delivered, path=target)
    item = target.with_suffix(".json")
    if item.is_file() and target.is_file():
        return load_scene(item), False
    try:
        with draft(folder) as part:
            image, note = part / target.name, part / item.name
            _write_cog(path, image, scene)
            said = to_item(scene, path.name, origin).to_dict()
            note.write_text(json.dumps(said, ensure_ascii=False, indent=1), "utf-8")
            image.replace(target)
            note.replace(item)
    except OSError as error:
        raise SceneError("scene.not_kept", file=path.name) from error
    return scene, True


def is_cog(source: DatasetReader) -> bool:
    """是否云优化影像 whether one file has it all: blocks of at most 256 px, and overviews where it is large."""
    if len(source.files) != 1:  # overviews, a mask or the reference beside it would stay behind
        return False
    small = max(source.shape) <= OVERVIEW_SIDE
    tiled = source.profile.get("tiled", False) and max(source.block_shapes[0]) <= 256
    return source.driver == "GTiff" and tiled and (small or bool(source.overviews(1)))


def _write_cog(path: Path, target: Path, scene: Scene) -> None:
    """Every block is read once here: a file that is copied as it is, is checked; one that is rewritten fails by itself.

    Overviews are made anew, since those of a delivery may show other pixels.
    """
    note = target.with_suffix(".vrt")
    way = Resampling.nearest if "scl" in scene.bands else Resampling.average
    try:
        with open_as(path, scene.bands) as source:
            if is_cog(source):
                check_pixels(path)
                shutil.copyfile(path, target)
                return
            check_sums(path)
            rasterio.shutil.copy(source, note, driver="VRT")
            masked = MaskFlags.per_dataset in source.mask_flag_enums[0]
        if not masked:
            _build_overviews(note, way)
        rasterio.shutil.copy(
            note,
            target,
            driver="COG",
            blocksize=BLOCK,
            compress="ZSTD",
            level=1,
            overviews="IGNORE_EXISTING" if masked else "AUTO",
            predictor="FLOATING_POINT" if source.dtypes[0].startswith("float") else "STANDARD",
            overview_resampling=way.name,
            bigtiff="IF_SAFER",
            num_threads="ALL_CPUS",
        )
    except NOT_WRITTEN as error:
        check_pixels(path)
        raise SceneError("scene.not_kept", file=path.name) from error


def _build_overviews(note: Path, way: Resampling) -> None:
    """Overviews beside a VRT: one of it, the others of that one; asked for at once, GDAL takes thrice as long.

    Not for a file with a mask, which that one would lack.
    """
    with rasterio.Env(COMPRESS_OVERVIEW="NONE", BIGTIFF_OVERVIEW="IF_SAFER"), warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # overviews never are
        with rasterio.open(note, "r+") as source:
            factors = [2**step for step in range(1, max(source.shape).bit_length())]
            wanted = [factor for factor in factors if 2 * max(source.shape) > factor * BLOCK]
            if wanted:
                source.build_overviews([2], way)
        if wanted[1:]:
            with rasterio.open(f"{note}.ovr", "r+") as half:
                half.build_overviews(wanted[:-1], way)


def to_item(scene: Scene, source: str, origin: Origin | None = None) -> pystac.Item:
    """影像目录条目 STAC item of a scene: footprint, time, bands, provenance.

    Parameters
    ----------
    scene : Scene
        The stored scene.
    source : str
        Name of the delivered file.
    origin : Origin, optional
        Where it came from; without it the checksum is that of the file.
    """
    properties: dict[str, Any] = {
        "gsd": scene.gsd_m,
        "proj:code": scene.crs,
        "palmmap:bands": list(scene.bands),
        "palmmap:bands_assumed": scene.bands_assumed,
        "palmmap:scale": scene.scale,
        "palmmap:offset": scene.offset,
        "palmmap:source": source,
        "palmmap:source_sha256": scene.sha256,
        "palmmap:sha256_of": origin.sha256_of if origin else "file",
        "description": scene.description,
    }
    if origin:
        properties |= {"palmmap:assets": list(origin.assets), "palmmap:cut": [list(box) for box in origin.boxes]}
        properties["palmmap:windows"] = [list(window) for window in origin.windows]
    item = pystac.Item(
        id=scene.id,
        geometry=mapping(box(*scene.bounds)),
        bbox=list(scene.bounds),
        datetime=scene.taken_at,
        properties=properties,
        stac_extensions=[PROJECTION],
    )
    roles = ["data", "dsm"] if scene.is_height else ["data"]
    asset = pystac.Asset(scene.path.name, media_type=pystac.MediaType.COG, roles=roles)
    item.add_asset("image", asset)
    return item


def cut_boxes(item_path: Path) -> Boxes | None:
    """截取范围 what a stored scene was cut to, in degrees, shape (boxes, 4); None if it is whole or nothing says it."""
    return _cut(item_path) if item_path.is_file() else None


@lru_cache(maxsize=4096)
def _cut(item_path: Path) -> Boxes | None:
    boxes = json.loads(item_path.read_text("utf-8"))["properties"].get("palmmap:cut")
    return np.array(boxes, np.float64) if boxes else None


def load_scene(item_path: Path) -> Scene:
    """取出影像 the scene of a STAC item written by ``store_scene``; the file is not opened.

    Raises
    ------
    SceneError
        ``scene.missing`` if there is no such item.
    """
    if not item_path.is_file():
        raise SceneError("scene.missing", file=item_path.name)
    item = pystac.Item.from_dict(json.loads(item_path.read_text("utf-8")))
    said = item.properties
    west, south, east, north = (float(value) for value in item.bbox or ())
    return Scene(
        id=item.id,
        path=item_path.parent / item.assets["image"].href,
        taken_at=item.datetime or datetime.fromisoformat(said["datetime"]),
        bands=tuple(said["palmmap:bands"]),
        bands_assumed=said["palmmap:bands_assumed"],
        scale=said["palmmap:scale"],
        offset=said["palmmap:offset"],
        gsd_m=said["gsd"],
        crs=said["proj:code"],
        bounds=(west, south, east, north),
        sha256=said["palmmap:source_sha256"],
        description=said.get("description", ""),
    )
