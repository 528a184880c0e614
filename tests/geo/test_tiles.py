import io
from datetime import date

import numpy as np
import pytest
from PIL import Image

from geo.errors import SceneError
from geo.scenes import store_scene
from geo.tiles import media_type, tile
from tests.geo.made_scenes import ground, write

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
