"""影像来源 raster files of a file, a folder, a static STAC catalogue or a STAC API, with what a catalogue says of them.

STAC 1.1 (Item, Catalog) and STAC API 1.0 (Item Search) by pystac and pystac-client.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pystac
import pystac_client
import requests
import shapely
from pystac_client.exceptions import APIError
from pystac_client.stac_api_io import StacApiIO
from pystac_client.warnings import ignore

from geo._band_files import scenes_of
from geo._delivery import Delivery
from geo._items import deliveries, footprint_of
from geo._reading import PACKED
from geo._web import NO_TOKEN, REFUSED, RETRIES, TIMEOUT_S, Access, bare
from geo.errors import SceneError

__all__ = ["Delivery", "Wanted", "files_in", "find_images", "search_images"]

SUFFIXES = (".tif", ".tiff", ".jp2", ".img", ".vrt")
REMOTE = (".tif", ".tiff", ".jp2")
"""what can be fetched: a single file."""
PAGE, FAILED = 100, 500
"""items a page; the first HTTP status with which a server owns up to a fault of its own (RFC 9110)."""
NO_STAC = (
    pystac.STACError, pystac.STACTypeError, shapely.errors.ShapelyError,
    OSError, ValueError, KeyError, TypeError, AttributeError,
)  # fmt: skip
"""what pystac and shapely raise for JSON that is something else."""


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
        ``scene.missing`` if nothing is there; ``scene.no_catalogue`` for a catalogue that cannot be read.
    """
    if not place.exists():
        raise SceneError("scene.missing", file=place.name)
    if place.is_dir():
        catalogue = place / "catalog.json"
        if catalogue.is_file():
            yield from find_images(catalogue)
            return
        yield from scenes_of(files_in(place, (*SUFFIXES, *PACKED)))
    elif place.suffix.lower() == ".json":
        yield from _catalogue_images(place)
    else:
        yield Delivery(place)


def files_in(folder: Path, suffixes: Sequence[str]) -> list[Path]:
    """文件夹中的文件 files of some kinds in a folder and its subfolders, without the hidden ones that systems leave."""
    found = (path for path in sorted(folder.rglob("*")) if path.suffix.lower() in suffixes and path.is_file())
    return [path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts)]


def _catalogue_images(path: Path) -> Iterator[Delivery]:
    try:
        found = [one for item in _items_of(path) for one in deliveries(item, SUFFIXES)]
    except SceneError:
        raise
    except NO_STAC as error:
        if isinstance(error.__context__, OSError):  # a linked item is not there
            raise SceneError("scene.missing", file=Path(str(error.__context__.filename)).name) from error
        raise SceneError("scene.no_catalogue", address=path.name) from error
    yield from found


def _items_of(path: Path) -> Iterable[pystac.Item]:
    """Items of a catalogue, of one item, or of a search result that was saved as a file."""
    said = json.loads(path.read_text("utf-8"))
    if pystac.ItemCollection.is_item_collection(said):
        return pystac.ItemCollection.from_file(str(path)).items
    found = pystac.read_file(str(path))
    return [found] if isinstance(found, pystac.Item) else found.get_items(recursive=True)  # type: ignore[attr-defined]


def search_images(address: str, wanted: Wanted, access: Access = NO_TOKEN) -> list[Delivery]:
    """检索影像 files of a STAC API (Item Search, every page), or of a static catalogue, at a web address.

    Nothing is fetched yet but the catalogue (``geo.fetching``).

    Raises
    ------
    SceneError
        ``scene.no_network`` where nothing answers at the address; ``scene.not_allowed`` where a password is wanted;
        ``scene.server_failed`` where it fails; ``scene.no_catalogue`` where what answers is no STAC.
    """

    def with_token(request: requests.Request) -> None:
        request.headers = {**request.headers, **access.headers(str(request.url))}

    try:
        with ignore():
            io = StacApiIO(max_retries=RETRIES)
            # open() sets timeout and modifier anew, so it has to be told them
            client = pystac_client.Client.open(address, stac_io=io, timeout=TIMEOUT_S, request_modifier=with_token)
            items = [item for item in _items(client, wanted) if _is_wanted(item, wanted)]
        return [one for item in items for one in deliveries(item, REMOTE, remote=True)]
    except SceneError:
        raise
    except APIError as error:
        raise _refusal(error, address) from error
    except NO_STAC as error:
        raise SceneError("scene.no_catalogue", address=bare(address)) from error


def _refusal(error: APIError, address: str) -> SceneError:
    status = getattr(error, "status_code", None)
    if status in REFUSED:
        return SceneError("scene.not_allowed", address=bare(address), status=status)
    if status is not None and status >= FAILED:
        return SceneError("scene.server_failed", address=bare(address), status=status)
    code = "no_network" if isinstance(error.__context__, requests.RequestException) else "no_catalogue"
    return SceneError(f"scene.{code}", address=bare(address))


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
    shape = footprint_of(item)
    return shape is not None and bool(shapely.intersects(shapely.box(*wanted.boxes.T), shape).any())
