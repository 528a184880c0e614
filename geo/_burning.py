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
    lines = _within(np.ceil(edges[1::2] - 0.5), rows)
    end = np.maximum(*lines)
    count = end - np.minimum(*lines)
    edge = np.repeat(np.arange(len(count)), count)
    row = np.arange(len(edge)) + (end - np.cumsum(count))[edge]
    x, y, to_x, to_y = edges[:, edge]
    column = _within(x + (row + 0.5 - y) * (to_x - x) / (to_y - y) + 0.5, columns)
    turns = np.zeros(len(row) + 2, np.intp)
    turns[1:-1] = np.sort(row * columns + column)
    turns[-1] = rows * columns
    inside = np.arange(len(row) + 1) % 2 == 1
    return np.repeat(inside, turns[1:] - turns[:-1]).reshape(shape)


def _within(places: NDArray[np.float64], limit: int) -> NDArray[np.intp]:
    """Whole pixels, rounded down, from 0 to a limit."""
    return np.minimum(np.maximum(places, 0), limit).astype(np.intp)


def _edges(areas: Sequence[BaseGeometry], corner: Corner) -> NDArray[np.float64]:
    """Both ends of every edge in pixels: x, y, x and y, each of shape (edges,)."""
    places, ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(areas)), return_index=True)
    pixels = ((places - corner[:2]) / corner[2:]).T
    joined = np.flatnonzero(ring[1:] == ring[:-1])
    edges: NDArray[np.float64] = np.concatenate([pixels[:, joined], pixels[:, joined + 1]])
    return edges
