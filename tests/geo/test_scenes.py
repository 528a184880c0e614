from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pystac
import pytest
import rasterio
from PIL import Image
from rasterio import Affine
from rasterio.enums import Resampling

from geo._metadata import band_name, date_in, reflectance_scale
from geo.deliveries import find_images
from geo.errors import SceneError
from geo.photos import read_photo
from geo.scenes import is_cog, load_scene, read_scene, store_scene
from tests.geo.made_scenes import CRS, EAST, NORTH, ground, write

DAY = date(2025, 5, 20)


@pytest.fixture
def image():
    return ground(96, 128)


def test_reads_date_bands_and_gsd_from_metadata(tmp_path, image):
    scene = read_scene(write(tmp_path / "a.tif", image, 2.0, day=DAY))
    assert scene.taken_on == DAY
    assert scene.bands == ("blue", "green", "red", "nir")
    assert not scene.bands_assumed
    assert scene.gsd_m == pytest.approx(2.0)
    assert len(scene.sha256) == 64


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("S2A_MSIL2A_20240501T030541_N0510_R075_T49SFA.tif", date(2024, 5, 1)),
        ("GF2_PMS1_E113.1_N36.2_20230817_L1A0007464.tif", date(2023, 8, 17)),
        ("航拍_2024-03-19.tif", date(2024, 3, 19)),
        ("航拍_2024年03月19日.tif", date(2024, 3, 19)),
        ("2024年3月7日.tif", date(2024, 3, 7)),
        ("某园区2024年3月13号.tif", date(2024, 3, 13)),
        ("2024-3-9_航拍.tif", date(2024, 3, 9)),
        ("航拍2024.03.12.tif", date(2024, 3, 12)),
        ("DJI_20240308103015_0001.tif", date(2024, 3, 8)),
        ("GF7_20240230_20240301.tif", date(2024, 3, 1)),
        ("mosaic_99999999.tif", None),
        ("2024年3月.tif", None),
        ("编号1020240321.tif", None),
    ],
)
def test_date_in_file_names(name, expected):
    assert date_in(name) == expected


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("蓝波段", "blue"),
        ("绿光波段", "green"),
        ("波段3 红", "red"),
        ("近红外波段", "nir"),
        ("red edge", "rededge"),
        ("Red Edge 1", "rededge"),
        ("B4, central wavelength 665 nm", "red"),
        ("coastal", None),
        ("Band Red", "red"),
        ("Band 4: Red (665 nm)", "red"),
        ("NIR band", "nir"),
        ("Band_2_Blue", "blue"),
        ("Band 4", None),
        ("Bandwidth red", None),
        ("\u901a\u90533\uff08\u7eff\uff09", "green"),
    ],
)
def test_band_names_as_producers_write_them(written, name):
    assert band_name(written) == name


def test_a_band_of_no_use_has_no_say_in_what_the_others_count(tmp_path, image):
    names = ("blue", "green", "red", "nir", "quality")
    flags = np.full((1, *image.shape[1:]), 3.2, np.float32)
    path = write(tmp_path / "a.tif", np.concatenate([image, flags]), 10.0, dtype="int16", names=names)
    scene = read_scene(path, taken_on=DAY)
    assert (scene.bands[4], scene.scale) == ("band5", 1e-4)


def test_a_band_beside_another_of_its_kind(tmp_path, image):
    twelve = write(tmp_path / "a.tif", np.concatenate([image, image[3:]]), 10.0, names=("B2", "B3", "B4", "B8", "B8A"))
    assert read_scene(twelve, taken_on=DAY).bands == ("blue", "green", "red", "nir", "band5")
    twice = write(tmp_path / "b.tif", image, 10.0, names=("red", "red", "green", "blue"))
    with pytest.raises(SceneError, match="no_bands"):
        read_scene(twice, taken_on=DAY)
    told = read_scene(twice, taken_on=DAY, bands=("红", "band2", " Green", "蓝"))
    assert told.bands == ("red", "band2", "green", "blue")
    with pytest.raises(SceneError, match="band_unknown"):
        read_scene(twice, taken_on=DAY, bands=("r", "x", "g", "b"))


def test_gsd_of_a_geographic_file_is_in_metres(tmp_path, image):
    path = write(tmp_path / "a.tif", image, 2.0, day=DAY, crs="EPSG:4490", transform=Affine(1e-5, 0, 113, 0, -1e-5, 36))
    assert read_scene(path).gsd_m == pytest.approx(1.0, rel=0.02)


def test_drone_rgba(tmp_path, image):
    rgba = np.concatenate([image[[2, 1, 0]], np.ones((1, *image.shape[1:]), np.float32)])
    rgba[3, :20] = 0
    path = write(
        tmp_path / "d.tif", rgba, 0.1, dtype="uint8", scale=255, names=("red", "green", "blue", "alpha"), day=DAY
    )
    scene = read_scene(path)
    assert scene.bands == ("red", "green", "blue", "alpha")
    assert scene.scale == pytest.approx(1 / 255)


def test_unnamed_four_bands_are_taken_as_satellites_deliver_them_and_marked(tmp_path, image):
    scene = read_scene(write(tmp_path / "c.tif", image, 1.1, dtype="float32", names=None, nodata=0, day=DAY))
    assert scene.bands == ("blue", "green", "red", "nir")
    assert scene.bands_assumed
    assert (scene.scale, scene.offset) == (1.0, 0.0)


def test_bands_that_cannot_be_known_are_asked_for(tmp_path, image):
    path = write(tmp_path / "c.tif", image[[0, 1]], 2.0, names=None, day=DAY)
    with pytest.raises(SceneError) as refused:
        read_scene(path)
    assert refused.value.code == "scene.no_bands"
    assert read_scene(path, bands=("red", "nir")).bands == ("red", "nir")
    with pytest.raises(SceneError, match="band_count"):
        read_scene(path, bands=("red",))


def test_sentinel_offset_since_baseline_0400(tmp_path):
    with_offset, without = np.full(100, 1500, np.uint16), np.full(100, 500, np.uint16)
    name = tmp_path / "S2A_MSIL2A_20230501T030541_R075_T49SFA.tif"
    assert reflectance_scale(name, "uint16", {}, date(2023, 5, 1), with_offset) == (1e-4, -0.1)
    assert reflectance_scale(name, "uint16", {}, date(2023, 5, 1), without) == (1e-4, 0.0)
    assert reflectance_scale(name, "uint16", {}, date(2021, 5, 1), with_offset) == (1e-4, 0.0)
    baseline = tmp_path / "S2A_MSIL2A_20210501T030541_N0500_R075.tif"
    assert reflectance_scale(baseline, "uint16", {}, date(2021, 5, 1), with_offset) == (1e-4, -0.1)


def test_a_picture_stretched_over_16_bits_is_not_taken_for_snow_and_cloud():
    stretched, reflectance = np.full(100, 40_000, np.uint16), np.full(100, 4_000, np.uint16)
    assert reflectance_scale(Path("ortho.tif"), "uint16", {}, date(2023, 5, 1), stretched) == (1 / 65535, 0.0)
    assert reflectance_scale(Path("ortho.tif"), "uint16", {}, date(2023, 5, 1), reflectance) == (1e-4, 0.0)
    assert reflectance_scale(Path("ortho.tif"), "uint16", {}, date(2023, 5, 1), reflectance // 20) == (1 / 255, 0.0)


def _rotated(path, image):
    turned = Affine(2, 0, EAST, 0, -2, NORTH) @ Affine.rotation(12)
    return write(path, image, 2.0, day=DAY, transform=turned)


def _unreferenced(path, image):
    numbers = (image[:3] * 255).clip(0, 255).astype("uint8")
    with pytest.warns(rasterio.errors.NotGeoreferencedWarning):
        target = rasterio.open(path, "w", driver="GTiff", width=128, height=96, count=3, dtype="uint8")
    with target:
        target.write(numbers)
    return path


def _truncated(path, image):
    write(path, image, 2.0, day=DAY)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def _garbage(path, image):
    path.write_bytes(b"II*\x00" + bytes(500))
    return path


def _zero_bytes(path, image):
    path.write_bytes(b"")
    return path


@pytest.mark.parametrize(
    ("code", "make"),
    [
        ("scene.broken", _garbage),
        ("scene.broken", _truncated),
        ("scene.empty", _zero_bytes),
        ("scene.empty", lambda path, image: write(path, image * 0, 2.0, day=DAY, nodata=0)),
        ("scene.no_date", lambda path, image: write(path, image, 2.0)),
        ("scene.rotated", _rotated),
        ("scene.saturated", lambda path, image: write(path, image * 100, 2.0, day=DAY)),
        ("scene.missing", lambda path, image: path),
    ],
)
def test_refused_files_leave_nothing_behind(tmp_path, image, code, make):
    kept = tmp_path / "kept"
    path = make(tmp_path / "x.tif", image)
    with pytest.raises(SceneError) as refused:
        store_scene(path, kept)
    assert refused.value.code == code
    assert not kept.exists() or list(kept.iterdir()) == []


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_unreferenced_is_refused(tmp_path, image):
    with pytest.raises(SceneError) as refused:
        store_scene(_unreferenced(tmp_path / "2025-05-20.tif", image), tmp_path / "kept")
    assert refused.value.code == "scene.no_crs"


def test_stored_as_cog_with_stac_item_and_only_once(tmp_path):
    path = write(tmp_path / "big.tif", ground(640, 700), 2.0, day=DAY)
    scene, new = store_scene(path, tmp_path / "kept")
    assert new
    again, new = store_scene(path, tmp_path / "kept")
    assert not new
    assert again == scene == load_scene(tmp_path / "kept" / f"{scene.id}.json")
    with rasterio.open(scene.path) as cog, rasterio.open(path) as delivered:
        assert is_cog(cog)
        assert cog.block_shapes[0] == (128, 128)
        assert cog.overviews(1)
        np.testing.assert_array_equal(cog.read(), delivered.read())
    item = pystac.Item.from_file(str(tmp_path / "kept" / f"{scene.id}.json"))
    assert item.datetime == datetime(2025, 5, 20, tzinfo=UTC)
    assert item.properties["palmmap:source"] == "big.tif"
    assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == [f"{scene.id}.json", f"{scene.id}.tif"]


def test_overviews_are_of_the_pixels_whatever_those_delivered_show(tmp_path):
    path = write(tmp_path / "a.tif", ground(1280, 1024), 2.0, day=DAY)
    with rasterio.open(path, "r+") as delivered:
        true = delivered.read()
        delivered.write(true // 2)
    with rasterio.open(path, "r+") as delivered:
        delivered.build_overviews([2, 4], Resampling.average)
    with rasterio.open(path, "r+") as delivered:
        delivered.write(true)
    scene, _ = store_scene(path, tmp_path / "kept")
    four = true.reshape(4, 640, 2, 512, 2).astype(np.uint32).sum(axis=(2, 4))
    with rasterio.open(scene.path, overview_level=0) as half:
        assert np.abs(half.read() - four / 4).max() <= 0.5


@pytest.mark.parametrize("how", [{"compress": "LZW", "tiled": True}, {"driver": "JP2OpenJPEG"}])
def test_broken_where_no_sample_looks(tmp_path, how):
    """Checked while it is rewritten: no pass of its own, the same sentence, nothing behind."""
    path = tmp_path / "20250520.tif"
    image = np.random.default_rng(1).integers(20, 200, (1, 1400, 1400), np.uint8)
    profile = {"width": 1400, "height": 1400, "count": 1, "dtype": "uint8", "crs": CRS, "driver": "GTiff"}
    with rasterio.open(path, "w", transform=Affine(2, 0, EAST, 0, -2, NORTH), **profile | how) as file:
        file.write(image)
        if "tiled" in how:
            file.build_overviews([2], Resampling.nearest)
    content = path.read_bytes()
    third = len(content) // 3
    path.write_bytes(content[:third] + (bytes(1000) + content[third + 1000 :] if "tiled" in how else content[:third]))
    (tmp_path / "kept").mkdir()
    read_scene(path, bands=("grey",))
    with pytest.raises(SceneError, match=r"scene\.broken"):
        store_scene(path, tmp_path / "kept", bands=("grey",))
    assert list((tmp_path / "kept").iterdir()) == []


def test_a_folder_and_a_static_catalogue(tmp_path, image):
    folder = tmp_path / "scenes"
    (folder / "2025").mkdir(parents=True)
    write(folder / "2025" / "a.tif", image, 2.0, day=DAY)
    write(folder / "2025" / "b.tif", image, 2.0)
    (folder / "readme.txt").write_text("x")
    assert [found.path.name for found in find_images(folder)] == ["a.tif", "b.tif"]
    catalogue = pystac.Catalog("c", "scenes")
    item = pystac.Item("b", None, None, datetime(2025, 6, 1, tzinfo=UTC), {})
    bands = [{"common_name": name} for name in ("blue", "green", "red", "nir")]
    item.add_asset("image", pystac.Asset(str(folder / "2025" / "b.tif"), extra_fields={"eo:bands": bands}))
    catalogue.add_item(item)
    catalogue.normalize_and_save(str(tmp_path / "stac"), pystac.CatalogType.SELF_CONTAINED)
    [found] = list(find_images(tmp_path / "stac"))
    assert (found.path.name, found.taken_on) == ("b.tif", date(2025, 6, 1))
    assert found.bands == ("blue", "green", "red", "nir")
    assert read_scene(found.path, taken_on=found.taken_on).taken_on == date(2025, 6, 1)


def _photo(path, gps=True, time=True):
    exif = Image.Exif()
    if time:
        exif.get_ifd(0x8769)[0x9003] = "2025:05:20 10:30:00"
        exif.get_ifd(0x8769)[0x9011] = "+08:00"
    if gps:
        exif.get_ifd(0x8825).update({1: "N", 2: (36.0, 12.0, 30.0), 3: "E", 4: (113.0, 6.0, 0.0)})
    Image.new("RGB", (8, 8)).save(path, exif=exif)
    return path


def test_photo_place_and_time(tmp_path):
    photo = read_photo(_photo(tmp_path / "p.jpg"))
    assert photo.lat == pytest.approx(36 + 12.5 / 60)
    assert photo.lon == pytest.approx(113.1)
    assert photo.taken_at == datetime(2025, 5, 20, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize(("code", "options"), [("photo.no_place", {"gps": False}), ("photo.no_time", {"time": False})])
def test_photo_without_place_or_time(tmp_path, code, options):
    with pytest.raises(SceneError) as refused:
        read_photo(_photo(tmp_path / "p.jpg", **options))
    assert refused.value.code == code


def test_broken_photo(tmp_path):
    (tmp_path / "p.jpg").write_bytes(b"\xff\xd8nothing")
    with pytest.raises(SceneError, match=r"photo\.broken"):
        read_photo(tmp_path / "p.jpg")


def test_the_crs_is_kept(tmp_path, image):
    assert read_scene(write(tmp_path / "a.tif", image, 2.0, day=DAY)).crs == CRS


def test_the_producers_description_is_kept(tmp_path, image):
    path = write(tmp_path / "a.tif", image, 2.0, day=DAY)
    with rasterio.open(path, "r+") as file:
        file.update_tags(TIFFTAG_IMAGEDESCRIPTION="示例影像")
    scene, _ = store_scene(path, tmp_path / "kept")
    assert scene.description == load_scene(tmp_path / "kept" / f"{scene.id}.json").description == "示例影像"
    assert read_scene(scene.path, taken_on=DAY).description == "示例影像"
