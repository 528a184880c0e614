"""栅格化 which pixels of a grid lie in an area: the even-odd rule on pixel centres, as GDAL burns them.

GDAL takes milliseconds to set out for what are some hundred crossings of edges and rows.
"""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Corner = tuple[float, float, float, float]
"""x and y of the outer corner of the first pixel, then the steps from pixel to pixel along the columns and rows."""


def burnt(areas: Sequence[BaseGeometry], corner: Corner, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """栅格化 pixels whose centre lies in one of two areas and not in both, or in the only one, shape (rows, columns).

    Parameters
    ----------
    areas : sequence of Polygon or MultiPolygon
        In the coordinates of ``corner``.
    corner : tuple[float, float, float, float]
        Where the pixels lie.
    shape : tuple[int, int]
        Rows and columns.
    """
    rows, columns = shape
    edges = _edges(areas, corner)
    _, y, _, to_y = edges
    first, end = (_within(np.ceil(side(y, to_y) - 0.5), rows) for side in (np.minimum, np.maximum))
    count = end - first
    edge = np.repeat(np.arange(len(count)), count)
    row = np.arange(len(edge)) + (end - np.cumsum(count))[edge]
    x, y, to_x, to_y = edges[:, edge]
    column = _within(x + (row + 0.5 - y) * (to_x - x) / (to_y - y) + 0.5, columns)
    crossings = np.bincount(row * (columns + 1) + column, minlength=rows * (columns + 1)).astype(np.uint8)
    passed = np.cumsum(crossings.reshape(rows, columns + 1)[:, :columns], axis=1, dtype=np.uint8)
    return (passed & 1).view(np.bool_)


def _within(places: NDArray[np.float64], limit: int) -> NDArray[np.intp]:
    """Whole pixels, rounded down, from 0 to a limit."""
    return np.minimum(np.maximum(places, 0), limit).astype(np.intp)


def _edges(areas: Sequence[BaseGeometry], corner: Corner) -> NDArray[np.float64]:
    """Both ends of every edge in pixels: x, y, x and y, each of shape (edges,)."""
    rings = shapely.get_rings(shapely.get_parts(areas))
    places, ring = shapely.get_coordinates(rings, return_index=True)
    pixels = (places - corner[:2]) / corner[2:]
    joined = ring[1:] == ring[:-1]
    edges: NDArray[np.float64] = np.concatenate([pixels[:-1][joined], pixels[1:][joined]], axis=1).T
    return edges
