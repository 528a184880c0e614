from datetime import date, datetime

import pytest
from sqlalchemy import Engine

from monitor import store
from monitor.model import Viewer
from monitor.queries.situation import situation
from monitor.tables import AnnualPlan, Funding, MonthTarget, Project, Report

CREATED = datetime.fromisoformat("2024-01-01")


@pytest.fixture
def reported(engine: Engine) -> Engine:
    """One project: plan 1 亿元, 3000 万元 by September against a September target of 4500, known on 30 September."""
    with store.transaction(engine) as session:
        session.add(
            Project(
                id=1,
                name="甲",
                unit_code="140403",
                stage="implementation",
                started_on=date(2023, 5, 1),
                statistics_entry_on=date(2023, 6, 1),
                planned_start_on=date(2023, 5, 1),
                total_investment_wan_yuan=50000,
                created_at=CREATED,
                updated_at=CREATED,
            )
        )
        session.add(
            Project(id=2, name="乙", unit_code="410105", stage="cancelled", created_at=CREATED, updated_at=CREATED)
        )
        session.flush()
        session.add(AnnualPlan(project_id=1, year=2024, revision=1, investment_wan_yuan=10000, recorded_at=CREATED))
        for month, target in ((9, 4500), (10, 9900)):
            session.add(
                MonthTarget(
                    project_id=1, year=2024, month=month, revision=1, cumulative_wan_yuan=target, recorded_at=CREATED
                )
            )
        session.add(
            Report(
                project_id=1,
                year=2024,
                month=9,
                revision=1,
                year_investment_wan_yuan=3000,
                reported_by="测试",
                reported_at=datetime.fromisoformat("2024-09-28"),
            )
        )
        session.add(Funding(project_id=1, source="central_budget", year=2024, issued_wan_yuan=1000, paid_wan_yuan=900))
    return engine


def test_a_report_is_judged_by_the_target_of_its_own_month(reported: Engine) -> None:
    table = situation(Viewer("测试"), date(2024, 10, 15), reported)
    progress = {reason.check: reason for reason in table.loc[1, "reasons"]}["progress"]
    assert (table.loc[1, "colour"], progress.value) == ("yellow", 15)
    assert "落后序时进度15.0个百分点" in progress.text
    assert progress.reference is not None
    assert "10至30个百分点" in progress.reference.clause


def test_a_past_month_is_judged_by_what_was_known_then(reported: Engine) -> None:
    assert situation(Viewer("测试"), date(2024, 8, 31), reported).loc[1, "colour"] == "grey"
    assert situation(Viewer("测试"), date(2024, 9, 30), reported).loc[1, "colour"] == "yellow"
    assert situation(Viewer("测试"), date(2024, 12, 31), reported).loc[1, "colour"] == "grey", (
        "three months without report"
    )


def test_a_project_that_no_check_speaks_of_is_grey_and_says_so(reported: Engine) -> None:
    table = situation(Viewer("测试"), date(2024, 9, 30), reported)
    assert table.loc[2, "colour"] == "grey"
    assert [reason.text for reason in table.loc[2, "reasons"]] == ["没有适用的检查，不能判断。"]


def test_the_viewer_sees_his_subtree(reported: Engine) -> None:
    assert list(situation(Viewer("测试", unit_code="140400"), date(2024, 9, 30), reported).index) == [1]
    assert situation(Viewer("测试", unit_code="520000"), date(2024, 9, 30), reported).empty
