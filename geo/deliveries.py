"""影像来源 raster files of a file, a folder, a static STAC catalogue or a STAC API, with what a catalogue says of them.

STAC 1.1 (Item, Catalog) and STAC API 1.0 (Item Search) by pystac and pystac-client.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

import numpy as np
import pystac
import pystac_client
import requests
import shapely
from pystac_client.exceptions import APIError
from pystac_client.stac_api_io import StacApiIO
from pystac_client.warnings import ignore

from geo._reading import HEIGHT
from geo.errors import SceneError

SUFFIXES = (".tif", ".tiff", ".jp2", ".img", ".vrt")
REMOTE = (".tif", ".tiff", ".jp2")
"""what can be fetched: a single file."""
HEIGHT_ROLES = {"dsm", "elevation", "height", "surface-model"}
"""roles by which catalogues mark a surface model."""
PAGE = 100
TIMEOUT_S, RETRIES = 30, 2
PIECE_BYTES = 1 << 20


@dataclass(frozen=True)
class Delivery:
    """一份影像文件 a raster file that was found, with what a catalogue says of it.

    Attributes
    ----------
    path : Path
        The file; for one that still has to be fetched, its name.
    taken_on : date or None
        The STAC item's date; None where the file itself has to say it.
    bands : tuple[str, ...] or None
        Common names of the STAC asset's bands; None where the file itself has to say them.
    address : str or None
        Where on the web the file has to be fetched from.
    """

    path: Path
    taken_on: date | None = None
    bands: tuple[str, ...] | None = None
    address: str | None = None


@dataclass(frozen=True)
class Wanted:
    """要取的影像 what is wanted of a catalogue on the web.

    Attributes
    ----------
    boxes : ndarray of float, shape (boxes, 4)
        West, south, east, north in degrees; only scenes that meet one of them.
    collections : tuple of str
        Only these collections; empty = all.
    since : date, optional
        Only scenes from this day on.
    """

    boxes: np.ndarray
    collections: tuple[str, ...] = ()
    since: date | None = None


def find_images(place: Path) -> Iterator[Delivery]:
    """查找影像文件 image files of a file, a folder (and its subfolders) or a static STAC catalogue.

    Raises
    ------
    SceneError
        ``scene.missing`` if nothing is there; ``scene.broken`` for a catalogue that cannot be read.
    """
    if place.is_dir():
        catalogue = place / "catalog.json"
        if catalogue.is_file():
            yield from find_images(catalogue)
            return
        yield from (Delivery(path) for path in sorted(place.rglob("*")) if path.suffix.lower() in SUFFIXES)
    elif place.suffix.lower() == ".json":
        yield from _catalogue_images(place)
    elif place.is_file():
        yield Delivery(place)
    else:
        raise SceneError("scene.missing", file=place.name)


def _catalogue_images(path: Path) -> Iterator[Delivery]:
    try:
        found = pystac.read_file(str(path))
    except (pystac.STACError, OSError, ValueError, KeyError) as error:
        raise SceneError("scene.broken", file=path.name) from error
    if isinstance(found, pystac.Item):
        items: Iterable[pystac.Item] = [found]
    elif isinstance(found, pystac.Catalog):
        items = found.get_items(recursive=True)
    else:
        raise SceneError("scene.broken", file=path.name)
    for item in items:
        yield from _assets(item, SUFFIXES)


def search_images(address: str, wanted: Wanted) -> list[Delivery]:
    """检索影像 files of a STAC API (Item Search, every page), or of a static catalogue, at a web address.

    Nothing is fetched yet but the catalogue (``fetched``).

    Raises
    ------
    SceneError
        ``scene.no_network`` where nothing answers at the address; ``scene.no_catalogue`` where what answers is no STAC.
    """
    try:
        with ignore():
            client = pystac_client.Client.open(address, stac_io=StacApiIO(timeout=TIMEOUT_S, max_retries=RETRIES))
            items = list(_items(client, wanted))
    except APIError as error:
        code = "no_network" if isinstance(error.__context__, requests.RequestException) else "no_catalogue"
        raise SceneError(f"scene.{code}", address=address) from error
    except (pystac.STACError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SceneError("scene.no_catalogue", address=address) from error
    found = (one for item in items if _is_wanted(item, wanted) for one in _assets(item, REMOTE))
    return [one for one in found if one.address]  # another's catalogue names no files of this machine


def _items(client: pystac_client.Client, wanted: Wanted) -> Iterable[pystac.Item]:
    if not client.conforms_to("ITEM_SEARCH"):
        return client.get_items(recursive=True)
    west, south = wanted.boxes[:, :2].min(axis=0)
    east, north = wanted.boxes[:, 2:].max(axis=0)
    asked: dict[str, Any] = {"bbox": [float(one) for one in (west, south, east, north)], "limit": PAGE}
    if wanted.collections:
        asked["collections"] = list(wanted.collections)
    if wanted.since:
        asked["datetime"] = f"{wanted.since.isoformat()}T00:00:00Z/.."
    return client.search(method="GET", **asked).items()  # every API knows GET, not every one POST


def _is_wanted(item: pystac.Item, wanted: Wanted) -> bool:
    """Asked of every item again: a static catalogue filters nothing, and a search knows one box only."""
    if wanted.collections and item.collection_id not in wanted.collections:
        return False
    if wanted.since and item.datetime and item.datetime.date() < wanted.since:
        return False
    shape = shapely.geometry.shape(item.geometry) if item.geometry else shapely.box(*(item.bbox or ()))
    return bool(shapely.intersects(shapely.box(*wanted.boxes.T), shape).any())


def fetched(found: Delivery, folder: Path) -> Delivery:
    """下载影像 a delivery whose file is on this machine; one that has to be fetched is put into a folder.

    Raises
    ------
    SceneError
        ``scene.not_fetched`` where the file is not given, or breaks off.
    """
    if found.address is None:
        return found
    path = folder / found.path.name
    try:
        with requests.get(found.address, stream=True, timeout=TIMEOUT_S) as answer, path.open("wb") as file:
            answer.raise_for_status()
            for piece in answer.iter_content(PIECE_BYTES):
                file.write(piece)
    except requests.RequestException as error:
        raise SceneError("scene.not_fetched", file=found.path.name, address=found.address) from error
    return replace(found, path=path)


def _assets(item: pystac.Item, suffixes: Sequence[str]) -> Iterator[Delivery]:
    """The raster files of an item, each with its date and bands."""
    taken_on = item.datetime.date() if item.datetime else None
    for asset in item.assets.values():
        href = asset.get_absolute_href() or asset.href
        parts = urlsplit(href)
        is_remote = parts.scheme in ("http", "https")
        path = Path(PurePosixPath(unquote(parts.path)).name) if is_remote else Path(href)
        if path.suffix.lower() in suffixes:
            yield Delivery(path, taken_on, _band_names(asset), href if is_remote else None)


def _band_names(asset: pystac.Asset) -> tuple[str, ...] | None:
    """Common names of an asset's bands (STAC 1.1 ``bands``, before that the eo extension), where every band has one.

    ``height`` for a surface model, known by its role.
    """
    if HEIGHT_ROLES & {role.lower() for role in asset.roles or ()}:
        return (HEIGHT,)
    stated = asset.extra_fields.get("bands") or asset.extra_fields.get("eo:bands") or []
    names = [band.get("eo:common_name") or band.get("common_name") for band in stated]
    return tuple(names) if names and all(names) else None
