"""The quick filters against SciPy's, GDAL's and NumPy's own."""

import numpy as np
import pytest
from rasterio import Affine
from rasterio.features import rasterize
from scipy import ndimage
from shapely.geometry import MultiPolygon, Point, Polygon, box

from geo import _filters
from geo._burning import burnt
from geo._registration import best_shift
from tests.geo.made_scenes import ground

RNG = np.random.default_rng(0)
STACK = RNG.random((3, 41, 57)).astype(np.float32)


@pytest.mark.parametrize("side", [3, 5, 15, 25])
def test_box_means_and_spreads(side):
    mean = ndimage.uniform_filter(STACK.astype(float), (1, side, side))
    square = ndimage.uniform_filter(STACK.astype(float) ** 2, (1, side, side))
    np.testing.assert_allclose(_filters.box_mean(STACK, side), mean, atol=1e-6)
    np.testing.assert_allclose(_filters.spread(STACK, side), np.sqrt(square - mean**2), atol=1e-5)


def test_a_box_larger_than_the_image():
    small = STACK[0, :7, :9]
    np.testing.assert_allclose(_filters.box_mean(small, 25), ndimage.uniform_filter(small, 25), atol=1e-5)


def test_smoothing_and_gradients():
    smooth = ndimage.gaussian_filter(STACK, (0, 0.7, 0.7))
    np.testing.assert_allclose(_filters.smooth(STACK, 0.7), smooth, atol=2e-4)
    for image, found in zip(STACK, _filters.gradient(STACK), strict=True):
        np.testing.assert_allclose(found, np.hypot(ndimage.sobel(image, 0), ndimage.sobel(image, 1)), atol=1e-5)


@pytest.mark.parametrize("by", [(0.0, 0.0), (1.0, -2.0), (0.35, -0.6), (-3.7, 5.25)])
def test_moves(by):
    for image, found in zip(STACK, _filters.shifted(STACK, by), strict=True):
        expected = ndimage.shift(image, by, order=1, mode="nearest")
        np.testing.assert_allclose(found[8:-8, 8:-8], expected[8:-8, 8:-8], atol=1e-6)


@pytest.mark.parametrize("count", [1, 2, 100, 101])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99, 1.0])
def test_quantiles(count, share):
    rows = RNG.random((4, count)).astype(np.float32)
    np.testing.assert_allclose(_filters.quantiles(rows, share), np.quantile(rows, share, axis=1), atol=1e-6)


def test_masks_grow_and_shrink():
    mask = RNG.random((41, 57)) > 0.3
    np.testing.assert_array_equal(_filters.dilated(mask, 2), ndimage.binary_dilation(mask, iterations=2))
    np.testing.assert_array_equal(_filters.eroded(mask, 2), ndimage.binary_erosion(mask, iterations=2))


@pytest.mark.parametrize(
    "area",
    [
        box(10.2, 10.7, 30.1, 25.9),
        Point(20, 20).buffer(13.3),
        Point(20, 20).buffer(15).difference(Point(22, 18).buffer(5)),
        MultiPolygon([box(1, 1, 5, 6), box(20.5, 20.5, 60, 60)]),
        Polygon([(-5, 3), (45, 8), (12, 50), (17, 14)]),
    ],
)
@pytest.mark.parametrize("down", [1.0, -1.0])
def test_areas_are_burnt_as_gdal_burns_them(area, down):
    corner = (2.0, 40.0 if down < 0 else 1.0, 0.5, 0.5 * down)
    expected = rasterize([area], (76, 80), transform=Affine(0.5, 0, corner[0], 0, corner[3], corner[1]))
    np.testing.assert_array_equal(burnt([area], corner, (76, 80)), expected.astype(bool))


def test_a_ring_is_what_lies_in_one_of_two():
    outer, inner = Point(20, 20).buffer(15), Point(20, 20).buffer(9)
    corner, shape = (0.0, 0.0, 1.0, 1.0), (40, 40)
    ring = burnt([outer.difference(inner)], corner, shape)
    np.testing.assert_array_equal(burnt([outer, inner], corner, shape), ring)


@pytest.mark.parametrize("by", [(0.0, 0.0), (1.25, -0.4), (-3.5, 2.1)])
def test_the_shift_of_a_textured_image(by):
    image = ndimage.gaussian_filter(ground(120, 135)[0], 1.5, mode="wrap")
    later = np.fft.ifft2(ndimage.fourier_shift(np.fft.fft2(image - image.mean()), by)).real
    assert best_shift(np.stack([later, image - image.mean()])) == pytest.approx(by, abs=0.026)
