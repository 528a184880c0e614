"""区县比较 page: everyone sees the ranking, a district head the projects and the consequences of his own unit only."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import pytest
import streamlit as st
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from monitor import store
from monitor.model import Viewer
from monitor.queries import standings
from monitor.services.statistics import enter
from monitor.settings import ROOT
from monitor.tables import AnnualPlan, Project, Report
from monitor.terms import Role
from monitor.ui import warming

CHANGZHI, OWN, OTHER = "140400", "140403", "140426"
DONE = {OWN: 75, "140404": 70, "140405": 60, "140423": 50, "140425": 40, OTHER: 10}
DAY = "2024-10-31"
Open = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def ranked(engine: Engine) -> None:
    """Six counties of Changzhi with one project each, reported to September."""
    known = datetime.fromisoformat("2024-01-02")
    with store.transaction(engine) as session:
        for number, (unit, done) in enumerate(DONE.items(), start=1):
            held = {"stage": "implementation", "library": "annual", "created_at": known, "updated_at": known}
            code = f"2401-{unit}-04-01-{number:06}"
            session.add(Project(id=number, name=secret(unit), code=code, unit_code=unit, **held))
            session.flush()
            plan = {"year": 2024, "revision": 1, "investment_wan_yuan": 100, "recorded_at": known}
            session.add(AnnualPlan(project_id=number, **plan))
            for month in (8, 9):
                report = {"year": 2024, "month": month, "revision": 1, "reported_by": "测试"}
                at = datetime.combine(date(2024, month, 28), datetime.min.time())
                session.add(Report(project_id=number, year_investment_wan_yuan=done, reported_at=at, **report))


def secret(unit: str) -> str:
    return f"{unit}某某厂房扩建工程"


def sent(block: Any) -> Iterator[bytes]:
    """Everything that a page sends to the browser."""
    for child in block.children.values():
        if hasattr(child, "children"):
            yield from sent(child)
        proto = getattr(child, "proto", None)
        if proto is not None:
            yield proto.SerializeToString()


def content(page: AppTest) -> bytes:
    assert not page.exception, page.exception
    return b"\n".join(sent(page._tree))


@pytest.mark.parametrize("address", [{}, {"unit": OWN}, {"unit": OTHER}, {"unit": OTHER, "indicator": "promised"},
                                     {"unit": OTHER, "indicator": "schedule_attainment"}])  # fmt: skip
def test_x_06_no_project_of_another_district_reaches_a_heads_browser(open_page: Open, address: dict[str, str]) -> None:
    page = open_page("comparison", Viewer("区长", Role.DISTRICT, OWN), as_of=DAY, **address)
    said = content(page)
    for unit in DONE:
        assert (secret(unit).encode() in said) == (unit == OWN and address.get("unit") == OWN)
        assert f"2401-{unit}".encode() not in said
    assert "季度通报排名".encode() in said
    if not address:
        assert "黎城县".encode() in said, "his neighbours are ranked beside him"


def test_x_06_a_mayor_sees_the_projects_behind_a_number_and_decides(open_page: Open) -> None:
    mayor = Viewer("王市长", unit_code=CHANGZHI)
    said = content(open_page("comparison", mayor, as_of=DAY, unit=OTHER, indicator="schedule_attainment"))
    assert secret(OTHER).encode() in said
    assert "序时目标进度".encode() in said, "the clause"
    page = open_page("comparison", mayor, as_of=DAY)
    page.selectbox(key="consequence_rule").set_value("changzhi/speech").run()
    note = next(field for field in page.text_input if "changzhi/speech" in (field.key or ""))
    note.set_value("三季度通报会上发言").run()
    next(button for button in page.button if button.label == "确认执行").click().run()
    said = content(page)
    assert "三季度通报会上发言".encode() in said
    assert "已确认".encode() in said


def test_x_01_the_plans_own_targets_stand_on_the_card_of_its_area(open_page: Open) -> None:
    mayor = Viewer("王市长", unit_code=CHANGZHI)
    page = open_page("comparison", mayor, as_of=DAY, unit=CHANGZHI, scope="whole", indicator="goals")
    said = content(page)
    assert "全域".encode() in said
    assert "储备项目开工转化率".encode() in said, "an indicator of the plan that the ranking does not weigh"
    assert f"unit={CHANGZHI}".encode() in said
    why = content(
        open_page("comparison", mayor, as_of=DAY, unit=CHANGZHI, scope="whole", indicator="schedule_attainment")
    )
    assert f"{sum(DONE.values())} 万元".encode() in why, "the sum of all six districts"
    assert secret(OTHER).encode() in why


def test_x_06_a_head_does_not_get_the_projects_of_the_whole_area(open_page: Open) -> None:
    head = Viewer("区长", Role.DISTRICT, OWN)
    said = content(open_page("comparison", head, as_of=DAY, unit=CHANGZHI, scope="whole", indicator="promised"))
    assert not [unit for unit in DONE if secret(unit).encode() in said]


def test_000_25_a_decision_without_a_note_is_refused_on_the_page(open_page: Open) -> None:
    page = open_page("comparison", Viewer("王市长", unit_code=CHANGZHI), as_of=DAY)
    next(button for button in page.button if button.label == "确认执行").click().run()
    assert ["请写明决定的理由或说明" in error.value for error in page.error] == [True]


def test_a_head_has_no_form_to_decide(open_page: Open) -> None:
    page = open_page("comparison", Viewer("县长", Role.DISTRICT, OTHER), as_of=DAY)
    assert [button for button in page.button if button.label == "确认执行"] == []
    said = content(page)
    assert "表态发言".encode() in said
    assert "平顺县".encode() in said


def test_the_months_stand_without_a_switch(open_page: Open) -> None:
    page = open_page("comparison", Viewer("王市长", unit_code=CHANGZHI), as_of=DAY)
    said = content(page)
    assert said.count(b"<header><b>") == len(DONE)
    assert f"unit={OTHER}".encode() in said, "a card leads to its unit"
    assert not page.toggle


def test_what_was_warmed_is_not_worked_out_again(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    mayor = Viewer("王市长", unit_code=CHANGZHI)
    open_page("comparison", mayor)
    asked = []
    books = standings.books
    monkeypatch.setattr(standings, "books", lambda *said: asked.append(said) or books(*said))
    st.cache_resource.clear()
    warming.comparison(mayor)
    assert len(asked) == 1
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert "季度通报排名".encode() in content(page)
    assert len(asked) == 1


def test_place_and_score_of_a_consequence_lead_to_how_they_came_about(open_page: Open) -> None:
    mayor = Viewer("王市长", unit_code=CHANGZHI)
    said = content(open_page("comparison", mayor, as_of=DAY))
    origin = (
        f"parent={CHANGZHI}&amp;plan=changzhi&amp;by=district&amp;unit={OTHER}&amp;indicator=score&amp;as_of=2024-09-30"
    )
    assert said.count(f'href="?{origin}"'.encode()) >= 3, "unit, place and score"
    query = dict(pair.split("=") for pair in origin.split("&amp;"))
    page = open_page("comparison", mayor, **query)
    assert page.subheader[0].value == "得分构成"


def test_x_01_every_sum_of_a_unit_says_its_formula_and_lists_its_projects(open_page: Open) -> None:
    mayor = Viewer("王市长", unit_code=CHANGZHI)
    page = open_page("comparison", mayor, as_of=DAY, unit=OTHER, indicator="completion")
    assert page.subheader[0].value == "承诺与兑现"
    assert [tab.label[:4] for tab in page.tabs[:3]] == ["全年承诺", "实际完成", "至今应完"], (
        "numerator and denominator first"
    )
    said = content(page).decode(errors="replace")
    for words in ("实际完成 ÷ 全年承诺", "实际完成 ÷ 至今应完成", "各项目本年度计划投资之和", secret(OTHER)):
        assert words in said


def test_an_entered_statistic_says_where_it_comes_from(open_page: Open, engine: Engine) -> None:
    figure = {"unit_code": OTHER, "key": "fai_growth_pct", "year": "2024", "month": "9", "value": "8.1"}
    enter([{**figure, "source": "长治统计月报2024年第9期 第2页"}], "王统计", engine)
    mayor = Viewer("王市长", unit_code=CHANGZHI)
    said = content(open_page("comparison", mayor, as_of=DAY, unit=OTHER, indicator="fai_above_gdp")).decode(
        errors="replace"
    )
    for words in ("长治统计月报2024年第9期 第2页", "王统计", "2024年1至9月"):
        assert words in said


def test_001_16_a_unit_shows_its_targets_down_to_the_day_with_gap_and_catch_up(open_page: Open) -> None:
    mayor = Viewer("王市长", unit_code=CHANGZHI)
    page = open_page("comparison", mayor, as_of=DAY, unit=OTHER, indicator="targets")
    assert page.subheader[0].value == "目标分解"
    said = content(page).decode(errors="replace")
    figures = (">日</td>", '<td class="n">73.33</td>', '<td class="n">45</td>')
    for words in ("追赶：每期需完成", "以天保周", "剩余期数", *figures):
        assert words in said, words
    neighbour = content(open_page("comparison", Viewer("区长", Role.DISTRICT, OWN), as_of=DAY, unit=OTHER))
    assert "追赶".encode() not in neighbour
