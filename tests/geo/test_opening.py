"""What producers leave beside a file or forget to state: reference, no-data, transparency, masks."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
import rasterio
from PIL import Image
from rasterio import Affine
from rasterio import crs as reference
from rasterio.enums import ColorInterp

from geo.errors import SceneError
from geo.grid import site_grid
from geo.pixels import Pixels, read_pixels
from geo.scenes import is_cog, read_scene, store_scene
from tests.geo.made_scenes import CRS, EAST, NORTH, ground, site_box, write

DAY = date(2024, 5, 1)
SIDE = 140


def kept_pixels(path: Path, gsd_m: float = 10.0) -> tuple[Pixels, float]:
    scene, _ = store_scene(path, path.parent / "kept")
    pixels = read_pixels(scene, site_grid(site_box(gsd_m, SIDE, SIDE), 10.0))
    with rasterio.open(scene.path) as file:
        return pixels, float((file.dataset_mask() > 0).mean())


@pytest.mark.parametrize("gsd_m", [10.0, 5.0])
@pytest.mark.parametrize("filler", [-9999.0, float(np.finfo(np.float32).min), np.nan])
def test_a_filler_that_nobody_stated_is_nothing(tmp_path: Path, filler: float, gsd_m: float) -> None:
    land = ground(SIDE, SIDE)
    land[:, :, : SIDE // 2] = filler
    pixels, _ = kept_pixels(write(tmp_path / "a.tif", land, gsd_m, dtype="float32", day=DAY), gsd_m)
    assert 0.3 < pixels.covered.mean() < 0.7
    assert np.nanmin(pixels.bands["blue"]) > 0


@pytest.mark.parametrize("gsd_m", [10.0, 5.0])
def test_masked_pixels_are_nothing_whatever_their_numbers(tmp_path: Path, gsd_m: float) -> None:
    path = tmp_path / "a.tif"
    mask = np.full((SIDE, SIDE), 255, np.uint8)
    mask[:, : SIDE // 2] = 0
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True):
        write(path, ground(SIDE, SIDE), gsd_m, day=DAY)
        with rasterio.open(path, "r+") as file:
            file.write_mask(mask)
    pixels, share = kept_pixels(path, gsd_m)
    assert share == pytest.approx(0.5, abs=0.01)
    assert 0.3 < pixels.covered.mean() < 0.7


def test_a_world_file_takes_its_reference_from_the_prj_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "厂区_20240407.tif"
    rng = np.random.default_rng(1)
    Image.fromarray(rng.integers(20, 200, (60, 60, 3), np.uint8)).save(path)
    path.with_suffix(".tfw").write_text(f"5.0\n0\n0\n-5.0\n{EAST + 2.5}\n{NORTH - 2.5}\n")
    with pytest.raises(SceneError) as refused:
        store_scene(path, tmp_path / "kept")
    assert refused.value.code == "scene.no_crs"
    path.with_suffix(".prj").write_text(reference.CRS.from_epsg(32649).to_wkt(version="WKT1_ESRI"))
    scene, _ = store_scene(path, tmp_path / "kept")
    with rasterio.open(scene.path) as kept:
        assert (kept.crs, kept.transform.c, is_cog(kept)) == (reference.CRS.from_epsg(32649), EAST, True)
    path.with_suffix(".prj").write_text("not a reference")
    with pytest.raises(SceneError, match="no_crs"):
        read_scene(path)


@pytest.mark.parametrize(("fourth", "name"), [((0, 255), "alpha"), ((40, 180), "band4")])
def test_an_unnamed_fourth_band_of_a_drone_is_transparency_where_it_is_nothing_else(
    tmp_path: Path, fourth: tuple[int, int], name: str
) -> None:
    image = np.concatenate([ground(60, 60)[[2, 1, 0]], np.zeros((1, 60, 60), np.float32)])
    image[3] = fourth[1] / 255
    image[3, :20] = fourth[0] / 255
    path = write(tmp_path / "d.tif", image, 0.1, dtype="uint8", scale=255, names=None, day=DAY)
    with rasterio.open(path, "r+") as file:
        file.colorinterp = (ColorInterp.red, ColorInterp.green, ColorInterp.blue, ColorInterp.undefined)
    assert read_scene(path).bands == ("red", "green", "blue", name)


def test_what_lies_beside_a_tiled_file_is_not_lost(tmp_path: Path) -> None:
    """Tiled as we keep it, but its overviews and its no-data are in files of their own."""
    path = write(tmp_path / "a.tif", ground(600, 600), 2.0, day=DAY, tiled=True, blockxsize=256, blockysize=256)
    with rasterio.Env(TIFF_USE_OVR=True), rasterio.open(path, "r+") as file:
        file.build_overviews([2, 4])
    assert path.with_suffix(".tif.ovr").is_file()
    scene, _ = store_scene(path, tmp_path / "kept")
    with rasterio.open(scene.path) as kept:
        assert (is_cog(kept), bool(kept.overviews(1))) == (True, True)


@pytest.mark.parametrize(
    ("code", "crs", "transform"),
    [
        ("scene.off_earth", "EPSG:4326", Affine(5, 0, EAST, 0, -5, NORTH)),
        ("scene.no_crs", 'LOCAL_CS["site",UNIT["metre",1]]', Affine(5, 0, EAST, 0, -5, NORTH)),
    ],
)
def test_a_reference_that_cannot_be(tmp_path: Path, code: str, crs: str, transform: Affine) -> None:
    path = write(tmp_path / "a.tif", ground(60, 60), 5.0, day=DAY, crs=crs, transform=transform)
    with pytest.raises(SceneError) as refused:
        read_scene(path)
    assert refused.value.code == code


def test_numbers_that_are_no_picture(tmp_path: Path) -> None:
    radar = tmp_path / "sar.tif"
    frame = {"width": 60, "height": 60, "crs": CRS, "transform": Affine(5, 0, EAST, 0, -5, NORTH)}
    with rasterio.open(radar, "w", driver="GTiff", count=1, dtype="complex64", **frame) as file:
        file.write(ground(60, 60)[:1].astype("complex64"))
    indexed = tmp_path / "map.tif"
    with rasterio.open(indexed, "w", driver="GTiff", count=1, dtype="uint8", **frame) as file:
        file.write_colormap(1, {1: (255, 0, 0), 2: (0, 255, 0)})
        file.write(np.random.default_rng(1).integers(1, 3, (1, 60, 60), np.uint8))
    packed = tmp_path / "delivery.zip"
    packed.write_bytes(b"PK\x03\x04")
    for path, code in ((radar, "scene.not_optical"), (indexed, "scene.palette"), (packed, "scene.packed")):
        with pytest.raises(SceneError) as refused:
            read_scene(path, taken_on=DAY)
        assert refused.value.code == code


def test_a_sensor_of_twelve_bits_is_saturated_below_the_top_of_its_type(tmp_path: Path) -> None:
    land = ground(60, 60) / 4
    land[:, :30] = 0.4095
    with pytest.raises(SceneError) as refused:
        read_scene(write(tmp_path / "a.tif", land, 5.0, day=DAY))
    assert (refused.value.code, refused.value.params["share"]) == ("scene.saturated", 50)
