import io
from datetime import date

import numpy as np
import pytest
from PIL import Image

from geo.errors import SceneError
from geo.scenes import store_scene
from geo.tiles import tile
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
    assert pixels.shape[2] == 4
    assert (pixels[..., 3] == 255).mean() > 0.3
    assert pixels[..., :3][pixels[..., 3] == 255].std() > 20


def test_webp(scene):
    assert tile(scene, *address(scene, 15), kind="WEBP")[:4] == b"RIFF"


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
        shown.append(np.asarray(Image.open(io.BytesIO(tile(kept, *address(kept, 14))))).astype(int))
    edge = shown[0][..., 3] == 255
    differing = np.abs(shown[0] - shown[1]).max(axis=-1)[edge]
    assert np.median(differing) <= 1
    assert differing.max() > 60
