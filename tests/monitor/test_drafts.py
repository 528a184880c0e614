"""填报草稿: kept for their author, counted and recorded nowhere, gone when given up."""

from datetime import date

import pytest
from sqlalchemy import Engine, func, select

from monitor import store
from monitor.errors import Forbidden, NotFound
from monitor.model import Viewer
from monitor.queries import facts
from monitor.queries.drafts import drafts
from monitor.services.drafts import keep
from monitor.tables import AuditEntry, Project, ReportDraft
from monitor.terms import Role

CLERK = Viewer("潞州区填报员", Role.DISTRICT, "140403")
FIELDS = {
    "year_investment_wan_yuan": 321.5,
    "started_on": date(2024, 9, 2),
    "problem_text": "缺砂石",
    "paid_wan_yuan": None,
}
KEY = (1, 2024, 10)


@pytest.fixture
def project(any_engine: Engine) -> Engine:
    with store.transaction(any_engine) as session:
        known = store.now()
        session.add(
            Project(id=1, name="某项目", unit_code="140403", stage="implementation", created_at=known, updated_at=known)
        )
    return any_engine


def test_a_draft_is_read_as_it_was_filled_in_and_by_its_author_only(project: Engine) -> None:
    keep(CLERK, KEY, FIELDS, project)
    keep(CLERK, KEY, FIELDS | {"paid_wan_yuan": 12.0}, project)
    found = drafts(CLERK, project)
    assert found[KEY].fields == FIELDS | {"paid_wan_yuan": 12.0}
    assert (store.now() - found[KEY].saved_at).total_seconds() < 60
    for other in (Viewer("同事", Role.DISTRICT, "140403"), Viewer(CLERK.name, Role.DISTRICT, "140404")):
        assert drafts(other, project) == {}


def test_a_draft_is_no_write_of_the_record_and_changes_no_figure(project: Engine) -> None:
    before = facts.version(project), facts.facts(CLERK, date(2024, 10, 31), project).to_dict()
    keep(CLERK, KEY, FIELDS, project)
    with store.reachable(project) as connection:
        assert connection.scalar(select(func.count()).select_from(AuditEntry)) == 0
    assert str((facts.version(project), facts.facts(CLERK, date(2024, 10, 31), project).to_dict())) == str(before)


def test_nothing_filled_in_leaves_no_draft(project: Engine) -> None:
    keep(CLERK, KEY, FIELDS, project)
    assert keep(CLERK, KEY, {}, project) is None
    with store.reachable(project) as connection:
        assert connection.scalar(select(func.count()).select_from(ReportDraft)) == 0


def test_who_does_not_file_or_see_the_project_keeps_none(project: Engine) -> None:
    with pytest.raises(Forbidden, match=r"report\.role_looks_only"):
        keep(Viewer("区长", Role.LEADER, "140403"), KEY, FIELDS, project)
    with pytest.raises(NotFound, match=r"project\.not_found"):
        keep(Viewer("别区", Role.DISTRICT, "140404"), KEY, FIELDS, project)
