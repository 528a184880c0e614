"""影像来件 what is found before it is a scene: a delivery, the files it is made of, and where it came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True)
class Stated:
    """条目所述换算 what an item says of a band's numbers: reflectance = number x scale + offset, ``nodata`` is nothing.

    None where it does not say it.
    """

    scale: float | None = None
    offset: float | None = None
    nodata: float | None = None


@dataclass(frozen=True)
class Part:
    """条目中的栅格 one raster file of an item.

    Attributes
    ----------
    key : str
        The asset's key.
    path : Path
        The file; for one that still has to be fetched, its name.
    address : str or None
        Where on the web it is.
    bands : tuple[str, ...] or None
        Common names of its bands, where the item says them.
    stated : tuple[Stated, ...]
        What the item says of the numbers, a band each or one for all; empty where it says nothing.
    gsd_m : float
        Ground sample distance, infinite where the item does not say it.
    """

    key: str
    path: Path
    address: str | None = None
    bands: tuple[str, ...] | None = None
    stated: tuple[Stated, ...] = ()
    gsd_m: float = float("inf")


@dataclass(frozen=True)
class Origin:
    """影像出处 where a scene's pixels came from, and what its checksum is of.

    Attributes
    ----------
    sha256 : str
        In hexadecimal, of what ``sha256_of`` says.
    sha256_of : str
        ``file``: the file as delivered. ``files``: the lines "<sha256>  <key>" of the files, in the order of their
        bands. ``pixels``: the numbers that were read, where only a part of a file was (``pixel_checksum``).
    assets : tuple of mappings
        Each with ``key``, ``href`` without signature, and ``sha256`` of the file, or ``size`` and ``etag`` of the one
        that was cut from.
    boxes : tuple of (west, south, east, north)
        In degrees: what was asked for of a larger file; empty for whole files.
    windows : tuple of (column, row, columns, rows)
        In pixels of the kept file: what was read, in the order in which the checksum takes it.
    """

    sha256: str
    sha256_of: str = "file"
    assets: tuple[Mapping[str, Any], ...] = ()
    boxes: tuple[tuple[float, float, float, float], ...] = ()
    windows: tuple[tuple[int, int, int, int], ...] = ()


@dataclass(frozen=True)
class Delivery:
    """一份影像 a raster that was found, with what a catalogue says of it.

    Attributes
    ----------
    path : Path
        The file; for one that still has to be fetched or put together, its name.
    taken_on : date or None
        The STAC item's date; None where the file itself has to say it.
    bands : tuple[str, ...] or None
        Common names of the bands; None where the file itself has to say them.
    address : str or None
        Where on the web the file has to be fetched from.
    parts : tuple[Part, ...]
        The files that make the scene, one a band; empty where it is one file.
    source : str
        What the scene is known by: its address without signature, the item's name, or the file's name.
    footprint : geometry or None
        Where it lies by its item, in degrees.
    tags : mapping
        What the item says of satellite and processing, as raster metadata.
    stated : tuple[Stated, ...]
        What the item says of the numbers of a scene that is one file, a band each or one for all.
    origin : Origin or None
        Where it came from, once it is on this machine.
    """

    path: Path
    taken_on: date | None = None
    bands: tuple[str, ...] | None = None
    address: str | None = None
    parts: tuple[Part, ...] = ()
    source: str = ""
    footprint: BaseGeometry | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    stated: tuple[Stated, ...] = ()
    origin: Origin | None = None

    @property
    def is_remote(self) -> bool:
        """是否在网上 whether any of it has to be fetched."""
        return self.address is not None or any(part.address for part in self.parts)
