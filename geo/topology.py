"""共享边界拓扑 districts as arcs that neighbours share: each border is stored, sent and drawn once.

A ring is cut wherever its neighbours change (a junction); equal pieces of two rings become one arc, and a ring is a
list of arc numbers, ``~n`` for arc n walked backwards. The idea is that of the TopoJSON specification 1.0; the arrays
are flat, so that a browser can keep them as typed arrays. Positions are kept on a grid, which moves no border by more
than half of its step.
"""

from dataclasses import dataclass
from itertools import pairwise

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Topology:
    """拓扑 arcs and rings of a layer of districts, in the order of its rows.

    Attributes
    ----------
    xy : int64, shape (n, 2)
        Vertices of all arcs in steps of the grid, x and y of the layer's CRS.
    arc_ends : int64, shape (arcs,)
        End of each arc in ``xy``.
    refs : int64, shape (k,)
        Arc numbers of all rings; ``~n`` is arc n backwards.
    ring_ends : int64, shape (rings,)
        End of each ring in ``refs``.
    district_ends : int64, shape (districts,)
        End of each district in ``ring_ends``.
    """

    xy: Ints
    arc_ends: Ints
    refs: Ints
    ring_ends: Ints
    district_ends: Ints

    def steps(self) -> Ints:
        """逐点增量 vertices as steps from the vertex before, shape (n, 2), which compresses well."""
        return np.diff(self.xy, axis=0, prepend=np.zeros((1, 2), np.int64))


def build(layer: gpd.GeoDataFrame, step: float) -> Topology:
    """建立拓扑 topology of polygons; a ring that shrinks below three vertices on the grid is left out.

    Parameters
    ----------
    layer : GeoDataFrame
        Polygons or multipolygons.
    step : float
        Step of the grid in units of the layer's CRS; positions have to stay below 2**30 steps.
    """
    rings, owners = _rings(layer, step)
    cuts = _cuts(rings)
    numbers: dict[bytes, int] = {}
    arcs: list[Ints] = []
    refs: list[int] = []
    ring_ends: list[int] = []
    for ring, cut in zip(rings, cuts, strict=True):
        refs.extend(_number(piece, numbers, arcs) for piece in _pieces(ring, cut))
        ring_ends.append(len(refs))
    district_ends = np.searchsorted(owners, np.arange(len(layer)), side="right")
    keys = np.concatenate(arcs) if arcs else np.empty(0, np.int64)
    xy = np.column_stack([keys >> 32, keys & 0xFFFFFFFF]) - (1 << 30)
    sizes = np.array([len(arc) for arc in arcs], np.int64)
    return Topology(xy, sizes.cumsum(), np.array(refs, np.int64), np.array(ring_ends, np.int64), district_ends)


def _rings(layer: gpd.GeoDataFrame, step: float) -> tuple[list[Ints], Ints]:
    """Closed rings as vertex keys without repeats, and the row each belongs to."""
    parts, part_owner = shapely.get_parts(layer.geometry.to_numpy(), return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    points, ring_of = shapely.get_coordinates(rings, return_index=True)
    grid = np.rint(points / step).astype(np.int64) + (1 << 30)
    keys = (grid[:, 0] << 32) | grid[:, 1]
    fresh = np.ones(len(keys), bool)
    fresh[1:] = (keys[1:] != keys[:-1]) | (ring_of[1:] != ring_of[:-1])
    keys, ring_of = keys[fresh], ring_of[fresh]
    found = np.split(keys, np.flatnonzero(np.diff(ring_of)) + 1)
    kept = [index for index, ring in enumerate(found) if len(ring) > 3]
    return [found[index] for index in kept], part_owner[ring_part[kept]]


def _cuts(rings: list[Ints]) -> list[NDArray[np.bool_]]:
    """For each ring, which of its vertices are junctions: their neighbours differ from one ring to another."""
    if not rings:
        return []
    here = np.concatenate([ring[:-1] for ring in rings])
    before = np.concatenate([np.roll(ring[:-1], 1) for ring in rings])
    after = np.concatenate([np.roll(ring[:-1], -1) for ring in rings])
    vertex = np.unique(here, return_inverse=True)[1]
    order = np.argsort(vertex, kind="stable")
    sorted_vertex = vertex[order]
    low, high = np.minimum(before, after)[order], np.maximum(before, after)[order]
    same = sorted_vertex[1:] == sorted_vertex[:-1]
    differ = same & ((low[1:] != low[:-1]) | (high[1:] != high[:-1]))
    junction = np.zeros(int(vertex.max()) + 1, bool)
    junction[sorted_vertex[1:][differ]] = True
    return np.split(junction[vertex], np.cumsum([len(ring) - 1 for ring in rings])[:-1])


def _pieces(ring: Ints, cut: NDArray[np.bool_]) -> list[Ints]:
    """A ring cut at its junctions; a ring without one is whole and begins at its smallest key."""
    body = ring[:-1]
    places = np.flatnonzero(cut)
    start = int(places[0]) if len(places) else int(body.argmin())
    closed = np.append(np.roll(body, -start), body[start])
    edges = [*(places - start), len(body)] if len(places) else [0, len(body)]
    return [closed[a : b + 1] for a, b in pairwise(edges)]


def _number(piece: Ints, numbers: dict[bytes, int], arcs: list[Ints]) -> int:
    """Number of an arc, or ``~number`` where it is stored the other way round; a new arc is stored."""
    known = numbers.get(piece.tobytes())
    if known is not None:
        return known
    backwards = numbers.get(piece[::-1].tobytes())
    if backwards is not None:
        return ~backwards
    numbers[piece.tobytes()] = len(arcs)
    arcs.append(piece)
    return len(arcs) - 1
