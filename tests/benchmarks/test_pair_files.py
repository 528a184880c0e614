"""Labelled pairs read the same, however they were turned, re-gridded, re-banded and stored."""

from pathlib import Path

import numpy as np
import pytest
import rasterio
from PIL import Image
from pyproj import Transformer
from rasterio import Affine
from rasterio.enums import ColorInterp
from rasterio.warp import reproject

from benchmarks.pair_files import PairError
from benchmarks.pairs import Tile, coarsened, other_sensor, tiles, windows

SIDE, GSD_M = 300, 0.5
PLACE, CRS = Affine(GSD_M, 0, 350_000, 0, -GSD_M, 3_990_000), "EPSG:32649"


@pytest.fixture(scope="module")
def pair() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two dates of smooth coloured ground, and a block that was built on between them."""
    rng = np.random.default_rng(0)
    coarse = rng.uniform(60, 160, (SIDE // 20, SIDE // 20, 3))
    before = coarse.repeat(20, axis=0).repeat(20, axis=1).astype(np.uint8)
    before[..., 0] += 40
    label = np.zeros((SIDE, SIDE), np.uint8)
    label[100:160, 40:120] = 255
    return before, np.where(label[..., None] > 0, np.uint8(230), before), label


def tif(
    path: Path, image: np.ndarray, transform: Affine | None = PLACE, crs: str | None = CRS, **options: object
) -> None:
    bands = image[..., None] if image.ndim == 2 else image
    colours, names = options.pop("colours", None), options.pop("names", None)
    shape = {"height": bands.shape[0], "width": bands.shape[1], "count": bands.shape[2]}
    with rasterio.open(
        path, "w", driver="GTiff", dtype=bands.dtype, transform=transform, crs=crs, **shape, **options
    ) as out:
        out.write(bands.transpose(2, 0, 1))
        if colours:
            out.colorinterp = colours
        if names:
            out.descriptions = names


def folder(path: Path, parts: tuple[np.ndarray, ...]) -> Path:
    for name, part in zip(("A", "B", "label"), parts, strict=True):
        (path / name).mkdir()
        Image.fromarray(part).save(path / name / "1.png")
    return path


def only(path: Path, **options: object) -> Tile:
    (found,) = tiles(path, GSD_M, **options)
    return found


def assert_same(found: Tile, pair: tuple[np.ndarray, ...], scale: float = 255, atol: float = 0.005) -> None:
    seen = found.seen > 0
    assert seen.mean() > 0.95
    for mine, image in zip((found.before, found.after), pair, strict=False):
        np.testing.assert_allclose(mine[seen], (image / scale)[seen], atol=atol)
    np.testing.assert_array_equal(found.label[seen] > 0.5, pair[2][seen] > 0)


def test_a_label_of_ones_and_a_format_of_its_own_for_every_part(tmp_path, pair):
    path = folder(tmp_path, (pair[0], pair[1], pair[2] // 255))
    (path / "B/1.png").unlink()
    tif(path / "B/1.tif", pair[1])
    (path / "A/Thumbs.db").write_bytes(b"x")
    assert_same(only(path), pair)


def test_bands_are_taken_by_name_by_colour_and_by_custom(tmp_path, pair):
    path = folder(tmp_path, pair)
    for name in ("A", "B"):
        (path / name / "1.png").unlink()
    swapped = pair[0][..., ::-1]
    tif(path / "A/1.tif", swapped, names=("blue", "green", "red"), photometric="minisblack")
    tif(path / "B/1.tif", pair[1][..., ::-1], colours=(ColorInterp.blue, ColorInterp.green, ColorInterp.red))
    assert_same(only(path), pair)
    infrared = np.dstack([swapped, pair[0][..., 1] // 2 + np.arange(SIDE, dtype=np.uint8)[:, None] // 3])
    tif(path / "A/1.tif", infrared)  # GDAL calls the fourth band transparency
    assert_same(only(path), pair)
    tif(path / "A/1.tif", pair[0][..., [1, 0, 2]], photometric="minisblack")
    tif(path / "B/1.tif", pair[1][..., [1, 0, 2]], photometric="minisblack")
    assert_same(only(path, bands=["green", "red", "blue"]), pair)


@pytest.mark.parametrize(("dtype", "factor"), [("uint16", 257), ("float32", 1 / 255)])
def test_numbers_of_any_depth_come_out_alike(tmp_path, pair, dtype, factor):
    path = folder(tmp_path, pair)
    for name, image in (("A", pair[0]), ("B", pair[1])):
        (path / name / "1.png").unlink()
        tif(path / name / "1.tif", (image.astype(np.float64) * factor).astype(dtype))
    assert_same(only(path), pair)


def test_a_turned_picture_is_judged_without_its_black_corners(tmp_path, pair):
    turned = [np.asarray(Image.fromarray(part).rotate(37, expand=True)) for part in pair]
    whole = only(folder(tmp_path, tuple(turned)))
    assert whole.seen.mean() == pytest.approx(SIDE**2 / turned[2].size, abs=0.02)
    clear = np.asarray(Image.fromarray(np.full((SIDE, SIDE), 255, np.uint8)).rotate(37, expand=True))
    for name, part in zip(("A", "B"), turned, strict=False):
        Image.fromarray(np.dstack([part, clear])).save(tmp_path / name / "1.png")
    assert only(tmp_path).seen.mean() == pytest.approx(whole.seen.mean(), abs=0.02)
    assert all(
        np.isfinite(one.before.bands["red"][one.before.seen]).all() for one in windows(coarsened(whole, 2.0), 32)
    )


def test_a_turned_reference_is_laid_north_up(tmp_path, pair):
    path = folder(tmp_path, pair)
    for name, part in zip(("A", "B", "label"), pair, strict=True):
        (path / name / "1.png").unlink()
        tif(path / name / "1.tif", part, PLACE @ Affine.rotation(37))
    found = only(path)
    assert found.gsd_m == pytest.approx(GSD_M, rel=0.01)
    assert found.label.sum() * found.gsd_m**2 == pytest.approx((pair[2] > 0).sum() * GSD_M**2, rel=0.02)


@pytest.mark.parametrize(("crs", "side"), [(CRS, 0.6), ("EPSG:4326", 6e-6)])
def test_parts_on_other_grids_are_laid_on_the_first(tmp_path, pair, crs, side):
    path = folder(tmp_path, pair)
    (path / "A/1.png").unlink()
    tif(path / "A/1.tif", pair[0])
    corners = np.array([PLACE @ corner for corner in ((0, 0), (SIDE, 0), (0, SIDE), (SIDE, SIDE))])
    east, north = Transformer.from_crs(CRS, crs, always_xy=True).transform(*corners.T)
    place = Affine(side, 0, east.min(), 0, -side, north.max())
    for name, part in (("B", pair[1]), ("label", pair[2])):
        (path / name / "1.png").unlink()
        bands = np.ascontiguousarray(np.atleast_3d(part).transpose(2, 0, 1))
        out = np.zeros((len(bands), round(np.ptp(north) / side), round(np.ptp(east) / side)), np.uint8)
        reproject(bands, out, src_transform=PLACE, src_crs=CRS, dst_transform=place, dst_crs=crs)
        tif(path / name / "1.tif", out.transpose(1, 2, 0), place, crs, nodata=0 if name == "B" else None)
    found = only(path)
    marked = found.label > 0.5
    assert marked.sum() == pytest.approx((pair[2] > 0).sum(), rel=0.03)
    assert found.after[marked & (found.seen > 0)].mean() == pytest.approx(230 / 255, abs=0.02)


def test_pixels_of_0_7_m_are_looked_at_in_2_m(pair):
    whole = np.ones(pair[2].shape, np.float32)
    fine = Tile("x", *(part / np.float32(255) for part in pair), 0.7, "", whole)
    coarse = coarsened(fine, 2.0)
    assert coarse.label.shape == (105, 105)
    assert coarse.label.sum() * 4 == pytest.approx(fine.label.sum() * 0.49, rel=0.02)


def test_other_sensors_keep_ground_and_labels(pair):
    tile = Tile("x", *(part / np.float32(255) for part in pair), GSD_M, "", np.ones(pair[2].shape, np.float32))
    first, again = (other_sensor(tile, np.random.default_rng(4)) for _ in range(2))
    np.testing.assert_array_equal(first.after, again.after)
    assert first.label.sum() == tile.label.sum()
    assert first.before.dtype == np.float32
    assert 0 <= first.before.min() <= first.before.max() <= 1
    marked = first.label > 0
    gap = np.abs(first.after - first.before).mean(axis=2)
    assert gap[marked].mean() > gap[~marked].mean()


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("shape", "and no reference"),
        ("missing", "there has to be one"),
        ("broken", "cannot be read"),
        ("bands", "--bands"),
        ("empty", "shows nothing"),
    ],
)
def test_what_cannot_be_used_is_said_and_the_rest_is_read(tmp_path, pair, part, said):
    path = folder(tmp_path, pair)
    for name, image in zip(("A", "B", "label"), pair, strict=True):
        Image.fromarray(image).save(path / name / "2.png")
    spoilt = path / "B/2.png"
    spoilt.unlink()
    if part == "shape":
        Image.fromarray(pair[1][:200]).save(spoilt)
    elif part == "broken":
        spoilt.write_bytes(b"no image")
    elif part == "bands":
        tif(spoilt.with_suffix(".tif"), np.dstack([pair[1], pair[1]]))
    elif part == "empty":
        Image.fromarray(np.zeros_like(pair[1])).save(spoilt)
    refused: list[str] = []
    assert [found.name.split("/")[1] for found in tiles(path, GSD_M, None, refused)] == ["1"]
    (sentence,) = refused
    assert said in sentence
    with pytest.raises(PairError):
        tiles(path, GSD_M)
