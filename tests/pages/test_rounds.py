"""The page of reporting rounds: who files sees the form, who looks sees the queue and no form."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from monitor import store
from monitor.model import Viewer
from monitor.tables import ListEntry
from monitor.terms import Role

OpenPage = Callable[..., AppTest]
UNIT = "140403"


@pytest.fixture(autouse=True)
def owing(engine: Engine, projects: list[int]) -> None:
    """The bare project of the small store is on a list that has to be reported every month."""
    with store.transaction(engine) as session:
        session.add(ListEntry(project_id=projects[2], list_key="annual_construction", year=2024, batch="continued"))


def said(page: AppTest) -> str:
    assert not page.exception, page.exception
    return "\n".join(found.proto.body for found in page.get("html"))


def filling_in(page: AppTest) -> AppTest:
    page.selectbox(key="rounds_unit").set_value(UNIT)
    page.session_state["rounds_view"] = "逐个填报"
    return page.run()


def sends(page: AppTest) -> list[str]:
    return [button.label for button in page.button if button.label.startswith("报送")]


def test_who_is_late_is_a_table_of_units(open_page: OpenPage) -> None:
    page = open_page("rounds", Viewer("李市长"), as_of="2024-10-31")
    table = page.dataframe[0].value
    assert table.columns[0] == "填报单位"
    assert "山西省长治市潞州区" in table["填报单位"].tolist()


@pytest.mark.parametrize("role", [Role.LEADER, Role.INSPECTOR])
def test_who_only_looks_gets_no_form(open_page: OpenPage, role: Role) -> None:
    page = filling_in(open_page("rounds", Viewer("李市长", role), as_of="2024-10-31"))
    assert "您可以查看\uff0c不能代报。" in said(page)
    assert sends(page) == []
    page.session_state["rounds_view"] = "Excel 填报"
    assert "您可以查看和下载\uff0c不能代报。" in said(page.run())


def test_a_district_fills_in_its_own(open_page: OpenPage) -> None:
    page = open_page("rounds", Viewer("潞州区填报员", Role.DISTRICT, UNIT), as_of="2024-10-31")
    assert page.session_state["rounds_view"] == "逐个填报"
    assert page.selectbox(key="rounds_unit").value == UNIT
    assert len(sends(page)) == 1
    assert "不能代报" not in said(page)
