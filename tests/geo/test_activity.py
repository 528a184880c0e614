import numpy as np
import pytest
from shapely.geometry import box

from geo._activity import REACH_PX, activity, load_model, pixel_features
from geo._texture import FEATURES
from geo.grid import pixel_grid
from geo.pixels import Pixels


def walked(trees, tree, pixel):
    node = 0
    while trees.feature[tree, node] >= 0:
        left = pixel[trees.feature[tree, node]] <= trees.threshold[tree, node]
        node = (trees.left if left else trees.right)[tree, node]
    return trees.value[tree, node]


def test_all_trees_at_once_say_what_each_says_walked_from_its_root():
    model, trees = load_model(), load_model().trees
    table = np.random.default_rng(0).normal(0.2, 0.3, (len(model.features), 40)).astype(np.float32)
    table[:, 0] = np.nan
    total = [trees.base + sum(walked(trees, tree, pixel) for tree in range(len(trees.feature))) for pixel in table.T]
    np.testing.assert_allclose(model.pixel_probability(table), 1 / (1 + np.exp(-np.array(total))), atol=1e-6)


def made_dates():
    rng, both = np.random.default_rng(1), np.ones((80, 90), bool)
    return both, [
        Pixels({name: rng.random((80, 90), np.float32) for name in ("red", "green", "blue")}, both, both, 10.0)
        for _ in range(2)
    ]


def judged(dates, both, grid):
    """By the model of 10 m, of ground without texture."""
    model, cells = load_model(), np.count_nonzero(grid.site * both)
    return activity(*dates, both, grid, model, (model.coarse, np.zeros((FEATURES, cells), np.float32)))


@pytest.mark.parametrize("site", [(30, 30, 50, 48), (2, 30, 20, 50), (60, 50, 89, 79)])
def test_what_is_asked_around_a_site_says_what_the_whole_window_does(monkeypatch, site):
    both, dates = made_dates()
    grid = pixel_grid(box(*site), both.shape, 10.0)
    found = judged(dates, both, grid)
    monkeypatch.setattr("geo._activity.REACH_PX", 1000)
    np.testing.assert_array_equal(found.pixels, judged(dates, both, grid).pixels)


def test_features_of_a_frame_are_those_of_the_whole_window_beyond_its_reach():
    both, dates = made_dates()
    frame = np.s_[10:60, 20:70]
    whole, part = pixel_features(*dates, both), pixel_features(*dates, both, frame)
    inner = np.s_[REACH_PX:-REACH_PX, REACH_PX:-REACH_PX]
    for name in load_model().features:
        np.testing.assert_allclose(part[name][inner], whole[name][frame][inner], atol=1e-5, err_msg=name)


def test_hidden_ground_is_not_recognised():
    both, (date, _) = made_dates()
    grid = pixel_grid(box(30, 30, 50, 50), both.shape, 10.0)
    part = both.copy()
    for rows, alike in ((35, True), (40, False)):
        part[30:rows] = False
        assert (judged((date, date), part, grid).likeness > 0.5) is alike
