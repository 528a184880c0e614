import os
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from shapely.geometry import box

from geo._activity import load_model
from geo.compare import Comparison
from geo.errors import SceneError
from geo.grid import pixel_grid
from geo.inspect import Look, _first_works, inspect
from geo.limits import load_limits
from geo.scenes import read_scene
from geo.verdict import Finding, Onset, Reported, find_onset, judge, yearly_probabilities
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


def test_a_limit_is_what_the_file_says(quiet_pair, monkeypatch):
    shown = with_score(quiet_pair, 0.95, bare=60.0)
    assert judge(shown, Reported(pct=90)).finding is Finding.BEHIND
    other = replace(load_limits(), highest_pct={**load_limits().highest_pct, "earthwork": 95})
    monkeypatch.setattr("geo.verdict.load_limits", lambda: other)
    assert judge(shown, Reported(pct=90)).finding is Finding.CONSISTENT


def colours_alone(pixels, gsd_m=10.0):
    return replace(
        pixels, bands={n: b for n, b in pixels.bands.items() if n in ("blue", "green", "red")}, native_gsd_m=gsd_m
    )


@pytest.mark.parametrize(
    ("likeness", "nir", "gsd_m", "said"),
    [
        (0.2, False, 10.0, "verdict.not_recognised"),
        (0.8, False, 10.0, "verdict.no_visible_works"),
        (0.2, True, 10.0, "verdict.not_recognised"),
        (0.8, True, 10.0, "verdict.no_visible_works"),
        (0.2, False, 0.1, "verdict.no_visible_works"),
    ],
)
def test_no_activity_is_said_only_of_ground_that_is_recognised(quiet_pair, likeness, nir, gsd_m, said):
    pair = quiet_pair.pair
    if not nir:
        pair = replace(pair, before=colours_alone(pair.before, gsd_m), after=colours_alone(pair.after, gsd_m))
    works = replace(quiet_pair.works, probability=0.02, likeness=likeness)
    verdict = judge(Comparison(pair, works), Reported(pct=40))
    unsure = said == "verdict.not_recognised"
    assert verdict.reasons[0].code == said
    assert verdict.finding is (Finding.CONSISTENT if unsure else Finding.NO_ACTIVITY)
    assert verdict.abstained is unsure
    assert judge(Comparison(pair, works), Reported(pct=0)).finding is Finding.CONSISTENT, "nothing was claimed"


def test_a_hidden_site_says_what_hides_it(tmp_path, land, site):
    cloudy, dark = land.copy(), land.copy()
    cloudy[:, 45:75, 45:100] = CLOUD[:, None, None] * np.random.default_rng(0).uniform(0.9, 1.1, (30, 55))
    dark[:, 50:85, 40:100] *= np.array([0.6, 0.5, 0.4, 0.35], np.float32)[:, None, None]
    for later, name in ((cloudy, "cloud"), (dark, "shadow")):
        verdict = judged(tmp_path, site, (land, later)).verdict
        said = {reason.code: dict(reason.params) for reason in verdict.reasons}
        assert verdict.finding is Finding.UNUSABLE
        assert verdict.reasons[0].code == "verdict.not_clear"
        assert said[f"verdict.hidden_{name}"]["hidden_pct"] > 40
        parts = [part["hidden_pct"] for code, part in said.items() if code.startswith("verdict.hidden_")]
        assert 0 < min(parts) <= max(parts) == said[f"verdict.hidden_{name}"]["hidden_pct"]


def test_the_same_ground_looks_alike_and_other_ground_does_not(tmp_path, land, site):
    alike = judged(tmp_path, site, (land, season(land, 1.2, 1))).comparison.works.likeness
    other = judged(tmp_path, site, (land, np.roll(land, 45, axis=2))).comparison.works.likeness
    assert alike > 0.7
    assert other < 0.3


def histories(share, count=24, at=14, seed=0, until=None, gsd_m=10.0):
    """Two years of green fields with their seasons; a share of the site lies bare from a date on, or until another."""
    rng = np.random.default_rng(seed)
    unit = round(10 / gsd_m)
    grid = pixel_grid(box(30 * unit, 30 * unit, 46 * unit, 46 * unit), (76 * unit, 76 * unit), gsd_m)
    fields = np.kron(rng.random((10, 10)), np.ones((8, 8)))[:76, :76]
    days = [date(2023, 1, 1) + timedelta(days=30 * place) for place in range(count)]
    green = []
    for place, day in enumerate(days):
        season = np.cos(2 * np.pi * (day.timetuple().tm_yday - 200 + 40 * fields) / 365)
        image = (0.5 + 0.2 * season) * (0.8 + 0.4 * fields) + rng.normal(0, 0.04, fields.shape)
        if at <= place < (until or count):
            image[30 : 30 + round(16 * share), 30:46] = 0.15 + rng.normal(0, 0.03, (round(16 * share), 16))
        green.append(np.kron(image, np.ones((unit, unit))).astype(np.float32))
    return days, green, [np.ones(one.shape, bool) for one in green], grid


@pytest.mark.parametrize(("share", "gsd_m"), [(0.25, 10.0), (0.5, 10.0), (1.0, 10.0), (0.25, 2.0)])
def test_onset_is_bracketed_by_two_clear_scenes(share, gsd_m):
    days, *seen = histories(share, gsd_m=gsd_m)
    onset = find_onset(days, *seen)
    assert (onset.after_on, onset.before_on) == (days[13], days[14])
    assert onset.after_on <= onset.on <= onset.before_on
    assert onset.step == pytest.approx(share, abs=0.06)
    assert onset.chance < 0.01


def test_onset_is_found_behind_clouds():
    days, green, seen, grid = histories(0.25)
    for place in range(0, 24, 3):
        seen[place][:36] = False
        green[place][:36] = np.nan
    onset = find_onset(days, green, seen, grid)
    assert onset.after_on <= days[13] < days[14] <= onset.before_on


def test_no_onset_where_nothing_opens_for_good():
    assert not any(find_onset(*histories(0.0, seed=seed)) for seed in range(20))
    assert find_onset(*histories(0.5, at=10, until=14)) is None, "a harvest"
    assert find_onset(*histories(0.5, at=0)) is None, "bare all the time"
    assert find_onset(*histories(0.5, at=0, until=12)) is None, "grown over"
    assert find_onset(*histories(0.5, count=5, at=3)) is None, "too few scenes"


def test_a_district_that_lies_open_raises_its_own_bar():
    days, green, seen, grid = histories(0.25)
    blocks = np.random.default_rng(1).random((10, 10)) < 0.3
    around = np.kron(blocks, np.ones((8, 8)))[:76, :76].astype(bool) & (grid.site == 0)
    for image in green[14:]:
        image[around] = 0.15
    assert find_onset(days, green, seen, grid) is None


def fallow(rng, *, heaps):
    """A field that lies bare from a date on, among others that do so at other dates; and how bright it all is."""
    days, green, seen, grid = histories(0.25, at=18)
    fields = rng.random((10, 10))
    for place in range(100):
        row, column = divmod(place, 10)
        field = np.zeros((80, 80), bool)
        field[8 * row : 8 * row + 8, 8 * column : 8 * column + 8] = fields[row, column] < 0.25
        for image in green[10 + place % 8 :]:
            image[field[:76, :76] & (grid.site == 0)] = 0.15
    bright = []
    for place, image in enumerate(green):
        light = 0.4 * np.exp(rng.normal(0, 0.03, image.shape))
        if place >= 18:
            light[30:34, 30:46] *= np.exp(rng.normal(0, heaps, (4, 16)))
        bright.append(light.astype(np.float32))
    return days, green, seen, grid, bright


def test_among_fallow_fields_works_are_told_by_ground_that_moves():
    onset = find_onset(*fallow(np.random.default_rng(1), heaps=0.15))
    days = histories(0.0)[0]
    assert onset is not None
    assert onset.after_on <= days[17] < days[18] <= onset.before_on
    assert find_onset(*fallow(np.random.default_rng(1), heaps=0.0)) is None, "a field that lies fallow, or not yet told"


def bare_before(rng, *, heaps):
    """A strip of the site that lies bare all the time among fields of which a quarter do, and moves from a date on."""
    days, green, seen, grid = histories(0.25, at=0)
    fields = np.kron(rng.random((10, 10)) < 0.25, np.ones((8, 8)))[:76, :76].astype(bool) & (grid.site == 0)
    bright = []
    for place, image in enumerate(green):
        image[fields] = 0.15
        light = 0.4 * np.exp(rng.normal(0, 0.03, image.shape))
        if place >= 14:
            light[30:34, 30:46] *= np.exp(rng.normal(0, heaps, (4, 16)))
        bright.append(light.astype(np.float32))
    return days, green, seen, grid, bright


def test_works_on_ground_that_was_bare_are_told_by_its_beginning_to_move():
    onset = find_onset(*bare_before(np.random.default_rng(2), heaps=0.15))
    days = histories(0.0)[0]
    assert onset is not None
    assert onset.after_on <= days[13] < days[14] <= onset.before_on
    assert onset.step == pytest.approx(0.25, abs=0.06)
    assert find_onset(*bare_before(np.random.default_rng(2), heaps=0.0)) is None


def test_still_ground_that_goes_on_beyond_the_outline_is_a_field():
    days, green, seen, grid = histories(0.25, at=8)
    assert find_onset(days, green, seen, grid) is not None
    for image in green[8:]:
        image[30:34, 18:30] = image[30:34, 30:42]
    assert find_onset(days, green, seen, grid) is None


def test_works_on_one_odd_date_are_no_onset():
    def clear(score, day):
        return Look(SimpleNamespace(taken_on=day), 100.0, 0.0, score, "unknown")

    days = [date(2024, month, 1) for month in range(1, 6)]
    scores = {"odd": [None, 0.1, 0.9, 0.1, 0.1], "lasting": [None, 0.1, 0.9, 0.5, 0.9]}
    found = {name: _first_works([*map(clear, said, days)], load_model().coarse) for name, said in scores.items()}
    assert found["odd"] is None
    assert (found["lasting"].after_on, found["lasting"].before_on) == (days[1], days[2])


def test_reported_start_against_onset(quiet_pair):
    onset = Onset(date(2024, 1, 26), date(2024, 2, 25), date(2024, 2, 10), 0.2, 0.001)
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
    for scale in (model.fine, model.coarse):
        assert 0 < scale.quiet < scale.active < 1


SAMPLES = Path(os.environ.get("PALMMAP_IMAGERY_SAMPLES", Path(__file__).parents[3] / "shared" / "imagery-samples"))


@pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="真实影像样本不在 the real samples are not here (PALMMAP_IMAGERY_SAMPLES)"
)
def test_real_cartosat_pairs_are_read_and_aligned():
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
