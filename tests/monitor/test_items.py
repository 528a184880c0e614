"""Lines of projects' lists on both kinds of store, and the rules that say what a plan wants on them."""

from datetime import date, timedelta

import pandas as pd
import pytest
from sqlalchemy import Engine, func, select

from monitor import rules, store
from monitor.exchange import item_sheet
from monitor.model import NATION, Viewer
from monitor.queries.facts import facts
from monitor.queries.items import items
from monitor.services import audit
from monitor.services.item_export import workbook
from monitor.services.item_import import import_items
from monitor.services.items import put, undo, withdraw
from monitor.tables import Problem, Project, ProjectItem
from monitor.terms import ItemKind, Role
from monitor.ui.history import described
from monitor.workflow import channels
from monitor.workflow import items as work
from monitor.workflow.items import Item

DAY = date(2024, 6, 30)
CLERK = Viewer("填报员", Role.DISTRICT, "140403")
MADE = [rule for plan in rules.plan_keys() for rule in rules.pack(plan) if rule.kind in ("channel", "checklist")]


@pytest.mark.parametrize("rule", MADE, ids=[rule.name for rule in MADE])
def test_examples_hold(rule: rules.Rule) -> None:
    (channels if rule.kind == "channel" else work).check_examples(rule)


def add(engine: Engine, **stated: object) -> int:
    known = store.end_of_day(date(2024, 1, 1))
    with store.transaction(engine) as session:
        project = Project(
            name="甲桥", unit_code="140403", stage="preparation", is_sample=True, created_at=known, updated_at=known
        )
        for name, value in stated.items():
            setattr(project, name, value)
        session.add(project)
        session.flush()
        return project.id


def told(engine: Engine, on: date = DAY) -> pd.DataFrame:
    viewer = Viewer("看", unit_code=NATION)
    return items(viewer, facts(viewer, on, engine), on, engine)


def test_a_line_is_written_changed_taken_back_and_put_back(any_engine: Engine) -> None:
    project = add(any_engine)
    line = Item("procedure", "环评", holder="局", planned_on=date(2024, 7, 31))
    kept = put(CLERK, project, line, any_engine, on=DAY)
    put(CLERK, project, Item("procedure", "环评", holder="分局"), any_engine, number=kept.number, on=DAY)
    gone = withdraw(CLERK, project, kept.number, any_engine, on=DAY)
    assert told(any_engine).empty
    back = undo(CLERK, project, gone, any_engine, on=DAY)
    assert (back.number, back.revision) == (1, 4)
    assert told(any_engine)[["number", "revision", "holder"]].to_numpy().tolist() == [[1, 4, "分局"]]
    assert put(CLERK, project, Item("problem", "断头路"), any_engine, on=DAY).number == 2
    with any_engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(ProjectItem)) == 5
    assert audit.verify(any_engine).first_broken_id is None


def test_the_workbook_goes_out_and_back_on_both_stores(any_engine: Engine, tmp_path) -> None:
    add(any_engine, planned_start_on=date(2024, 3, 1))
    put(CLERK, 1, Item("problem", "=1+1", "@措施", "局", DAY, DAY + timedelta(5)), any_engine, on=DAY)
    made, count = workbook(CLERK, facts(CLERK, DAY, any_engine), DAY, any_engine)
    path = tmp_path / "台账.xlsx"
    path.write_bytes(made)
    assert count == 2
    (line,) = [line for line in item_sheet.read(path).lines if line.item]
    assert line.item == Item("problem", "=1+1", "@措施", "局", DAY, DAY + timedelta(5))
    done = import_items(CLERK, path, any_engine, on=DAY)
    assert (done.rows, done.unchanged, done.rejected) == (1, 1, ())


def test_a_supervised_problem_stands_on_the_list_until_it_is_closed(engine: Engine) -> None:
    project = add(engine)
    opened = store.end_of_day(date(2024, 6, 1))
    with store.transaction(engine) as session:
        session.add(
            Problem(
                project_id=project,
                kind="imagery",
                title="影像与填报不符",
                finding="behind",
                rule="huating/supervision",
                opened_by="核查员",
                opened_at=opened,
                due_on=date(2024, 6, 10),
                status="closed",
                closed_by="核查员",
                closed_at=store.end_of_day(date(2024, 6, 20)),
                closing_note="已复工",
            )
        )
    assert told(engine, date(2024, 6, 15))[["name", "state"]].to_numpy().tolist() == [["影像与填报不符", "overdue"]]
    assert told(engine)[["state", "overdue_days"]].to_numpy().tolist() == [["done_late", 11]]


def test_what_a_plan_names_is_missed_until_it_is_on_the_list() -> None:
    known = rules.example_facts([{"lists": ["reserve_pool"], "stage": "preparation"}])
    wanted = work.checklists(known, DAY)
    lines = pd.DataFrame({"project_id": [1, 1], "kind": ["procedure", "problem"], "name": ["立 项", "环评"]})
    absent = work.missing(lines, wanted)
    assert absent["name"].tolist()[:3] == ["规划选址", "用地", "环评"], "a problem of the name is no procedure"
    assert len(absent) == 8
    assert set(absent["kind"]) == {ItemKind.PROCEDURE.value}


def test_the_record_of_a_line_reads_as_an_official_writes() -> None:
    changes = {"name": [None, "环评"], "holder": [None, "区局"], "planned_on": [None, "2024-07-31"]}
    text = described("item.added", {"kind": "procedure", "name": "环评", "changes": changes})
    assert text == "前期手续“环评”\n责任单位\uff1a(空) → 区局\n办理时限\uff1a(空) → 2024-07-31"
