"""The commands that print figures: one JSON document and nothing else; a wrong call is one Chinese sentence."""

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine

from monitor.cli import main, palmmap
from monitor.store import transaction
from monitor.tables import AnnualPlan, Project, Report

INDICATOR = ["key", "label", "district", "value", "unit", "numerator", "denominator", "target", "met", "rule"]


@pytest.fixture
def one_project(engine: Engine) -> Engine:
    from datetime import date, datetime

    known = datetime.fromisoformat("2024-01-02")
    with transaction(engine) as session:
        session.add(
            Project(
                id=1,
                name="甲",
                unit_code="140403",
                stage="implementation",
                library="annual",
                started_on=date(2023, 5, 1),
                created_at=known,
                updated_at=known,
            )
        )
        session.flush()
        session.add(AnnualPlan(project_id=1, year=2024, revision=1, investment_wan_yuan=1200, recorded_at=known))
        figures = {"year_investment_wan_yuan": 500, "reported_by": "测试"}
        at = {"reported_at": datetime.fromisoformat("2024-06-28")}
        session.add(Report(project_id=1, year=2024, month=6, revision=1, **figures, **at))
    return engine


def printed(*arguments: str) -> object:
    done = CliRunner().invoke(palmmap, [*arguments, "--json"], catch_exceptions=False)
    assert (done.exit_code, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_indicators_print_the_columns_of_the_contract(one_project: Engine) -> None:
    rows = printed("indicators", "--plan", "changzhi", "--as-of", "2024-06-30")
    assert isinstance(rows, list)
    assert all(list(row) == INDICATOR for row in rows)
    (lead,) = [row for row in rows if row["key"] == "time_lead"]
    assert (lead["value"], lead["district"]) == (pytest.approx(-8.333333), "山西省长治市")
    by_district = printed("indicators", "--plan", "changzhi", "--as-of", "2024-06-30", "--by", "district")
    assert {row["district"] for row in by_district} == {"山西省长治市潞州区"}
    by_city = printed("indicators", "--plan", "changzhi", "--as-of", "2024-06-30", "--by", "city")
    assert {row["district"] for row in by_city} == {"山西省长治市"}


def test_lights_and_rank_print_one_document(one_project: Engine) -> None:
    (row,) = printed("lights", "--as-of", "2024-06-30")
    assert (row["project_id"], row["district"]) == (1, "山西省长治市潞州区")
    assert {"check", "colour", "text", "value", "threshold", "rule", "clause"} == set(row["reasons"][0])
    (unit,) = printed("lights", "--as-of", "2024-06-30", "--districts")
    assert (unit["unit_code"], unit["colour"]) == ("140403", "yellow")
    ranked = printed("rank", "--as-of", "2024-06-30")
    assert ranked["ranking"][0]["unit_code"] == "140403"
    assert ranked["method"]


def test_rows_print_one_document_and_all_rows_of_issue_three_are_covered(engine: Engine) -> None:
    rows = {row["id"]: row for row in printed("rows")}
    named = [f"000-{n:02d}" for n in (1, 2, 3, 4, 5, 6, 8, 12, 15, 16, 25, 32)]
    named += [f"001-{n:02d}" for n in (*range(1, 9), 15, 16, 18)]
    named += [f"002-{n:02d}" for n in (1, 3, 4, 5, 6, 7, 8, 11, 12, 15, 16)]
    named += [f"003-{n:02d}" for n in (1, 2, 8, 11, 12)] + ["004-10", "004-11", "X-01", "X-02", "X-06", "X-08"]
    assert [row for row in named if not rows[row]["covered"]] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("lights --as-of 2024-13-01", "--as-of 的“2024-13-01”不是日期"),
        ("lights", "缺少 --as-of"),
        ("rank --as-off 2024-10-31", "没有选项 --as-off"),
        ("indicator --plan henan", "没有命令“indicator”"),
        (
            "indicators --plan henan --as-of 2024-10-31 --by town",
            "--by 不能是“town”\uff0c可选\uff1adistrict、city、resp",
        ),
        ("indicators --plan nope --as-of 2024-10-31 --json", "没有方案“nope”"),
        ("lights --preset nope --as-of 2024-10-31 --json", "没有亮灯预设“nope”"),
        ("rank --plan yuqing --as-of 2019-10-31 --json", "没有生效的排名规则"),
        ("import statistics nowhere.csv", "FILE“nowhere.csv”不存在"),
    ],
)
def test_a_wrong_call_is_one_sentence(engine: Engine, monkeypatch, capsys, arguments: str, said: str) -> None:
    monkeypatch.setattr("sys.argv", ["palmmap", *arguments.split()])
    with pytest.raises(SystemExit) as ended:
        main()
    done = capsys.readouterr()
    assert (ended.value.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert said in done.err
