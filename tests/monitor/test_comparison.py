"""区县比较: who is compared, by which rule, promised against delivered, and that the method can be checked."""

from datetime import date

import pandas as pd
import pytest
from sqlalchemy import Engine

from monitor import indicators, rules
from monitor.errors import NotFound
from monitor.indicators import Book, attainment_pct
from monitor.indicators.consequences import hits
from monitor.model import NATION
from monitor.queries import comparison
from monitor.queries.comparison import Choice, Comparison, compare
from monitor.queries.district_lights import unit_sums
from monitor.queries.map_districts import units as read_units
from monitor.rules import example_facts

ON = date(2024, 6, 30)
LANSHAN, ZONE, HEDONG = "371302", "371302-z1", "371312"


@pytest.fixture
def units() -> pd.DataFrame:
    """兰山区 with its zone, 河东区, their city with its 市直 bucket, and the province."""
    rows = [
        ("370000", "山东省", "province", None),
        ("371300", "临沂市", "city", "370000"),
        ("371300-b", "临沂市市直", "bucket", "371300"),
        (LANSHAN, "兰山区", "county", "371300"),
        (ZONE, "兰山经济开发区", "zone", LANSHAN),
        (HEDONG, "河东区", "county", "371300"),
    ]
    return pd.DataFrame(rows, columns=["code", "name", "kind", "parent_code"]).set_index("code")


def project(
    unit: str, done: float, due: float, started: str | None = "2024-03-01", **stated: object
) -> dict[str, object]:
    base = {"batch": "new", "planned_start_on": "2024-03-01", "stage": "preparation", "annual_plan_wan_yuan": 100}
    return (
        base
        | {
            "unit_code": unit,
            "city_code": "371300",
            "year_investment_wan_yuan": done,
            "due_by_report_wan_yuan": due,
            "started_on": started,
        }
        | stated
    )


def known_of(projects: list[dict[str, object]], on: date = ON) -> Book:
    facts = example_facts(projects).assign(base_investment_wan_yuan=float("nan"))
    facts["name"] = [f"项目{number}" for number in facts.index]
    return Book(facts, on, {})


PROJECTS = [
    project(LANSHAN, 45, 50),
    project(LANSHAN, 0, 50, None),
    project(ZONE, 50, 50),
    project(HEDONG, 60, 50),
    project("371300-b", 20, 50, None),
]
COUNTS = pd.Series({LANSHAN: 2, ZONE: 1, HEDONG: 1, "371300-b": 1})


def ranked(known: Book, units: pd.DataFrame, choice: Choice) -> Comparison:
    """Of a month without reports in the month before."""
    return compare(known, unit_sums(known.facts.iloc[:0]), units, choice)


def made(units: pd.DataFrame, plan: str = "lanshan", parent: str = "371300", by: str = "district") -> Comparison:
    return ranked(known_of(PROJECTS), units, Choice(parent, plan, by))


def test_x_06_ranks_zones_and_the_city_bucket_beside_districts_and_ties_share_a_place(units: pd.DataFrame) -> None:
    places = {place.unit: (place.place, place.score) for place in made(units).places}
    assert places == {HEDONG: (1, 100.0), ZONE: (1, 100.0), LANSHAN: (3, 47.5), "371300-b": (4, 20.0)}


def test_x_06_shows_what_was_promised_and_what_was_delivered(units: pd.DataFrame) -> None:
    amounts = made(units).amounts
    columns = ["promised_wan_yuan", "due_wan_yuan", "delivered_wan_yuan", "projects"]
    assert amounts.loc[LANSHAN, columns].tolist() == [200, 100, 45, 2]


def test_x_06_the_method_can_be_checked_from_the_inputs(units: pd.DataFrame) -> None:
    """Scores worked out anew from the sheet of contributions are the scores of the ranking."""
    found = made(units)
    sums = comparison.inputs(known_of(PROJECTS), found).groupby("unit").sum(numeric_only=True)
    for place in found.places:
        parts = [part for part in place.parts if part.key in ("promise_start", "promise_investment")]
        again = [
            min(
                100.0,
                100 * sums.loc[place.unit, f"{part.key}.numerator"] / sums.loc[place.unit, f"{part.key}.denominator"],
            )
            for part in parts
        ]
        assert again == pytest.approx([attainment_pct(part) for part in parts])
        assert place.score == pytest.approx(sum(again) / 2, abs=0.05)


def test_004_11_promises_are_the_denominator_and_deliveries_the_numerator(units: pd.DataFrame) -> None:
    found = made(units)
    parts = {part.key: part for place in found.places if place.unit == LANSHAN for part in place.parts}
    assert (parts["promise_start"].numerator, parts["promise_start"].denominator) == (1, 2)
    assert parts["promise_start"].denominator_projects == (), "a ranking that everyone sees holds no project"
    own = comparison.of_unit(known_of(PROJECTS), "district", LANSHAN)
    figures = {value.key: value for value in indicators.evaluate(own, found.parts)[indicators.AREA]}
    assert figures["promise_start"].numerator_projects == (1,)
    assert figures["promise_start"].denominator_projects == (1, 2)
    assert (parts["promise_investment"].numerator, parts["promise_investment"].denominator) == (45, 100)
    assert parts["promise_problems"].value is None
    assert parts["promise_problems"].na_reason


def test_000_25_the_heads_of_the_last_units_speak_and_the_first_are_praised(units: pd.DataFrame) -> None:
    renamed = units.rename(index={"371300": "140400"}).replace({"parent_code": {"371300": "140400"}})
    projects = [project(f"14040{n}", 10 * n, 50, library="annual") for n in range(1, 8)]
    known = known_of(projects)
    counties = pd.DataFrame(
        {"name": "县", "kind": "county", "parent_code": "140400"}, index=[f"14040{n}" for n in range(1, 8)]
    )
    found = ranked(known, pd.concat([renamed, counties]), Choice("140400", "changzhi"))
    reached = hits(rules.pack("changzhi"), found.places, counties["kind"].to_dict(), ON)
    said = {key: {hit.unit[-1] for hit in reached if hit.rule.key == key} for key in ("speech", "praise")}
    assert said == {"speech": {"1", "2"}, "praise": set("567")}


def test_a_city_can_be_compared_as_a_whole(units: pd.DataFrame) -> None:
    assert [place.unit for place in made(units, parent="370000", by="city").places] == ["371300"]


def test_no_ranking_rule_on_the_day_is_a_refusal(units: pd.DataFrame) -> None:
    with pytest.raises(NotFound) as refused:
        made(units, plan="jiayuguan")
    assert refused.value.code == "rules.no_ranking"


def test_parents_above_and_below_the_viewers_unit_are_offered(units: pd.DataFrame) -> None:
    assert comparison.parents(COUNTS, units, NATION).to_dict() == {"370000": 5, "371300": 5}
    assert comparison.parents(COUNTS, units, LANSHAN).to_dict() == {"370000": 5, "371300": 5}
    assert comparison.parents(COUNTS, units, "140403").to_dict() == {"140403": 5}, "of another province: its own alone"
    assert comparison.default_parent(comparison.parents(COUNTS, units, NATION), units) == "370000"
    assert comparison.default_parent(comparison.parents(COUNTS, units, "371300"), units, ZONE, "371300") == "371300"
    own = comparison.parents(COUNTS, units, HEDONG)
    assert comparison.default_parent(own, units, within=HEDONG) == "371300", "the lowest that holds his neighbours"


def test_a_unit_alone_is_compared_within_the_area_of_its_plan(engine: Engine) -> None:
    """The address of a district card names a unit and nothing else."""
    table = read_units(engine)
    offered = pd.Series({"140000": 9, "140400": 5, "410000": 8, "410100": 4, "350000": 2})
    assert comparison.default_parent(offered, table, "140427") == "140400"
    assert comparison.default_parent(offered, table, "410122") == "410000"
    assert comparison.default_parent(offered, table, "350102") == "350000"


def test_a_plan_is_the_default_where_it_governs(engine: Engine) -> None:
    table = read_units(engine)
    assert comparison.default_plan("140400", ON, table) == "changzhi"
    assert comparison.default_plan("410100", ON, table) == "henan"
    assert comparison.default_plan("110000", ON, table) == "lanshan"
