"""像元块 the blocks of a raster as they lie on the disk: whether each can be unpacked, and is what was packed.

GDAL's errors are named here as well. Some of them reach us bare, under a class that rasterio does not hand out
(``rasterio.shutil.copy`` raises it); this is the only place that takes it from where it lies.
"""

import zlib
from pathlib import Path

import rasterio
from rasterio._err import CPLE_BaseError
from rasterio.enums import Compression, Interleaving
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader

from geo.errors import SceneError

NOT_WRITTEN = (RasterioError, CPLE_BaseError, SystemError, OSError)
"""what is raised by a copy whose source breaks off, or whose disk is full."""


def check_pixels(path: Path) -> None:
    """检查像元 unpack every block once, and hold it against its checksum where it has one.

    Raises
    ------
    SceneError
        ``scene.broken`` for a file that breaks off in the middle; ``scene.damaged`` as ``check_sums``.
    """
    try:
        with rasterio.open(path) as source:
            for _, window in source.block_windows(1):
                source.read(window=window)
    except RasterioError as error:
        raise SceneError("scene.broken", file=path.name) from error
    check_sums(path)


def check_sums(path: Path) -> None:
    """核对校验和 hold every block of a GeoTIFF packed with DEFLATE against its Adler-32 (RFC 1950).

    GDAL has its numbers before it comes to the checksum, and gives out damaged ones without a word. Blocks packed
    otherwise carry no checksum (docs/imagery.md).

    Raises
    ------
    SceneError
        ``scene.damaged`` where a block is not what was packed; ``scene.broken`` where the file cannot be opened.
    """
    try:
        with rasterio.open(path) as source:
            if source.driver == "GTiff" and source.compression == Compression.deflate:
                _check_deflated(source, path)
    except RasterioError as error:
        raise SceneError("scene.broken", file=path.name) from error


def _check_deflated(source: DatasetReader, path: Path) -> None:
    apart = source.interleaving == Interleaving.band
    with path.open("rb") as file:
        for band in range(1, source.count + 1 if apart else 2):
            for (row, column), _ in source.block_windows(band):
                offset, size = (
                    source.get_tag_item(f"BLOCK_{name}_{column}_{row}", "TIFF", bidx=band)
                    for name in ("OFFSET", "SIZE")
                )
                if not offset or not size:  # a block without data is not in the file
                    continue
                file.seek(int(offset))
                try:
                    zlib.decompress(file.read(int(size)))
                except zlib.error as error:
                    raise SceneError("scene.damaged", file=path.name) from error
