"""Fixtures: a store filled with the projects of a case, and the commands an official would run on it."""

import copy
import json
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from sqlalchemy import Engine

from monitor import store
from monitor.cli import palmmap
from monitor.settings import DATA
from monitor.tables import (
    AnnualPlan,
    Funding,
    ListEntry,
    MonthTarget,
    Project,
    ProjectDuty,
    ProjectList,
    Report,
    ReportingUnit,
)

KNOWN = datetime.fromisoformat("2022-01-01")
APART = {"lists", "tier", "batch", "plan", "stretch", "reports", "targets", "funds", "count", "year", "responsible"}
"""What a case says of a project besides the columns of the project table."""

ZONES = [
    ("140400-z1", "长治高新区", "zone", "140400"),
    ("140400-direct", "长治市市直", "bucket", "140400"),
]


def month_end(year: int, month: int) -> datetime:
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return datetime.combine(last, datetime.min.time())


def rows_of(number: int, said: dict[str, Any]) -> list[object]:
    year = said.get("year", 2024)
    held = {"stage": "implementation", "unit_code": "140403", "created_at": KNOWN, "updated_at": KNOWN}
    fields = {key: _dated(key, value) for key, value in said.items() if key not in APART}
    made: list[object] = [Project(**held | fields | {"id": number, "name": f"项目{number}"})]
    made += [
        ListEntry(project_id=number, list_key=key, year=year, tier=said.get("tier"), batch=said.get("batch"))
        for key in said.get("lists", ["case"])
    ]
    made += [ProjectDuty(project_id=number, duty="responsible", holder=body) for body in said.get("responsible", [])]
    if "plan" in said:
        plan = {"investment_wan_yuan": said["plan"], "stretch_wan_yuan": said.get("stretch")}
        made.append(AnnualPlan(project_id=number, year=year, revision=1, recorded_at=KNOWN, **plan))
    for month, target in said.get("targets", {}).items():
        made.append(
            MonthTarget(
                project_id=number, year=year, month=month, revision=1, cumulative_wan_yuan=target, recorded_at=KNOWN
            )
        )
    for month, amount in said.get("reports", {}).items():
        figures = amount if isinstance(amount, dict) else {"year_investment_wan_yuan": amount}
        at = {"year": figures.pop("year", year), "month": month, "revision": 1, "reported_by": "测试"}
        when = figures.pop("reported_at", month_end(at["year"], month))
        made.append(Report(project_id=number, reported_at=when, **at, **figures))
    for (source, of_year), (issued, paid) in said.get("funds", {}).items():
        made.append(Funding(project_id=number, source=source, year=of_year, issued_wan_yuan=issued, paid_wan_yuan=paid))
    return made


def _dated(key: str, value: Any) -> Any:
    return date.fromisoformat(value) if key.endswith("_on") and isinstance(value, str) else value


@pytest.fixture
def fill(engine: Engine) -> Callable[[Iterable[dict[str, Any]]], Engine]:
    """Put projects into the empty store; ``count`` repeats one."""

    def put(projects: Iterable[dict[str, Any]]) -> Engine:
        lists = yaml.safe_load((DATA / "rules" / "lists.yaml").read_text("utf-8"))
        with store.transaction(engine) as session:
            for code, name, kind, parent in ZONES:
                session.merge(
                    ReportingUnit(code=code, name=name, full_name=name, kind=kind, parent_code=parent, within=[])
                )
            for key in ["case", *(entry["key"] for entry in lists)]:
                session.merge(ProjectList(key=key, label=key, plan=None, position=0))
            session.flush()
            number = 0
            made: list[list[object]] = []
            for said in projects:
                for _ in range(said.get("count", 1)):
                    number += 1
                    made.append(rows_of(number, copy.deepcopy(said)))
            session.add_all(rows[0] for rows in made)
            session.flush()
            session.add_all(row for rows in made for row in rows[1:])
        return engine

    return put


@pytest.fixture
def run() -> Callable[..., Any]:
    """Run a palmmap command that prints JSON, and return the document."""

    def command(*arguments: str) -> Any:
        done = CliRunner().invoke(palmmap, [*arguments, "--json"], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    return command


@pytest.fixture
def figures(run: Callable[..., Any]) -> Callable[..., dict[str, dict[str, Any]]]:
    """Indicators of a plan's whole area, by key."""

    def of(plan: str, on: str) -> dict[str, dict[str, Any]]:
        return {row["key"]: row for row in run("indicators", "--plan", plan, "--as-of", on)}

    return of


@pytest.fixture
def enter(engine: Engine, tmp_path: Any) -> Callable[[str], None]:
    """Import statistics given as lines ``unit_code,key,year,month,value``."""

    def put(*lines: str) -> None:
        file = tmp_path / "statistics.csv"
        file.write_text("\n".join(["unit_code,key,year,month,value", *lines]) + "\n", encoding="utf-8")
        done = CliRunner().invoke(palmmap, ["import", "statistics", str(file)], catch_exceptions=False)
        assert done.exit_code == 0, done.output

    return put
