"""Who signs: the account's own name, or on a server without sign-in the name that a person states, marked as such."""

import io
from pathlib import Path

import openpyxl
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, select, text, update
from sqlalchemy.orm import Session

from monitor import store
from monitor.errors import BadInput
from monitor.formats import STATED, signature
from monitor.messages import explain
from monitor.model import Viewer
from monitor.queries.facts import facts
from monitor.queries.imagery import project_imagery
from monitor.queries.items import items
from monitor.services import audit
from monitor.services.decisions import Decision, decide
from monitor.services.inspecting import inspect_all
from monitor.services.item_export import workbook
from monitor.services.problems import close_problem
from monitor.services.scenes import import_scenes
from monitor.services.signing import signer, states_name
from monitor.tables import AuditEntry, InspectionDecision
from monitor.terms import ImageryDecision, Role
from monitor.ui import history
from monitor.web.access import LOCAL
from monitor.web.inspection_sheet import sheet
from tests.monitor.imagery_sites import add_project, quiet_scenes

NAME = "\u6b27\u9633\u5efa\u56fd"
MARKED = f"{NAME}\uff08{STATED}\uff09"
CONFIRMED = Decision(ImageryDecision.CONFIRM, "\u73b0\u573a\u65e0\u673a\u68b0", name=f"  {NAME} ")


def inspected(engine: Engine, folder: Path) -> tuple[int, int]:
    """A project whose report is false, and its inspection."""
    project_id = add_project(engine)
    import_scenes(LOCAL, quiet_scenes(folder / "in"), engine)
    [inspection] = inspect_all(LOCAL, engine).inspections
    return project_id, inspection


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        ("", "signing.name_missing"),
        (" \u3000\n", "signing.name_missing"),
        ("\u200b", "signing.name_missing"),
        ("\u3002", "signing.name_missing"),
        ("1", "signing.name_missing"),
        (LOCAL.name, "signing.name_missing"),
        ("![](//a.cn/x)\u738b", "signing.name_unreadable"),
        ("<b>\u738b</b>", "signing.name_unreadable"),
        ("\u738b" * 21, "signing.name_too_long"),
    ],
)
def test_what_is_no_name_is_refused(stated: str, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        signer(LOCAL, stated)
    assert refused.value.code == code
    assert explain(refused.value).endswith("\u3002")


def test_a_name_is_trimmed_and_may_have_twenty_characters() -> None:
    assert signer(LOCAL, f"\u3000{NAME}\t") == NAME
    assert (
        signer(LOCAL, "\u963f\u5356\u63d0 \u00b7  \u4e70\u4e70\u63d0") == "\u963f\u5356\u63d0 \u00b7 \u4e70\u4e70\u63d0"
    )
    assert signer(LOCAL, "\u738b\u4e94\uff08\u53d1\u6539\u5c40\uff09").startswith("\u738b\u4e94")
    assert signer(LOCAL, "\u738b" * 20) == "\u738b" * 20


def test_who_has_signed_in_is_not_asked_and_cannot_sign_for_another() -> None:
    """The server's own viewer is the only one without a person behind it."""
    assert states_name(LOCAL)
    clerk = Viewer("\u5f20\u6838\u67e5", Role.INSPECTOR)
    assert not states_name(clerk)
    assert signer(clerk, "\u674e\u56db") == clerk.name
    assert signature(clerk.name, signer(clerk, "")) == clerk.name


def test_the_name_is_kept_beside_the_account_on_both_stores(any_engine: Engine, tmp_path: Path) -> None:
    project_id, inspection = inspected(any_engine, tmp_path)
    problem_id = decide(LOCAL, inspection, CONFIRMED, any_engine).problem_id
    assert problem_id is not None
    held = project_imagery(LOCAL, project_id, store.today(), any_engine)
    assert (held.decisions[0]["decided_by"], held.decisions[0]["signed_by"]) == (LOCAL.name, NAME)
    assert held.problems[0]["opened_signed_by"] == NAME
    with pytest.raises(BadInput, match=r"signing\.name_missing"):
        close_problem(LOCAL, problem_id, "\u5df2\u590d\u5de5", any_engine)
    close_problem(LOCAL, problem_id, "\u5df2\u590d\u5de5", any_engine, name="\u674e\u56db")
    [closed] = project_imagery(LOCAL, project_id, store.today(), any_engine).problems
    assert (closed["closed_by"], closed["closed_signed_by"]) == (LOCAL.name, "\u674e\u56db")
    with Session(any_engine) as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.project_id == project_id)).all()
    signed = {entry.action: entry.details["signed_by"] for entry in entries if "signed_by" in entry.details}
    assert signed == {"imagery.decided": NAME, "problem.closed": "\u674e\u56db"}
    assert audit.verify(any_engine).first_broken_id is None


def test_without_a_name_nothing_is_written(engine: Engine, tmp_path: Path) -> None:
    project_id, inspection = inspected(engine, tmp_path)
    with pytest.raises(BadInput, match=r"signing\.name_missing"):
        decide(LOCAL, inspection, Decision(ImageryDecision.REFLY), engine)
    assert project_imagery(LOCAL, project_id, store.today(), engine).decisions == ()


def test_wherever_a_stated_name_stands_it_says_so(engine: Engine, tmp_path: Path) -> None:
    """On the sheet, in the lists and in the workbook; who decided meanwhile is named likewise."""
    _, inspection = inspected(engine, tmp_path)
    decide(LOCAL, inspection, CONFIRMED, engine)
    assert MARKED in sheet(LOCAL, inspection, engine)
    known = facts(LOCAL, store.today(), engine)
    lines = items(LOCAL, known, store.today(), engine)
    assert lines.loc[lines["origin"] == "supervision", "recorded_by"].tolist() == [MARKED]
    book = openpyxl.load_workbook(io.BytesIO(workbook(LOCAL, known, store.today(), engine)[0]))
    assert any(MARKED in row for page in book for row in page.iter_rows(values_only=True))
    entry = {"actor": LOCAL.name, "details": {"signed_by": NAME}}
    assert history._actor(entry) == MARKED
    with pytest.raises(BadInput) as refused:
        decide(LOCAL, inspection, Decision(ImageryDecision.EXPLAIN, "x", name="\u674e\u56db", last_seen=0), engine)
    assert MARKED in explain(refused.value)


def test_of_what_was_decided_before_nobody_is_named(engine: Engine, tmp_path: Path) -> None:
    project_id, inspection = inspected(engine, tmp_path)
    decide(LOCAL, inspection, CONFIRMED, engine)
    with store.transaction(engine) as session:
        session.execute(update(InspectionDecision).values(signed_by=None))
    told = project_imagery(LOCAL, project_id, store.today(), engine).decisions[0]
    assert signature(told["decided_by"], told["signed_by"]) == "\u2014"
    assert f"<td>{LOCAL.name}</td>" not in sheet(LOCAL, inspection, engine)


def test_decisions_of_an_earlier_version_are_still_there_after_the_migration(engine: Engine, tmp_path: Path) -> None:
    """Columns are added in place: making the table anew would take the problems of its decisions with it."""
    project_id, inspection = inspected(engine, tmp_path)
    decide(LOCAL, inspection, CONFIRMED, engine)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE inspection_decision DROP COLUMN signed_by"))
        connection.execute(text("ALTER TABLE problem DROP COLUMN closed_signed_by"))
        before = ScriptDirectory(str(store.MIGRATIONS)).get_revision("signature").down_revision
        connection.execute(text("UPDATE alembic_version SET version_num = :before"), {"before": before})
    store.migrate(engine)
    held = project_imagery(LOCAL, project_id, store.today(), engine)
    assert [one["signed_by"] for one in held.decisions] == [None]
    assert len(held.problems) == 1
