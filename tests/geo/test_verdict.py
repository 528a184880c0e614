import os
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from geo._activity import load_model
from geo.compare import Comparison
from geo.errors import SceneError
from geo.inspect import inspect
from geo.scenes import read_scene
from geo.verdict import Finding, Reported, find_onset, judge, yearly_probabilities
from tests.geo.made_scenes import CLOUD, ground, season, site_box, write

GSD_M = 10.0
NOTHING = Reported()
BEFORE, AFTER = date(2024, 5, 1), date(2025, 5, 10)


def scene(folder, image, day):
    return read_scene(write(folder / f"{day}-{np.abs(image).sum():.0f}.tif", image, GSD_M, day=day))


@pytest.fixture(scope="module")
def land():
    return ground(140, 140)


@pytest.fixture
def site():
    return site_box(GSD_M, 140, 140)


def judged(folder, site, images, reported=NOTHING):
    days = (BEFORE, AFTER)
    return inspect([scene(folder, image, day) for image, day in zip(images, days, strict=True)], site, reported)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_unchanged_ground_reported_as_begun_shows_no_activity(tmp_path, land, site, seed):
    found = judged(tmp_path, site, (land, season(land, 1.2, seed)), Reported(pct=40))
    assert found.verdict.finding is Finding.NO_ACTIVITY
    assert found.verdict.activity_score < 0.2


def test_unchanged_ground_reported_as_not_begun_is_consistent(tmp_path, land, site):
    found = judged(tmp_path, site, (land, season(land, 1.1, 3)), Reported(pct=0))
    assert found.verdict.finding is Finding.CONSISTENT


@pytest.mark.parametrize("cloud_rows", [60, 75, 140])
def test_a_clouded_site_is_unusable_and_never_quiet(tmp_path, land, site, cloud_rows):
    cloudy = land.copy()
    noise = np.random.default_rng(0).uniform(0.85, 1.15, (1, cloud_rows, 140))
    cloudy[:, :cloud_rows] = CLOUD[:, None, None] * noise
    found = judged(tmp_path, site, (land, cloudy), Reported(pct=40))
    assert found.verdict.finding is not Finding.NO_ACTIVITY or found.comparison.pair.clear_pct >= 60
    if cloud_rows >= 75:
        assert found.verdict.finding is Finding.UNUSABLE
        assert found.verdict.activity_score is None


def with_score(comparison, score, **item):
    pair = comparison.pair
    if item:
        items = tuple(replace(one, net_pct=item.get(one.key, 0.0)) for one in pair.items)
        pair = replace(pair, items=items)
    return Comparison(pair, replace(comparison.works, probability=score))


@pytest.fixture(scope="module")
def quiet_pair(tmp_path_factory, land):
    folder = tmp_path_factory.mktemp("pair")
    return judged(folder, site_box(GSD_M, 140, 140), (land, season(land, 1.1, 1))).comparison


@pytest.mark.parametrize(
    ("score", "figures", "reported", "finding", "abstained"),
    [
        (0.95, {"bare": 60.0}, Reported(pct=30, start_on=date(2024, 8, 1)), Finding.CONSISTENT, False),
        (0.95, {"bare": 60.0}, Reported(pct=0), Finding.AHEAD, False),
        (0.95, {"bare": 60.0}, Reported(start_on=date(2025, 9, 1)), Finding.AHEAD, False),
        (0.95, {"bare": 60.0}, Reported(pct=90), Finding.BEHIND, False),
        (0.95, {"bare": 20.0, "built": 40.0}, Reported(pct=90), Finding.CONSISTENT, False),
        (0.02, {}, Reported(pct=30), Finding.NO_ACTIVITY, False),
        (0.02, {}, Reported(pct=30, start_on=date(2023, 1, 1)), Finding.CONSISTENT, False),
        (0.5, {}, Reported(pct=30), Finding.CONSISTENT, True),
    ],
)
def test_what_is_seen_against_what_is_reported(quiet_pair, score, figures, reported, finding, abstained):
    verdict = judge(with_score(quiet_pair, score, **figures), reported)
    assert (verdict.finding, verdict.abstained) == (finding, abstained)
    assert 0.5 <= verdict.confidence <= 1
    assert verdict.reasons


def series(step, count=24, at=14, noise=0.02, seed=0):
    rng = np.random.default_rng(seed)
    days = [date(2023, 1, 1) + timedelta(days=30 * place) for place in range(count)]
    return days, list(rng.normal(0, noise, count) + step * (np.arange(count) >= at))


def test_onset_is_bracketed_by_two_clear_scenes():
    days, values = series(0.2)
    onset = find_onset(days, values)
    assert (onset.after_on, onset.before_on) == (days[13], days[14])
    assert onset.after_on <= onset.on <= onset.before_on
    assert onset.step == pytest.approx(0.2, abs=0.06)


def test_no_onset_in_noise_a_fall_or_too_few_scenes():
    assert sum(find_onset(*series(0.0, seed=seed)) is not None for seed in range(40)) <= 1
    assert find_onset(*series(-0.3)) is None
    assert find_onset(*series(0.3, count=5, at=3)) is None


def test_reported_start_against_onset(quiet_pair):
    onset = find_onset(*series(0.2))
    late = judge(with_score(quiet_pair, 0.95), Reported(pct=30, start_on=date(2023, 2, 1)), onset)
    assert late.finding is Finding.BEHIND
    early = judge(with_score(quiet_pair, 0.95), Reported(pct=30, start_on=date(2024, 12, 1)), onset)
    assert early.finding is Finding.AHEAD


def test_yearly_series():
    odds = yearly_probabilities([0.5, 0.6, 0.5, 3.5, 3.8])
    assert odds.sum() == pytest.approx(1)
    assert odds.argmax() == 3


def test_fewer_than_two_dates(tmp_path, land, site):
    with pytest.raises(SceneError, match="one_date"):
        inspect([scene(tmp_path, land, BEFORE)], site, Reported())


def test_the_shipped_model_is_small_and_says_what_it_was_fitted_on():
    model = load_model()
    assert len(model.fitted_on) == 15
    assert 0 < model.quiet < model.active < 1


SAMPLES = Path(os.environ.get("PALMMAP_IMAGERY_SAMPLES", Path(__file__).parents[3] / "shared" / "imagery-samples"))


@pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="真实影像样本不在 the real samples are not here (PALMMAP_IMAGERY_SAMPLES)"
)
def test_real_cartosat_pairs_are_read_and_aligned():
    from shapely.geometry import box

    first = read_scene(SAMPLES / "cartosat/A/1_1.tif", taken_on=BEFORE)
    second = read_scene(SAMPLES / "cartosat/B/1_1.tif", taken_on=AFTER)
    assert first.bands_assumed
    west, south, east, north = first.bounds
    part = box(
        west + (east - west) * 0.35,
        south + (north - south) * 0.35,
        east - (east - west) * 0.35,
        north - (north - south) * 0.35,
    )
    found = inspect([first, second], part, Reported())
    assert found.comparison.pair.shift.accepted
    assert found.comparison.pair.shift.length_m < 8
    assert found.comparison.pair.clear_pct > 95
