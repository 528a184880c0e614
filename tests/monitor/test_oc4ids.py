"""OC4IDS in and out."""

import json
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from monitor.model import Viewer
from monitor.services.exports import export_projects
from monitor.services.imports import Options, import_projects
from monitor.tables import Project, ProjectDuty, ProjectLocation
from monitor.terms import Role

CITY = Viewer("测试", Role.OPERATOR)
PROJECT: dict[str, Any] = {
    "id": "oc4ids-x-1",
    "title": "甲",
    "description": "建一座桥",
    "status": "implementation",
    "identifiers": [{"id": "2401-140403-04-01-000001", "scheme": "CN-TZXM"}],
    "sector": ["transport"],
    "budget": {"amount": {"amount": 50_000_000, "currency": "CNY"}},
    "implementationPeriod": {"startDate": "2024-03-01T00:00:00Z", "endDate": "2025-12-31T00:00:00Z"},
    "locations": [
        {
            "geometry": {"type": "Point", "coordinates": [113.105, 36.205]},
            "gazetteers": [{"scheme": "CN-GB2260", "identifiers": ["140403"]}],
        }
    ],
    "parties": [{"id": "1", "name": "甲局", "roles": ["publicAuthority", "administrativeEntity"]}],
    "anything": "else",
}


def package(path: Path, *projects: dict[str, Any]) -> Path:
    path.write_text(json.dumps({"version": "0.9.5", "projects": projects}, ensure_ascii=False), encoding="utf-8")
    return path


def test_a_package_in(any_engine: Engine, tmp_path: Path) -> None:
    result = import_projects(CITY, package(tmp_path / "a.json", PROJECT), any_engine, Options(datum="cgcs2000"))
    assert (result.accepted, result.rejected) == (1, ())
    with any_engine.connect() as connection:
        project = connection.execute(select(Project)).one()
        duties = set(connection.scalars(select(ProjectDuty.duty)))
        place = connection.execute(select(ProjectLocation)).one()
    assert (project.name, project.code, project.stage, float(project.total_investment_wan_yuan)) == (
        "甲",
        "2401-140403-04-01-000001",
        "implementation",
        5000,
    )
    assert (project.started_on.isoformat(), project.planned_completion_on.isoformat()) == ("2024-03-01", "2025-12-31")
    assert duties == {"lead", "responsible"}
    assert (place.method, place.confidence, project.extra) == ("point", "exact", {"anything": "else"})


def test_bad_projects_come_back(engine: Engine, tmp_path: Path) -> None:
    bad = PROJECT | {"title": None, "identifiers": [], "budget": {"amount": {"amount": 1, "currency": "USD"}}}
    result = import_projects(CITY, package(tmp_path / "a.json", PROJECT, bad), engine)
    assert {(p.row, p.column, p.code) for p in result.rejected} == {
        (2, "title", "name.missing"),
        (2, "total_investment_wan_yuan", "number.unreadable"),
    }
    back = json.loads(Path(str(result.rejected_file)).read_text(encoding="utf-8"))
    assert [project["id"] for project in back["projects"]] == ["oc4ids-x-1"]
    assert "项目名称" in back["projects"][0]["错误说明"]


def test_out_and_in_again_changes_nothing(engine: Engine, demo_engine: Engine, tmp_path: Path) -> None:
    import_projects(CITY, package(tmp_path / "a.json", PROJECT), engine)
    export_projects(CITY, tmp_path / "o.json", engine)
    result = import_projects(CITY, tmp_path / "o.json", engine, Options(dry_run=True))
    assert (result.rejected, result.changes) == ((), ())
    document = json.loads((tmp_path / "o.json").read_text(encoding="utf-8"))
    assert document["projects"][0]["budget"]["amount"] == {"amount": 50_000_000.0, "currency": "CNY"}
    assert export_projects(Viewer("关", unit_code="620200"), tmp_path / "d.json", demo_engine) > 100
