"""分级设色 classes of a choropleth: breaks that can be read aloud, and colours that keep their order without hue.

Classes are made once from all values of a level, so that two districts, or one district before and after a filter,
can be compared by colour.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

SEQUENTIAL = ("#e3edf7", "#bfd5ec", "#8fb5dc", "#5a8fc4", "#2f689f")
"""顺序色带 five blues from light to dark, evenly spaced in lightness."""

NONE = "#f2f2ee"
"""无数据色 fill of a district without a value."""


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
        At most ``classes - 1`` limits, each with a value below it and one not below it; empty where all values are
        alike. They are quantiles (type 7 of Hyndman & Fan 1996) rounded to one significant digit, or to two where one
        makes some of them equal.

    Examples
    --------
    >>> breaks([1.0, 2.0, 3.0, 40.0, 500.0])
    [2.0, 3.0, 20.0, 100.0]
    """
    given = np.asarray(values, float).ravel()
    known = given[np.isfinite(given) & (given > 0)]
    if not len(known):
        return []
    quantiles = np.quantile(known, np.arange(1, classes) / classes)
    coarse, fine = (_readable(quantiles, digits, known) for digits in (1, 2))
    return coarse if len(coarse) >= len(fine) else fine


def _readable(quantiles: NDArray[np.float64], digits: int, known: NDArray[np.float64]) -> list[float]:
    limits = {float(f"{limit:.{digits}g}") for limit in quantiles}
    return sorted(limit for limit in limits if known.min() < limit <= known.max())


def classify(values: ArrayLike, limits: ArrayLike) -> NDArray[np.int64]:
    """归类 class of each value: 0 below the first limit, one more from each limit on, -1 for NaN; shape (n,)."""
    given = np.asarray(values, float).ravel()
    return np.where(np.isnan(given), -1, np.searchsorted(np.asarray(limits, float), given, side="right"))
