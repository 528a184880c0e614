"""榜单: everyone compared sees all places and no project but his own; the months are those that each day would show."""

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine

from monitor import store
from monitor.errors import NotFound
from monitor.model import Viewer
from monitor.queries import comparison, figures, months, plan_figures, standings
from monitor.queries.comparison import Choice
from monitor.queries.map_districts import units as read_units
from monitor.services import audit
from monitor.tables import AnnualPlan, ListEntry, MonthTarget, Project, ProjectLocation, Report

ON = date(2024, 10, 31)
CHANGZHI, OWN, OTHER = "140400", "140403", "140404"
HEAD = Viewer("区长", unit_code=OWN)


def texts(held: Any) -> Iterable[str]:
    """Every piece of text and every number inside a value, however deep."""
    if isinstance(held, pd.DataFrame):
        yield from texts([*held.columns, *held.index, *held.to_numpy().ravel()])
    elif dataclasses.is_dataclass(held) and not isinstance(held, type):
        yield from texts([getattr(held, field.name) for field in dataclasses.fields(held)])
    elif isinstance(held, Mapping):
        yield from texts([*held.keys(), *held.values()])
    elif isinstance(held, list | tuple | set) or type(held).__name__ == "Reasons":
        for item in held:
            yield from texts(item)
    else:
        yield str(held)


def test_x_06_a_district_head_sees_all_places_and_no_project_of_another(demo_engine: Engine) -> None:
    table = read_units(demo_engine)
    everyone = Viewer("市长", unit_code=CHANGZHI)
    known = figures.book(everyone, ON, demo_engine).facts
    choice = Choice(CHANGZHI, "changzhi")
    board = standings.standings(HEAD, ON, demo_engine, choice, table)
    assert {place.unit for place in board.now.places} == set(known["unit_code"])
    assert len(board.months) == 10
    said = "\n".join(texts(board))
    assert "序时目标完成率" in said
    assert not [name for name in known["name"] if name in said]
    assert not [code for code in known["code"].dropna() if code in said]
    parts = [part for month in board.months for place in month.places.values() for part in place.parts]
    assert all(part.numerator_projects == part.denominator_projects == () for part in parts)


def test_x_06_lists_of_projects_are_read_for_the_viewers_own_unit_only(demo_engine: Engine) -> None:
    table, choice = read_units(demo_engine), Choice(CHANGZHI, "changzhi")
    own = standings.own_book(HEAD, choice, OWN, ON, demo_engine, table)
    assert set(own.facts["unit_code"]) == {OWN}
    assert set(standings.own_part(HEAD, choice, ON, demo_engine, table).facts["unit_code"]) == {OWN}
    for unit in (OTHER, CHANGZHI, "140000"):
        with pytest.raises(NotFound) as refused:
            standings.own_book(HEAD, choice, unit, ON, demo_engine, table)
        assert refused.value.code == "comparison.not_yours"
    mayor = standings.own_part(Viewer("市长", unit_code=CHANGZHI), choice, ON, demo_engine, table)
    assert {OWN, OTHER} < set(mayor.facts["unit_code"])


def test_a_ranking_in_which_the_viewer_has_no_part_is_refused(demo_engine: Engine) -> None:
    table = read_units(demo_engine)
    with pytest.raises(NotFound) as refused:
        standings.standings(HEAD, ON, demo_engine, Choice("410000", "henan"), table)
    assert refused.value.code == "comparison.not_within"
    offered = standings.offered(HEAD, ON, demo_engine, table)
    assert set(offered.index) == {CHANGZHI, "140000"}
    assert comparison.default_parent(offered, table, within=OWN) == CHANGZHI


def test_the_numbers_on_the_card_are_those_of_the_ranking(demo_engine: Engine) -> None:
    """What a head finds behind a number of his own unit adds up to what the ranking says of it."""
    table, choice = read_units(demo_engine), Choice(CHANGZHI, "changzhi")
    made = standings.compared(HEAD, ON, demo_engine, choice, table)
    own = standings.own_book(HEAD, choice, OWN, ON, demo_engine, table)
    place = next(place for place in made.places if place.unit == OWN)
    figures_of = plan_figures.unit_figures(HEAD, own, "changzhi", OWN, demo_engine, made.parts)
    values = {value.key: value for value in figures_of}
    assert list(values)[: len(made.parts)] == [part.key for part in made.parts], "what the ranking weighs first"
    for part in place.parts:
        again = values[part.key]
        assert (again.value, again.numerator, again.denominator) == (part.value, part.numerator, part.denominator)
    sums = own.facts[["annual_plan_wan_yuan", "due_by_report_wan_yuan", "year_investment_wan_yuan"]].sum()
    amounts = made.amounts.loc[OWN, ["promised_wan_yuan", "due_wan_yuan", "delivered_wan_yuan"]].astype(float)
    assert sums.to_list() == pytest.approx(amounts.to_list())


def when(text: str) -> datetime:
    return datetime.fromisoformat(text)


def fill(engine: Engine) -> None:
    """Projects that were entered late, reported late, corrected, planned anew, moved and changed in the year."""
    early = {"created_at": when("2024-01-02"), "updated_at": when("2024-01-02"), "stage": "implementation"}
    with store.transaction(engine) as session:
        session.add_all(
            [
                Project(id=1, name="一", unit_code=OWN, library="annual", **early),
                Project(id=2, name="二", unit_code=OTHER, library="reserve", started_on=date(2024, 4, 20), **early),
                Project(id=3, name="三", unit_code=OTHER, **early | {"created_at": when("2024-03-15")}),
            ]
        )
        session.flush()
        session.add_all(ListEntry(project_id=n, list_key="press", year=2024, batch="new") for n in (1, 2, 3))
        for number, revision, at, amount in (
            (1, 1, "2024-01-10", 1200),
            (1, 2, "2024-04-10", 1500),
            (2, 1, "2024-01-10", 600),
        ):
            plan = {"year": 2024, "investment_wan_yuan": amount, "recorded_at": when(at)}
            session.add(AnnualPlan(project_id=number, revision=revision, **plan))
        for month in range(1, 7):
            said = {"year": 2024, "month": month, "revision": 1, "recorded_at": when("2024-01-10")}
            session.add(MonthTarget(project_id=1, cumulative_wan_yuan=90 * month, **said))
        session.add(
            MonthTarget(
                project_id=1, year=2024, month=3, revision=2, cumulative_wan_yuan=300, recorded_at=when("2024-05-05")
            )
        )
        for number, year, month, revision, at, done in (
            (1, 2023, 2, 1, "2023-02-26", 40),
            (1, 2023, 4, 1, "2024-05-20", 60),
            (1, 2024, 1, 1, "2024-01-26", 100),
            (1, 2024, 3, 1, "2024-03-31T17:00", 280),
            (1, 2024, 3, 2, "2024-05-11", 250),
            (1, 2024, 2, 1, "2024-04-02", 190),
            (1, 2024, 5, 1, "2024-05-28", 500),
            (2, 2024, 4, 1, "2024-04-28", 10),
        ):
            started = date(2024, 2, 10) if number == 1 else None
            report = {"year": year, "month": month, "revision": revision, "year_investment_wan_yuan": done}
            session.add(
                Report(project_id=number, reported_by="测试", reported_at=when(at), started_on=started, **report)
            )
        for number, revision, at, adcode in (
            (1, 1, "2024-01-05", OWN),
            (1, 2, "2024-04-05", "140404"),
            (3, 1, "2024-06-02", OWN),
        ):
            place = {"method": "address", "confidence": "county", "adcodes": [adcode], "lon": 113.0, "lat": 36.0}
            session.add(ProjectLocation(project_id=number, revision=revision, recorded_at=when(at), **place))
        changes = {
            "unit_code": ["140425", OTHER],
            "stage": ["preparation", "implementation"],
            "started_on": [None, "2024-04-20"],
        }
        details = {"changes": changes, "known_at": "2024-04-22T00:00:00"}
        audit.record(session, "测试", "project.updated", 2, details)


def test_x_08_the_months_are_what_each_day_would_show(any_engine: Engine) -> None:
    fill(any_engine)
    viewer, ends = (
        Viewer("市长", unit_code="140000"),
        [date(2024, month, day) for month, day in ((1, 31), (2, 29), (3, 31), (4, 30), (5, 31))],
    )
    newest = figures.book(viewer, date(2024, 6, 30), any_engine)
    for made in months.earlier(viewer, newest, ends, any_engine):
        expected = figures.book(viewer, made.on, any_engine)
        shown = expected.facts.drop(columns=list(months.LEFT_OUT))
        pd.testing.assert_frame_equal(made.facts[list(shown.columns)], shown, check_names=False)
        assert made.statistics == expected.statistics
    assert months.earlier(viewer, newest, [], any_engine) == []


def test_x_08_the_history_of_lights_and_scores_is_that_of_each_month(demo_engine: Engine) -> None:
    table, choice = read_units(demo_engine), Choice(CHANGZHI, "changzhi")
    viewer = Viewer("市长", unit_code=CHANGZHI)
    board = standings.standings(viewer, ON, demo_engine, choice, table)
    for month in (board.months[0], board.months[5]):
        then = standings.compared(viewer, month.on, demo_engine, choice, table)
        assert month.colours == {str(unit): str(colour) for unit, colour in then.lights["colour"].items()}
        assert {u: (p.place, p.score) for u, p in month.places.items()} == {
            p.unit: (p.place, p.score) for p in then.places
        }


def test_the_lights_are_those_of_the_preset_of_the_plan_compared(
    demo_engine: Engine, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An operator's own pack of the plan, with Tianjin's preset: growth over last year in the stead of the schedule."""
    import shutil

    from monitor import rules

    shipped = {key: rules.plan(key) for key in ("changzhi",)}
    folder = tmp_path / "rules" / "changzhi"
    shutil.copytree(rules.RULES / "changzhi", folder)
    text = (folder / "plan.yaml").read_text("utf-8")
    (folder / "plan.yaml").write_text(text.replace("district_preset: sanya", "district_preset: tianjin"), "utf-8")
    table, choice = read_units(demo_engine), Choice(CHANGZHI, "changzhi")
    before = standings.compared(HEAD, ON, demo_engine, choice, table)
    monkeypatch.setenv("PALMMAP_HOME", str(tmp_path))
    after = standings.compared(HEAD, ON, demo_engine, choice, table)
    assert shipped["changzhi"].district_preset == "sanya"
    assert {reason.rule for reasons in before.lights["reasons"] for reason in reasons} == {"sanya/district_month"}
    assert {reason.rule for reasons in after.lights["reasons"] for reason in reasons} == {"tianjin/district_growth"}
