from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from monitor import store
from monitor.errors import BadInput, Forbidden, NotFound
from monitor.messages import explain, sentence
from monitor.model import Viewer
from monitor.queries.facts import facts
from monitor.queries.filings import case, closing, sheet_lines, year_plans
from monitor.services import audit
from monitor.services.report_import import import_reports
from monitor.services.reports import Filing, findings, submit
from monitor.services.rounds import register
from monitor.tables import AnnualPlan, AuditEntry, ListEntry, MonthTarget, Project, Report
from monitor.terms import Role
from monitor.workflow.filing import Figures, Known, check, completed

D = Decimal
CLERK = Viewer("潞州区填报员", Role.DISTRICT, "140403")
CREATED = datetime.fromisoformat("2024-01-02")
ON = date(2024, 10, 28)


def figures(amount: float | None, **more: Any) -> Figures:
    return Figures(year_investment_wan_yuan=None if amount is None else D(str(amount)), **more)


@pytest.fixture
def filled(engine: Engine) -> Engine:
    return fill(engine)


@pytest.fixture
def filled_anywhere(any_engine: Engine) -> Engine:
    return fill(any_engine)


def fill(engine: Engine) -> Engine:
    with store.transaction(engine) as session:
        for number, unit in ((1, "140403"), (2, "140403"), (3, "140404")):
            session.add(
                Project(
                    id=number,
                    name=f"示例{number}",
                    unit_code=unit,
                    stage="implementation",
                    is_sample=True,
                    total_investment_wan_yuan=D(5000),
                    created_at=CREATED,
                    updated_at=CREATED,
                )
            )
        session.flush()
        for number in (1, 2, 3):
            session.add(ListEntry(project_id=number, list_key="annual_construction", year=2024, batch="continued"))
            session.add(
                AnnualPlan(project_id=number, year=2024, revision=1, investment_wan_yuan=D(1200), recorded_at=CREATED)
            )
        session.add(
            MonthTarget(project_id=1, year=2024, month=9, revision=1, cumulative_wan_yuan=D(700), recorded_at=CREATED)
        )
        session.add(
            Report(
                project_id=1,
                year=2024,
                month=9,
                revision=1,
                year_investment_wan_yuan=D(600),
                physical_pct=40.0,
                total_investment_wan_yuan=D(1600),
                started_on=date(2023, 5, 1),
                reported_by="甲",
                reported_at=datetime.fromisoformat("2024-09-28"),
            )
        )
    return engine


def file(engine: Engine, month: int, given: Figures, on: date = ON, project: int = 1, based_on: int | None = None):
    return submit(CLERK, Filing(project, 2024, month, given, based_on), "潞州区填报员", engine, on)


def test_a_report_is_appended_and_seen_as_of_its_day(filled_anywhere: Engine):
    filled = filled_anywhere
    done = file(filled, 10, figures(650.25, physical_pct=45.0, problem_text="电力迁改"))
    assert done.revision == 1
    assert done.warnings == ()
    kept = case(CLERK, 1, 2024, 10, filled).known.current
    assert kept.year_investment_wan_yuan == D("650.25")
    assert kept.total_investment_wan_yuan == D("1650.25")  # follows from the month before
    assert kept.started_on == date(2023, 5, 1)
    assert facts(CLERK, date(2024, 10, 27), filled).loc[1, "year_investment_wan_yuan"] == 600
    assert facts(CLERK, ON, filled).loc[1, "year_investment_wan_yuan"] == 650.25
    with filled.connect() as connection:
        said = connection.execute(select(AuditEntry.action, AuditEntry.project_id, AuditEntry.details)).all()
    assert [(row.action, row.project_id) for row in said] == [("report.submitted", 1)]
    assert said[0].details["problem_text"] == "电力迁改"
    assert audit.verify(filled).first_broken_id is None


@pytest.mark.parametrize(
    ("month", "given", "code", "words"),
    [
        (10, figures(599), "report.falls", "低于2024年9月已报的 600 万元"),
        (10, figures(700, total_investment_wan_yuan=D(1500)), "report.falls", "开工以来完成投资 1500 万元低于"),
        (10, figures(-1), "report.negative", "今年以来完成投资填成了负数 -1"),
        (10, figures(700, paid_wan_yuan=D(-5)), "report.negative", "今年以来支付资金"),
        (10, figures(700, physical_pct=100.5), "report.over_100", "100.5%"),
        (10, figures(700, physical_pct=-1.0), "report.over_100", "0 到 100"),
        (10, figures(None, progress_text="正常"), "report.no_amount", "没有完成的填 0"),
        (10, figures(2000, total_investment_wan_yuan=D(1900)), "report.year_over_total", "大于开工以来"),
        (10, figures(700, started_on=date(2024, 11, 1)), "report.started_later", "还没有到"),
        (11, figures(700), "report.future_month", "2024年11月还没有到"),
        (8, figures(500), "report.closed", "已于 2024-09-20 封账，只能作为更正报送"),
    ],
)
def test_what_is_refused_and_why(filled: Engine, month: int, given: Figures, code: str, words: str):
    with pytest.raises(BadInput) as refused:
        file(filled, month, given)
    assert refused.value.code == code
    assert words in explain(refused.value)
    assert case(CLERK, 1, 2024, month, filled).known.revision == 0
    with filled.connect() as connection:
        assert connection.scalar(select(AuditEntry.id)) is None


def test_closed_months_and_falling_figures_are_taken_as_corrections_with_a_reason(filled: Engine):
    done = file(filled, 9, figures(550, reason="审计核减重复上报"), on=date(2024, 10, 28))
    assert done.revision == 2
    assert file(filled, 10, figures(540, total_investment_wan_yuan=D(1540), reason="核减")).revision == 1
    with filled.connect() as connection:
        assert connection.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all() == [
            "report.corrected",
            "report.submitted",
        ]
    assert facts(CLERK, date(2024, 10, 27), filled).loc[1, "year_investment_wan_yuan"] == 600


@pytest.mark.parametrize(
    ("month", "given", "code"),
    [
        (10, figures(700, total_investment_wan_yuan=D(5501)), "report.over_project_total"),
        (10, figures(700, physical_pct=30.0), "report.progress_falls"),
        (8, figures(650, reason="补报"), "report.month_after_lower"),
    ],
)
def test_doubtful_figures_are_taken_with_a_warning(filled: Engine, month: int, given: Figures, code: str):
    assert [f.code for f in findings(CLERK, Filing(1, 2024, month, given), filled, ON)] == [code]
    done = file(filled, month, given)
    assert [warning.code for warning in done.warnings] == [code]
    assert sentence(code, **done.warnings[0].params).endswith("。")


def test_the_margin_over_the_total_is_data():
    ten_percent = Known(today=ON, project_total_wan_yuan=D(5000))
    assert check(figures(100, total_investment_wan_yuan=D(5500)), 2024, 10, ten_percent) == []


@pytest.mark.parametrize("project", [3, 99])
def test_unknown_and_foreign_projects_look_the_same(filled: Engine, project: int):
    with pytest.raises(NotFound, match=r"project\.not_found"):
        file(filled, 10, figures(1), project=project)


def test_what_someone_else_filed_meanwhile_is_not_written_over(filled: Engine):
    file(filled, 10, figures(650), based_on=0)
    with pytest.raises(BadInput) as refused:
        file(filled, 10, figures(640), based_on=0)
    assert "第 1 次修订" in explain(refused.value)
    assert file(filled, 10, figures(660), based_on=1).revision == 2


def test_reports_filed_at_once_are_all_kept(filled_anywhere: Engine):
    filled = filled_anywhere
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda n: file(filled, 10, figures(700 + n)).revision, range(16)))
    assert sorted(done) == list(range(1, 17))
    with filled.connect() as connection:
        kept = connection.execute(
            select(Report.revision, Report.year_investment_wan_yuan).where(Report.month == 10)
        ).all()
    assert sorted(row.year_investment_wan_yuan for row in kept) == [700 + n for n in range(16)]
    assert audit.verify(filled).entries == 16


def test_a_real_project_is_always_filed_now(filled: Engine):
    with store.transaction(filled) as session:
        session.get(Project, 1).is_sample = False
    with pytest.raises(BadInput, match=r"report\.closed"):
        file(filled, 10, figures(650))
    file(filled, 10, figures(650, reason="补报"))
    assert case(CLERK, 1, 2024, 10, filled).filed_at.date() >= date(2026, 1, 1)


def test_the_year_begins_anew_in_january():
    before = Figures(year_investment_wan_yuan=D(1200), total_investment_wan_yuan=D(3000))
    known = Known(today=date(2025, 1, 31), before=before, before_month=(2024, 12))
    made = completed(figures(50), 2025, known)
    assert made.total_investment_wan_yuan == 3050
    assert check(made, 2025, 1, known) == []
    gap = Known(today=date(2025, 1, 31), before=before, before_month=(2024, 10))
    assert completed(figures(50), 2025, gap).total_investment_wan_yuan is None  # two months are not known


def test_closing_days_and_targets_come_from_the_rules_and_the_plan(filled_anywhere: Engine):
    filled = filled_anywhere
    assert closing(CLERK, 2024, 9, filled) == {1: date(2024, 10, 20), 2: date(2024, 10, 20)}
    plans = year_plans(CLERK, 2024, filled, ON)
    assert plans[1].planned_by(date(2024, 9, 30)) == 700
    assert plans[2].planned_by(date(2024, 9, 30)) == 900
    lines = sheet_lines(CLERK, 2024, 10, filled, "annual_construction")
    assert [(line.project_id, line.plan_to_date_wan_yuan) for line in lines] == [(1, D("866.6667")), (2, D(1000))]
    assert lines[0].before.year_investment_wan_yuan == 600
    assert sheet_lines(CLERK, 2024, 10, filled, "press") == []


@pytest.mark.parametrize("role", [Role.LEADER, Role.INSPECTOR])
def test_who_only_looks_files_nothing(filled: Engine, role: Role):
    """Not by the form, not by the sheet, not the quarterly bulletin: the role is asked before anything is read."""
    looks = Viewer("李市长", role)
    with pytest.raises(Forbidden) as refused:
        submit(looks, Filing(1, 2024, 10, figures(650)), "李市长", filled, ON)
    assert f"角色“{role.label}”只能查看" in explain(refused.value)
    with pytest.raises(Forbidden):
        import_reports(looks, Path("没有这个文件.xlsx"), "李市长", filled)
    with pytest.raises(Forbidden):
        register(looks, "changzhi/bulletin_quarterly", "140403", date(2024, 9, 30), "李市长", filled)
    assert case(looks, 1, 2024, 10, filled).known.current is None


def test_an_operator_files_for_every_unit(filled: Engine):
    done = submit(Viewer("本机用户", Role.OPERATOR), Filing(3, 2024, 10, figures(20)), "本机用户", filled, ON)
    assert done.revision == 1
