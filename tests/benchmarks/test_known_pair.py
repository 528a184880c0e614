import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.imagery import auc, scored
from benchmarks.pairs import ACTIVE_SHARE, coarsened, same_ground, tiles, windows
from geo import compare
from geo._activity import load_model
from geo._texture import FEATURES

SAMPLES = Path(os.environ.get("PALMMAP_IMAGERY_SAMPLES", Path(__file__).parents[3] / "shared" / "imagery-samples"))


@pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="真实影像样本不在 the real samples are not here (PALMMAP_IMAGERY_SAMPLES)"
)
def test_texture_tells_the_works_of_a_real_pair_from_its_other_sites(monkeypatch):
    """Three pairs that the model knows: what is tested is the way from pixels to the probability, not its accuracy."""
    known = [coarsened(tile, 2.0) for tile in tiles(SAMPLES / "levir", 0.5)[:3]]
    sites = [window for tile in known for window in windows(tile)]
    score, share = scored(sites)
    positive = share > ACTIVE_SHARE
    both = auc(positive, score)
    monkeypatch.setattr(compare, "texture_features", lambda *seen: np.zeros((FEATURES, np.count_nonzero(seen[-1]))))
    trees, _ = scored(sites)
    assert both > 0.97
    assert np.mean((score - positive) ** 2) < np.mean((trees - positive) ** 2)


@pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="真实影像样本不在 the real samples are not here (PALMMAP_IMAGERY_SAMPLES)"
)
def test_the_same_ground_in_another_season_is_no_works():
    tile = coarsened(tiles(SAMPLES / "dsifn", 2.0)[0], 2.0)
    after = same_ground(tile.after, np.random.default_rng(0), 3.0)
    score, _ = scored(list(windows(replace(tile, before=tile.after, after=after), 256.0)))
    assert (score < load_model().fine.active).all()
