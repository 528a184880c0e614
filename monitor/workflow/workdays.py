"""工作日 Chinese working days with the official holiday calendar (make-up days included).

The calendar is published one year at a time (国务院办公厅 each autumn). Outside its years nothing is guessed: every
function refuses with ``workdays.outside_calendar``. Source of the calendar: the package chinesecalendar.
"""

from datetime import date, timedelta
from functools import cache

import chinese_calendar

from monitor.errors import Refusal

DAY = timedelta(days=1)


@cache
def calendar_years() -> tuple[int, int]:
    """日历年份 first and last year that the holiday calendar covers."""
    years = {day.year for day in chinese_calendar.holidays}
    return min(years), max(years)


def is_working_day(day: date) -> bool:
    """是否工作日 whether offices work on a day: no public holiday, and no weekend unless it is a make-up day.

    Raises
    ------
    Refusal
        ``workdays.outside_calendar`` where the holiday calendar does not cover the year.
    """
    first, last = calendar_years()
    if not first <= day.year <= last:
        raise Refusal("workdays.outside_calendar", day=day.isoformat(), first=first, last=last)
    return bool(chinese_calendar.is_workday(day))


def on_or_after(day: date) -> date:
    """顺延 the day itself where it is a working day, else the next one (民法典 第二百零三条)."""
    while not is_working_day(day):
        day += DAY
    return day


def on_or_before(day: date) -> date:
    """提前 the day itself where it is a working day, else the one before."""
    while not is_working_day(day):
        day -= DAY
    return day


def add_working_days(day: date, count: int) -> date:
    """加工作日 the ``count``-th working day after a day, which itself is not counted (民法典 第二百零一条)."""
    for _ in range(count):
        day = on_or_after(day + DAY)
    return day


def working_days_between(start: date, end: date) -> int:
    """工作日数 working days after ``start`` up to and including ``end``; 0 where ``end`` is not later."""
    return sum(is_working_day(start + DAY * ahead) for ahead in range(1, (end - start).days + 1))
