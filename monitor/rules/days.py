"""时点 the day, or the days at once, that facts are looked at."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np


class Days:
    """时点 one day, or several that are worked out in one pass.

    What depends on the day is a scalar for one day, and a column of shape (days, 1) for several: it broadcasts against
    columns of the facts, of shape (projects,) where nothing changes in between and (days, projects) where it does. So
    the same indicator or check serves one day and two years of months.

    Parameters
    ----------
    days : date or sequence of date
        In order; a sequence of one is several.
    """

    def __init__(self, days: date | Sequence[date]) -> None:
        self.one = isinstance(days, date)
        self.all: tuple[date, ...] = (days,) if isinstance(days, date) else tuple(days)

    def each(self, of: Callable[[date], Any]) -> Any:
        """逐日取值 what a function says of the day: its value, or an array (days, 1)."""
        return of(self.all[0]) if self.one else np.array([of(day) for day in self.all])[:, None]

    @cached_property
    def day(self) -> Any:
        """日 the day, datetime64[D]."""
        return self.each(lambda day: np.datetime64(day, "D"))

    @cached_property
    def year(self) -> Any:
        """年 the year, datetime64[Y]."""
        return self.each(lambda day: np.datetime64(day, "Y"))

    @cached_property
    def new_year(self) -> Any:
        """元旦 1 January of the year, datetime64[D]."""
        return self.each(lambda day: np.datetime64(day.replace(month=1, day=1), "D"))
