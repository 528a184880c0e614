"""Blocks of a raster on the disk: what was damaged on the way is noticed where the file lets us notice it."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
import rasterio
import rasterio.errors
import rasterio.shutil

from geo._blocks import NOT_WRITTEN, check_pixels, check_sums
from geo.errors import SceneError
from geo.scenes import store_scene
from tests.geo.made_scenes import ground, write

DAY = date(2024, 5, 1)
TILED = {"tiled": True, "blockxsize": 128, "blockysize": 128}


def packed(folder: Path, **how: object) -> Path:
    return write(folder / "a.tif", ground(300, 300), 2.0, day=DAY, compress="DEFLATE", **how)


def damaged(path: Path) -> Path:
    """One byte of a block changed so that it still unpacks: into other numbers, beside its checksum."""
    with rasterio.open(path) as source:
        intact = source.read()
        offset, size = (int(source.get_tag_item(f"BLOCK_{name}_0_1", "TIFF", bidx=1)) for name in ("OFFSET", "SIZE"))
    whole = path.read_bytes()
    for place in range(offset + size // 2, offset + size - 8):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        try:
            with rasterio.open(path) as source:
                if not np.array_equal(source.read(), intact):
                    return path
        except rasterio.errors.RasterioError:
            continue
    raise AssertionError("every change was noticed by GDAL")


@pytest.mark.parametrize("how", [{}, TILED], ids=["strips", "tiles"])
def test_a_deflated_block_that_is_not_what_was_packed_is_refused(tmp_path: Path, how: dict[str, object]) -> None:
    path = packed(tmp_path, **how)
    check_pixels(path)
    with pytest.raises(SceneError, match=r"scene\.damaged"):
        check_pixels(damaged(path))
    with pytest.raises(SceneError, match=r"scene\.damaged"):
        store_scene(path, tmp_path / "kept")
    assert list((tmp_path / "kept").iterdir()) == []


def test_bands_that_lie_apart_are_all_asked(tmp_path: Path) -> None:
    path = packed(tmp_path, **TILED)
    apart = tmp_path / "apart.tif"
    rasterio.shutil.copy(path, apart, driver="GTiff", compress="DEFLATE", interleave="BAND")
    with rasterio.open(apart) as source:
        offset, size = (int(source.get_tag_item(f"BLOCK_{name}_0_0", "TIFF", bidx=4)) for name in ("OFFSET", "SIZE"))
    check_sums(apart)
    whole = bytearray(apart.read_bytes())
    whole[offset + size - 1] ^= 0xFF
    apart.write_bytes(whole)
    with pytest.raises(SceneError, match=r"scene\.damaged"):
        check_sums(apart)


def test_blocks_without_data_are_no_damage(tmp_path: Path) -> None:
    profile = {"driver": "GTiff", "dtype": "uint8", "count": 1, "width": 512, "height": 512, "SPARSE_OK": True}
    profile |= {"crs": "EPSG:32648", "transform": rasterio.Affine(2, 0, 5e5, 0, -2, 3e6)}
    with rasterio.open(tmp_path / "sparse.tif", "w", **profile, **TILED, compress="DEFLATE") as target:
        target.write(np.full((1, 128, 128), 9, np.uint8), window=rasterio.windows.Window(0, 0, 128, 128))
    check_pixels(tmp_path / "sparse.tif")


def test_what_a_copy_raises_is_no_error_that_rasterio_hands_out(tmp_path: Path) -> None:
    """Once it is, the private name in geo._blocks can go."""
    with pytest.raises(NOT_WRITTEN) as raised:
        rasterio.shutil.copy("/dev/null", tmp_path / "copy.tif", driver="COG")
    assert not isinstance(raised.value, (rasterio.errors.RasterioError, OSError))
    assert not hasattr(rasterio.errors, type(raised.value).__mro__[1].__name__)
