"""The dossier page: what it says of a full, a lagging and a bare project, and whom it says nothing."""

from collections.abc import Callable
from datetime import date

import pandas as pd
from streamlit.testing.v1 import AppTest

from monitor.model import Reason, Viewer
from monitor.terms import Colour, Role
from monitor.ui.light_history import spells

OpenPage = Callable[..., AppTest]


def said(page: AppTest) -> str:
    assert not page.exception, page.exception
    return "\n".join(
        [found.proto.body for found in page.get("html")]
        + [found.value for kind in ("markdown", "caption", "error", "warning", "subheader") for found in page.get(kind)]
    )


def test_a_full_project(open_page: OpenPage, projects: list[int]) -> None:
    page = open_page("dossier", project=str(projects[0]), as_of="2024-10-31")
    text = said(page)
    assert [found.value for found in page.subheader] == [
        "亮灯历史",
        "基本情况",
        "列入清单",
        "责任分工",
        "计划与完成",
        "一项目一清单",
        "项目位置",
        "影像",
        "资金",
        "材料和照片",
        "变更记录",
    ]
    for expected in (
        "余庆县城区污水处理厂提标扩能工程",
        "示例",
        "贵州省 / 遵义市 / 余庆县",
        "3.6 亿元",
        "2402-520329-04-01-123456",
        "省列重大项目",
        "省定省管",
        "续建",
        "王建国",
        "副县长",
        "地方政府专项债券",
        "5,200",
        "坐标准确",
        "东经 107.88600°\uff0c北纬 27.22400°\uff08CGCS2000\uff09",
        "482,300 平方米\uff08约 723.5 亩\uff09",
        "10,200 → 10,320 万元",
        "原因：核减重复填报",
        "总投资：34000 → 36000",
        "项目阶段：前期 → 在建",
        "以天保周",
        "追赶：每期需完成",
        'href="https://www.example.gov.cn/list.html"',
    ):
        assert expected in text, expected
    assert '<td class="n">840</td>' in text, "2024-10-31: 12,000 of the year, 10,320 done, two months left"
    assert "规则 投资进度" in text
    assert "银川市重大项目预警亮灯办法" in text
    assert len(page.get("vega_lite_chart")) == 3


def test_an_approximate_place_is_said(open_page: OpenPage, projects: list[int]) -> None:
    text = said(open_page("dossier", project=str(projects[1]), as_of="2024-10-31"))
    assert "乡镇级近似" in text
    assert "按乡镇中心近似" in text
    assert "没有项目红线" in text
    assert "palmmap-light red" in text


def test_a_bare_project_says_what_is_missing(open_page: OpenPage, projects: list[int]) -> None:
    page = open_page("dossier", project=str(projects[2]), as_of="2024-10-31")
    text = said(page)
    for empty in (
        "未列入任何项目清单。",
        "没有登记责任单位。",
        "2024年没有计划，也没有填报。",
        "项目还没有位置。",
        "没有登记资金来源。",
        "还没有材料和照片。",
        "还没有变更记录。",
    ):
        assert empty in text, empty
    assert "palmmap-light grey" in text
    assert not page.get("vega_lite_chart")


def test_a_past_day_is_shown_as_it_was_known(open_page: OpenPage, projects: list[int]) -> None:
    text = said(open_page("dossier", project=str(projects[0]), as_of="2024-06-30"))
    assert "数据时点 2024年6月30日" in text
    assert "6,120" in text
    assert "7,140" not in text
    assert "核减重复填报" not in text


def test_before_the_project_was_known_there_is_nothing(open_page: OpenPage, projects: list[int]) -> None:
    page = open_page("dossier", project=str(projects[0]), as_of="2023-12-31")
    assert "2023-12-31 时项目库中还没有该项目" in said(page)


def test_no_project_is_chosen(open_page: OpenPage, projects: list[int]) -> None:
    assert "还没有选择项目。" in said(open_page("dossier"))
    assert "还没有选择项目。" in said(open_page("dossier", project="1 OR 1=1"))


def test_another_district_sees_nothing(open_page: OpenPage, projects: list[int]) -> None:
    viewer = Viewer("张某", Role.DISTRICT, "371302")
    text = said(open_page("dossier", viewer, project=str(projects[0]), as_of="2024-10-31"))
    assert "没有找到该项目，或该项目不在您的查看范围内" in text
    assert "污水处理厂" not in text


def test_a_project_that_is_not_there(open_page: OpenPage, projects: list[int]) -> None:
    assert "没有找到该项目" in said(open_page("dossier", project="99999"))


def test_what_people_typed_is_no_markup(open_page: OpenPage, engine: object, projects: list[int]) -> None:
    from sqlalchemy import update

    from monitor import store
    from monitor.tables import Project

    with store.transaction(engine) as session:  # type: ignore[arg-type]
        changed = {"name": "<script>alert(1)</script>", "source_url": "javascript:alert(1)", "content": "<b>x"}
        session.execute(update(Project).where(Project.id == projects[2]).values(changed))
    text = said(open_page("dossier", project=str(projects[2]), as_of="2024-10-31"))
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text
    assert 'href="javascript' not in text


def test_the_light_says_since_when_month_by_month_and_opens_its_clauses(
    open_page: OpenPage, projects: list[int]
) -> None:
    page = open_page("dossier", project=str(projects[1]), as_of="2024-10-31")
    text = said(page)
    assert "自2024年8月起为红灯\uff0c此前为黄灯。" in text
    assert "截至7月完成年度计划的29.2%" in text, "July as it was known in July"
    assert "2024年1月" in text
    links = {found.proto.label: found.proto.query_string for found in page.get("page_link")}
    assert links["条款\uff1a投资进度"] == "rule=yinchuan%2Fprogress&as_of=2024-10-31"


def test_a_past_day_says_the_history_up_to_it(open_page: OpenPage, projects: list[int]) -> None:
    text = said(open_page("dossier", project=str(projects[1]), as_of="2024-05-31"))
    assert "自2024年3月起为黄灯\uff0c此前为灰灯。" in text
    assert "2024年6月" not in text


def test_months_of_one_light_and_reason_stand_together() -> None:
    def why(text: str) -> list[Reason]:
        return [Reason("progress", Colour.GREEN, "yinchuan.progress", text)]

    days = [date(2023, 11, 30), date(2023, 12, 31), date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)]
    lit = pd.DataFrame(
        {
            "colour": ["grey", "grey", "grey", "green", "green"],
            "reasons": [why("无"), why("无"), why("无"), why("甲"), why("乙")],
        },
        index=days,
    )
    assert [(months, colour) for months, colour, _ in spells(lit)] == [
        ("2024年3月", "green"),
        ("2024年2月", "green"),
        ("2023年11月至2024年1月", "grey"),
    ]
