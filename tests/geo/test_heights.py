"""Cut and fill from two surface models, each with its own zero, against known truth."""

from datetime import UTC, date, datetime

import numpy as np
import pystac
import pytest
import shapely
import shapely.affinity

from geo.batch import Job, inspect_sites
from geo.deliveries import find_images
from geo.errors import SceneError
from geo.grid import pixel_grid, site_grid
from geo.heights import height_change
from geo.inspect import inspect
from geo.scenes import read_scene, store_scene
from geo.verdict import Reported
from tests.geo.made_scenes import ground, season, site_box, write

BEFORE, AFTER = date(2024, 5, 1), date(2025, 5, 10)
SIDE_PX, GSD_M = 400, 2.0
SITE = site_box(GSD_M, SIDE_PX, SIDE_PX)


def surface(seed: int, zero_m: float = 0.0) -> np.ndarray:
    """Rolling ground with the scatter of photogrammetry, in metres, shape (1, rows, columns)."""
    rows, columns = np.mgrid[:SIDE_PX, :SIDE_PX]
    noise = 0.05 * np.random.default_rng(seed).standard_normal((SIDE_PX, SIDE_PX))
    return (950 + 6 * np.sin(columns / 60) + 4 * np.cos(rows / 45) + noise + zero_m).astype(np.float32)[None]


def dug(heights: np.ndarray) -> np.ndarray:
    """The middle site's west half 4 m lower, its east half 1.5 m higher: 80,000 m³ cut, 30,000 m³ filled."""
    changed = heights.copy()
    changed[:, 150:250, 150:200] -= 4.0
    changed[:, 150:250, 200:250] += 1.5
    return changed


def on_disk(folder, name, heights, **options):
    return write(folder / name, heights, GSD_M, dtype="float32", names=None, nodata=-9999.0, **options)


def flights(folder, later):
    land = ground(SIDE_PX, SIDE_PX)
    files = [
        (write(folder / "a.tif", land, GSD_M, day=BEFORE), BEFORE),
        (write(folder / "b.tif", season(land, 1.08, 3), GSD_M, day=AFTER), AFTER),
        (on_disk(folder, "a_dsm.tif", surface(1)), BEFORE),
        (on_disk(folder, "b_DSM.tif", later), AFTER),
    ]
    return tuple(read_scene(path, taken_on=day) for path, day in files)


def test_cut_and_fill_whatever_the_zero(tmp_path):
    scenes = flights(tmp_path, dug(surface(2, zero_m=37.4)))
    assert [scene.is_height for scene in scenes] == [False, False, True, True]
    found = inspect(scenes, SITE, Reported())
    item = found.comparison.pair.item("height")
    assert item.volumes.cut_m3 == pytest.approx(80_000, rel=0.03)
    assert item.volumes.fill_m3 == pytest.approx(30_000, rel=0.03)
    assert item.volumes.net_m == pytest.approx(-1.25, abs=0.05)
    assert item.after_pct == pytest.approx(100, abs=3)
    assert item.ring_change_pct < 1
    assert "verdict.seen_height" in {reason.code for reason in found.verdict.reasons}
    rest = inspect(scenes[:2], SITE, Reported())
    assert "height" not in {one.key for one in rest.comparison.pair.items}
    assert [look.scene.id for look in rest.looks] == [look.scene.id for look in found.looks]
    assert rest.verdict.activity_score == found.verdict.activity_score, "heights are evidence, not part of the model"


def test_a_picture_goes_with_the_figure(tmp_path):
    job = Job("a", SITE, flights(tmp_path, dug(surface(2))), Reported(), tmp_path / "drawn")
    [done] = inspect_sites([job])
    assert "height" in {item.key for item in done.figures}
    assert (tmp_path / "drawn" / "height.jpg").is_file()


def test_scatter_is_no_change():
    grid = site_grid(SITE, GSD_M)
    rng = np.random.default_rng(5)
    before, after = (rng.normal(100, 0.3, grid.shape).astype(np.float32) for _ in range(2))
    item = height_change(before, after, grid)
    assert item.volumes.detected_m > 1
    assert item.after_pct < 1
    assert abs(item.net_pct) < 1


def volumes_of(before, after):
    found = height_change(before[0], after[0], site_grid_of(before)).volumes
    return found.cut_m3, found.fill_m3, found.detected_m


def site_grid_of(heights):
    """The grid of the middle site over a bare array, its ring 90 px wide."""
    return pixel_grid(shapely.box(150, 150, 250, 250), heights.shape[1:], GSD_M)


def across():
    """From -0.5 to 0.5 down the array and along it."""
    return np.mgrid[:SIDE_PX, :SIDE_PX].astype(np.float32) / SIDE_PX - 0.5


@pytest.mark.parametrize("tilt_m", [(0.0, 0.0), (3.0, 0.0), (-2.0, 4.0)])
def test_a_tilted_flight_is_levelled(tilt_m):
    """A tilt of metres from edge to edge, another zero, and a neighbour in the ring who builds on a sixth of it."""
    down, right = across()
    later = dug(surface(2, zero_m=37.4)) + tilt_m[0] * down + tilt_m[1] * right
    later[:, 20:140, 60:190] += 6.0
    cut_m3, fill_m3, detected_m = volumes_of(surface(1), later)
    assert cut_m3 == pytest.approx(80_000, rel=0.03)
    assert fill_m3 == pytest.approx(30_000, rel=0.03)
    assert detected_m < 0.35


def test_a_bowl_is_not_taken_for_works():
    """Half a metre of doming stays in the figures, as scatter of the ring and some per cent of the volume."""
    down, right = across()
    quiet = surface(2) + 0.5 * 4 * (down**2 + right**2)
    cut_m3, fill_m3, detected_m = volumes_of(surface(1), quiet)
    assert cut_m3 + fill_m3 < 0.05 * 110_000
    assert detected_m < 0.8
    cut_m3, fill_m3, _ = volumes_of(surface(1), dug(quiet))
    assert cut_m3 == pytest.approx(80_000, rel=0.12)
    assert fill_m3 == pytest.approx(30_000, rel=0.25)


def test_where_the_ring_is_open_on_a_side_the_median_levels():
    later = dug(surface(2, zero_m=5.0))
    later[:, 200:, :150] = np.nan
    cut_m3, fill_m3, _ = volumes_of(surface(1), later)
    assert cut_m3 == pytest.approx(80_000, rel=0.03)
    assert fill_m3 == pytest.approx(30_000, rel=0.03)


def test_no_figure_where_the_ring_is_unknown():
    grid = site_grid(SITE, GSD_M)
    before = np.full(grid.shape, 100.0, np.float32)
    after = np.where(grid.ring, np.nan, before).astype(np.float32)
    assert height_change(before, after, grid) is None


def test_a_model_of_one_date_or_of_another_flight_says_nothing(tmp_path):
    scenes = flights(tmp_path, dug(surface(2)))
    late = read_scene(tmp_path / "b_DSM.tif", taken_on=date(2025, 6, 1))
    for given in (scenes[:3], (*scenes[:3], late)):
        pair = inspect(given, SITE, Reported()).comparison.pair
        assert "height" not in {item.key for item in pair.items}


def test_a_model_elsewhere_is_left_out(tmp_path):
    scenes = flights(tmp_path, surface(2))
    away = shapely.affinity.translate(SITE, 0.003)
    assert inspect(scenes, away, Reported()).comparison.pair.grid is not None


def test_heights_are_metres_in_one_band(tmp_path):
    kept, new = store_scene(on_disk(tmp_path, "site_dsm_20250520.tif", surface(1)), tmp_path / "kept")
    assert (new, kept.bands, kept.scale, kept.offset, kept.bands_assumed) == (True, ("height",), 1.0, 0.0, False)
    shown = write(tmp_path / "site_dsm_20250521.tif", ground(60, 60)[:1], GSD_M, dtype="uint8", scale=255, names=None)
    with pytest.raises(SceneError) as refused:
        store_scene(shown, tmp_path / "kept")
    assert refused.value.code == "scene.no_heights"
    told = read_scene(
        on_disk(tmp_path, "surface_20250520.tif", surface(1)), taken_on=date(2025, 5, 20), bands=("height",)
    )
    assert told.is_height


def test_a_catalogue_marks_a_model_by_its_role(tmp_path):
    item = pystac.Item("flight", None, None, datetime(2025, 6, 1, tzinfo=UTC), {})
    for key, roles in (("ortho", ["visual"]), ("surface", ["data", "dsm"])):
        item.add_asset(key, pystac.Asset(str(tmp_path / f"{key}.tif"), roles=roles))
    item.save_object(dest_href=str(tmp_path / "flight.json"))
    found = {one.path.name: one.bands for one in find_images(tmp_path / "flight.json")}
    assert found == {"ortho.tif": None, "surface.tif": ("height",)}


@pytest.mark.parametrize("neighbour_m", [0.0, 6.0])
@pytest.mark.parametrize(("bowl_m", "tilt_m"), [(0.5, 0.0), (2.0, 0.0), (1.0, 3.0)])
def test_a_bowl_is_taken_out_whoever_builds_beside(bowl_m, tilt_m, neighbour_m):
    """As flights without ground control are bent; a neighbour raises a sixth of the ring."""
    grid = site_grid(SITE, GSD_M)
    rows, columns = (one / side for one, side in zip(np.indices(grid.shape), grid.shape, strict=True))
    bowl = 2 * bowl_m * ((rows - 0.5) ** 2 + (columns - 0.5) ** 2) + tilt_m * rows
    noise = 0.05 * np.random.default_rng(5).standard_normal((2, *grid.shape))
    inside = np.argwhere(grid.inside)
    middle = inside.mean(axis=0)[1]
    works = np.where(np.arange(grid.shape[1]) < middle, -4.0, 1.5) * grid.inside
    after = 950 + noise[1] + works + bowl + 37.4
    after[: grid.shape[0] // 3, : grid.shape[1] // 2] += neighbour_m
    item = height_change((950 + noise[0]).astype(np.float32), after.astype(np.float32), grid)
    assert item.volumes.cut_m3 == pytest.approx(-works[works < 0].sum() * grid.pixel_m2, rel=0.02)
    assert item.volumes.fill_m3 == pytest.approx(works[works > 0].sum() * grid.pixel_m2, rel=0.02)
    assert item.volumes.detected_m < 0.35
