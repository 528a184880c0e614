import io
from datetime import date

import numpy as np
import pytest
import rasterio
from PIL import Image
from rasterio.enums import ColorInterp

from geo.errors import SceneError
from geo.grid import site_grid
from geo.pixels import read_pixels
from geo.scenes import read_scene, store_scene
from geo.tiles import media_type, tile
from tests.geo.made_scenes import ground, site_box, write

DAY = date(2025, 5, 20)
# morecantile still multiplies affine transforms with *
pytestmark = pytest.mark.filterwarnings("ignore:Use `@` matmul:PendingDeprecationWarning")


def address(scene, zoom):
    west, south, east, north = scene.bounds
    lon, lat = (west + east) / 2, (south + north) / 2
    column = int((lon + 180) / 360 * 2**zoom)
    row = int((1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2 * 2**zoom)
    return zoom, column, row


@pytest.fixture
def scene(tmp_path):
    return store_scene(write(tmp_path / "a.tif", ground(700, 700), 2.0, day=DAY), tmp_path / "kept")[0]


def test_a_tile_shows_the_scene(scene):
    picture = Image.open(io.BytesIO(tile(scene, *address(scene, 15))))
    assert picture.size == (256, 256)
    pixels = np.asarray(picture)
    assert pixels.shape[2] == 4, "the scene does not fill it"
    assert (pixels[..., 3] == 255).mean() > 0.3
    assert pixels[..., :3][pixels[..., 3] == 255].std() > 20


def test_forms(scene):
    """What fills its tile comes as JPEG unless asked otherwise; what does not is transparent."""
    whole, part = address(scene, 17), address(scene, 13)
    assert [media_type(tile(scene, *whole, kind=kind)) for kind in (None, "WEBP", "PNG")] == [
        "image/jpeg",
        "image/webp",
        "image/png",
    ]
    assert media_type(tile(scene, *part)) == "image/webp"
    shown = [
        np.asarray(Image.open(io.BytesIO(tile(scene, *whole, kind=kind))).convert("RGB")).astype(int)
        for kind in (None, "PNG")
    ]
    assert np.abs(shown[0] - shown[1]).mean() < 8
    alpha = np.asarray(Image.open(io.BytesIO(tile(scene, *part))))[..., 3]
    assert {0, 255} <= set(np.unique(alpha))


@pytest.mark.parametrize("dtype", ["uint16", "float32", "uint8"])
def test_tones_do_not_depend_on_how_numbers_are_kept(tmp_path, dtype):
    scale = {"uint16": 10_000, "float32": 1, "uint8": 255}[dtype]
    numbers = ground(700, 700)[[2, 1, 0]]
    kept = store_scene(
        write(
            tmp_path / f"{dtype}.tif", numbers, 2.0, day=DAY, dtype=dtype, scale=scale, names=("red", "green", "blue")
        ),
        tmp_path / "kept",
    )[0]
    pixels = np.asarray(Image.open(io.BytesIO(tile(kept, *address(kept, 17), kind="PNG"))))
    assert pixels.shape == (256, 256, 3)
    assert pixels.std() > 10


def test_beside_the_scene_there_is_no_tile(scene):
    zoom, column, row = address(scene, 15)
    assert tile(scene, zoom, column + 100, row) is None


def test_a_scene_whose_file_is_gone(scene):
    scene.path.unlink()
    with pytest.raises(SceneError, match=r"scene\.missing"):
        tile(scene, *address(scene, 15))


def test_the_same_ground_looks_the_same_on_two_dates(tmp_path):
    """A bright site in one of them must not darken what lies around it."""
    before = ground(700, 700)
    after = before.copy()
    after[..., 200:500, 200:500] = after.max() * 3
    shown = []
    for name, numbers in (("a", before), ("b", after)):
        kept = store_scene(write(tmp_path / f"{name}.tif", numbers, 2.0, day=DAY), tmp_path / "kept")[0]
        shown.append(np.asarray(Image.open(io.BytesIO(tile(kept, *address(kept, 14), kind="PNG")))).astype(int))
    edge = shown[0][..., 3] == 255
    differing = np.abs(shown[0] - shown[1]).max(axis=-1)[edge]
    assert np.median(differing) <= 1
    assert differing.max() > 60


NAMES = ("blue", "green", "red", "nir")
SHADOW = np.s_[3, 300:400, :]


def four_bytes(path, fourth, names=None):
    """Four bands of 8 bits whose fourth GDAL is told to take for ``fourth``; in a strip it is zero."""
    numbers = ground(700, 700)
    if names is None and fourth == ColorInterp.undefined:
        numbers[3] = 1
    numbers[SHADOW] = 0
    write(path, numbers, 2.0, day=DAY, dtype="uint8", scale=255, names=names)
    with rasterio.open(path, "r+") as file:
        file.colorinterp = (*file.colorinterp[:3], fourth)
    return path


@pytest.mark.parametrize("told", ["by the file", "by the caller"])
def test_near_infrared_that_is_marked_transparent_hides_nothing(tmp_path, told):
    path = four_bytes(tmp_path / "a.tif", ColorInterp.alpha, NAMES if told == "by the file" else None)
    with rasterio.open(path) as file:
        assert file.colorinterp[3] == ColorInterp.alpha
    bands = None if told == "by the file" else NAMES
    delivered, (kept, _) = read_scene(path, bands=bands), store_scene(path, tmp_path / "kept", bands=bands)
    assert delivered.bands == kept.bands == NAMES
    with rasterio.open(kept.path) as file:
        assert ColorInterp.alpha not in file.colorinterp
    for scene in (delivered, kept):
        picture = np.asarray(Image.open(io.BytesIO(tile(scene, *address(scene, 17), kind="PNG"))))
        assert picture.shape == (256, 256, 3), "wholly seen"
    pixels = read_pixels(delivered, site_grid(site_box(2.0, 700, 700), 2.0))
    assert pixels.covered.all()
    assert np.nanmin(pixels.bands["nir"]) == 0
    plain = store_scene(four_bytes(tmp_path / "b.tif", ColorInterp.undefined, NAMES), tmp_path / "kept")[0]
    shown = read_pixels(plain, site_grid(site_box(2.0, 700, 700), 2.0))
    for name in NAMES:
        np.testing.assert_array_equal(pixels.bands[name], shown.bands[name])


def test_a_band_told_to_be_transparency_is(tmp_path):
    names = ("red", "green", "blue", "alpha")
    kept, _ = store_scene(four_bytes(tmp_path / "a.tif", ColorInterp.undefined), tmp_path / "kept", bands=names)
    with rasterio.open(kept.path) as file:
        assert file.colorinterp[3] == ColorInterp.alpha
    picture = np.asarray(Image.open(io.BytesIO(tile(kept, *address(kept, 15), kind="PNG"))))
    hidden, seen = picture[..., 3] == 0, picture[..., 3] == 255
    assert seen.any()
    assert hidden[seen.any(axis=1)].mean() > 0.1
