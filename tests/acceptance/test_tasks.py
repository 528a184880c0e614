"""002-15、003-11: the task register and the phases of a campaign, through the command."""

from datetime import date

import pytest
from click.testing import CliRunner

from monitor import rules
from monitor.cli import palmmap
from monitor.errors import NotFound
from monitor.messages import explain
from monitor.workflow.tasks import check_examples, register


def test_002_15_every_task_has_lead_responsible_and_deadline(run):
    table = run("tasks", "--plan", "jiayuguan", "--as-of", "2023-08-31")
    assert len(table) == 9
    by_key = {row["key"]: row for row in table}
    government = by_key["task_government"]
    assert government["lead"] == ["市发展改革委", "市财政局"]
    assert (len(government["responsible"]), government["due_on"], government["state"]) == (
        20,
        "2023-12-31",
        "under_way",
    )
    assert (by_key["task_reserve"]["due_on"], by_key["task_reserve"]["cadence"]) == (None, "持续推进")
    assert by_key["task_elements"]["lead"] == [], "the plan names no lead for it, and none is made up"
    assert [row["due_on"] for row in table] == ["2023-12-31"] * 6 + [None] * 3


def test_002_15_a_unit_sees_its_own_tasks_and_an_unknown_one_is_refused(run):
    mine = run("tasks", "--plan", "jiayuguan", "--as-of", "2023-08-31", "--unit", "市财政局")
    assert {row["key"]: row["duty"] for row in mine} == {
        "task_government": "lead",
        "task_elements": "responsible",
        "task_dispatch": "responsible",
        "task_visits": "responsible",
    }
    done = CliRunner().invoke(palmmap, ["tasks", "--plan", "jiayuguan", "--as-of", "2023-08-31", "--unit", "市档案局"])
    assert isinstance(done.exception, NotFound)
    assert "没有“市档案局”" in explain(done.exception)
    assert run("tasks", "--plan", "jiayuguan", "--as-of", "2024-01-01") == [], "the plan is of 2023"


def test_003_11_phases_reach_over_the_turn_of_the_year(run):
    def states(day: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for row in run("tasks", "--plan", "yuqing", "--as-of", day):
            found.setdefault(row["state"], set()).add(f"{row['key'].removeprefix('phase_')} {row['due_on'][:4]}")
        return found

    assert states("2024-06-15")["under_way"] == {"implement 2024"}
    assert states("2024-11-15")["under_way"] == {"implement 2024", "review 2025"}
    assert states("2024-12-15")["under_way"] == {"implement 2024", "review 2025", "mobilise 2024"}
    assert states("2025-01-15")["under_way"] == {"implement 2025", "review 2025"}
    assert states("2025-02-01")["ended"] == {"mobilise 2024"}
    assert states("2025-02-01")["not_yet"] == {"review 2026"}


def test_003_11_targets_issued_to_the_districts_are_seen_by_district(fill, run):
    fill([{"unit_code": "520329", "plan": 600, "reports": {6: 150}}, {"unit_code": "520329", "plan": 400}])
    rows = run("indicators", "--plan", "yuqing", "--as-of", "2024-06-30", "--by", "district")
    issued = next(row for row in rows if row["key"] == "part_projects")
    assert (issued["district"], issued["denominator"], issued["numerator"]) == ("贵州省遵义市余庆县", 1000, 150)


@pytest.mark.parametrize("plan", ["jiayuguan", "yuqing"])
def test_examples_of_the_tasks_hold(plan):
    tasks = [rule for rule in rules.pack(plan) if rule.kind == "task"]
    assert tasks
    for rule in tasks:
        check_examples(rule)
    assert register(tasks, date(1999, 1, 1)) == []
