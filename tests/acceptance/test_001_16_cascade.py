"""001-16 以天保周、以周保月、以月保季、以季保年: targets, the gap at each level, the rate that catches up."""

from datetime import date
from decimal import Decimal

from monitor.model import Viewer
from monitor.queries.filings import case, year_plans
from monitor.queries.rounds import rounds
from monitor.services.reports import Filing, submit
from monitor.terms import Role, Span
from monitor.workflow.cascade import breakdown, cascade
from monitor.workflow.filing import Figures

ON = date(2024, 10, 31)
PROVINCE = Viewer("省发展改革委", Role.OPERATOR, "410000")
PROJECT = {"unit_code": "410122", "lists": ["provincial_100"], "plan": 12000, "is_sample": True}


def test_001_16_every_level_has_its_gap_and_its_catch_up_rate(fill):
    engine = fill([PROJECT])
    submit(PROVINCE, Filing(1, 2024, 10, Figures(Decimal(8000))), "中牟县", engine, ON)
    plan = year_plans(PROVINCE, 2024, engine, ON)[1]
    done = case(PROVINCE, 1, 2024, 10, engine).known.current.year_investment_wan_yuan
    steps = {step.target.span: step for step in cascade(plan, done, ON)}
    assert list(steps) == [Span.YEAR, Span.QUARTER, Span.MONTH, Span.WEEK, Span.DAY]
    assert [step.target.cumulative_wan_yuan for step in steps.values()] == [12000, 12000, 10000, 10000, 10000]
    assert [step.gap_wan_yuan for step in steps.values()] == [4000, 4000, 2000, 2000, 2000]
    assert (steps[Span.MONTH].spans_left, steps[Span.MONTH].needed_wan_yuan) == (2, 2000)
    assert steps[Span.DAY].needed_wan_yuan == Decimal("65.5738")  # 4000 / 61
    assert "距期末目标还差 2000 万元" in steps[Span.MONTH].text


def test_001_16_the_projects_own_month_targets_win_and_days_add_up(fill):
    engine = fill([{**PROJECT, "targets": {3: 600, 6: 5000, 9: 10000, 12: 12000}}])
    plan = year_plans(PROVINCE, 2024, engine, ON)[1]
    assert plan.problems() == []
    year = (date(2024, 1, 1), date(2024, 12, 31))
    assert [q.amount_wan_yuan for q in breakdown(plan, Span.QUARTER, *year)] == [600, 4400, 5000, 2000]
    for span in (Span.DAY, Span.WEEK, Span.MONTH):
        assert sum(part.amount_wan_yuan for part in breakdown(plan, span, *year)) == 12000


def test_001_16_month_targets_that_miss_the_annual_target_are_reported(fill):
    engine = fill([{**PROJECT, "targets": {6: 5000, 12: 11000}}])
    plan = year_plans(PROVINCE, 2024, engine, ON)[1]
    assert plan.problems() == ["分季（月）目标合计 11000 万元，与年度目标 12000 万元相差 -1000 万元，请核对。"]


def test_001_16_each_project_is_asked_for_its_month(fill):
    engine = fill([PROJECT, {**PROJECT, "lists": ["press"]}])
    frame = rounds(PROVINCE, ON, engine)
    october = frame[frame["end_on"].eq("2024-10-31") & frame["function"].eq("report")]
    assert list(october["project_id"]) == [1]
    assert list(october["rule"]) == ["henan/report_monthly"]
    assert str(october["due_on"].iloc[0].date()) == "2024-11-05"
