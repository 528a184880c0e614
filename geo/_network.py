"""预训练网络 the first blocks of a small network that learnt to tell photographs apart, run in NumPy.

EfficientNet-lite0 (Tan & Le 2019, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", without
squeeze and excitation), with its published ImageNet weights as they are. They are kept as whole numbers of 8 bits with
one scale a channel in data/models/efficientnet_lite0.npz, made by benchmarks/texture_weights.py.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

WEIGHTS_FILE = Path(__file__).resolve().parent.parent / "data" / "models" / "efficientnet_lite0.npz"
STRIDES = (1, 2, 1, 2, 1, 2, 1, 1, 1)
"""of the blocks; with the first layer's 2, a pixel of the result is 16 pixels wide."""
KEPT = (7, 8)
"""blocks whose channels (80 and 112) are the result."""

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Layer:
    """卷积层 weights, of shape (places of the filter x channels in, out) or (places, channels), and what is added."""

    weight: Array
    bias: Array


@cache
def load_layers(path: Path = WEIGHTS_FILE) -> dict[str, Layer]:
    """读取网络 layers by name: ``stem``; ``1.expand`` (not of block 0), ``1.depth``, ``1.project`` of block 1."""
    with np.load(path) as kept:
        names = sorted({file.rpartition(".")[0] for file in kept.files})
        return {name: Layer(kept[f"{name}.weight"] * kept[f"{name}.scale"], kept[f"{name}.bias"]) for name in names}


def channels(image: Array) -> Array:
    """网络通道 what the last two blocks see in an image (3, rows, columns) of -1..1: (192, rows / 16, columns / 16).

    Within, the channels come last: so every step runs over long rows of memory.
    """
    layers, kept = load_layers(), []
    around = np.concatenate(list(_taps(image.transpose(1, 2, 0), 9, 2)), axis=2)
    found = _limited(_mixed(around, layers["stem"]))
    for block, stride in enumerate(STRIDES):
        inner = found
        if f"{block}.expand" in layers:
            inner = _limited(_mixed(inner, layers[f"{block}.expand"]))
        inner = _limited(_filtered(inner, layers[f"{block}.depth"], stride))
        inner = _mixed(inner, layers[f"{block}.project"])
        found = found + inner if found.shape == inner.shape else inner
        if block in KEPT:
            kept.append(found)
    return np.concatenate(kept, axis=2).transpose(2, 0, 1)


def _limited(values: Array) -> Array:
    """The network's only bend: nothing below 0 and above 6."""
    return np.clip(values, 0, 6, out=values)


def _mixed(image: Array, layer: Layer) -> Array:
    """Every pixel's channels mixed into others (a convolution of 1 x 1)."""
    out: Array = image.reshape(-1, image.shape[2]) @ layer.weight
    out += layer.bias
    return out.reshape(*image.shape[:2], -1)


def _filtered(image: Array, layer: Layer, stride: int) -> Array:
    """Every channel filtered by itself (a depthwise convolution)."""
    parts = _taps(image, len(layer.weight), stride)
    out: Array = next(parts) * layer.weight[0]
    product = np.empty_like(out)
    for weight, part in zip(layer.weight[1:], parts, strict=True):
        out += np.multiply(part, weight, out=product)
    out += layer.bias
    return out


def _taps(image: Array, places: int, stride: int) -> Iterator[Array]:
    """The image as every place of a filter meets it, with zeros around it as the network learnt it ("same")."""
    side = math.isqrt(places)
    missing = [max((-(-length // stride) - 1) * stride + side - length, 0) for length in image.shape[:2]]
    wide = np.pad(image, [*((gap // 2, gap - gap // 2) for gap in missing), (0, 0)])
    met = sliding_window_view(wide, (side, side), (0, 1))[::stride, ::stride]
    for down in range(side):
        for right in range(side):
            yield met[..., down, right]
