"""The page of reporting rounds: who files sees the form, who looks sees the queue and no form."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select
from streamlit.testing.v1 import AppTest

from monitor import store
from monitor.model import Viewer
from monitor.queries.drafts import drafts
from monitor.tables import ListEntry, Project, Report
from monitor.terms import Role
from monitor.ui.rounds import Pick

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


def test_what_was_filled_in_outlasts_the_look_at_another_project(
    engine: Engine, projects: list[int], open_page: OpenPage
) -> None:
    with store.transaction(engine) as session:
        known = datetime.fromisoformat("2024-01-02")
        other = Project(
            name="潞州区滨河路改造", unit_code=UNIT, stage="preparation", created_at=known, updated_at=known
        )
        session.add(other)
        session.flush()
        session.add(ListEntry(project_id=other.id, list_key="annual_construction", year=2024, batch="continued"))
    page = open_page("rounds", Viewer("潞州区填报员", Role.DISTRICT, UNIT), as_of="2024-10-31")
    done = f"round_year_investment_wan_yuan_{projects[2]}_2024_10"
    tap(page, "老旧小区").number_input(key=done).set_value(321.5).run()
    tap(page, "滨河路")
    assert done not in [field.key for field in page.number_input], "another project's form is open"
    assert [
        button.label.count("有草稿") for button in page.button if "老旧小区" in button.label and "10月" in button.label
    ] == [1]
    tap(page, "老旧小区")
    assert page.number_input(key=done).value == 321.5
    assert any("草稿" in words.value for words in page.markdown)
    page.button(key="round_undo").click().run()
    assert page.number_input(key=done).value is None
    assert not any("草稿" in words.value for words in page.markdown)
    page.number_input(key=done).set_value(100.0).run()
    page.text_input(key=f"round_reason_{projects[2]}_2024_10").set_value("补报").run()
    page.button(key="round_send").click().run()
    for sure in [button for button in page.button if "仍然报送" in button.label]:
        sure.click().run()
    assert [words.value for words in page.error] == []
    assert drafts(Viewer("潞州区填报员", Role.DISTRICT, UNIT), engine) == {}, "filed is no draft"
    with store.reachable(engine) as connection:
        assert connection.scalar(select(Report.year_investment_wan_yuan).where(Report.project_id == projects[2])) == 100


def test_a_draft_outlasts_the_browser_and_is_its_authors_alone(
    engine: Engine, projects: list[int], open_page: OpenPage
) -> None:
    clerk = Viewer("潞州区填报员", Role.DISTRICT, UNIT)
    done, start = (f"round_{name}_{projects[2]}_2024_10" for name in ("year_investment_wan_yuan", "started_on"))
    page = open_page("rounds", clerk, as_of="2024-10-31")
    page.number_input(key=done).set_value(321.5).run()
    page.date_input(key=start).set_value(date(2024, 9, 2)).run()
    other = open_page("rounds", Viewer("另一位填报员", Role.DISTRICT, UNIT), as_of="2024-10-31")
    assert other.number_input(key=done).value is None
    again = open_page("rounds", clerk, as_of="2024-10-31")
    assert (again.number_input(key=done).value, again.date_input(key=start).value) == (321.5, date(2024, 9, 2))
    (said,) = [words.value for words in again.markdown if "草稿" in words.value]
    assert "自动保存" in said
    assert [button.label.count("有草稿") for button in again.button if "老旧小区" in button.label].count(1) == 1
    with store.reachable(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(Report).where(Report.project_id == projects[2])) == 0
    again.button(key="round_undo").click().run()
    assert open_page("rounds", clerk, as_of="2024-10-31").number_input(key=done).value is None, "given up is gone"


def test_a_draft_older_than_a_report_says_so(engine: Engine, projects: list[int], open_page: OpenPage) -> None:
    clerk = Viewer("潞州区填报员", Role.DISTRICT, UNIT)
    page = open_page("rounds", clerk, as_of="2024-10-31")
    page.number_input(key=f"round_year_investment_wan_yuan_{projects[2]}_2024_10").set_value(321.5).run()
    with store.transaction(engine) as session:
        filed = {"reported_by": "同事", "reported_at": store.now() + timedelta(minutes=1), "revision": 1}
        session.add(Report(project_id=projects[2], year=2024, month=10, year_investment_wan_yuan=300, **filed))
    page.session_state["rounds_pick"], page.session_state["rounds_correcting"] = Pick(projects[2], 2024, 10), True
    page.run()
    assert ["同事已在" in words.value for words in page.warning] == [True]


def test_a_change_after_a_question_asks_anew(projects: list[int], open_page: OpenPage, engine: Engine) -> None:
    page = open_page("rounds", Viewer("潞州区填报员", Role.DISTRICT, UNIT), as_of="2024-10-31")
    done = f"round_year_investment_wan_yuan_{projects[2]}_2024_10"
    page.button(key="round_send").click().run()
    assert "没有填今年以来完成投资" in page.error[0].value
    page.number_input(key=done).set_value(100.0).run()
    assert not page.error, "what was sent is not what stands there now"


def tap(page: AppTest, name: str) -> AppTest:
    return next(button for button in page.button if name in button.label and "10月" in button.label).click().run()
