"""预训练网络 the first blocks of a small network that learnt to tell photographs apart, run in NumPy.

EfficientNet-lite0 (Tan & Le 2019, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", without
squeeze and excitation), with its published ImageNet weights as they are. They are kept as whole numbers of 8 bits with
one scale a channel in data/models/efficientnet_lite0.npz, made by benchmarks/texture_weights.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

WEIGHTS_FILE = Path(__file__).resolve().parent.parent / "data" / "models" / "efficientnet_lite0.npz"
STRIDES = (1, 2, 1, 2, 1, 2, 1, 1)
"""of the blocks; with the first layer's 2, a pixel of the result is 16 pixels wide."""

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Layer:
    """卷积层 weights, of shape (out, in, side, side) or (out, in), and what is added, of shape (out, 1, 1)."""

    weight: Array
    bias: Array


@cache
def load_layers(path: Path = WEIGHTS_FILE) -> dict[str, Layer]:
    """读取网络 layers by name: ``stem``; ``1.expand`` (not of block 0), ``1.depth``, ``1.project`` of block 1."""
    with np.load(path) as kept:
        found = {}
        for name in sorted({file.rpartition(".")[0] for file in kept.files}):
            whole, scale, bias = (kept[f"{name}.{part}"] for part in ("weight", "scale", "bias"))
            found[name] = Layer(whole * scale.reshape(-1, *[1] * (whole.ndim - 1)), bias[:, None, None])
    return found


def channels(image: Array) -> Array:
    """网络通道 what the last block sees in an image (3, rows, columns) of -1..1: (80, rows / 16, columns / 16)."""
    layers = load_layers()
    stem = layers["stem"]
    around = np.stack(list(_taps(image, 3, 2)), axis=1)
    found = _limited(np.tensordot(stem.weight.reshape(len(stem.weight), 3, -1), around, 2) + stem.bias)
    for block, stride in enumerate(STRIDES):
        inner = found
        if f"{block}.expand" in layers:
            inner = _limited(_mixed(inner, layers[f"{block}.expand"]))
        inner = _limited(_filtered(inner, layers[f"{block}.depth"], stride))
        inner = _mixed(inner, layers[f"{block}.project"])
        found = found + inner if found.shape == inner.shape else inner
    return found


def _limited(values: Array) -> Array:
    """The network's only bend: nothing below 0 and above 6."""
    return np.clip(values, 0, 6, out=values)


def _mixed(image: Array, layer: Layer) -> Array:
    """Every pixel's channels mixed into others (a convolution of 1 x 1)."""
    out: Array = (layer.weight @ image.reshape(len(image), -1)).reshape(-1, *image.shape[1:])
    out += layer.bias
    return out


def _filtered(image: Array, layer: Layer, stride: int) -> Array:
    """Every channel filtered by itself (a depthwise convolution)."""
    taps = layer.weight.reshape(len(layer.weight), -1).T[..., None, None]
    parts = _taps(image, layer.weight.shape[-1], stride)
    out: Array = next(parts) * taps[0]
    product = np.empty_like(out)
    for tap, part in zip(taps[1:], parts, strict=True):
        out += np.multiply(part, tap, out=product)
    out += layer.bias
    return out


def _taps(image: Array, side: int, stride: int) -> Iterator[Array]:
    """The image as every place of a filter meets it, with zeros around it as the network learnt it ("same")."""
    missing = [max((-(-length // stride) - 1) * stride + side - length, 0) for length in image.shape[1:]]
    wide = np.pad(image, [(0, 0), *((gap // 2, gap - gap // 2) for gap in missing)])
    places = sliding_window_view(wide, (side, side), (1, 2))[:, ::stride, ::stride]
    for down in range(side):
        for right in range(side):
            yield places[..., down, right]
