from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.terms import Span
from monitor.workflow.cascade import YearPlan, bounds, breakdown, cascade, combined, target

D = Decimal
CONTINUED = YearPlan.from_quarters(2023, D(196000), [D(13000), D(63000), D(82000), D(38000)])  # 002-04, 万元


def test_the_plans_own_quarters_win_over_a_pro_rata_split():
    quarters = breakdown(CONTINUED, Span.QUARTER, date(2023, 1, 1), date(2023, 12, 31))
    assert [q.amount_wan_yuan for q in quarters] == [13000, 63000, 82000, 38000]
    assert all(q.stated for q in quarters)
    assert CONTINUED.problems() == []
    assert target(CONTINUED, Span.MONTH, date(2023, 5, 9)).amount_wan_yuan == 21000  # a third of the second quarter
    assert not target(CONTINUED, Span.MONTH, date(2023, 5, 9)).stated


def test_without_own_figures_the_year_is_spread_by_months():
    plan = YearPlan(2024, D(12000))
    assert [plan.planned_by(date(2024, month, 1) - timedelta(days=1)) for month in (1, 4, 8)] == [0, 3000, 7000]


def test_quarters_that_do_not_add_up_are_reported_and_not_bent():
    plan = YearPlan.from_quarters(2023, D(200000), [D(13000), D(63000), D(82000), D(38000)])
    assert plan.problems() == ["分季（月）目标合计 196000 万元，与年度目标 200000 万元相差 -4000 万元，请核对。"]
    assert target(plan, Span.QUARTER, date(2023, 11, 1)).amount_wan_yuan == 38000


def test_a_cumulative_target_that_falls_is_reported():
    plan = YearPlan(2024, D(100), {3: D(40), 6: D(30)})
    assert plan.problems() == ["截至6月的累计目标 30 万元低于截至3月的 40 万元，请核对分月或分季目标。"]


amounts = st.decimals(min_value=0, max_value=10**8, places=4)


@settings(deadline=None, max_examples=20)  # each walks through a year of days
@given(amounts, st.lists(amounts, min_size=4, max_size=4), st.booleans(), st.sampled_from([2023, 2024]))
def test_days_secure_weeks_weeks_months_months_quarters_and_quarters_the_year(total, quarters, own, year):
    plan = YearPlan.from_quarters(year, sum(quarters, D()), quarters) if own else YearPlan(year, total)
    first, last = date(year, 1, 1), date(year, 12, 31)
    whole = target(plan, Span.YEAR, first).amount_wan_yuan
    assert whole == plan.total_wan_yuan
    for span in (Span.QUARTER, Span.MONTH, Span.WEEK, Span.DAY):
        parts = breakdown(plan, span, first, last)
        assert sum((part.amount_wan_yuan for part in parts), D()) == whole
        assert [part.start for part in parts[1:]] == [part.end + timedelta(days=1) for part in parts[:-1]]
    month = target(plan, Span.MONTH, date(year, 7, 1))
    weeks = breakdown(plan, Span.WEEK, month.start, month.end)
    assert (weeks[0].start, weeks[-1].end) == (month.start, month.end)
    assert sum((week.amount_wan_yuan for week in weeks), D()) == month.amount_wan_yuan


def test_a_week_is_cut_at_the_months_ends():
    assert bounds(Span.WEEK, date(2024, 10, 31)) == (date(2024, 10, 28), date(2024, 10, 31))
    assert bounds(Span.WEEK, date(2024, 11, 1)) == (date(2024, 11, 1), date(2024, 11, 3))


def test_gap_and_catch_up_rate_at_every_level():
    steps = {s.target.span: s for s in cascade(CONTINUED, D(150000), date(2023, 10, 31))}
    assert [s.gap_wan_yuan for s in steps.values()] == [
        46000,  # year 196000
        46000,  # fourth quarter: the same day
        D("20666.6667"),  # to the end of October: 158000 + 38000/3
        D("20666.6667"),
        D("20666.6667"),
    ]
    assert steps[Span.QUARTER].needed_wan_yuan == 46000
    assert (steps[Span.MONTH].spans_left, steps[Span.MONTH].needed_wan_yuan) == (2, 23000)
    assert (steps[Span.DAY].spans_left, steps[Span.DAY].needed_wan_yuan) == (61, D("754.0984"))
    assert steps[Span.WEEK].needed_wan_yuan == D("5278.6885")
    assert steps[Span.WEEK].spans_left == Fraction(61, 7)
    assert "年度目标还差 46000 万元，剩余 2 个月，平均每个月需完成 23000 万元" in steps[Span.MONTH].text
    assert "方案自定" in steps[Span.QUARTER].text
    assert "按时间平均分解" in steps[Span.MONTH].text


def test_a_running_month_still_counts_as_left():
    steps = {s.target.span: s for s in cascade(YearPlan(2024, D(1200)), D(500), date(2024, 10, 15))}
    assert (steps[Span.MONTH].spans_left, steps[Span.QUARTER].spans_left) == (3, 1)


@pytest.mark.parametrize(("done", "needed", "words"), [(1200, 0, "年度目标已完成"), (1000, None, "本年已无剩余时间")])
def test_at_the_years_end_there_is_no_rate(done, needed, words):
    step = cascade(YearPlan(2024, D(1200)), D(done), date(2024, 12, 31))[2]
    assert step.needed_wan_yuan is None
    assert step.gap_wan_yuan == 1200 - done
    assert words in step.text


def test_more_than_the_target_leaves_no_negative_gap():
    step = cascade(YearPlan(2024, D(1200)), D(1500), date(2024, 6, 30))[0]
    assert (step.gap_wan_yuan, step.needed_wan_yuan) == (0, 0)


def test_the_targets_of_a_district_are_the_sum_of_its_projects_at_every_level():
    plans = [YearPlan(2024, D(1200), {6: D(900)}), YearPlan(2024, D(600)), YearPlan(2024, D(300), {3: D(0), 9: D(300)})]
    district = combined(plans)
    assert district.total_wan_yuan == 2100
    for day in (date(2024, 2, 10), date(2024, 6, 30), date(2024, 10, 15), date(2024, 12, 31)):
        assert abs(district.planned_by(day) - sum(plan.planned_by(day) for plan in plans)) <= D("0.0003")
