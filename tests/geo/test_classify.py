"""Classes of a choropleth."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.classify import SEQUENTIAL, breaks, classify


def test_limits_are_readable():
    assert breaks([1.0, 2.0, 3.0, 40.0, 500.0]) == [2.0, 3.0, 20.0, 100.0]
    assert breaks([33.0, 34.0, 36.0, 38.0, 41.0]) == [34.0, 35.0, 37.0, 39.0]


@pytest.mark.parametrize("values", [[], [np.nan], [0.0, -1.0], [7.0, 7.0, 7.0]])
def test_values_that_do_not_differ_make_one_class(values):
    assert breaks(values) == []


@given(st.lists(st.floats(0.001, 1e9), min_size=1, max_size=200))
def test_every_limit_parts_the_values(values):
    limits = breaks(values)
    assert len(limits) < len(SEQUENTIAL)
    assert limits == sorted(set(limits))
    for limit in limits:
        assert min(values) < limit <= max(values)


def test_a_limit_belongs_to_the_class_above_it():
    assert classify([1.0, 2.0, 5.0, np.nan], [2.0, 5.0]).tolist() == [0, 1, 2, -1]


def test_colours_grow_darker():
    light = [sum(int(colour[i : i + 2], 16) for i in (1, 3, 5)) for colour in SEQUENTIAL]
    assert light == sorted(light, reverse=True)
