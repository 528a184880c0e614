"""A new scene is compared; what earlier scenes showed is taken from the inspection before, to the last bit."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import shapely
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

import geo.inspect
from geo.limits import load_limits
from monitor import store
from monitor.services.inspecting import inspect_all
from monitor.services.scenes import import_scenes
from monitor.tables import Inspection, ProjectFootprint, Report
from tests.geo.made_scenes import ground, season, works, write
from tests.monitor.imagery_sites import GSD_M, SIDE_PX, SITE, add_project
from tests.monitor.test_inspecting import WHO, newest

DAYS = [date(2024, 3, 1) + timedelta(days=40 * step) for step in range(9)]
BARE_FROM = 5
KEPT = ("finding", "activity_score", "confidence", "abstained", "stage", "onset", "evidence", "looks", "reasons")


@pytest.fixture
def deliveries(tmp_path: Path) -> list[Path]:
    """Nine dates; half of the site is dug up from the sixth on, and the fourth is half under cloud."""
    land = ground(SIDE_PX, SIDE_PX)
    files = []
    for place, day in enumerate(DAYS):
        image = works(land, GSD_M, 0.5) if place >= BARE_FROM else land
        image = season(image, 1 + 0.02 * (place % 4), place)
        if place == 3:
            image[:, :70] = 0
        files.append(write(tmp_path / f"{day}.tif", image, GSD_M, day=day))
    return files


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[tuple[date, date]]:
    """The pairs of dates that are compared."""
    pairs: list[tuple[date, date]] = []
    real: Callable[..., Any] = geo.inspect.compare_pixels

    def counted(*arguments: Any) -> Any:
        pairs.append(arguments[3])
        return real(*arguments)

    monkeypatch.setattr(geo.inspect, "compare_pixels", counted)
    return pairs


def take(engine: Engine, files: list[Path]) -> None:
    for file in files:
        import_scenes(WHO, file, engine)


def from_scratch(engine: Engine, project_id: int) -> dict[str, Any]:
    with store.transaction(engine) as session:
        session.query(Inspection).delete()
    inspect_all(WHO, engine)
    return kept(engine, project_id)


def kept(engine: Engine, project_id: int) -> dict[str, Any]:
    row = newest(engine, project_id)
    return {name: getattr(row, name) for name in KEPT}


def test_only_the_new_date_is_compared_and_nothing_differs(
    any_engine: Engine, deliveries: list[Path], compared: list[tuple[date, date]]
) -> None:
    project_id = add_project(any_engine)
    take(any_engine, deliveries[:-1])
    inspect_all(WHO, any_engine)
    assert len(compared) == len(DAYS) - 2
    compared.clear()
    take(any_engine, deliveries[-1:])
    inspect_all(WHO, any_engine)
    assert compared == [(DAYS[0], DAYS[-1])]
    again = kept(any_engine, project_id)
    assert again == from_scratch(any_engine, project_id)
    assert again["onset"] is not None
    assert [look["score"] for look in again["looks"][1:]] != [look["activity_score"] for look in again["looks"][1:]]
    assert again["looks"][3]["score"] is None, "half under cloud: nothing is said, and that is kept as well"
    assert "basis" in again["looks"][3]


def test_a_late_delivery_between_two_dates_is_compared_alone(
    engine: Engine, deliveries: list[Path], compared: list[tuple[date, date]]
) -> None:
    project_id = add_project(engine)
    take(engine, deliveries[:5] + deliveries[6:])
    inspect_all(WHO, engine)
    compared.clear()
    take(engine, deliveries[5:6])
    inspect_all(WHO, engine)
    assert sorted(compared) == [(DAYS[0], DAYS[5]), (DAYS[0], DAYS[8])], "the judged pair always"
    assert kept(engine, project_id) == from_scratch(engine, project_id)


def test_a_report_alone_compares_the_judged_pair_alone(
    engine: Engine, deliveries: list[Path], compared: list[tuple[date, date]]
) -> None:
    project_id = add_project(engine, reported_on=DAYS[1])
    take(engine, deliveries)
    inspect_all(WHO, engine)
    compared.clear()
    with store.transaction(engine) as session:
        session.execute(Report.__table__.update().values(physical_pct=90.0))
    assert len(inspect_all(WHO, engine).inspections) == 1
    assert compared == [(DAYS[0], DAYS[8])]
    assert kept(engine, project_id) == from_scratch(engine, project_id)


@pytest.mark.parametrize("what", ["outline", "format", "model", "limits", "reference"])
def test_another_input_compares_every_date_again(
    engine: Engine,
    deliveries: list[Path],
    compared: list[tuple[date, date]],
    monkeypatch: pytest.MonkeyPatch,
    what: str,
) -> None:
    project_id = add_project(engine)
    take(engine, deliveries[1:] if what == "reference" else deliveries)
    inspect_all(WHO, engine)
    compared.clear()
    if what == "outline":
        with store.transaction(engine) as session:
            moved = shapely.to_wkb(shapely.transform(SITE, lambda places: places + 2e-4))
            session.execute(ProjectFootprint.__table__.update().values(geometry=moved))
    elif what == "format":
        monkeypatch.setattr("monitor.queries.inspection_agenda.FORMAT", 99)
    elif what == "model":
        other = replace(geo.inspect.load_model(), version="another")
        monkeypatch.setattr("monitor.queries.inspection_agenda.load_model", lambda: other)
    elif what == "limits":
        stricter = replace(load_limits(), built_pct=6.0)
        monkeypatch.setattr("monitor.queries.inspection_agenda.load_limits", lambda: stricter)
    else:
        take(engine, deliveries[:1])
    inspect_all(WHO, engine)
    assert len(compared) == len(DAYS) - 1
    assert kept(engine, project_id) == from_scratch(engine, project_id)


def spoilt(looks: list[dict[str, Any]]) -> list[object]:
    """Looks as another version, or a hand, may have left them; the first is the reference's."""
    first, second, third, fourth, fifth, sixth, *_ = looks[1:]
    return [
        looks[0],
        {name: value for name, value in first.items() if name not in ("score", "basis")},
        {name: value for name, value in second.items() if name != "score"},
        third | {"score": "0.5"},
        fourth | {"score": 0.987, "stage": "works", "basis": "0" * 64},
        fifth | {"stage": None, "score": 0.987},
        sixth | {"basis": 7, "score": 0.987},
        None,
    ]


def test_what_is_spoilt_is_worked_out_again(
    engine: Engine, deliveries: list[Path], compared: list[tuple[date, date]]
) -> None:
    project_id = add_project(engine)
    take(engine, deliveries[:-1])
    inspect_all(WHO, engine)
    compared.clear()
    with store.transaction(engine) as session:
        row = session.scalars(select(Inspection)).one()
        row.looks = spoilt(row.looks)
    take(engine, deliveries[-1:])
    inspect_all(WHO, engine)
    assert len(compared) == len(DAYS) - 1
    assert kept(engine, project_id) == from_scratch(engine, project_id)


def test_looks_that_are_no_list_are_passed_by(engine: Engine, deliveries: list[Path]) -> None:
    project_id = add_project(engine, reported_on=DAYS[0])
    take(engine, deliveries[:2])
    inspect_all(WHO, engine)
    for pct, looks in ((41.0, "?"), (42.0, {"a": 1}), (43.0, [1, []])):
        with store.transaction(engine) as session:
            session.execute(Inspection.__table__.update().values(looks=looks))
            session.execute(Report.__table__.update().values(physical_pct=pct))
        assert len(inspect_all(WHO, engine).inspections) == 1
    with Session(engine) as session:
        assert session.get_one(Inspection, newest(engine, project_id).id).looks[1]["basis"]
