"""目录条目 what a STAC item says of its rasters: which of them make one scene, which band is which, how numbers scale.

STAC 1.1 (``bands``) and 1.0 (eo and raster extensions), one file of many bands or one file a band.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

import pystac
import shapely
from shapely.geometry.base import BaseGeometry

from geo import _metadata
from geo._delivery import Delivery, Part, Stated
from geo._reading import HEIGHT
from geo._web import bare
from geo.errors import SceneError

HEIGHT_ROLES = {"dsm", "elevation", "height", "surface-model"}
"""roles by which catalogues mark a surface model."""
SHOWN_ROLES = {"visual", "overview", "thumbnail", "preview"}
"""roles and keys of what is there to be looked at: not taken where the data are."""
COLOURS, OPTIONAL = ("blue", "green", "red"), ("nir", "scl")
"""bands of a scene whose item has one file a band, in their order; the second ones where they are there."""
QA_PIXEL = "qa_pixel"
STAND_INS = {"nir": ("nir", "nir08"), "scl": ("scl", QA_PIXEL)}
"""the narrow near infrared (Landsat 8 band 5, Sentinel-2 band 8A) where there is no other; Landsat's quality bits."""
RASTER_TYPES = ("image/tiff", "image/jp2", "image/vnd.stac.geotiff")
OFFSET_TAKEN_OFF = ("earthsearch:boa_offset_applied", "sentinel:boa_offset_applied")
BASELINES = ("s2:processing_baseline", "sentinel:processing_baseline", "processing:version")


def deliveries(item: pystac.Item, suffixes: Sequence[str], *, remote: bool = False) -> Iterator[Delivery]:
    """条目中的影像 the scenes of an item: one of all files with one band each, and every other raster by itself.

    Parameters
    ----------
    item : pystac.Item
        The item.
    suffixes : sequence of str
        What is a raster, by its name.
    remote : bool
        Only what is on the web: another's catalogue names no files of this machine.
    """
    taken_at = item.datetime or item.common_metadata.start_datetime
    taken_on = taken_at.date() if taken_at else None
    footprint = footprint_of(item)
    rasters = _within_reach([part for part in _parts(item, suffixes) if part.address or not remote])
    surfaces = [part for part in rasters if part.bands == (HEIGHT,)]
    single = by_band([part for part in rasters if part not in surfaces and not _is_shown(item, part)])
    if len(single) > 1:
        chosen = tuple(single.values())
        name, source = Path(Path(item.id).name + ".tif"), _identity(item, chosen[0])
        yield Delivery(name, taken_on, tuple(single), None, chosen, source, footprint, _tags(item))
        rasters = surfaces
    data = [part for part in rasters if not _is_shown(item, part) and _only_band(part) not in STAND_INS["scl"]]
    for part in data if set(data) - set(surfaces) else rasters:
        source = _own_identity(item, part) if part.address else part.path.name
        where = (part.address, (), source, footprint, _tags(item), part.stated)
        yield Delivery(part.path, taken_on, _known(part.bands), *where)


def _known(bands: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Bands of one file by the names known here, ``band<n>`` for others; None where none of them is known."""
    if bands in (None, (HEIGHT,)):
        return bands
    names = [_metadata.band_name(one) for one in bands or ()]
    if not any(names):
        return None
    return tuple(name if name and name not in names[:place] else f"band{place + 1}" for place, name in enumerate(names))


def footprint_of(item: pystac.Item) -> BaseGeometry | None:
    """条目范围 where an item lies, in degrees; None where it does not say it."""
    if item.geometry:
        return shapely.geometry.shape(item.geometry)
    return shapely.box(*_flat(item.bbox)) if item.bbox else None


def _flat(bbox: Sequence[float]) -> tuple[float, float, float, float]:
    """A bounding box without its heights, where it has any."""
    half = len(bbox) // 2
    return bbox[0], bbox[1], bbox[half], bbox[half + 1]


def _parts(item: pystac.Item, suffixes: Sequence[str]) -> Iterator[Part]:
    for key, asset in item.assets.items():
        href = asset.get_absolute_href() or asset.href
        parts = urlsplit(href)
        is_remote = len(parts.scheme) > 1 and parts.scheme != "file"
        name = unquote(parts.path)
        path = Path(PurePosixPath(name).name) if is_remote else Path(name if parts.scheme == "file" else href)
        if path.suffix.lower() not in suffixes:
            if not is_remote or path.suffix or not (asset.media_type or "").startswith(RASTER_TYPES):
                continue
            path = Path(f"{key}.tif")
        stated, gsd_m = _numbers(item, asset)
        yield Part(key, path, href if is_remote else None, _band_names(asset), stated, gsd_m)


def _within_reach(parts: Sequence[Part]) -> Sequence[Part]:
    """Files on this machine and those that HTTP gives; those in other stores (s3) only where an item has no others."""
    near = [part for part in parts if urlsplit(part.address or "").scheme in ("", "http", "https")]
    return near or parts


def _band_names(asset: pystac.Asset) -> tuple[str, ...] | None:
    """Common names of an asset's bands, where every band has one; ``height`` for a surface model, known by its role."""
    if HEIGHT_ROLES & {role.lower() for role in asset.roles or ()}:
        return (HEIGHT,)
    names = [band.get("eo:common_name") or band.get("common_name") for band in _bands(asset)]
    return tuple(map(str, names)) if names and all(names) else None


def _bands(asset: pystac.Asset) -> Sequence[Mapping[str, Any]]:
    stated = asset.extra_fields
    return stated.get("bands") or stated.get("eo:bands") or []


def _numbers(item: pystac.Item, asset: pystac.Asset) -> tuple[tuple[Stated, ...], float]:
    """What an item says of the numbers of each band of an asset, and its gsd in metres."""
    own = asset.extra_fields
    none: Mapping[str, Any] = {}
    said = zip_longest(_bands(asset), own.get("raster:bands") or [], fillvalue=none)
    bands = [{**own, **band, **numbers} for band, numbers in said] or [own]
    applied = any(item.properties.get(name) for name in OFFSET_TAKEN_OFF)
    stated = tuple(_stated(item, band, applied) for band in bands)
    gsd_m = own.get("gsd") or bands[0].get("raster:spatial_resolution") or bands[0].get("spatial_resolution")
    return stated if set(stated) != {Stated()} else (), float(gsd_m or "inf")


def _stated(item: pystac.Item, band: Mapping[str, Any], applied: bool) -> Stated:
    said = (band.get(f"raster:{name}", band.get(name)) for name in ("scale", "offset", "nodata"))
    try:
        scale, offset, nodata = (None if one is None else float(one) for one in said)
    except (TypeError, ValueError) as error:
        raise SceneError("scene.item_numbers", file=item.id) from error
    return Stated(scale or 1e-4, 0.0, nodata) if applied else Stated(scale, offset, nodata)


def by_band(parts: Sequence[Part]) -> dict[str, Part]:
    """分波段文件 the file of each wanted band that has one to itself: the finest of them, GeoTIFF before JPEG 2000."""
    found: dict[str, list[Part]] = {}
    for part in parts:
        if name := _only_band(part):
            found.setdefault(name, []).append(part)
    chosen = {}
    for name in (*COLOURS, *OPTIONAL):
        offered = next((found[one] for one in STAND_INS.get(name, (name,)) if one in found), [])
        if offered:
            chosen[name] = min(offered, key=lambda part: (part.gsd_m, part.path.suffix.lower() == ".jp2"))
    return chosen


def _only_band(part: Part) -> str | None:
    """Name of a file's only band: as the item has it, else by Sentinel-2's number in the key (``B04``, ``SCL_20m``)."""
    if part.bands is not None:
        return part.bands[0] if len(part.bands) == 1 else None
    if part.key.lower() == QA_PIXEL:
        return QA_PIXEL
    key = part.key.partition("_")[0].lower()
    named = key == "scl" or (key[:1] == "b" and len(key) == 3)
    return _metadata.band_name(key) if named else None


def _is_shown(item: pystac.Item, part: Part) -> bool:
    asset = item.assets[part.key]
    return bool(SHOWN_ROLES & {part.key.lower(), *(role.lower() for role in asset.roles or ())})


def _identity(item: pystac.Item, first: Part) -> str:
    """What a scene of several files is known by."""
    own = item.get_self_href() or ""
    if own.startswith(("http://", "https://")):
        return bare(own) + (f"#{item.id}" if urlsplit(own).query else "")
    return f"{bare(first.address)}#{item.id}" if first.address else item.id


def _own_identity(item: pystac.Item, part: Part) -> str:
    """What a file on the web is known by: where its address goes on after the name, by item and key besides."""
    address = part.address or ""
    return bare(address) + (f"#{item.id}/{part.key}" if urlsplit(address).query else "")


def _tags(item: pystac.Item) -> dict[str, str]:
    said = item.properties
    platform = str(said.get("platform") or said.get("constellation") or "")
    baseline = next((str(said[name]) for name in BASELINES if name in said), "")
    return {name: value for name, value in (("PLATFORM", platform), ("PROCESSING_BASELINE", baseline)) if value}
