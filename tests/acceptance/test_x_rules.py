"""Beyond the plans: rules as data, lights that say why, ranking with its method, and any past month as it was known."""

import re
import textwrap
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
from monitor.queries.plan_figures import figures as values
from monitor.rules import RULES
from monitor.services import audit
from monitor.settings import ROOT
from monitor.tables import Report

FILE_AND_TEXT = re.compile(r"`jiangmen/(\w+\.yaml)`[^`]*```yaml\n(.*?)```", re.DOTALL)
"""A file of the sixth pack in docs/rules.md: its name, and the block that follows."""


@pytest.fixture
def sixth_pack(tmp_path):
    """The pack that docs/rules.md writes after a published bulletin of Jiangmen, put where an operator puts it."""
    folder = tmp_path / "rules" / "jiangmen"
    folder.mkdir(parents=True)
    for name, text_of_file in FILE_AND_TEXT.findall((ROOT / "docs" / "rules.md").read_text("utf-8")):
        (folder / name).write_text(textwrap.dedent(text_of_file), encoding="utf-8")
    assert len(list(folder.iterdir())) == 4
    return folder


def published(rows):
    """Projects of a unit of Jiangmen that make the sums of the bulletin: 629.0 of 647.4 亿元, 206 of 255 started."""
    new = {"unit_code": "440704", "batch": "new", "plan": 20_000}
    rest = {"unit_code": "440781", "batch": "continued", "plan": 6_474_000 - 255 * 20_000}
    return [
        {**new, "started_on": "2024-03-01", "reports": {10: 24_000}, "count": 206},
        {**new, "stage": "preparation", "count": 49},
        {**rest, "reports": {10: 6_290_000 - 206 * 24_000}},
        *rows,
    ]


def test_x_01_a_sixth_plan_is_a_change_of_data(fill, figures, sixth_pack):
    fill(published([{"unit_code": "371302", "plan": 1}]))
    told = figures("jiangmen", "2024-10-31")
    assert round(told["completion"]["value"], 1) == 97.2
    assert round(told["lead"]["value"], 1) == 13.8
    assert (round(told["start_rate"]["value"], 1), told["start_rate"]["denominator"]) == (80.8, 255)
    assert told["start_rate"]["rule"] == "jiangmen/start_rate"
    assert figures("jiangmen", "2025-10-31") == {}, "the plan is of 2024"


def test_x_01_a_number_leads_to_formula_inputs_and_clause(fill, sixth_pack):
    new = {"unit_code": "440704", "batch": "new"}
    engine = fill([{**new, "started_on": "2024-03-01"}, {**new, "stage": "preparation"}])
    told = {value.key: value for value in values(Viewer("测试"), date(2024, 10, 31), engine, "jiangmen")["440700"]}
    rate = told["start_rate"]
    assert (rate.numerator_projects, rate.denominator_projects) == ((1,), (1, 2))
    assert rate.reference is not None
    assert "实际已开工206项" in rate.reference.clause


def test_x_01_a_broken_pack_is_refused_by_the_command_with_file_and_line(fill, sixth_pack):
    fill([])
    rule = sixth_pack / "start_rate.yaml"
    rule.write_text(rule.read_text("utf-8").replace("due: 12-31", "duo: 12-31"), encoding="utf-8")
    done = CliRunner().invoke(palmmap, ["indicators", "--plan", "jiangmen", "--as-of", "2024-10-31", "--json"])
    assert isinstance(done.exception, BadInput)
    assert "start_rate.yaml 第 11 行\uff1a不认识的键“duo”" in explain(done.exception)


def test_x_01_one_file_of_a_shipped_plan_is_changed_and_its_projects_follow_another_preset(fill, run, tmp_path):
    """The plan's own preset judges its projects; to choose another, only its plan.yaml is written anew."""
    behind = {"plan": 12_000, "started_on": "2024-01-05", "statistics_entry_on": "2024-02-01", "reports": {6: 3600}}
    fill([{**behind, "unit_code": "140403"}, {**behind, "unit_code": "410105"}])
    before = {row["unit_code"]: row for row in run("lights", "--as-of", "2024-06-30")}
    assert before["140403"]["reasons"][0]["rule"] == "yinchuan/progress", "20 points behind"
    folder = tmp_path / "rules" / "changzhi"
    folder.mkdir(parents=True)
    shipped = (RULES / "changzhi" / "plan.yaml").read_text("utf-8")
    (folder / "plan.yaml").write_text(shipped.replace("yinchuan", "sanya"), encoding="utf-8")
    after = {row["unit_code"]: row for row in run("lights", "--as-of", "2024-06-30")}
    assert after["140403"]["reasons"][0]["rule"] == "sanya/pro_rata"
    assert after["410105"]["reasons"][0]["rule"] == "yinchuan/progress"
    assert len(run("indicators", "--plan", "changzhi", "--as-of", "2024-06-30")) == 15, "the other files still hold"


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
