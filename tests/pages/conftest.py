"""A small store for the pages: three projects in 余庆县, 兰山区 and 潞州区 with everything a dossier can hold."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import shapely
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from monitor import store
from monitor.services import audit
from monitor.tables import (
    AnnualPlan,
    Funding,
    ListEntry,
    MonthTarget,
    Project,
    ProjectDuty,
    ProjectFootprint,
    ProjectLocation,
    Report,
)

NEW_YEAR = datetime.fromisoformat("2024-01-02T01:00:00")
PLAN_WAN_YUAN = 12_000


def add_project(session: Session, name: str, unit_code: str, **stated: Any) -> int:
    stated = {"stage": "implementation", "sector": "基础设施", "created_at": NEW_YEAR, "updated_at": NEW_YEAR} | stated
    project = Project(name=name, unit_code=unit_code, **stated)
    session.add(project)
    session.flush()
    return project.id


def add_year(session: Session, project_id: int, months: int, share: float) -> None:
    """Plan 2024 evenly by month, and reports of its first months at a share of the plan."""
    session.add(
        AnnualPlan(
            project_id=project_id, year=2024, revision=1, investment_wan_yuan=PLAN_WAN_YUAN, recorded_at=NEW_YEAR
        )
    )
    for month in range(1, 13):
        session.add(
            MonthTarget(
                project_id=project_id,
                year=2024,
                month=month,
                revision=1,
                cumulative_wan_yuan=PLAN_WAN_YUAN * month / 12,
                recorded_at=NEW_YEAR,
            )
        )
    for month in range(1, months + 1):
        session.add(report(project_id, month, 1, PLAN_WAN_YUAN * month / 12 * share))


def report(project_id: int, month: int, revision: int, done_wan_yuan: float, **stated: Any) -> Report:
    return Report(
        project_id=project_id,
        year=2024,
        month=month,
        revision=revision,
        year_investment_wan_yuan=done_wan_yuan,
        total_investment_wan_yuan=done_wan_yuan + 3000,
        physical_pct=round(done_wan_yuan / PLAN_WAN_YUAN * 100, 1),
        progress_text=f"{month}月主体施工",
        reported_by="余庆县发展改革局",
        reported_at=datetime(2024, month, 26) + timedelta(hours=revision),  # noqa: DTZ001 - as the store keeps it
        **stated,
    )


def fill(session: Session) -> list[int]:
    """Three projects: a full one, one that lags, one that has nothing but a name and a unit."""
    full = add_project(
        session,
        "余庆县城区污水处理厂提标扩能工程",
        "520329",
        code="2402-520329-04-01-123456",
        total_investment_wan_yuan=36_000,
        started_on=date(2024, 3, 1),
        planned_start_on=date(2024, 3, 15),
        planned_completion_on=date(2025, 6, 30),
        address="余庆县白泥镇子营街道",
        content="新建日处理 2 万吨污水处理厂一座,配套管网 18 公里。",
        source_title="余庆县2024年重大项目清单",
        source_url="https://www.example.gov.cn/list.html",
        is_sample=True,
    )
    add_year(session, full, 10, 1.02)
    session.add(report(full, 10, 2, PLAN_WAN_YUAN * 0.86, reason="核减重复填报"))
    session.add_all(
        [
            ListEntry(project_id=full, list_key="provincial_major", year=2024, tier="province", batch="continued"),
            ProjectDuty(project_id=full, duty="responsible", holder="余庆县住房和城乡建设局"),
            ProjectDuty(project_id=full, duty="sponsor", holder="王建国", title="副县长"),
            Funding(
                project_id=full,
                source="special_bond",
                year=2024,
                planned_wan_yuan=8000,
                issued_wan_yuan=8000,
                paid_wan_yuan=5200,
            ),
            Funding(project_id=full, source="local_budget", year=2024, planned_wan_yuan=4000),
            ProjectFootprint(
                project_id=full,
                revision=1,
                geometry=shapely.to_wkb(shapely.Polygon([(107.88, 27.22), (107.89, 27.221), (107.888, 27.23)])),
                area_m2=482_300.0,
                recorded_at=NEW_YEAR,
            ),
            location(full, 107.886, 27.224, "520329", "coordinates", "exact", ["坐标为 CGCS2000"]),
        ]
    )
    lagging = add_project(
        session, "兰山区智慧物流园二期", "371302", sector="现代物流", total_investment_wan_yuan=52_000
    )
    add_year(session, lagging, 10, 0.5)
    session.add(location(lagging, 118.34, 35.05, "371302", "gazetteer", "township", ["按乡镇中心近似"]))
    bare = add_project(session, "潞州区老旧小区改造", "140403", stage="preparation", sector=None)
    audit.record(session, "李管理", "project.created", full, {"name": "余庆县城区污水处理厂提标扩能工程"})
    changes = {"total_investment_wan_yuan": ["34000", "36000"], "stage": ["preparation", "implementation"]}
    audit.record(session, "李管理", "project.updated", full, {"changes": changes, "known_at": NEW_YEAR.isoformat()})
    return [full, lagging, bare]


def location(
    project_id: int, lon: float, lat: float, adcode: str, method: str, confidence: str, notes: list[str]
) -> ProjectLocation:
    return ProjectLocation(
        project_id=project_id,
        revision=1,
        lon=lon,
        lat=lat,
        adcodes=[adcode],
        method=method,
        confidence=confidence,
        notes=notes,
        recorded_at=NEW_YEAR,
    )


@pytest.fixture
def projects(engine: Engine) -> list[int]:
    """Ids of the full, the lagging and the bare project."""
    with store.transaction(engine) as session:
        return fill(session)
