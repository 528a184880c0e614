"""Targets of lists: where their figures come from, in which unit, by which day."""

from datetime import date
from pathlib import Path

import pytest

from monitor.queries.list_targets import goals, list_name
from monitor.rules import RULES

ON = date(2024, 7, 31)


@pytest.fixture
def own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folder of the operator's own files of the plan of Henan."""
    monkeypatch.setenv("PALMMAP_HOME", str(tmp_path))
    folder = tmp_path / "rules" / "henan"
    folder.mkdir(parents=True)
    return folder


def test_a_year_is_read_in_the_unit_of_its_rule_and_due_on_its_day(own_file: Path) -> None:
    shipped = {rule.key: plan for rule, plan in goals("henan", ON)}
    assert {key: plan.total_wan_yuan for key, plan in shipped.items()} == {
        "provincial_investment": 100_000_000,
        "treasury_investment": 5_000_000,
    }
    assert shipped["treasury_investment"].planned_by(date(2024, 6, 30)) == 2_500_000, "spread evenly"
    text = (RULES / "henan" / "treasury_investment.yaml").read_text("utf-8")
    changed = text.replace("unit: 亿元", "unit: 万元").replace("value: 500", "value: 5000000")
    changed = changed.replace("due: 12-31", "due: 11-30")
    changed = changed[: changed.index("examples:")] + (
        "examples:\n- given:\n  - {lists: [treasury_bond_2023], year_investment_wan_yuan: 5000000}\n"
        "  on: 2024-11-30\n  expect: {value: 5000000.0, met: true}\n"
    )
    (own_file / "treasury_investment.yaml").write_text(changed, encoding="utf-8")
    rule, plan = next(held for held in goals("henan", ON) if held[0].key == "treasury_investment")
    assert (rule.unit, plan.total_wan_yuan) == ("万元", 5_000_000)
    assert plan.planned_by(date(2024, 11, 30)) == 5_000_000, "all of it by its day"


def test_the_lists_of_a_plan_stand_in_its_order_and_by_their_names() -> None:
    named = [list_name(rule) for rule, _ in goals("jiayuguan", date(2023, 7, 31))]
    assert named == [
        "省列重大项目\uff08续建\uff09",
        "省列重大项目\uff08新建\uff09",
        "全省重点投资项目",
        "全省重点投资项目\uff08续建\uff09",
        "全省重点投资项目\uff08新建\uff09",
        "市级领导包抓项目",
    ]
    assert goals("jiayuguan", ON) == [], "the plan is of 2023"
