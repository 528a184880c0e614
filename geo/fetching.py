"""取影像 a delivery made a file of this machine: fetched, cut to the sites, and put together from one file a band."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
import rasterio
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader

from geo._blocks import check_pixels, check_sums
from geo._composing import Boxes, band_of, bands_of, composed, pixel_checksum, planned
from geo._delivery import Delivery, Origin, Part
from geo._items import COLOURS
from geo._reading import sha256_of
from geo._web import (
    NO_TOKEN,
    Access,
    Meter,
    Offer,
    bare,
    download,
    gdal_options,
    host_of,
    offered,
    reachable,
    signer_of,
    unmetered,
    vsi_path,
)
from geo.errors import SceneError

__all__ = ["Access", "Meter", "bare", "checksum_of", "fetched", "host_of", "reachable", "signer_of", "unmetered"]

CUT_FROM_BYTES = 8 << 20
"""smaller files are fetched whole: one request, and the checksum is that of the delivered file."""
CUT_SHARE = 0.5
"""where more of a file is needed than this, the whole of it is fetched."""
CUT_SUFFIXES = (".tif", ".tiff")


def fetched(found: Delivery, folder: Path, boxes: Boxes | None = None, access: Access = NO_TOKEN) -> Delivery:
    """取影像 a delivery whose file is on this machine; what is made or fetched is put into a folder.

    Of a large GeoTIFF on the web only the blocks that show the boxes are read, where the server gives parts of files.
    An item with one file a band is put together as one raster.

    Parameters
    ----------
    found : Delivery
        What was found.
    folder : Path
        An empty folder; its files may be deleted once the scene is stored.
    boxes : ndarray of float, shape (boxes, 4), optional
        West, south, east, north in degrees: sites with what lies around them.
    access : Access
        The token, and who may be given it.

    Returns
    -------
    Delivery
        With its ``path`` and, unless it was a file of this machine all along, its ``origin``.

    Raises
    ------
    SceneError
        ``scene.not_allowed``, ``scene.not_fetched``, ``scene.no_endpoint`` where a file is not given;
        ``scene.bands_missing`` where an item has no file for a colour; ``scene.outside`` where a file does not show
        the boxes; ``scene.broken``, ``scene.damaged`` for a file that is; ``scene.not_kept`` where the disk is full.
    """
    if not found.parts and found.address is None and not found.stated:
        return found
    if found.parts and (missing := [name for name in COLOURS if name not in (found.bands or ())]):
        raise SceneError("scene.bands_missing", file=found.path.stem, bands="、".join(missing))
    parts = found.parts or (Part("", found.path, found.address, found.bands),)
    parts = tuple(one if one.address is None else _reached(one, access) for one in parts)
    offers = {part.key: offered(part.address, part.path.name, access) for part in parts if part.address}
    if boxes is not None and any(_is_large(part, offers) for part in parts):
        try:
            if done := _cut(found, parts, offers, folder, boxes, access):
                return done
        except RasterioError:
            pass  # the server gives parts in a way that GDAL cannot read: the whole then
    return _whole(found, parts, folder, access)


def _reached(part: Part, access: Access) -> Part:
    return replace(part, address=reachable(part.address or "", part.path.name, access))


def checksum_of(found: Delivery) -> str | None:
    """多文件校验 checksum that a scene of several files will have, if all of them are on this machine.

    Raises
    ------
    SceneError
        ``scene.missing`` where one of them is not there.
    """
    if not found.parts or found.is_remote:
        return None
    return _listed({part.key: _own_sha256(part.path) for part in found.parts})


def _is_large(part: Part, offers: dict[str, Offer]) -> bool:
    offer = offers.get(part.key)
    large = offer is not None and offer.in_parts and (offer.size or 0) > CUT_FROM_BYTES
    return large and part.path.suffix.lower() in CUT_SUFFIXES


def _cut(
    found: Delivery, parts: Sequence[Part], offers: dict[str, Offer], folder: Path, boxes: Boxes, access: Access
) -> Delivery | None:
    """Only what shows the boxes; None where that is most of it."""
    large = [part for part in parts if _is_large(part, offers)]
    options = [gdal_options(part.address or "", access, offers[part.key]) for part in large]
    if any(one != options[0] for one in options):
        return None  # GDAL sends its headers to every host alike, and not every one may see the token
    target = folder / found.path.name
    with ExitStack() as stack:
        stack.enter_context(rasterio.Env(**options[0]))
        sources = {part.key: stack.enter_context(rasterio.open(vsi_path(part.address or ""))) for part in large}
        bands = _bands(found, parts, sources)
        if not any(band.is_colour for band in bands) or planned(bands, boxes).share > CUT_SHARE:
            return None
        assets = [_cut_from(part, offers[part.key], sources[part.key]) for part in large]
        for part in (part for part in parts if part not in large):
            path = _on_disk(part, folder, access)
            sources[part.key] = stack.enter_context(rasterio.open(path))
            assets.append(_delivered(part, sha256_of(path)))
        bands = _bands(found, parts, sources)
        plan = planned(bands, boxes)
        composed(bands, plan, target, _tags(found, sources))
    checksum = pixel_checksum(target, plan.written)
    windows = tuple((int(w.col_off), int(w.row_off), int(w.width), int(w.height)) for w in plan.written)
    asked = tuple((float(w), float(s), float(e), float(n)) for w, s, e, n in np.asarray(boxes))
    return replace(found, path=target, address=None, origin=Origin(checksum, "pixels", tuple(assets), asked, windows))


def _whole(found: Delivery, parts: Sequence[Part], folder: Path, access: Access) -> Delivery:
    paths = {part.key: _on_disk(part, folder, access) for part in parts}
    checksums = {part.key: _own_sha256(paths[part.key]) for part in parts}
    assets = tuple(_delivered(part, checksums[part.key]) for part in parts)
    if not found.parts:
        return _as_stated(found, paths[""], folder, Origin(checksums[""], "file", assets))
    target = folder / found.path.name
    with _blaming(paths.values(), found.path.stem), ExitStack() as stack:
        sources = {key: stack.enter_context(rasterio.open(path)) for key, path in paths.items()}
        bands = _bands(found, parts, sources)
        composed(bands, planned(bands, None), target, _tags(found, sources))
    return replace(found, path=target, address=None, origin=Origin(_listed(checksums), "files", assets))


@contextmanager
def _blaming(paths: Iterable[Path], name: str) -> Iterator[None]:
    """Where files are put together in vain: the one that is broken is named, and where none is, it was the disk."""
    try:
        yield
    except RasterioError as error:
        for path in paths:
            check_pixels(path)
        raise SceneError("scene.not_kept", file=name) from error
    for path in paths:
        check_sums(path)


def _as_stated(found: Delivery, path: Path, folder: Path, origin: Origin) -> Delivery:
    """One file, written anew where its item says of its numbers what it does not say itself."""
    target = Path(mkdtemp(dir=folder)) / found.path.with_suffix(".tif").name
    with _blaming([path], found.path.name), rasterio.open(path) as source:
        bands = bands_of(source, found.stated)
        if bands == bands_of(source):
            return replace(found, path=path, address=None, origin=origin)
        composed(bands, planned(bands, None), target, _tags(found, {"": source}))
    return replace(found, path=target, address=None, origin=origin)


def _bands(found: Delivery, parts: Sequence[Part], sources: dict[str, DatasetReader]) -> list[Any]:
    """Bands of those parts that are open."""
    if not found.parts:
        return bands_of(sources[""], found.stated)
    names = zip(parts, found.bands or (), strict=True)
    return [band_of(sources[part.key], part, name) for part, name in names if part.key in sources]


def _tags(found: Delivery, sources: dict[str, DatasetReader]) -> dict[str, str]:
    return dict(found.tags) if found.parts else {**sources[""].tags(), **found.tags}


def _on_disk(part: Part, folder: Path, access: Access) -> Path:
    if part.address is None:
        return part.path
    return download(part.address, Path(mkdtemp(dir=folder)) / part.path.name, access)


def _own_sha256(path: Path) -> str:
    if not path.is_file():
        raise SceneError("scene.missing", file=path.name)
    return sha256_of(path)


def _listed(checksums: dict[str, str]) -> str:
    """Checksum of several files: of the list that ``sha256sum`` would print of them under their keys."""
    return hashlib.sha256("".join(f"{one}  {key}\n" for key, one in checksums.items()).encode()).hexdigest()


def _delivered(part: Part, checksum: str) -> dict[str, Any]:
    href = bare(part.address) if part.address else part.path.name
    return _named(part) | {"href": href, "sha256": checksum}


def _cut_from(part: Part, offer: Offer, source: DatasetReader) -> dict[str, Any]:
    size = {"size": offer.size, "etag": offer.etag, "width": source.width, "height": source.height}
    return _named(part) | {"href": bare(part.address or "")} | size


def _named(part: Part) -> dict[str, Any]:
    return {"key": part.key} if part.key else {}
