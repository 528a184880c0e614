"""000-17 一项一档·掌上地图: every key project of province and city has one file, and its place and light on the map."""

from datetime import date

import openpyxl
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from monitor.model import Viewer
from monitor.terms import Role
from monitor.web import data
from tests.monitor.test_web import unpacked

ON = "2024-06-30"
DAY = date(2024, 6, 30)
CITY = Viewer("长治市发改委", Role.LEADER, "140400")
DISTRICT = Viewer("潞州区", Role.DISTRICT, "140403")
HEADER = [
    "项目名称", "项目代码", "所属区县", "建设地点", "经度", "纬度", "总投资(万元)", "年度计划投资(万元)", "年度",
    "项目清单", "项目层级", "建设性质", "实际开工时间", "入统时间", "填报月份", "当年累计完成投资(万元)", "形象进度(%)",
    "工作专班", "责任单位", "地方政府专项债券(万元)",
]  # fmt: skip
ROWS = [
    ["太行光电产业园", "2401-140403-04-01-000001", "潞州区", "潞州区太行西街", 113.10124, 36.20344, 80000, 24000, 2024,
     "省市重点工程", "省定市管", "续建", "2023-04-01", "2023-05-01", "2024年6月", 12600, 55, "光电产业园专班",
     "潞州区人民政府", 8000],
    ["上党古建修缮", "2401-140404-04-01-000002", "上党区", "上党区振兴街", 113.05312, 36.05217, 12000, 6000, 2024,
     "省市重点工程", "市级", "续建", "2023-06-01", "2023-07-01", "2024年6月", 900, 20, "文旅专班", "上党区人民政府",
     None],
    ["跨区域输水管线", None, "长治市市直", None, None, None, 50000, 10000, 2024, "省市重点工程", "市级", "续建", None,
     None, None, None, None, None, "市水利局", None],
]  # fmt: skip


@pytest.fixture
def imported(engine, run, tmp_path):
    """Key projects of a city as an official's sheet states them, taken in by the command; ids by name."""
    book = openpyxl.Workbook()
    for row in (HEADER, *ROWS):
        book.active.append(row)
    book.save(tmp_path / "重点工程.xlsx")
    done = run("import", "projects", str(tmp_path / "重点工程.xlsx"), "--unit", "140400", "--datum", "cgcs2000")
    assert (done["created"], done["rejected"]) == (3, [])
    return {row["name"]: row["project_id"] for row in run("lights", "--as-of", ON)}


@pytest.fixture
def client(imported):
    asked = {"viewer": CITY}
    with TestClient(Starlette(routes=data.routes(lambda _request: asked["viewer"]))) as client:
        client.asked = asked
        yield client


def text_of(page) -> str:
    assert not page.exception, page.exception
    kinds = ("markdown", "caption", "error", "warning", "subheader")
    return "".join(
        [found.proto.body for found in page.get("html")] + [f.value for kind in kinds for f in page.get(kind)]
    )


def test_000_17_every_key_project_has_a_file_of_its_own(imported, open_page):
    listed = open_page("library", CITY, as_of=ON, list="key_engineering", tier="province_city,city")
    assert sorted(listed.dataframe[0].value.index) == sorted(imported.values())
    text = text_of(open_page("dossier", CITY, project=str(imported["太行光电产业园"]), as_of=ON))
    for said in (
        "山西省 / 长治市 / 潞州区",
        "2401-140403-04-01-000001",
        "8 亿元",
        "省市重点工程",
        "省定市管",
        "光电产业园专班",
        "潞州区人民政府",
        "地方政府专项债券",
        "坐标准确",
        "55%",
        "52.5%",  # 12,600 of 24,000
        "palmmap-light green",
    ):
        assert said in text, said
    behind = text_of(open_page("dossier", CITY, project=str(imported["上党古建修缮"]), as_of=ON))
    assert "palmmap-light red" in behind, "900 of 6,000 at the half of the year: 35 points behind"
    assert "银川市重大项目预警亮灯办法" in behind


def test_000_17_the_map_shows_each_with_place_and_light_and_leads_to_its_file(imported, client):
    found = unpacked(client.get(data.address("sites", CITY, DAY)).content)
    columns, lights = found["columns"], [key for key, _ in found["terms"]["light"]]
    at = {project: columns["id"].index(project) for project in imported.values()}
    one, two, three = (at[imported[row[0]]] for row in ROWS)
    assert [lights[columns["light"][place]] for place in (one, two)] == ["green", "red"]
    assert (round(columns["x"][one] / 111_319.49, 2), columns["approximate"][one]) == (113.1, 0)
    assert [columns["placed"][place] for place in (one, two, three)] == [1, 1, 1]
    assert columns["approximate"][three] == 1, "known to the city only: drawn hollow, not dropped"
    names = unpacked(client.get(data.address("names", CITY, DAY)).content)
    assert names["name"][one] == "太行光电产业园"
    card = client.get(data.site_address(DAY).replace("ID", str(imported["上党古建修缮"]))).json()
    assert (card["district"], card["colour"]) == ("山西省长治市上党区", "red")
    assert card["reasons"][0]["clause"]


def test_000_17_a_district_opens_its_own_files_only(imported, client, open_page):
    other = imported["上党古建修缮"]
    client.asked["viewer"] = DISTRICT
    found = unpacked(client.get(data.address("sites", DISTRICT, DAY)).content)
    assert found["columns"]["id"] == [imported["太行光电产业园"]]
    refused = client.get(data.site_address(DAY).replace("ID", str(other)))
    assert (refused.status_code, refused.json()["code"]) == (404, "project.unknown")
    text = text_of(open_page("dossier", DISTRICT, project=str(other), as_of=ON))
    assert "没有找到该项目\uff0c或该项目不在您的查看范围内" in text
    assert "上党古建" not in text


def test_000_17_a_file_says_what_was_known_on_its_day(imported, open_page):
    page = open_page("dossier", CITY, project=str(imported["太行光电产业园"]), as_of="2023-12-31")
    assert "2023-12-31 时项目库中还没有该项目" in text_of(page)
    page = open_page("dossier", CITY, project=str(imported["太行光电产业园"]), as_of="2024-05-31")
    assert "52.5%" not in text_of(page), "June was reported in June"
    assert "没有找到该项目" in text_of(open_page("dossier", CITY, project="99999", as_of=ON))
