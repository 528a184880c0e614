"""结果运用: what the clauses propose, who decides, and what the record keeps."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select

from monitor import rules, store
from monitor.errors import Refusal
from monitor.indicators.consequences import hits, quarter_ended
from monitor.indicators.ranking import Place
from monitor.messages import explain
from monitor.model import Viewer
from monitor.queries import consequences, standings
from monitor.queries.comparison import Choice
from monitor.queries.map_districts import units as read_units
from monitor.services import audit
from monitor.services.consequences import Decision, decide
from monitor.tables import AnnualPlan, AuditEntry, Consequence, Project, Report
from monitor.terms import ConsequenceDecision, Role

QUARTER = date(2024, 9, 30)
CHANGZHI = "140400"
DONE = {"140403": 75, "140404": 70, "140405": 60, "140406": 60, "140423": 40, "140425": 40, "140426": 10}
"""unit -> investment by September, of 100 planned: the schedule asks for 75."""

MAYOR = Viewer("王市长", unit_code=CHANGZHI)


def places(scores: dict[str, float]) -> list[Place]:
    return [Place(unit, 1 + sum(o > s for o in scores.values()), s, (), ()) for unit, s in scores.items()]


def reached(key: str, scores: dict[str, float], kinds: dict[str, str] | None = None) -> dict[str, bool]:
    found = hits(rules.pack("changzhi"), places(scores), kinds or dict.fromkeys(scores, "county"), QUARTER)
    return {hit.unit: hit.tied for hit in found if hit.rule.key == key}


def test_the_last_two_speak_and_a_tie_at_the_cut_takes_all_with_it() -> None:
    scores = {"a": 100.0, "b": 95.0, "c": 90.0, "d": 80.0, "e": 80.0, "f": 70.0}
    assert reached("speech", scores) == {"d": True, "e": True, "f": False}
    assert reached("speech", scores | {"e": 85.0}) == {"d": False, "f": False}


def test_nobody_is_blamed_among_equals_nor_at_full_score() -> None:
    assert reached("speech", dict.fromkeys("abcd", 90.0)) == {}
    assert reached("praise", dict.fromkeys("abcd", 90.0)) == {}
    assert reached("speech", {"a": 100.0, "b": 100.0, "c": 100.0, "d": 99.9}) == {"d": False}


def test_no_unit_is_praised_and_criticised_at_once() -> None:
    for scores in ({"a": 90.0, "b": 80.0}, {"a": 90.0, "b": 80.0, "c": 80.0}, {"a": 90.0, "b": 90.0, "c": 80.0}):
        assert not set(reached("praise", scores)) & set(reached("criticism", scores))


def test_a_clause_about_districts_passes_over_what_the_city_reports_itself() -> None:
    scores = {"a": 100.0, "b": 90.0, "c": 85.0, "d": 80.0, "bucket": 10.0}
    kinds = dict.fromkeys("abc", "county") | {"d": "zone", "bucket": "bucket"}
    assert set(reached("speech", scores, kinds)) == {"c", "d"}


@pytest.mark.parametrize(
    ("day", "ended"),
    [
        ("2024-10-31", "2024-09-30"),
        ("2024-09-30", "2024-09-30"),
        ("2024-09-29", "2024-06-30"),
        ("2024-01-31", "2023-12-31"),
    ],
)
def test_the_quarter_that_has_ended(day: str, ended: str) -> None:
    assert quarter_ended(date.fromisoformat(day)) == date.fromisoformat(ended)


@pytest.fixture
def ranked(any_engine: Engine) -> Engine:
    """Seven counties of Changzhi with one project each, ranked by how far they are."""
    known = datetime.fromisoformat("2024-01-02")
    with store.transaction(any_engine) as session:
        for number, (unit, done) in enumerate(DONE.items(), start=1):
            held = {"stage": "implementation", "library": "annual", "created_at": known, "updated_at": known}
            session.add(Project(id=number, name=f"项目{number}", unit_code=unit, **held))
            session.flush()
            plan = {"year": 2024, "revision": 1, "investment_wan_yuan": 100, "recorded_at": known}
            session.add(AnnualPlan(project_id=number, **plan))
            at = datetime.fromisoformat("2024-09-28")
            report = {"year": 2024, "month": 9, "revision": 1, "reported_by": "测试", "reported_at": at}
            session.add(Report(project_id=number, year_investment_wan_yuan=done, **report))
    return any_engine


@pytest.fixture
def register(ranked: Engine) -> Callable[..., dict[tuple[str, str], consequences.Entry]]:
    """The register of the quarter as a viewer sees it, by clause and unit."""

    def of(viewer: Viewer = MAYOR) -> dict[tuple[str, str], consequences.Entry]:
        table = read_units(ranked)
        made = standings.compared(viewer, QUARTER, ranked, Choice(CHANGZHI, "changzhi"), table)
        entries = consequences.register(viewer, "changzhi", made.places, table, QUARTER, ranked)
        return {(entry.hit.rule.key, entry.hit.unit): entry for entry in entries}

    return of


def speech(units: tuple[str, ...], note: str = "在三季度通报会上发言", **said: Any) -> Decision:
    return Decision(
        "changzhi/speech", said.get("end_on", QUARTER), units, said.get("what", ConsequenceDecision.CONFIRMED), note
    )


def test_000_25_the_heads_who_speak_are_proposed_decided_and_recorded(ranked: Engine, register: Any) -> None:
    proposed = {key: entry for key, entry in register().items() if key[0] == "speech"}
    assert {unit for _, unit in proposed} == {"140423", "140425", "140426"}, "two places, three units: a tie at the cut"
    assert [proposed["speech", unit].hit.tied for unit in ("140423", "140425", "140426")] == [True, True, False]
    assert "有同分并列" in proposed["speech", "140423"].hit.reason
    assert all(entry.decided is None for entry in proposed.values())
    before = audit.verify(ranked).entries
    assert decide(MAYOR, speech(("140423", "140426")), ranked) == 2
    assert audit.verify(ranked).entries == before + 1, "one decision, one entry"
    assert audit.verify(ranked).first_broken_id is None
    decided = register()["speech", "140426"].decided
    assert decided is not None
    assert (decided.decision, decided.decided_by, decided.note) == ("confirmed", "王市长", "在三季度通报会上发言")
    assert (decided.year, decided.quarter, decided.place, decided.score) == (2024, 3, 7, 6.7)
    assert register()["speech", "140425"].decided is None


def test_000_32_a_talk_can_be_waived_with_a_reason_and_decided_again(ranked: Engine, register: Any) -> None:
    first = Decision("changzhi/interview", QUARTER, ("140426",), ConsequenceDecision.WAIVED, "汛期停工，情况属实")
    decide(MAYOR, first, ranked)
    decide(MAYOR, Decision(first.rule, QUARTER, first.units, ConsequenceDecision.CONFIRMED, "核实后仍应约谈"), ranked)
    made = register()["interview", "140426"].decided
    assert (made.decision, made.revision, made.note) == ("confirmed", 2, "核实后仍应约谈")
    with ranked.connect() as connection:
        assert len(connection.execute(select(Consequence.id)).all()) == 2, "what was decided first stays in the record"
        said = connection.execute(select(AuditEntry.details).order_by(AuditEntry.id.desc()).limit(1)).scalar_one()
    assert (said["rule"], said["units"], said["decision"]) == ("changzhi/interview", ["140426"], "confirmed")


@pytest.mark.parametrize(
    ("viewer", "made", "code", "words"),
    [
        (MAYOR, speech(("140426",), note="  "), "consequence.no_note", "请写明"),
        (Viewer("区长", Role.DISTRICT, "140426"), speech(("140426",)), "consequence.not_yours", "长治市"),
        (Viewer("县委书记", Role.LEADER, "140426"), speech(("140426",)), "consequence.not_yours", "长治市"),
        (MAYOR, speech(("140403",)), "consequence.not_proposed", "潞州区"),
        (MAYOR, speech(()), "consequence.not_proposed", "表态发言"),
        (MAYOR, speech(("140426",), end_on=date(2024, 8, 31)), "consequence.not_ended", "2024年第三季度"),
        (MAYOR, speech(("140426",), end_on=date(2099, 9, 30)), "consequence.not_ended", "2099年第三季度"),
    ],
)
def test_what_the_clause_does_not_allow_is_refused(
    ranked: Engine, viewer: Viewer, made: Decision, code: str, words: str
) -> None:
    with pytest.raises(Refusal) as refused:
        decide(viewer, made, ranked)
    assert refused.value.code == code
    assert words in explain(refused.value)
    with ranked.connect() as connection:
        assert connection.execute(select(Consequence.id)).all() == []


def test_x_06_a_district_head_sees_what_follows_for_his_own_unit_only(ranked: Engine, register: Any) -> None:
    decide(MAYOR, speech(("140423", "140426")), ranked)
    own = register(Viewer("县长", Role.DISTRICT, "140426"))
    assert {unit for _, unit in own} == {"140426"}
    assert own["speech", "140426"].decided is not None
    assert set(register(Viewer("区长", Role.DISTRICT, "140405"))) == {("praise", "140405")}


def test_a_decision_stays_when_the_ranking_was_corrected(ranked: Engine, register: Any) -> None:
    decide(MAYOR, speech(("140426",)), ranked)
    with store.transaction(ranked) as session:
        at = datetime.fromisoformat("2024-09-29")
        report = {"year": 2024, "month": 9, "revision": 2, "reported_by": "测试", "reported_at": at, "reason": "补报"}
        session.add(Report(project_id=7, year_investment_wan_yuan=75, **report))
    left = register()["speech", "140426"]
    assert left.decided is not None
    assert (left.hit.place, left.hit.score) == (7, 6.7), "with the place it rested on"
