import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from shapely.geometry import box

from benchmarks.made_clouds import KINDS, covered_pairs, skies
from benchmarks.pairs import pixels
from geo.compare import compare_pixels
from geo.grid import pixel_grid
from geo.verdict import Finding, Reported, judge
from tests.geo.made_scenes import ground

SAMPLES = Path(os.environ.get("PALMMAP_IMAGERY_SAMPLES", Path(__file__).parents[3] / "shared" / "imagery-samples"))
DAYS = (date(2023, 6, 1), date(2024, 6, 1))
WHOLE = (slice(None), slice(None))


def test_made_skies_hide_what_they_say():
    land = pixels(np.clip(2.5 * ground(92, 92)[2::-1].transpose(1, 2, 0), 0, 1), np.ones((92, 92), bool), 10.0)
    grid = pixel_grid(box(36, 36, 56, 56), (92, 92), 10.0)
    for sky in skies((92, 92), 10.0, np.random.default_rng(3)):
        most, hides_from = KINDS[sky.kind]
        assert 0 <= sky.share.min() < 0.02
        assert sky.share.max() == pytest.approx(most, abs=1e-6)
        assert replace(sky, share=np.full_like(sky.share, most)).hides(grid, WHOLE) is True
        assert replace(sky, share=np.zeros_like(sky.share)).hides(grid, WHOLE) is False
        assert replace(sky, share=np.full_like(sky.share, hides_from / 2)).hides(grid, WHOLE) is None
        under = sky.over(land, WHOLE)
        brighter = (under.light - land.light)[sky.share > hides_from].mean()
        assert brighter < -0.05 if sky.kind == "cloud shadow" else brighter > 0.05
        clear = sky.share == 0
        np.testing.assert_allclose(under.light[clear], land.light[clear], atol=0.002)


@pytest.mark.skipif(
    not (SAMPLES / "levir").is_dir(),
    reason="真实影像样本不在 the real samples are not here (PALMMAP_IMAGERY_SAMPLES)",
)
def test_over_real_pairs_no_activity_is_hardly_ever_said_of_a_hidden_site():
    said = [
        judge(compare_pixels(site.before, site.after, site.grid, DAYS), Reported(pct=40)).finding
        for place, (_, hidden, site) in enumerate(covered_pairs(SAMPLES, 10.0))
        if hidden and place % 4 == 0
    ]
    assert len(said) > 40
    assert said.count(Finding.NO_ACTIVITY) <= 0.02 * len(said)
    assert said.count(Finding.UNUSABLE) > 0.6 * len(said)
