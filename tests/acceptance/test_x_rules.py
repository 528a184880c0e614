"""Beyond the plans: rules as data, lights that say why, ranking with its method, and any past month as it was known."""

from datetime import date, datetime

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from monitor import store
from monitor.cli import palmmap
from monitor.errors import BadInput
from monitor.messages import explain
from monitor.model import Viewer
from monitor.queries.district_lights import light_history
from monitor.queries.figures import figures as values
from monitor.services import audit
from monitor.tables import Report

PLAN = """\
label: 临沂市
document: 临沂市2025年上半年重大项目建设情况通报
unit_code: "371300"
project_preset: yinchuan
district_preset: sanya
"""

START_RATE = """\
key: start_rate
kind: indicator
function: start_rate
label: 实施类项目开工率
unit: "%"
direction: at_least
formula: 已开工(含复工)项目数/全部实施类项目数
options: {over: whole_list}
values:
  2025-01-01: {value: 95, until: 2025-12-31}
due: 06-30
reference: {document: 临沂市2025年上半年重大项目建设情况通报, clause: 846个项目,开工率达97%}
rows: [X-01]
examples:
  - given: [{batch: new, started_on: 2025-03-01, count: 821}, {batch: new, count: 25}]
    on: 2025-06-30
    expect: {numerator: 821.0, denominator: 846.0, met: true}
"""


@pytest.fixture
def sixth_pack(tmp_path):
    """A pack that the operator writes into PALMMAP_HOME/rules, after a published bulletin of Linyi."""
    folder = tmp_path / "rules" / "linyi"
    folder.mkdir(parents=True)
    (folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
    clause = "clause: 846个项目,开工率达97%"
    text_of_rule = START_RATE.replace(clause, f'clause: "{clause.removeprefix("clause: ")}"')
    (folder / "start_rate.yaml").write_text(text_of_rule, encoding="utf-8")
    return folder


def test_x_01_a_sixth_plan_is_a_change_of_data(fill, figures, sixth_pack):
    listed = {"unit_code": "371302", "batch": "new"}
    fill([{**listed, "started_on": "2025-03-01", "count": 33}, {**listed, "stage": "preparation"}])
    rate = figures("linyi", "2025-06-30")["start_rate"]
    assert (round(rate["value"], 2), rate["met"], rate["rule"]) == (97.06, True, "linyi/start_rate")
    assert figures("linyi", "2026-06-30") == {}, "the plan is of 2025"


def test_x_01_a_number_leads_to_formula_inputs_and_clause(fill, sixth_pack):
    listed = {"unit_code": "371302", "batch": "new"}
    engine = fill([{**listed, "started_on": "2025-03-01"}, {**listed, "stage": "preparation"}])
    (value,) = values(Viewer("测试"), date(2025, 6, 30), engine, "linyi")["371300"]
    assert (value.numerator_projects, value.denominator_projects) == ((1,), (1, 2))
    assert value.reference is not None
    assert value.reference.document == "临沂市2025年上半年重大项目建设情况通报"


def test_x_01_a_broken_pack_is_refused_by_the_command_with_file_and_line(fill, sixth_pack):
    fill([])
    rule = sixth_pack / "start_rate.yaml"
    rule.write_text(rule.read_text("utf-8").replace("due: 06-30", "duo: 06-30"), encoding="utf-8")
    done = CliRunner().invoke(palmmap, ["indicators", "--plan", "linyi", "--as-of", "2025-06-30", "--json"])
    assert isinstance(done.exception, BadInput)
    assert "start_rate.yaml 第 11 行：不认识的键“duo”" in explain(done.exception)


def test_x_02_a_light_says_why_since_when_and_grey_has_a_reason(fill, run):
    engine = fill(
        [
            {
                "plan": 1200,
                "started_on": "2024-01-05",
                "statistics_entry_on": "2024-02-01",
                "reports": {4: 400, 5: 300},
            },
            {"plan": 1200, "started_on": "2024-01-05", "statistics_entry_on": "2024-02-01"},
        ]
    )
    lit = {row["project_id"]: row for row in run("lights", "--as-of", "2024-05-31")}
    first = lit[1]["reasons"][0]
    assert (lit[1]["colour"], first["value"], first["threshold"]) == ("yellow", pytest.approx(16.6667, abs=1e-3), 10)
    assert (first["rule"], "10至30个百分点" in first["clause"]) == ("yinchuan/progress", True)
    assert lit[2]["colour"] == "grey"
    assert lit[2]["reasons"][0]["text"] == "今年未填报投资完成数，不能判断进度"
    history = light_history(Viewer("测试"), [date(2024, 4, 30), date(2024, 5, 31)], engine, 1)
    assert list(history["colour"]) == ["green", "yellow"], "since May"


def test_x_06_ranking_shows_promised_delivered_and_method(fill, run):
    new = {"batch": "new", "stage": "preparation", "planned_start_on": "2024-03-01", "plan": 1200}
    fill(
        [
            {**new, "unit_code": "140400-z1", "started_on": "2024-03-01", "reports": {6: 600}},
            {**new, "unit_code": "140400-direct", "started_on": "2024-03-01", "reports": {6: 600}},
            {**new, "unit_code": "140403", "reports": {6: 450}},
        ]
    )
    document = run("rank", "--as-of", "2024-06-30")
    assert "践诺·项目开工率（权重1）" in document["method"]
    assert "同分同名次" in document["method"]
    rows = {row["unit_code"]: row for row in document["ranking"]}
    assert {unit: row["place"] for unit, row in rows.items()} == {"140400-z1": 1, "140400-direct": 1, "140403": 3}
    assert {rows["140400-z1"]["kind"], rows["140400-direct"]["kind"]} == {"zone", "bucket"}
    investment = next(part for part in rows["140403"]["parts"] if part["key"] == "promise_investment")
    assert (investment["promised"], investment["delivered"]) == (600, 450)


def test_x_08_a_past_month_stays_as_it_was_known_and_the_record_shows_tampering(fill, figures):
    engine = fill([{"library": "annual", "plan": 1000, "reports": {6: 600}}])
    before = figures("changzhi", "2024-06-30")["time_lead"]
    assert before["value"] == pytest.approx(10.0)
    with store.transaction(engine) as session:
        correction = {"year_investment_wan_yuan": 400, "reported_by": "测试", "reason": "误报"}
        at = datetime.fromisoformat("2024-07-20")
        session.add(Report(project_id=1, year=2024, month=6, revision=2, reported_at=at, **correction))
        audit.record(session, "测试", "report.corrected", 1, correction)
    assert figures("changzhi", "2024-06-30")["time_lead"] == before, "the correction was not known then"
    assert figures("changzhi", "2024-07-30")["time_lead"]["value"] == pytest.approx(-10.0)
    assert audit.verify(engine).first_broken_id is None
    with engine.begin() as connection:
        connection.execute(
            text("update audit_entry set details = '{\"reason\": \"无\"}' where action = 'report.corrected'")
        )
    assert audit.verify(engine).first_broken_id is not None
