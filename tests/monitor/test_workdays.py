from datetime import date

import pytest

from monitor.errors import Refusal
from monitor.workflow import workdays


def test_national_day_week_of_2024_with_its_make_up_days():
    assert not workdays.is_working_day(date(2024, 10, 7))
    assert workdays.is_working_day(date(2024, 10, 12))  # Saturday, worked
    assert workdays.on_or_after(date(2024, 10, 5)) == date(2024, 10, 8)
    assert workdays.on_or_before(date(2024, 10, 5)) == date(2024, 9, 30)
    assert workdays.add_working_days(date(2024, 9, 30), 5) == date(2024, 10, 12)
    assert workdays.working_days_between(date(2024, 9, 30), date(2024, 10, 12)) == 5


def test_the_day_itself_is_not_counted():
    assert workdays.add_working_days(date(2024, 11, 4), 0) == date(2024, 11, 4)
    assert workdays.add_working_days(date(2024, 11, 4), 2) == date(2024, 11, 6)
    assert workdays.working_days_between(date(2024, 11, 6), date(2024, 11, 4)) == 0


@pytest.mark.parametrize("day", [date(2003, 12, 31), date(2099, 1, 4)])
def test_outside_its_years_the_clock_says_so(day: date):
    with pytest.raises(Refusal) as refused:
        workdays.on_or_after(day)
    first, last = workdays.calendar_years()
    assert refused.value.code == "workdays.outside_calendar"
    assert refused.value.params == {"day": day.isoformat(), "first": first, "last": last}


def test_a_deadline_that_runs_out_of_the_calendar_is_not_guessed():
    _, last = workdays.calendar_years()
    with pytest.raises(Refusal):
        workdays.add_working_days(date(last, 12, 30), 5)
