"""002-04, 002-05, 002-06: a list's own quarters on the page, from the year to the day, with gap, catch-up and check."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from monitor.model import Viewer
from monitor.queries import map_data
from monitor.queries.situation import situation
from monitor.rules import RULES

CITY = Viewer("市发展改革委", unit_code="620200")
LISTED = {"unit_code": "620200", "year": 2023, "lists": ["provincial_key"]}
AUGUST = "2023-08-31"
CONTINUED = "jiayuguan/key_continued_quarter"
Open = Callable[..., AppTest]


@pytest.fixture
def lists(open_page: Open) -> Callable[..., str]:
    """Words of the city's page, its lists first, with one of them chosen; cells of tables stand between bars."""

    def show(on: str, chosen: str) -> str:
        asked = {"unit": "620200", "scope": "whole", "indicator": "lists", "plan": "changzhi", "as_of": on}
        page = open_page("comparison", CITY, **asked)
        assert not page.exception, page.exception
        page.selectbox(key="list_620200").set_value(chosen).run()
        assert not page.exception, page.exception
        return "|".join(cells(page))

    return show


def cells(page: AppTest) -> Iterator[str]:
    for body in sent(page._tree):
        for text in re.split(r"<[^>]*>", body):
            if text.strip():
                yield text.strip()


def sent(block: Any) -> Iterator[str]:
    for child in block.children.values():
        if hasattr(child, "children"):
            yield from sent(child)
        proto = getattr(child, "proto", None)
        body = getattr(proto, "body", "") or getattr(getattr(proto, "markdown", None), "body", "")
        yield body if isinstance(body, str) else ""


def test_002_04_a_list_shows_its_own_quarters_down_to_the_day(fill, lists) -> None:
    continued = {**LISTED, "batch": "continued"}
    fill(
        [
            {**continued, "reports": {3: 12_000, 6: 70_000, 8: 100_000}},
            {**continued, "count": 16},
            {**LISTED, "batch": "new", "reports": {8: 5_000}},
        ]
    )
    said = lists(AUGUST, CONTINUED)
    assert "全省重点投资项目\uff08续建\uff09|19.6|1.3|6.3|8.2|3.8|15.8|10|5.8" in said, "the list's row, 亿元"
    assert "全省重点投资项目|57|1.55|10.5|22.95|22|35|10.5|24.5" in said, "the sum of its two batches"
    assert "一季度|13,000|方案写明|12,000|92.3%|13,000|12,000|1,000" in said
    assert "二季度|63,000|方案写明|58,000|92.1%|76,000|70,000|6,000" in said
    assert "三季度|82,000|方案写明|30,000|36.6%|158,000|100,000|58,000" in said
    assert "四季度|38,000|方案写明|\u2014|\u2014|196,000|\u2014|\u2014" in said, "what lies ahead has nothing done"
    assert "年|1月1日至12月31日|196,000|196,000|96,000|" in said
    assert "季|7月1日至9月30日|82,000|158,000|58,000|48,000" in said, "96,000 in the two quarters that are left"
    assert "月|8月1日至8月31日|27,333.33|130,666.67|30,666.67|24,000" in said, "the quarter's figure, not the year's"
    assert "日|8月31日至8月31日|881.72|130,666.67|30,666.67|786.89" in said, "96,000 over 122 days"
    assert "二\uff08二\uff09持续推进全省重点投资项目" in said, "the clause"


def test_002_05_starts_by_quarter_stand_beside_the_investment(fill, lists) -> None:
    new = {**LISTED, "batch": "new", "stage": "preparation"}
    fill([{**new, "started_on": "2023-05-01", "count": 9}, {**new, "started_on": "2023-08-01", "count": 3}, new])
    said = lists(AUGUST, "jiayuguan/key_new_quarter")
    assert "一季度|0|0|0|0|0" in said
    assert "二季度|10|9|10|9|1" in said
    assert "三季度|11|3|21|12|9" in said
    assert "四季度|6|\u2014|27|\u2014|\u2014" in said
    assert "三季度|147,500|方案写明|" in said


@pytest.mark.parametrize("more", [0, 1000])
def test_002_06_the_quarters_are_checked_against_the_lists_own_projects(fill, lists, more: int) -> None:
    sponsored = {"unit_code": "620200", "year": 2023, "lists": ["sponsor"]}
    targets = {3: 126_000, 6: 780_000, 9: 1_237_000 + more, 12: 1_571_000}
    fill([{**sponsored, "plan": 1_571_000, "targets": targets}])
    said = lists(AUGUST, "jiayuguan/sponsor_quarter")
    told = "截至9月方案目标 1237000 万元\uff0c清单内 1 个项目的计划合计 1238000 万元\uff0c相差 1000 万元\uff0c请核对。"
    assert (told in said) == bool(more), "12.6, 65.4, 45.7, 33.4"
    assert "截至6月方案目标" not in said


def test_002_04_quarters_that_miss_the_years_figure_are_named_on_the_page(fill, lists, tmp_path: Path) -> None:
    """The operator's own file states 1.1 for the first quarter; 19.6 for the year stands in another rule."""
    text = (RULES / "jiayuguan" / "key_continued_quarter.yaml").read_text("utf-8")
    changed = text.replace("[1.3,", "[1.1,").replace("total: 19.6", "total: 19.4").replace(": 6500.0", ": 5500.0")
    folder = tmp_path / "rules" / "jiayuguan"
    folder.mkdir(parents=True)
    (folder / "key_continued_quarter.yaml").write_text(changed, encoding="utf-8")
    fill([{**LISTED, "batch": "continued"}])
    said = lists(AUGUST, CONTINUED)
    assert "合计 194000 万元\uff0c与年度目标 196000 万元相差 -2000 万元\uff0c请核对。" in said
    assert "一季度|11,000|方案写明" in said


@pytest.mark.parametrize("more", [0, 1000])
def test_002_03_without_quarters_the_projects_months_are_taken_where_they_add_up(fill, lists, more: int) -> None:
    major = {"unit_code": "620200", "year": 2023, "lists": ["provincial_major"], "batch": "continued"}
    months = {month: 10_000 * month for month in range(1, 12)}
    fill([{**major, "plan": 354_000 + more, "targets": {**months, 12: 354_000 + more}, "reports": {6: 50_000}}])
    said = lists("2023-06-30", "jiayuguan/major_continued")
    assert "力争 37.6 亿元" in said
    if more:
        assert "二季度|88,500|按时间均分|50,000|" in said, "355,000 is not what the plan states"
        assert "截至12月方案目标 354000 万元" in said
    else:
        assert "二季度|30,000|项目月度计划|50,000|166.7%|60,000|50,000|10,000" in said


def test_002_06_the_map_shows_what_each_list_lacks_to_whom_it_may(fill, tmp_path: Path) -> None:
    engine = fill([{**LISTED, "batch": "continued", "reports": {8: 100_000}}])
    day = date.fromisoformat(AUGUST)

    def goals(viewer: Viewer, on: date = day) -> dict[str, list[dict[str, object]]]:
        return map_data.sites(viewer, on, situation(viewer, on, engine), engine)["goals"]

    (city,) = goals(CITY).values()
    assert {row["name"]: (row["due"], row["done"]) for row in city} == {
        "全省重点投资项目": (350_000, 100_000),
        "全省重点投资项目\uff08续建\uff09": (158_000, 100_000),
        "全省重点投资项目\uff08新建\uff09": (192_000, 0),
        "市级领导包抓项目": (1_237_000, 0),
    }
    assert goals(Viewer("省领导", unit_code="620000")) == {"620200": city}
    assert goals(Viewer("余庆县", unit_code="520329")) == {}
    assert goals(CITY, date(2024, 8, 31)) == {}, "the plan is of 2023"
    folder = tmp_path / "rules" / "jiayuguan"
    folder.mkdir(parents=True)
    text = (RULES / "jiayuguan" / "key_investment.yaml").read_text("utf-8")
    (folder / "key_investment.yaml").write_text(text.replace("continued: 19.6", "continued: 19.5"), encoding="utf-8")
    assert goals(CITY) == {}, "57 is not 19.5 + 37.4: the plan's page says so, and the map is there without it"
