import numpy as np

from geo._activity import load_model


def walked(model, tree, pixel):
    node = 0
    while model.feature[tree, node] >= 0:
        left = pixel[model.feature[tree, node]] <= model.threshold[tree, node]
        node = (model.left if left else model.right)[tree, node]
    return model.value[tree, node]


def test_all_trees_at_once_say_what_each_says_walked_from_its_root():
    model = load_model()
    table = np.random.default_rng(0).normal(0.2, 0.3, (len(model.features), 40)).astype(np.float32)
    table[:, 0] = np.nan
    total = [model.base + sum(walked(model, tree, pixel) for tree in range(len(model.feature))) for pixel in table.T]
    np.testing.assert_allclose(model.pixel_probability(table), 1 / (1 + np.exp(-np.array(total))), atol=1e-6)
