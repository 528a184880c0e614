"""The dossier query: scope, as-of, revisions."""

from datetime import date

import pytest
from sqlalchemy import Engine

from monitor import store
from monitor.errors import NotFound
from monitor.messages import explain
from monitor.model import Viewer
from monitor.queries.dossier import dossier, latest
from monitor.queries.freshness import latest_report_at
from monitor.tables import AnnualPlan, Project, ProjectLocation, Report
from monitor.terms import Role

LEADER = Viewer("李市长")
DAY = date(2024, 10, 31)


@pytest.fixture
def project_id(engine: Engine) -> int:
    """A project of 余庆县 with two plans, two locations and a report that was corrected on 2024-11-05."""
    at = store.end_of_day(date(2024, 1, 1))
    later = store.end_of_day(date(2024, 11, 5))
    with store.transaction(engine) as session:
        project = Project(name="水库", unit_code="520329", stage="implementation", created_at=at, updated_at=at)
        session.add(project)
        session.flush()
        number = project.id
        for revision, moment, figure in ((1, at, 100), (2, later, 90)):
            session.add(
                AnnualPlan(
                    project_id=number, year=2024, revision=revision, investment_wan_yuan=figure, recorded_at=moment
                )
            )
            session.add(
                Report(
                    project_id=number,
                    year=2024,
                    month=10,
                    revision=revision,
                    year_investment_wan_yuan=figure / 2,
                    reported_by="某局",
                    reported_at=moment,
                )
            )
            session.add(
                ProjectLocation(
                    project_id=number,
                    revision=revision,
                    lon=107.0 + revision,
                    lat=27.0,
                    adcodes=["520329"],
                    method="point",
                    confidence="exact",
                    recorded_at=moment,
                )
            )
    return number


def test_a_day_is_read_as_it_was_known(engine: Engine, project_id: int) -> None:
    then, now = (dossier(LEADER, project_id, day, engine) for day in (DAY, date(2024, 11, 6)))
    assert [plan["investment_wan_yuan"] for plan in then.plans] == [100.0]
    assert [plan["investment_wan_yuan"] for plan in latest(now.plans, "year")] == [90.0]
    assert len(now.plans) == 2
    assert [report["year_investment_wan_yuan"] for report in now.reports] == [50.0, 45.0]
    assert then.location is not None
    assert now.location is not None
    assert (then.location["lon"], now.location["lon"]) == (108.0, 109.0)
    assert then.units == ("贵州省", "遵义市", "余庆县")
    assert then.project["name"] == "水库"


@pytest.mark.parametrize("unit_code", ["371302", "371300", "520000-nothing"])
def test_outside_of_the_subtree_there_is_nothing(engine: Engine, project_id: int, unit_code: str) -> None:
    with pytest.raises(NotFound) as refused:
        dossier(Viewer("张某", Role.DISTRICT, unit_code), project_id, DAY, engine)
    assert "没有找到该项目" in explain(refused.value)


@pytest.mark.parametrize("unit_code", ["520329", "520300", "520000", "100000"])
def test_inside_of_the_subtree_it_is_read(engine: Engine, project_id: int, unit_code: str) -> None:
    assert dossier(Viewer("张某", Role.DISTRICT, unit_code), project_id, DAY, engine).project["id"] == project_id


def test_the_latest_report_is_that_of_the_viewer_and_the_day(engine: Engine, project_id: int) -> None:
    assert latest_report_at(LEADER, DAY, engine) == store.end_of_day(date(2024, 1, 1))
    assert latest_report_at(LEADER, date(2024, 12, 31), engine) == store.end_of_day(date(2024, 11, 5))
    assert latest_report_at(LEADER, date(2023, 12, 31), engine) is None
    assert latest_report_at(Viewer("张某", Role.DISTRICT, "371302"), DAY, engine) is None
