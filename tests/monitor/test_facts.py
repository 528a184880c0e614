from datetime import date, datetime

import pandas as pd
from sqlalchemy import Engine

from monitor import store
from monitor.model import FACT_COLUMNS, Viewer
from monitor.queries.facts import default_as_of, facts, report_months, version
from monitor.queries.figures import book
from monitor.services import audit
from monitor.tables import AnnualPlan, Funding, ListEntry, MonthTarget, Project, ProjectLocation, Report

NATION = Viewer("测试")
moment = datetime.fromisoformat
CREATED = moment("2024-01-01")


def add(engine: Engine, *rows: object) -> None:
    with store.transaction(engine) as session:
        session.add_all(rows)


def project(number: int, unit: str = "140403", **fields: object) -> Project:
    given = {"name": f"项目{number}", "stage": "implementation", "created_at": CREATED, "updated_at": CREATED}
    return Project(**given | {"id": number, "unit_code": unit} | fields)


def report(project_id: int, month: int, revision: int, amount: float, at: datetime, **fields: object) -> Report:
    return Report(
        project_id=project_id,
        year=2024,
        month=month,
        revision=revision,
        year_investment_wan_yuan=amount,
        reported_by="测试",
        reported_at=at,
        **fields,
    )


def test_an_empty_store_gives_an_empty_table_with_all_columns(engine: Engine) -> None:
    frame = facts(NATION, date(2024, 10, 31), engine)
    assert [frame.index.name, *frame.columns] == list(FACT_COLUMNS)
    assert frame.empty


def test_a_correction_does_not_change_what_was_known_before(any_engine: Engine) -> None:
    add(any_engine, project(1))
    add(
        any_engine,
        report(1, 9, 1, 100, moment("2024-09-30T15:59")),
        report(1, 9, 2, 80, moment("2024-09-30T16:00")),  # 1 October in Beijing
        report(1, 10, 1, 120, moment("2024-11-02"), started_on=date(2024, 10, 8)),
    )
    known = {
        day: facts(NATION, day, any_engine).loc[1] for day in (date(2024, 9, 30), date(2024, 10, 31), date(2024, 11, 5))
    }
    assert known[date(2024, 9, 30)]["year_investment_wan_yuan"] == 100
    assert known[date(2024, 10, 31)]["year_investment_wan_yuan"] == 80
    assert known[date(2024, 11, 5)]["year_investment_wan_yuan"] == 120
    assert known[date(2024, 11, 5)]["started_on"] == pd.Timestamp(2024, 10, 8)
    assert pd.isna(known[date(2024, 10, 31)]["started_on"])


def test_all_columns_of_a_full_project(any_engine: Engine) -> None:
    add(
        any_engine,
        project(1, code="2401-140403-04-01-123456", total_investment_wan_yuan=5000, planned_start_on=date(2024, 3, 1)),
        project(2, "620200"),
    )
    add(
        any_engine,
        ListEntry(project_id=1, list_key="provincial_major", year=2024, tier="city", batch="new"),
        ListEntry(project_id=1, list_key="provincial_major", year=2023, tier="province", batch="prepared"),
        AnnualPlan(project_id=1, year=2024, revision=1, investment_wan_yuan=1200, recorded_at=CREATED),
        AnnualPlan(project_id=1, year=2024, revision=2, investment_wan_yuan=1500, recorded_at=moment("2024-07-01")),
        MonthTarget(project_id=1, year=2024, month=6, revision=1, cumulative_wan_yuan=600, recorded_at=CREATED),
        ProjectLocation(
            project_id=1,
            revision=1,
            lon=113.1,
            lat=36.1,
            adcodes=["140404", "140403"],
            method="point",
            confidence="exact",
            recorded_at=CREATED,
        ),
    )
    row = facts(NATION, date(2024, 6, 30), any_engine).loc[1]
    assert (row.lists, row.tiers, row.batch) == (("provincial_major",), ("city",), "new")
    assert (row.annual_plan_wan_yuan, row.plan_to_date_wan_yuan, row.total_investment_wan_yuan) == (1200, 600, 5000)
    assert (row.county_code, row.city_code, row.province_code) == ("140404", "140400", "140000")
    assert (row.lon, row.location_confidence, row.location_method) == (113.1, "exact", "point")
    bare = facts(NATION, date(2024, 6, 30), any_engine).loc[2]
    assert (bare.lists, bare.location_confidence, bare.county_code, bare.city_code) == ((), "none", "620200", "620200")
    assert pd.isna(bare.report_month)
    later = facts(NATION, date(2024, 7, 31), any_engine).loc[1]
    assert later.annual_plan_wan_yuan == 1500
    assert pd.isna(later.plan_to_date_wan_yuan)


def test_a_viewer_sees_his_subtree_only(engine: Engine) -> None:
    add(engine, project(1, "410122"), project(2, "410100-direct"), project(3, "140403"))
    seen = {
        unit: list(facts(Viewer("某", unit_code=unit), date(2024, 6, 30), engine).index)
        for unit in ("410000", "410122", "140400", "999999")
    }
    assert seen == {"410000": [1, 2], "410122": [1], "140400": [3], "999999": []}


def test_later_changes_of_a_project_are_taken_back(any_engine: Engine) -> None:
    add(
        any_engine,
        project(1, stage="completion", completed_on=date(2024, 5, 1)),
        project(2, created_at=moment("2024-08-01")),
    )
    with store.transaction(any_engine) as session:
        change = {"changes": {"stage": ["preparation", "implementation"]}, "known_at": "2024-05-01T00:00:00"}
        audit.record(session, "某", "project.updated", 1, change)
        change = {
            "changes": {"stage": ["implementation", "completion"], "completed_on": [None, "2024-05-01"]},
            "known_at": "2024-07-01T00:00:00",
        }
        audit.record(session, "某", "project.updated", 1, change)
    stages = [
        facts(NATION, day, any_engine).loc[1, "stage"] for day in (date(2024, 4, 1), date(2024, 6, 1), date(2024, 8, 1))
    ]
    assert stages == ["preparation", "implementation", "completion"]
    assert pd.isna(facts(NATION, date(2024, 6, 1), any_engine).loc[1, "completed_on"])
    assert list(facts(NATION, date(2024, 6, 1), any_engine).index) == [1]


def test_version_months_and_default_day(engine: Engine) -> None:
    before = version(engine)
    assert default_as_of(engine) == store.today()
    add(engine, project(1), report(1, 2, 1, 5, CREATED), report(1, 12, 1, 5, CREATED))
    assert report_months(engine) == [date(2024, 2, 29), date(2024, 12, 31)]
    assert default_as_of(engine) == date(2024, 12, 31)
    with store.transaction(engine) as session:
        audit.record(session, "某", "test", None, {})
    assert version(engine) != before


def test_a_book_knows_what_was_known_then(any_engine: Engine) -> None:
    add(
        any_engine,
        project(1, stage="implementation", extra={"signed_on": "2024-02-03", "tags": ["data_element"]}),
        project(2, unit="140404", library="reserve"),
        project(3, created_at=moment("2024-02-10")),
    )
    add(
        any_engine,
        *(report(1, month, 1, 10 * month, moment(f"2024-{month:02}-28"), problem_text="征地") for month in (5, 6, 8)),
        report(1, 6, 2, 55, moment("2024-09-05")),
        report(2, 8, 1, 7, moment("2024-08-28")),
        MonthTarget(project_id=1, year=2024, month=8, revision=1, cumulative_wan_yuan=90, recorded_at=CREATED),
        MonthTarget(project_id=1, year=2024, month=9, revision=1, cumulative_wan_yuan=99, recorded_at=CREATED),
        Funding(project_id=1, source="special_bond", year=2024, issued_wan_yuan=30, paid_wan_yuan=12),
    )
    with store.transaction(any_engine) as session:
        change = {"changes": {"stage": ["identification", "implementation"]}, "known_at": "2024-03-01T00:00:00"}
        audit.record(session, "某", "project.updated", 1, change)
    rows = book(NATION, date(2024, 8, 31), any_engine).facts
    assert list(rows["was_reserve"]) == [1, 1, 0]
    assert list(rows["before_quarter_wan_yuan"].fillna(-1)) == [60, -1, -1]
    assert list(book(NATION, date(2024, 9, 30), any_engine).facts["before_quarter_wan_yuan"].fillna(-1)) == [55, -1, -1]
    assert list(rows["target_at_report_wan_yuan"].fillna(-1)) == [90, -1, -1]
    assert list(rows["fund_issued_wan_yuan"].fillna(-1)) == [30, -1, -1]
    assert (rows.loc[1, "start_delay_reason"], rows.loc[1, "tags"]) == ("征地", ("data_element",))
    assert (rows.loc[1, "signed_on"], rows.loc[1, "funds"]) == (pd.Timestamp(2024, 2, 3), ("special_bond_2024",))
    assert (rows.loc[3, "tags"], rows.loc[3, "funds"]) == ((), ())
