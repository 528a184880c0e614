"""002-02 清单体系: a project in several lists at once: counted once in every total, found under each of its lists."""

import openpyxl
import pytest
from click.testing import CliRunner
from starlette.applications import Starlette
from starlette.testclient import TestClient

from monitor.cli import palmmap
from monitor.model import Viewer
from monitor.terms import Role
from monitor.web import data
from tests.monitor.test_web import unpacked

CITY = Viewer("嘉峪关市", Role.DISTRICT, "620200")
ON = "2023-07-31"
HEADER = ["项目名称", "所属区县", "总投资(万元)", "年度计划投资(万元)", "建设性质", "项目清单", "年度"]
ROWS = [
    ["炼铁改造", "嘉峪关市", 90000, 30000, "新建", "省列重大项目、产业投资项目、市级领导包抓项目", 2023],
    ["铝加工园", "嘉峪关市", 20000, 8000, "续建", "全省重点投资项目、产业投资项目", 2023],
    ["南市小学", "嘉峪关市", 6000, 2000, "新建", "政府投资项目", 2023],
    ["明珠家园", "嘉峪关市", 50000, 9000, "续建", "房地产投资项目", 2023],
]


def workbook(path, *rows):
    book = openpyxl.Workbook()
    for row in (HEADER, *rows):
        book.active.append(row)
    book.save(path)
    return path


@pytest.fixture
def imported(engine, run, tmp_path):
    done = run("import", "projects", str(workbook(tmp_path / "清单.xlsx", *ROWS)))
    assert (done["rows"], done["created"], done["rejected"]) == (4, 4, [])
    return engine


def test_002_02_one_sheet_puts_a_project_into_several_lists_and_twice_changes_nothing(imported, run, tmp_path):
    again = run("import", "projects", str(workbook(tmp_path / "again.xlsx", *ROWS)))
    assert (again["unchanged"], again["created"], again["updated"]) == (4, 0, 0)
    more = [*ROWS[2][:5], "省列重大前期项目", 2023]
    added = run("import", "projects", str(workbook(tmp_path / "more.xlsx", more)))
    assert (added["updated"], added["rejected"]) == (1, [])
    again = run("import", "projects", str(workbook(tmp_path / "again.xlsx", *ROWS)))
    assert again["unchanged"] == 4, "a list that a later sheet leaves out stays"


def test_002_02_a_project_counts_once_in_totals_and_in_each_of_its_lists(imported, open_page, figures):
    page = open_page("library", CITY, as_of=ON)
    assert len(page.dataframe[0].value) == 4
    assert page.dataframe[0].value["年度计划（万元）"].sum() == 49_000
    said = page.dataframe[0].value.set_index("项目名称").loc["炼铁改造", "清单"]
    assert said == "省列重大项目、市级领导包抓项目、产业投资项目", "in the order of the plan"
    found = {}
    for key in ("provincial_major", "provincial_key", "sponsor", "industrial_investment", "government_investment"):
        found[key] = sorted(open_page("library", CITY, as_of=ON, list=key).dataframe[0].value["项目名称"])
    assert found == {
        "provincial_major": ["炼铁改造"],
        "provincial_key": ["铝加工园"],
        "sponsor": ["炼铁改造"],
        "industrial_investment": ["炼铁改造", "铝加工园"],
        "government_investment": ["南市小学"],
    }
    two = open_page("library", CITY, as_of=ON, list="industrial_investment,sponsor")
    assert len(two.dataframe[0].value) == 2, "two lists of one project are one project"
    told = figures("jiayuguan", ON)
    counts = {key: told[f"{key}_count"]["numerator"] for key in ("major", "key", "government", "industrial", "estate")}
    assert counts == {"major": 1, "key": 1, "government": 1, "industrial": 2, "estate": 1}
    assert told["industrial_annual"]["numerator"] == 38_000


def test_002_02_the_map_knows_every_list_of_a_site(imported):
    with TestClient(Starlette(routes=data.routes(lambda _request: CITY))) as client:
        day = data.date.fromisoformat(ON)
        found = unpacked(client.get(data.address("sites", CITY, day)).content)
    labels = [label for _, label in found["terms"]["list"]]
    sets = [sorted(labels[number] for number in held) for held in found["columns"]["list_sets"]]
    assert len(found["columns"]["id"]) == 4
    assert ["产业投资项目", "市级领导包抓项目", "省列重大项目"] in sets
    way = [found["terms"]["channel"][number][1] for number in found["columns"]["channel_sets"][0]]
    assert way == ["线上", "线下"], "省列重大 and 产业投资"


def test_002_02_an_unknown_list_is_refused_and_comes_back(engine, tmp_path):
    path = workbook(tmp_path / "清单.xlsx", [*ROWS[0][:5], "省列重大项目、市列重大", 2023], ROWS[1])
    done = CliRunner().invoke(palmmap, ["import", "projects", str(path)])
    assert done.exit_code == 1
    assert "没有名为“市列重大”的项目清单\uff0c可用的有" in done.output
    assert "已导入 1 行" in done.output
    back = openpyxl.load_workbook(tmp_path / "清单-未导入.xlsx").active
    assert back.max_row == 2
    assert "没有名为“市列重大”的项目清单" in str([cell.value for cell in back[2]])
