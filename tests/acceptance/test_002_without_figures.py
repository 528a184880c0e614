"""002-07, 002-08: what the plan asks for without a figure is counted, shown grey, and never judged."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from monitor.model import Viewer
from monitor.services.items import put
from monitor.terms import Role
from monitor.workflow.items import Item

CITY = {"unit_code": "620200", "year": 2023}
JULY, AUGUST = "2023-07-31", "2023-08-31"
CLERK = Viewer("市工信局填报员", Role.DISTRICT, "620200")


def untold(row: dict[str, Any]) -> tuple[float | None, float | None, float | None]:
    assert (row["target"], row["met"]) == (None, None), "the clause states no figure"
    return row["value"], row["numerator"], row["denominator"]


def test_002_07_funds_issued_are_counted_against_those_planned(fill, figures):
    listed = {**CITY, "lists": ["government_investment"]}
    engine = fill(
        [
            {**listed, "funds": {("central_budget", 2023): (600, 100), ("local_budget", 2023): (200, None)}},
            {**listed, "funds": {("special_bond", 2023): (None, None), ("loan", 2023): (5000, 5000)}},
            {**listed, "funds": {("treasury_bond", 2022): (900, 900)}},
        ]
    )
    assert untold(figures("jiayuguan", JULY)["government_funds_issued"]) == (None, 0.0, 0.0), "nothing was planned"
    with engine.begin() as connection:
        connection.exec_driver_sql("update funding set planned_wan_yuan = 1000 where source != 'local_budget'")
    found = untold(figures("jiayuguan", JULY)["government_funds_issued"])
    assert found == (30.0, 600.0, 2000.0), "not the loan, not last year's, not what was issued without a plan"


def test_002_07_prepared_projects_that_have_started_are_counted(fill, figures):
    prepared = {**CITY, "lists": ["government_investment"], "batch": "prepared", "stage": "preparation"}
    fill([{**prepared, "count": 12}, {**prepared, "started_on": "2023-08-10"}])
    assert untold(figures("jiayuguan", JULY)["government_prepared_started"]) == (0.0, 0.0, 13.0)
    august = figures("jiayuguan", AUGUST)
    assert untold(august["government_prepared_started"]) == (pytest.approx(100 / 13, abs=1e-4), 1.0, 13.0)
    assert (august["government_count.prepared"]["value"], august["government_count.prepared"]["met"]) == (13, True)


def test_002_08_a_prepared_project_is_ready_once_all_its_procedures_are_done(fill, figures):
    prepared = {**CITY, "batch": "prepared", "stage": "preparation", "is_sample": True}
    industrial = {**prepared, "lists": ["industrial_investment"]}
    engine = fill(
        [
            industrial,
            industrial,
            {**prepared, "lists": ["real_estate"], "started_on": "2023-08-20"},
            {**industrial, "batch": "new"},
        ]
    )
    on = date(2023, 7, 1)
    put(CLERK, 1, Item("procedure", "立项", done_on=date(2023, 6, 1)), engine, on=on)
    put(CLERK, 1, Item("procedure", "施工许可", planned_on=date(2023, 8, 31)), engine, on=on)
    put(CLERK, 1, Item("problem", "用地指标不足"), engine, on=on)
    put(CLERK, 4, Item("procedure", "立项", done_on=date(2023, 6, 1)), engine, on=on)
    key = "enterprise_prepared_ready"
    assert untold(figures("jiayuguan", JULY)[key]) == (0.0, 0.0, 3.0), "a permit is out; one has no list"
    permit = Item("procedure", "施工许可", planned_on=date(2023, 8, 31), done_on=date(2023, 8, 15))
    put(CLERK, 1, permit, engine, number=2, on=date(2023, 8, 15))
    assert untold(figures("jiayuguan", AUGUST)[key]) == (pytest.approx(200 / 3, abs=1e-4), 2.0, 3.0)
    assert untold(figures("jiayuguan", JULY)[key]) == (0.0, 0.0, 3.0), "as it was known in July"


def test_002_07_the_page_shows_them_grey_with_their_clause(fill, open_page):
    listed = {**CITY, "lists": ["government_investment"], "batch": "prepared", "stage": "preparation"}
    fill([listed])
    address = {"unit": "620200", "scope": "whole", "plan": "jiayuguan", "as_of": JULY}
    mayor = Viewer("市长", unit_code="620200")
    page = open_page("comparison", mayor, indicator="goals", **address)
    assert not page.exception, page.exception
    rows = [row for row in "".join(sent(page._tree)).split("<tr>") if "预备项目转开工率" in row]
    assert re.sub(r"<[^>]*>", "|", rows[0]).count("条款未定数") == 1
    assert 'class="palmmap-light grey"' in rows[0]
    why = "".join(sent(open_page("comparison", mayor, indicator="government_prepared_started", **address)._tree))
    assert "条款未定数\uff0c只列数、不判断" in why
    assert "预备项目13项\uff0c总投资8.5亿元" in why


def test_002_05_a_quarter_is_not_missed_before_it_has_ended(fill, figures):
    new = {**CITY, "lists": ["provincial_key"], "batch": "new"}
    fill([{**new, "reports": {5: 4000, 6: 4000}}])
    for day, met in (("2023-05-31", None), ("2023-06-30", False)):
        found = figures("jiayuguan", day)
        assert (found["key_new_quarter"]["met"], found["key_new_starts"]["met"]) == (met, met)


def sent(block: Any) -> Iterator[str]:
    for child in block.children.values():
        if hasattr(child, "children"):
            yield from sent(child)
        body = getattr(getattr(child, "proto", None), "body", "")
        yield body if isinstance(body, str) else ""


@pytest.mark.parametrize(("plan", "unit"), [("henan", "410000"), ("changzhi", "140400"), ("yuqing", "520329")])
def test_x_01_every_plan_shows_all_its_indicators(fill, open_page, plan: str, unit: str):
    """Also those whose value is a word: weights of a score, fields of a list."""
    fill([{"unit_code": unit}])
    address = {"unit": unit, "scope": "whole", "plan": plan, "indicator": "goals", "as_of": "2024-07-31"}
    page = open_page("comparison", Viewer("领导", unit_code=unit), **address)
    assert not page.exception, page.exception
    assert [error.value for error in page.error] == []
    assert "".join(sent(page._tree)).count("条款未定数") >= (plan != "changzhi")
