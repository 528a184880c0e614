from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import rasterio
from rasterio import Affine
from rasterio.enums import Resampling
from rasterio.vrt import WarpedVRT
from shapely.geometry import LineString, Point, box

from geo.errors import SceneError
from geo.grid import analysis_gsd_m, pixel_grid, site_grid, utm_crs
from geo.pixels import read_pixels
from geo.scenes import read_scene
from tests.geo.made_scenes import EAST, NORTH, ROOF, SOIL, ground, site_box, works, write

DAY = date(2025, 5, 20)


@pytest.mark.parametrize(
    ("lon", "lat", "crs"), [(113.1, 36.2, "EPSG:32649"), (106.5, 29.5, "EPSG:32648"), (-70, -30, "EPSG:32719")]
)
def test_utm_zone(lon, lat, crs):
    assert utm_crs(lon, lat) == crs


@pytest.mark.parametrize("gsd_m", [2.0, 10.0])
def test_area_in_square_metres(gsd_m):
    grid = site_grid(site_box(2.0, 400, 400, side_m=200), gsd_m)
    assert grid.site_m2 == pytest.approx(40_000, rel=0.01)
    assert not (grid.ring & (grid.site > 0)).any()
    assert grid.ring.sum() * grid.pixel_m2 > grid.site_m2


def test_ring_keeps_its_distance():
    grid = pixel_grid(box(40, 40, 60, 60), (100, 100), 10.0)
    assert not grid.ring[39, 45:55].any()
    assert grid.ring[37, 45:55].all()


def test_not_an_area():
    with pytest.raises(SceneError, match="not_polygon"):
        site_grid(LineString([(113, 36), (113.1, 36)]), 2.0)
    with pytest.raises(SceneError, match="too_large"):
        site_grid(Point(113, 36).buffer(0.5), 2.0)


def test_aligned_scene_is_read_as_it_is_and_a_shifted_one_the_same_within_resampling(tmp_path):
    image = works(ground(500, 500), 2.0, 0.5)
    site = site_box(2.0, 500, 500)
    grid = site_grid(site, 2.0)
    plain = read_pixels(read_scene(write(tmp_path / "a.tif", image, 2.0, day=DAY)), grid)
    finer = np.kron(image, np.ones((1, 2, 2), np.float32))
    fine = read_pixels(read_scene(write(tmp_path / "b.tif", finer, 1.0, day=DAY)), grid)
    assert plain.seen.all()
    np.testing.assert_allclose(plain.bands["red"], fine.bands["red"], atol=2e-4)
    top, left = (np.array([NORTH - grid.transform.f, grid.transform.c - EAST]) / 2).astype(int)
    rows, columns = grid.shape
    np.testing.assert_allclose(plain.bands["nir"], image[3, top : top + rows, left : left + columns], atol=1e-4)


@pytest.mark.parametrize("zone", ["EPSG:32649", "EPSG:32650", "EPSG:4326"])
def test_a_scene_between_the_pixels_is_read_as_gdal_warps_it(tmp_path, zone):
    """The same four neighbours, at the warp's own scale; GDAL rounds them to whole numbers (0.25 off in the mean)."""
    path = write(tmp_path / "s.tif", ground(160, 160), 10.0, day=date(2024, 5, 1))
    grid = site_grid(site_box(10.0, 160, 160), 10.0)
    moved = tmp_path / "moved.tif"
    with rasterio.open(path) as source, WarpedVRT(source, crs=zone) as other:
        profile = other.profile | {"driver": "GTiff"}
        if zone == source.crs:
            profile["transform"] @= Affine.translation(0.3, 0.4)
        with rasterio.open(moved, "w", **profile) as target:
            target.write(other.read())
            target.descriptions = source.descriptions
            target.update_tags(ACQUISITION_DATE="2024-05-01")
    scene = replace(read_scene(moved), gsd_m=10.0)
    options = {"crs": grid.crs, "transform": grid.transform, "width": grid.shape[1], "height": grid.shape[0]}
    options |= {"XSCALE": "1", "YSCALE": "1"}
    with rasterio.open(moved) as source:
        found = read_pixels(scene, grid, source)
        with WarpedVRT(source, resampling=Resampling.bilinear, **options) as warped:
            expected = warped.read()
    assert found.whole
    for band, numbers in zip(("blue", "green", "red", "nir"), expected, strict=True):
        assert np.abs(found.bands[band] * 10_000 - numbers).max() < 4
        assert np.abs(found.bands[band] * 10_000 - numbers).mean() < 0.5


def test_another_crs_lands_on_the_same_ground(tmp_path):
    image = np.repeat(SOIL[:, None, None], 400, 1).repeat(400, 2).copy()
    site = site_box(1.0, 400, 400)
    west, south, east, north = site.bounds
    pixel = (east - west) / 200
    degrees = Affine(pixel, 0, west - 100 * pixel, 0, -pixel, north + 100 * pixel)
    image[:, 100 : 100 + round((north - south) / pixel), 100:300] = ROOF[:, None, None]
    grid = site_grid(site, 2.0)
    pixels = read_pixels(
        read_scene(write(tmp_path / "g.tif", image, 1.0, crs="EPSG:4326", transform=degrees, day=DAY)), grid
    )
    inside = pixels.bands["blue"][grid.site == 1]
    assert np.mean(np.isclose(inside, ROOF[0], atol=0.01)) > 0.97
    assert np.allclose(pixels.bands["blue"][grid.ring & pixels.covered], SOIL[0], atol=0.02)


@pytest.mark.parametrize("kind", ["nodata", "alpha", "float"])
def test_no_data_is_unseen(tmp_path, kind):
    image = ground(300, 300)
    path = tmp_path / "n.tif"
    if kind == "alpha":
        rgba = np.concatenate([image[[2, 1, 0]], np.ones((1, 300, 300), np.float32)])
        rgba[3, :, :150] = 0
        write(path, rgba, 2.0, dtype="uint8", scale=255, names=("red", "green", "blue", "alpha"), day=DAY)
    else:
        image[:, :, :150] = 0
        write(path, image, 2.0, dtype="float32" if kind == "float" else "uint16", nodata=0, day=DAY)
    grid = site_grid(site_box(2.0, 300, 300), 2.0)
    pixels = read_pixels(read_scene(path), grid)
    assert float(grid.site[pixels.covered].sum() / grid.site.sum()) == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("kind", [3, 9, 11])
def test_scl_marks_clouds_shadows_and_snow(tmp_path, kind):
    image = np.concatenate([ground(120, 120), np.full((1, 120, 120), 4 / 10_000, np.float32)])
    image[4, :60] = kind / 10_000
    path = write(tmp_path / "S2A_MSIL2A_x.tif", image, 10.0, names=("B02", "B03", "B04", "B08", "SCL"), day=DAY)
    grid = site_grid(site_box(10.0, 120, 120), 10.0)
    pixels = read_pixels(read_scene(path), grid)
    assert pixels.covered.all()
    assert float(grid.site[pixels.seen].sum() / grid.site.sum()) == pytest.approx(0.5, abs=0.05)


def test_outside_the_scene(tmp_path):
    scene = read_scene(write(tmp_path / "a.tif", ground(100, 100), 2.0, day=DAY))
    with pytest.raises(SceneError, match=r"scene\.outside"):
        read_pixels(scene, site_grid(box(114, 36, 114.002, 36.002), 2.0))


def test_analysis_scale(tmp_path):
    fine = read_scene(write(tmp_path / "a.tif", ground(100, 100), 0.5, day=DAY))
    coarse = read_scene(write(tmp_path / "b.tif", ground(100, 100), 10.0, day=DAY))
    assert analysis_gsd_m([fine]) == 2.0
    assert analysis_gsd_m([fine, coarse]) == 10.0


@pytest.mark.parametrize("nodata", [None, 7])
def test_a_site_at_the_edge_of_a_scene_is_read_as_far_as_it_goes(tmp_path, nodata):
    image = ground(60, 60)
    grid = site_grid(site_box(10.0, 60, 60), 10.0)
    pixels = read_pixels(read_scene(write(tmp_path / "e.tif", image, 10.0, day=DAY, nodata=nodata)), grid)
    top, left = round((grid.transform.f - NORTH) / 10), round((EAST - grid.transform.c) / 10)
    assert top > 0
    assert left > 0
    expected = np.zeros(grid.shape, bool)
    expected[top : top + 60, left : left + 60] = True
    np.testing.assert_array_equal(pixels.covered, expected)
    np.testing.assert_allclose(pixels.bands["red"][top : top + 60, left : left + 60], image[2], atol=1e-4)
    assert np.isnan(pixels.bands["red"][~expected]).all()
