"""分级设色 classes of a choropleth: breaks that can be read aloud, and colours that keep their order without hue.

Classes are made once from all values of a level, so that two districts, or one district before and after a filter,
can be compared by colour.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

SEQUENTIAL = ("#e3edf7", "#bfd5ec", "#8fb5dc", "#5a8fc4", "#2f689f")
"""顺序色带 five blues from light to dark, evenly spaced in lightness."""

NONE = "#f2f2ee"
"""无数据色 fill of a district without a value."""

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def nice(value: float) -> float:
    """取整 the positive number of the form 1, 2, 2.5 or 5 times a power of ten that is nearest to ``value`` (by ratio).

    Examples
    --------
    >>> nice(37.0), nice(0.3), nice(880.0)
    (50.0, 0.25, 1000.0)
    """
    power = 10.0 ** math.floor(math.log10(value))
    step = min(_STEPS, key=lambda candidate: abs(math.log(value / (candidate * power))))
    return round(step * power, 12)


def breaks(values: ArrayLike, classes: int = len(SEQUENTIAL)) -> list[float]:
    """分级界限 readable limits between classes, rising; a class holds about as many districts as any other.

    Parameters
    ----------
    values : array_like of float64, shape (n,)
        Any unit; NaN and values <= 0 take no part.
    classes : int
        Most classes wanted.

    Returns
    -------
    list of float
        At most ``classes - 1`` limits above the smallest value; empty where all values are alike. Limits are ``nice``
        quantiles (type 7 of Hyndman & Fan 1996); equal ones are one.
    """
    given = np.asarray(values, float).ravel()
    known = given[np.isfinite(given) & (given > 0)]
    if not len(known):
        return []
    limits = {nice(float(limit)) for limit in np.quantile(known, np.arange(1, classes) / classes)}
    return sorted(limit for limit in limits if known.min() < limit <= known.max())


def classify(values: ArrayLike, limits: ArrayLike) -> NDArray[np.int64]:
    """归类 class of each value: 0 below the first limit, one more from each limit on, -1 for NaN; shape (n,)."""
    given = np.asarray(values, float).ravel()
    return np.where(np.isnan(given), -1, np.searchsorted(np.asarray(limits, float), given, side="right"))
