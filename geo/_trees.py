"""提升树 boosted trees kept as plain lists, asked for many pixels at once."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

PIXELS_AT_ONCE = 1024


@dataclass(frozen=True)
class Trees:
    """提升树 boosted trees in arrays of shape (trees, nodes).

    Attributes
    ----------
    feature, threshold, left, right, value : ndarray, shape (trees, nodes)
        ``feature`` is -1 at a leaf, whose ``value`` is added.
    base : float
        Log-odds before the first tree.
    """

    feature: NDArray[np.int32]
    threshold: NDArray[np.float32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float32]
    base: float

    @classmethod
    def from_lists(cls, trees: Sequence[dict[str, list[Any]]], base: float) -> "Trees":
        """由列表建树 trees of different sizes, each a list by attribute, in arrays."""
        nodes = max(len(tree["feature"]) for tree in trees)

        def packed(key: str, dtype: type, blank: float) -> NDArray[Any]:
            return np.array([tree[key] + [blank] * (nodes - len(tree[key])) for tree in trees], dtype)

        return cls(
            feature=packed("feature", np.int32, -1),
            threshold=packed("threshold", np.float32, 0),
            left=packed("left", np.int32, 0),
            right=packed("right", np.int32, 0),
            value=packed("value", np.float32, 0),
            base=base,
        )

    def log_odds(self, table: NDArray[np.float32]) -> NDArray[np.float32]:
        """对数几率 what the trees say of every pixel, from features of shape (features, pixels)."""
        feature, threshold, left_out, value = self._passes
        tree = np.arange(len(value))[:, None]
        total = np.empty(table.shape[1], np.float32)
        for start in range(0, table.shape[1], PIXELS_AT_ONCE):
            pixels = table[:, start : start + PIXELS_AT_ONCE]
            goes_left = pixels[feature] <= threshold[..., None]
            left = np.bitwise_and.reduce(np.where(goes_left, ~left_out.dtype.type(0), left_out[..., None]), axis=1)
            leaf = np.bitwise_count((left & (~left + left_out.dtype.type(1))) - left_out.dtype.type(1))
            total[start : start + PIXELS_AT_ONCE] = self.base + value[tree, leaf].sum(axis=0)
        return total

    @cached_property
    def _passes(self) -> tuple[NDArray[np.intp], NDArray[np.float32], NDArray[Any], NDArray[np.float32]]:
        """Inner nodes, (trees, nodes): feature, threshold, leaves still possible to the right; and the leaves' values.

        Leaves are numbered from left to right and are the bits of an integer: whoever goes right at a node leaves out
        the leaves to the left of it, and the lowest bit that is left over is the leaf (QuickScorer, Lucchese 2015).
        """
        trees = [self._walked(tree, 0) for tree in range(len(self.feature))]
        inner, leaves = (max(len(tree[part]) for tree in trees) for part in (0, 1))
        bits = np.dtype(f"u{max(1, 2 ** math.ceil(math.log2(leaves / 8)))}" if leaves > 8 else "u1")
        feature, threshold = np.zeros((len(trees), inner), np.intp), np.full((len(trees), inner), np.inf, np.float32)
        left_out = np.full((len(trees), inner), np.iinfo(bits).max, bits)
        value = np.zeros((len(trees), leaves), np.float32)
        for place, (nodes, ends) in enumerate(trees):
            value[place, : len(ends)] = ends
            for at, (node, first, count) in enumerate(nodes):
                feature[place, at], threshold[place, at] = self.feature[place, node], self.threshold[place, node]
                left_out[place, at] = np.iinfo(bits).max ^ (((1 << count) - 1) << first)
        return feature, threshold, left_out, value

    def _walked(self, tree: int, node: int, first: int = 0) -> tuple[list[tuple[int, int, int]], list[float]]:
        """Inner nodes below one, each with the first and the number of leaves to its left, and all leaves' values."""
        if self.feature[tree, node] < 0:
            return [], [float(self.value[tree, node])]
        nodes, leaves = self._walked(tree, int(self.left[tree, node]), first)
        more, others = self._walked(tree, int(self.right[tree, node]), first + len(leaves))
        return [(node, first, len(leaves)), *nodes, *more], [*leaves, *others]
