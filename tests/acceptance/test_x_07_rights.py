"""X-07 whole on an intranet, with rights by district and role, on a map: nothing of another district leaks."""

from datetime import date

import openpyxl
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from monitor import store
from monitor.errors import Forbidden, NotFound
from monitor.model import Viewer
from monitor.queries.dossier import document_file
from monitor.queries.filings import sheet_lines
from monitor.queries.rounds import queue, rounds
from monitor.services.documents import Upload, add_document
from monitor.services.exports import export_projects
from monitor.services.imports import import_projects
from monitor.services.reports import Filing, submit
from monitor.tables import Project, ProjectLocation
from monitor.terms import DocumentKind, Role
from monitor.web import data, imagery, inspection_sheet
from monitor.web.menu import MENU
from monitor.workflow.filing import Figures
from tests.monitor.test_web import unpacked

ON = "2024-06-30"
DAY = date(2024, 6, 30)
CLERK = Viewer("潞州区填报员", Role.DISTRICT, "140403")
OPERATOR = Viewer("管理员", Role.OPERATOR)
OWN, OTHER, ZONE = 1, 2, 3
SECRET = "上党区机密工程"
COMMON = {
    "lists": ["annual_construction"],
    "batch": "continued",
    "plan": 12000,
    "started_on": "2023-05-01",
    "is_sample": True,
    "reports": {6: 5000},
}
PDF = b"%PDF-1.4\n%%EOF"


@pytest.fixture
def districts(fill):
    """A project of the clerk's district, one of its neighbour, one of a zone beside it."""
    engine = fill([COMMON, {**COMMON, "unit_code": "140404"}, {**COMMON, "unit_code": "140400-z1"}])
    with store.transaction(engine) as session:
        for number, name, code in ((OWN, "潞州区学校", None), (OTHER, SECRET, "2401-140404-04-01-000002")):
            session.get(Project, number).name, session.get(Project, number).code = name, code
        for number in (OWN, OTHER, ZONE):
            at = {"lon": 113.1, "lat": 36.2, "adcodes": ["140403"], "recorded_at": store.end_of_day(date(2023, 12, 31))}
            session.add(
                ProjectLocation(project_id=number, revision=1, method="point", confidence="exact", stated={}, **at)
            )
    return engine


@pytest.fixture
def client(districts):
    asked = {"viewer": CLERK}
    made = [module.routes(lambda _request: asked["viewer"]) for module in (data, imagery, inspection_sheet)]
    with TestClient(Starlette(routes=[route for routes in made for route in routes])) as client:
        client.asked = asked
        yield client


def everything_on(page) -> str:
    """All that a page sends to the browser: texts, tables, choices, links."""
    kinds = ("html", "markdown", "caption", "error", "warning", "info", "success", "subheader", "header", "title")
    texts = [str(getattr(found, "value", "")) + str(found.proto) for kind in kinds for found in page.get(kind)]
    texts += [found.value.to_string() for found in page.dataframe]
    texts += [str(found.options) for found in [*page.selectbox, *page.multiselect]]
    texts += [str(found.proto) for kind in ("button", "page_link", "vega_lite_chart") for found in page.get(kind)]
    return "".join(texts)


def test_x_07_no_page_sends_a_project_of_another_district_whatever_the_address_says(districts, open_page):
    wanted = {"project": str(OTHER), "unit": "140404", "parent": "140400", "indicator": "time_lead", "as_of": ON}
    for menu in MENU:
        page = open_page(menu.address, CLERK, **wanted)
        assert not page.exception, (menu.address, page.exception)
        told = everything_on(page)
        assert SECRET not in told, menu.address
        assert "2401-140404" not in told, menu.address
    seen = [menu.address for menu in MENU if SECRET in everything_on(open_page(menu.address, OPERATOR, **wanted))]
    assert {"library", "dossier"} <= set(seen), "the same addresses show it to who may see it"


def test_x_07_the_map_is_of_the_viewers_district_only(client):
    sites = unpacked(client.get(data.address("sites", CLERK, DAY)).content)
    assert sites["columns"]["id"] == [OWN]
    names = client.get(data.address("names", CLERK, DAY)).content
    assert SECRET.encode() not in names
    borrowed = client.get(data.address("sites", OPERATOR, DAY))
    assert unpacked(borrowed.content)["columns"]["id"] == [OWN], "the address of somebody who may see more"
    for number in (OTHER, ZONE):
        refused = client.get(data.site_address(DAY).replace("ID", str(number)))
        assert refused.status_code == 404
        assert refused.json()["message"] == f"没有编号为 {number} 的项目\uff0c或不在您的区域内。"
    assert unpacked(client.get(data.address("districts", CLERK)).content)["code"] == ["140403"]
    client.asked["viewer"] = Viewer("长治市", Role.LEADER, "140400")
    city = unpacked(client.get(data.address("sites", client.asked["viewer"], DAY)).content)
    assert city["columns"]["id"] == [OWN, OTHER, ZONE], "the city sees its districts and zones"


def test_x_07_ledger_export_and_sheets_hold_own_rows_only(districts, open_page, tmp_path):
    rows = open_page("library", CLERK, as_of=ON, unit="140404").dataframe
    assert not rows, "a filter cannot widen what may be seen"
    assert open_page("library", CLERK, as_of=ON).dataframe[0].value["项目名称"].tolist() == ["潞州区学校"]
    assert export_projects(CLERK, tmp_path / "台账.xlsx", districts, DAY) == 1
    cells = [cell.value for row in openpyxl.load_workbook(tmp_path / "台账.xlsx").active.iter_rows() for cell in row]
    assert "潞州区学校" in cells
    assert SECRET not in cells
    for suffix in ("gpkg", "kml", "json"):
        export_projects(CLERK, tmp_path / f"台账.{suffix}", districts, DAY)
        assert SECRET.encode() not in (tmp_path / f"台账.{suffix}").read_bytes(), suffix
    assert [line.project_id for line in sheet_lines(CLERK, 2024, 6, districts, on=DAY)] == [OWN]
    assert set(queue(rounds(CLERK, DAY, districts), DAY)["project_id"]) == {OWN}


def test_x_07_a_document_is_opened_by_its_district_only(districts):
    upload = Upload("批复.pdf", PDF, DocumentKind.APPROVAL, "批复")
    taken = add_document(OPERATOR, OTHER, upload, districts)
    assert document_file(OPERATOR, taken.document_id, districts).read_bytes() == PDF
    with pytest.raises(NotFound, match=r"document\.not_found"):
        document_file(CLERK, taken.document_id, districts)
    with pytest.raises(NotFound, match=r"project\.not_found"):
        add_document(CLERK, OTHER, upload, districts)


def test_x_07_a_clerk_writes_for_his_district_and_a_leader_for_none(districts):
    with pytest.raises(NotFound, match=r"project\.not_found"):
        submit(CLERK, Filing(OTHER, 2024, 6, Figures(6000)), "潞州区", districts, DAY)
    with pytest.raises(Forbidden, match=r"report\.role_looks_only"):
        submit(Viewer("区长", Role.LEADER, "140403"), Filing(OWN, 2024, 6, Figures(6000)), "区长", districts, DAY)
    assert submit(CLERK, Filing(OWN, 2024, 6, Figures(6000, physical_pct=50)), "潞州区", districts, DAY).revision == 2


def test_x_07_an_import_cannot_take_over_a_project_of_another_district(districts, tmp_path):
    """Neither under the neighbour's name nor by its code under one's own; and the refusal does not name the project."""
    book = openpyxl.Workbook()
    book.active.append(["项目名称", "项目代码", "所属区县", "总投资(万元)", "年度"])
    book.active.append([SECRET, "2401-140404-04-01-000002", "上党区", 1, 2024])
    book.active.append([SECRET, "2401-140404-04-01-000002", "潞州区", 1, 2024])
    book.active.append(["我的项目", "2401-140404-04-01-000002", "潞州区", 1, 2024])
    book.save(tmp_path / "夺.xlsx")
    done = import_projects(CLERK, tmp_path / "夺.xlsx", districts)
    assert done.accepted == 0
    assert [(problem.row, problem.code) for problem in done.rejected] == [
        (2, "unit.forbidden"),
        (3, "code.elsewhere"),
        (4, "code.elsewhere"),
    ]
    assert all(SECRET not in str(problem.params) for problem in done.rejected)
    with store.transaction(districts) as session:
        kept = session.get(Project, OTHER)
        assert (kept.name, kept.unit_code, kept.total_investment_wan_yuan) == (SECRET, "140404", None)


def test_x_07_what_was_kept_for_one_viewer_is_not_shown_to_another(districts, open_page):
    everything = open_page("library", OPERATOR, as_of=ON)
    assert len(everything.dataframe[0].value) == 3
    assert list(data.situation_of(CLERK, DAY).index) == [OWN], "of one day and one version of the store"
    assert list(data.situation_of(OPERATOR, DAY).index) == [OWN, OTHER, ZONE]
