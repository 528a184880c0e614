"""The inspector's page and its printable sheet over a small store; the pictures themselves are tested in a browser."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import shapely
import streamlit as st
from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from geo.heights import METHOD
from geo.sample_scenes import Look, make_scenes
from monitor import store
from monitor.model import Viewer
from monitor.queries.imagery import ProjectImagery, project_imagery
from monitor.queries.situation import situation
from monitor.services.decisions import Decision, decide
from monitor.services.scenes import import_scenes
from monitor.tables import Inspection, ProjectFootprint, Scene
from monitor.terms import ImageryDecision, Role
from monitor.ui import inspection, inspection_chart, inspection_map
from monitor.web import inspection_sheet
from monitor.web.access import LOCAL

OpenPage = Callable[..., AppTest]
AS_OF = date(2024, 10, 31)
INSPECTOR = Viewer("张核查", Role.INSPECTOR)
DAYS = ("2023-11-05", "2024-04-20", "2024-10-08")
FIGURE = {
    "key": "bare",
    "label": "裸土及开挖面",
    "before_pct": 10.0,
    "after_pct": 61.4,
    "ring_change_pct": 2.0,
    "net_pct": 49.4,
    "net_m2": 238_256.0,
    "method": "redness over neutral ground (Mathieu 1998)",
}


def scene(number: int, day: str) -> Scene:
    digest = f"{number:064x}"
    return Scene(
        id=digest[-16:],
        taken_at=datetime.fromisoformat(day + "T03:00:00"),
        bands=["red", "green", "blue"],
        bands_assumed=False,
        scale=1 / 255,
        offset=0.0,
        gsd_m=2.0,
        crs="EPSG:32648",
        west=107.8,
        south=27.1,
        east=108.0,
        north=27.3,
        sha256=digest,
        path=f"scenes/{number}.tif",
        source=f"{number}.tif",
        description="示例影像",
        is_sample=True,
        imported_by="本机用户",
        imported_at=datetime.fromisoformat(day + "T09:00:00"),
    )


def inspected(project_id: int, scenes: list[Scene], **stated: Any) -> Inspection:
    before, after = scenes[0], scenes[-1]
    looks = [
        {
            "on": day,
            "clear_pct": 20.0 if place == 1 else 98.0,
            "open_share": 0.1 * place,
            "activity_score": None if place < 2 else 0.91,
            "stage": "untouched" if place < 2 else "earthwork",
        }
        for place, day in enumerate(DAYS)
    ]
    held = {
        "key": "k" * 64,
        "site": shapely.to_wkb(shapely.box(107.88, 27.22, 107.89, 27.23)),
        "site_kind": "footprint",
        "site_m2": 482_300.0,
        "gsd_m": 2.0,
        "finding": "behind",
        "activity_score": 0.91,
        "confidence": 0.88,
        "abstained": False,
        "stage": "earthwork",
        "clear_pct": 97.0,
        "reported_pct": 77.0,
        "reported_start_on": date(2024, 3, 1),
        "onset": {"on": "2024-05-01", "after_on": "2023-11-05", "before_on": "2024-10-08", "chance": 0.01, "step": 0.3},
        "evidence": [FIGURE],
        "looks": looks,
        "reasons": [{"code": "verdict.works_visible", "params": {"score_pct": 91, "stage": "earthwork"}}],
        "scenes": [
            {"id": one.id, "sha256": one.sha256, "taken_on": day} for one, day in zip(scenes, DAYS, strict=True)
        ],
        "model_version": "activity-test",
        "made_at": datetime.fromisoformat("2024-10-09T03:00:00"),
        "made_by": "本机用户",
    }
    days = {"before_on": date.fromisoformat(DAYS[0]), "after_on": date.fromisoformat(DAYS[-1])}
    return Inspection(project_id=project_id, before_id=before.id, after_id=after.id, **days, **(held | stated))


@pytest.fixture
def site(engine: Engine, projects: list[int]) -> int:
    """The full project, with three scenes and an inspection that finds it behind its report."""
    with store.transaction(engine) as session:
        scenes = [scene(number, day) for number, day in enumerate(DAYS, start=1)]
        session.add_all(scenes)
        session.flush()
        session.add(inspected(projects[0], scenes))
    return projects[0]


def imagery_of(engine: Engine, project_id: int) -> ProjectImagery:
    return project_imagery(INSPECTOR, project_id, AS_OF, engine)


def said(page: AppTest) -> str:
    assert not page.exception, page.exception
    markdown = "\n".join(found.value for found in (*page.markdown, *page.caption))
    return "\n".join([markdown, *(found.proto.body for found in page.get("html"))])


def test_without_imagery_the_page_says_what_to_do(open_page: OpenPage, projects: list[int]) -> None:
    words = said(open_page("inspection", as_of="2024-10-31"))
    for part in ("还没有可核查的影像", "palmmap import scenes", "palmmap inspect-all", "导入"):
        assert part in words


def test_a_site_without_imagery_says_what_is_missing(open_page: OpenPage, projects: list[int]) -> None:
    assert "还没有影像" in said(open_page("inspection", as_of="2024-10-31", project=str(projects[0])))
    assert "影像无从对照" in said(open_page("inspection", as_of="2024-10-31", project=str(projects[2])))


def test_the_queue_shows_finding_money_and_pictures(open_page: OpenPage, site: int) -> None:
    page = open_page("inspection", as_of="2024-10-31")
    assert "共 **1** 处" in said(page)
    row = page.dataframe[0].value.loc[site]
    assert row["研判结论"] == "慢于填报"
    assert row["把握"] == 88
    assert row["影像日期"] == "2024-10-08"
    assert row["总投资（万元）"] == 36_000
    assert row["后"].endswith("/after.jpg")
    assert 0 < row["优先度"] <= 100
    product = row["可疑程度"] * row["投资系数"] * row["时间系数"]
    assert row["优先度"] == pytest.approx(100 * product, abs=0.06)
    for part in ("慢于填报 0.9", "1,000 万元", "100 亿元", "90 天", "河南省"):
        assert part in said(page), part


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ({"finding": "ahead"}, 0),
        ({"finding": "behind,ahead"}, 1),
        ({"state": "decided"}, 0),
        ({"state": "all"}, 1),
        ({"unit": "371300"}, 0),
        ({"least": "50000"}, 0),
        ({"text": "污水"}, 1),
    ],
)
def test_filters_come_from_the_address(open_page: OpenPage, site: int, query: dict[str, str], left: int) -> None:
    page = open_page("inspection", as_of="2024-10-31", **query)
    assert f"共 **{left}** 处" in said(page)
    assert ("没有符合条件的地块" in said(page)) == (left == 0)


def test_a_filter_goes_into_the_address(open_page: OpenPage, site: int) -> None:
    page = open_page("inspection", as_of="2024-10-31")
    page.text_input(key="queue_text").set_value("无此项目").run()
    assert page.query_params["text"] == "无此项目"
    assert "共 **0** 处" in said(page)
    page.button[0].click().run()
    assert "text" not in page.query_params
    assert "共 **1** 处" in said(page)


def test_a_site_says_verdict_figures_and_report_side_by_side(open_page: OpenPage, site: int) -> None:
    words = said(open_page("inspection", as_of="2024-10-31", project=str(site)))
    assert "余庆县城区污水处理厂提标扩能工程" in words
    assert "队列第 1 / 1 处" in words
    assert "把握 88%，施工可能性 91%" in words
    assert "净变化 +49.4 个百分点，约 238,256 平方米" in words
    assert "Mathieu 1998" in words
    assert "2023-11-05 至 2024-10-08 之间动工" in words
    assert "已报 2024-03-01 开工" in words
    assert "77%" in words
    assert "activity-test" in words
    assert f"{1:064x}" in words


def test_heights_are_said_in_metres_and_cubic_metres(open_page: OpenPage, engine: Engine, site: int) -> None:
    volumes = {"net_m": -1.3, "cut_m3": 80_000.4, "fill_m3": 30_000.0, "detected_m": 0.2}
    height = {**FIGURE, **volumes, "key": "height", "label": "高程变化", "method": METHOD}
    with store.transaction(engine) as session:
        session.query(Inspection).update({"evidence": [FIGURE, height]})
    words = said(open_page("inspection", as_of="2024-10-31", project=str(site)))
    for part in ("高程变化 平均 -1.3 米", "80,000 立方米", "30,000 立方米", "Wheaton 2010", "/height.jpg"):
        assert part in words, part


def test_without_sign_in_the_name_is_asked_once_and_marked(
    open_page: OpenPage, engine: Engine, site: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(st.context), "cookies", {})  # the simulated page has no browser
    page = open_page("inspection", LOCAL, as_of="2024-10-31", project=str(site))
    page.button(key="decide_refly").click().run()
    assert "\u672a\u7ecf\u767b\u5f55\u6838\u9a8c" in said(page)
    answer(page, "decide_refly", "decision_note_refly", "\u4e91")
    assert "\u59d3\u540d" in page.error[0].value
    assert imagery_of(engine, site).decisions == ()
    page.text_input(key="decision_name_refly").set_value(" \u6b27\u9633\u5efa\u56fd ")
    answer(page, "decide_refly", "decision_note_refly", "\u4e91")
    assert imagery_of(engine, site).decisions[0]["signed_by"] == "\u6b27\u9633\u5efa\u56fd"
    words = said(page)
    assert words.count("\u6b27\u9633\u5efa\u56fd\uff08\u81ea\u62a5\u59d3\u540d") == 2
    assert "palmmap_signer=%E6%AC%A7" in words
    page.button(key="decide_explain").click().run()
    assert page.text_input(key="decision_name_explain").value == "\u6b27\u9633\u5efa\u56fd"


def test_who_has_signed_in_is_not_asked_for_a_name(open_page: OpenPage, site: int) -> None:
    page = open_page("inspection", INSPECTOR, as_of="2024-10-31", project=str(site))
    page.button(key="decide_refly").click().run()
    assert not page.text_input
    assert "\u6838\u67e5\u4eba \u5f20\u6838\u67e5" in said(page)


@pytest.fixture
def lonely(engine: Engine, projects: list[int], tmp_path: Path) -> int:
    """A project whose site one image shows, imported as real ones are."""
    outline = shapely.Polygon([(107.88, 27.22), (107.884, 27.22), (107.884, 27.224), (107.88, 27.224)])
    with store.transaction(engine) as session:
        row = session.query(ProjectFootprint).filter_by(project_id=projects[0]).one()
        row.geometry = shapely.to_wkb(outline)
    make_scenes(
        outline, [Look(date(2024, 5, 8), 0.5, 0.1, 0.3, 0.0)], tmp_path, name="one", gsd_m=5.0, seed=1, description="x"
    )
    import_scenes(INSPECTOR, tmp_path, engine)
    return projects[0]


def test_a_site_with_one_date_shows_it_and_says_what_is_needed(
    open_page: OpenPage, engine: Engine, lonely: int
) -> None:
    page = open_page("inspection", INSPECTOR, as_of="2024-10-31", project=str(lonely))
    words = said(page)
    assert "\u53ea\u6709 2024\u5e745\u67088\u65e5 \u4e00\u4e2a\u65e5\u671f" in words
    for part in ("2024-05-08", "5 \u7c73", "100%", "palmmap inspect-all", "\u6682\u4e0d\u80fd\u5904\u7406"):
        assert part in words, part
    assert not [one for one in page.button if one.key and one.key.startswith("decide_")]
    told = inspection_map.options(imagery_of(engine, lonely), None)
    assert [one["on"] for one in told["scenes"]] == ["2024-05-08"]
    assert (told["before"], told["after"], told["scenes"][0]["judged"]) == (None, None, False)


def test_a_conclusion_on_a_rejected_picture_says_so(open_page: OpenPage, engine: Engine, site: int) -> None:
    newest = imagery_of(engine, site).inspections[0]["id"]
    decide(INSPECTOR, newest, Decision(ImageryDecision.REJECT, "\u4e91"), engine, AS_OF)
    page = open_page("inspection", INSPECTOR, as_of="2024-10-31", project=str(site), state="all")
    assert "2024\u5e7410\u67088\u65e5\u7684\u5f71\u50cf\u5df2\u4f5c\u5e9f" in page.warning[0].value
    assert "2 \u4e2a\u65e5\u671f" in page.warning[0].value


def test_a_district_looks_and_does_not_decide(open_page: OpenPage, site: int) -> None:
    own = open_page("inspection", Viewer("余庆县", Role.DISTRICT, "520329"), as_of="2024-10-31", project=str(site))
    assert not [one for one in own.button if one.key and one.key.startswith("decide_")]
    assert "处理由核查员办理" in said(own)
    assert "1 至 4" not in said(own)
    other = open_page("inspection", Viewer("兰山区", Role.DISTRICT, "371302"), as_of="2024-10-31", project=str(site))
    assert other.error
    assert "污水" not in said(other)


def test_a_decision_is_confirmed_before_it_is_written(open_page: OpenPage, engine: Engine, site: int) -> None:
    page = open_page("inspection", INSPECTOR, as_of="2024-10-31", project=str(site))
    page.button(key="decide_confirm").click().run()
    assert page.radio[0].value.label == "慢于填报"
    assert [one.label for one in page.button][-2:] == ["返回", "确认写入"]
    held = imagery_of(engine, site)
    assert held.decisions == held.problems == ()


def test_a_decision_that_was_begun_is_there_after_the_connection_came_back(open_page: OpenPage, site: int) -> None:
    """When the browser is back after a break, Streamlit runs the page anew; 返回 keeps what was written as well."""
    page = open_page("inspection", INSPECTOR, as_of="2024-10-31", project=str(site))
    page.button(key="decide_explain").click().run()
    page.text_area[0].set_value("分期实施").run()
    page.run()
    assert page.text_area[0].value == "分期实施"
    next(one for one in page.button if one.label == "返回" and one is not page.button[0]).click().run()
    assert not page.text_area
    page.button(key="decide_refly").click().run()
    assert page.text_area[0].value == "分期实施"


def test_what_was_decided_stands_before_the_buttons(open_page: OpenPage, engine: Engine, site: int) -> None:
    newest = imagery_of(engine, site).inspections[0]["id"]
    decide(INSPECTOR, newest, Decision(ImageryDecision.EXPLAIN, "分期<实施>"), engine, AS_OF)
    words = said(open_page("inspection", INSPECTOR, as_of="2024-10-31", project=str(site), state="all"))
    decided = words.index("已处理\uff1a说明属实")
    assert words.index("张核查", decided) < words.index("分期&lt;实施&gt;", decided)


def test_what_was_decided_stands_in_the_record(open_page: OpenPage, engine: Engine, site: int) -> None:
    newest = imagery_of(engine, site).inspections[0]["id"]
    decide(INSPECTOR, newest, Decision(ImageryDecision.CONFIRM, "现场未见主体结构"), engine, AS_OF)
    held = imagery_of(engine, site)
    shown = open_page("inspection", INSPECTOR, as_of="2024-10-31", project=str(site), state="all")
    assert f'data-problem="{held.problems[0]["id"]}"' in said(shown)
    assert "现场未见主体结构" in said(shown)


def discrepancy_light(engine: Engine, project_id: int, on: date) -> str | None:
    """Colour of what imagery says of a project, None where nobody has confirmed anything."""
    reasons = situation(INSPECTOR, on, engine)["reasons"][project_id]
    return next((one.colour for one in reasons if one.check == "discrepancy"), None)


def answer(page: AppTest, opener: str, field: str, note: str) -> None:
    """Open a dialog, write a note and confirm; the simulated page forgets a dialog that is not opened in the run."""
    page.button(key=opener).click().run()
    place = next(place for place, one in enumerate(page.button) if one.label.startswith("确认"))
    page.button(key=opener).click()
    page.text_area(key=field).set_value(note)
    page.button[place].click().run()


def test_a_decision_is_dated_the_day_the_page_shows_and_the_light_turns(
    open_page: OpenPage, engine: Engine, site: int
) -> None:
    """What an inspector writes on a sample, on the demo's day, is known on that day; the light follows there."""
    page = open_page("inspection", INSPECTOR, as_of="2024-10-31", project=str(site))
    answer(page, "decide_confirm", "decision_note_confirm", "现场未见主体结构")
    assert "已写入\uff1a确认不符\uff0c已转入督办" in page.success[0].value
    [problem] = imagery_of(engine, site).problems
    assert store.day_of(problem["opened_at"]) == AS_OF
    assert discrepancy_light(engine, site, AS_OF) == "red"
    assert discrepancy_light(engine, site, AS_OF - timedelta(days=1)) is None
    before = said(open_page("inspection", INSPECTOR, as_of="2024-10-30", project=str(site), state="all"))
    assert "督办事项" not in before


@pytest.mark.parametrize("address", ["inspection", "dossier"])
def test_a_problem_is_settled_with_a_note_and_the_light_follows(
    open_page: OpenPage, engine: Engine, site: int, address: str
) -> None:
    newest = imagery_of(engine, site).inspections[0]["id"]
    decide(INSPECTOR, newest, Decision(ImageryDecision.CONFIRM, "现场未见主体结构"), engine, AS_OF)
    [problem] = imagery_of(engine, site).problems
    key = f"close_problem_{problem['id']}"
    own = open_page(address, Viewer("余庆县", Role.DISTRICT, "520329"), as_of="2024-10-31", project=str(site))
    assert "督办事项" in said(own)
    assert key not in {one.key for one in own.button}
    page = open_page(address, INSPECTOR, as_of="2024-10-31", project=str(site), state="all")
    answer(page, key, f"close_note_{problem['id']}", " ")
    assert "请写明办理结果" in page.error[0].value
    assert imagery_of(engine, site).problems[0]["status"] == "open"
    answer(page, key, f"close_note_{problem['id']}", "已复工<并>补报")
    assert "已办结" in page.success[0].value
    [closed] = imagery_of(engine, site).problems
    assert (closed["closed_by"], closed["closing_note"]) == ("张核查", "已复工<并>补报")
    assert store.day_of(closed["closed_at"]) == AS_OF
    shown = said(open_page(address, INSPECTOR, as_of="2024-10-31", project=str(site), state="all"))
    assert "data-problem" not in shown
    assert "已复工&lt;并&gt;补报" in shown
    assert discrepancy_light(engine, site, AS_OF) == "green"


def test_nothing_is_confirmed_on_pictures_that_show_nothing(
    open_page: OpenPage, engine: Engine, projects: list[int]
) -> None:
    with store.transaction(engine) as session:
        scenes = [scene(number, day) for number, day in enumerate(DAYS, start=1)]
        session.add_all(scenes)
        session.flush()
        blind = {"finding": "imagery_unusable", "activity_score": None, "evidence": [], "onset": None}
        session.add(inspected(projects[0], scenes, **blind))
    page = open_page("inspection", INSPECTOR, as_of="2024-10-31", project=str(projects[0]))
    assert page.button(key="decide_confirm").disabled
    assert not page.button(key="decide_refly").disabled
    assert "没有可比的部分" in said(page)


def test_the_map_is_told_outline_dates_and_reports(engine: Engine, site: int) -> None:
    imagery = imagery_of(engine, site)
    told = inspection_map.options(imagery, imagery.inspections[0])
    assert told["site"]["type"] == "Polygon"
    assert told["ring"] is not None
    assert [one["on"] for one in told["scenes"]] == list(DAYS)
    assert [one["usable"] for one in told["scenes"]] == [True, False, True]
    assert [one["judged"] for one in told["scenes"]] == [True, False, True]
    assert all(one["sample"] for one in told["scenes"])
    assert "形象进度 76.5%" in told["scenes"][2]["said"]
    assert told["scenes"][0]["said"].endswith("无")


def test_a_pressed_key_is_heard_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "session_state", {})
    assert inspection_map._pressed({"decide": 2, "at": 17}) == 2
    assert inspection_map._pressed({"decide": 2, "at": 17}) is None
    assert inspection_map._pressed({"decide": 2, "at": 18}) == 2
    assert inspection_map._pressed(None) is None


def test_the_curve_sets_pictures_against_reports(engine: Engine, site: int) -> None:
    imagery = imagery_of(engine, site)
    made = inspection_chart.chart(imagery, imagery.inspections[0])
    assert made is not None
    drawn = str(made.to_dict())
    for name in (inspection_chart.PHYSICAL, inspection_chart.WORKS, inspection_chart.OPENED):
        assert name in drawn
    widths = made.to_dict()["layer"][-2]["encoding"]["strokeWidth"]  # physical progress shows below the same investment
    assert widths["condition"]["test"]["equal"] == inspection_chart.PHYSICAL
    assert widths["condition"]["value"] > widths["value"]


def test_the_next_site_follows_the_queue() -> None:
    import pandas as pd

    rows = pd.DataFrame(index=[7, 3, 9])
    assert inspection.neighbours(3, rows) == (7, 9)
    assert inspection.neighbours(7, rows) == (None, 3)
    assert inspection.neighbours(9, rows) == (3, None)
    assert inspection.neighbours(8, rows) == (None, 7)
    assert inspection.neighbours(8, rows, left_at=1) == (7, 3)
    assert inspection.neighbours(8, rows, left_at=3) == (9, None)
    assert inspection.neighbours(8, rows.head(0), left_at=3) == (None, None)


def test_the_dossier_shows_the_newest_pair(open_page: OpenPage, site: int, projects: list[int]) -> None:
    words = said(open_page("dossier", as_of="2024-10-31", project=str(site)))
    assert "before.jpg" in words
    assert "影像研判：**慢于填报**" in words
    assert "没有覆盖本项目的影像" in said(open_page("dossier", as_of="2024-10-31", project=str(projects[1])))


def test_the_sheet_holds_pictures_figures_decision_and_lines_to_sign(engine: Engine, site: int) -> None:
    newest = imagery_of(engine, site).inspections[0]["id"]
    decide(INSPECTOR, newest, Decision(ImageryDecision.CONFIRM, "现场<未见>主体"), engine, AS_OF)
    page = inspection_sheet.sheet(INSPECTOR, newest, engine)
    for part in (
        "重大项目影像核查单",
        "余庆县城区污水处理厂提标扩能工程",
        f"/palmmap/inspections/{newest}/before.jpg",
        f"/palmmap/inspections/{newest}/after.jpg",
        "示例影像",
        "慢于填报",
        "+49.4",
        "确认不符",
        "现场&lt;未见&gt;主体",
        "督办事项",
        "核查人：",
        f"{3:064x}",
        "activity-test",
    ):
        assert part in page, part
    assert "http" not in page


def test_the_sheet_is_for_those_who_may_see_the_project(engine: Engine, site: int) -> None:
    newest = imagery_of(engine, site).inspections[0]["id"]
    address = inspection_sheet.sheet_address(newest)
    for viewer, status in ((INSPECTOR, 200), (Viewer("兰山区", Role.DISTRICT, "371302"), 404)):
        routes = inspection_sheet.routes(lambda _request, who=viewer: who)
        answer = TestClient(Starlette(routes=routes)).get(address)
        assert answer.status_code == status
        assert ("污水" in answer.text) == (status == 200)
