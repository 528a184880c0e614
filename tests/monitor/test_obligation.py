from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from monitor.rules import RULES, Rule, example_facts, read_pack
from monitor.rules.rule import Period, Population
from monitor.terms import ObligationStatus, Span
from monitor.workflow.obligation import check_examples, deadline, every, generate, obligation_rules, periods, settle

SHIPPED = [
    rule
    for folder in sorted(RULES.iterdir())
    if folder.name in {"changzhi", "henan", "jiayuguan", "lanshan", "yuqing"}
    for rule in read_pack(folder)
    if rule.kind == "obligation"
]
NO_FILINGS = pd.DataFrame(columns=["function", "project_id", "unit_code", "period_end", "filed_on"])


def rule_of(name: str) -> Rule:
    return next(rule for rule in SHIPPED if rule.name == name)


def filings(*rows: tuple[int, str, str]) -> pd.DataFrame:
    made = [
        {"function": "report", "project_id": p, "unit_code": None, "period_end": e, "filed_on": d} for p, e, d in rows
    ]
    return pd.DataFrame(made)


@pytest.mark.parametrize("rule", SHIPPED, ids=lambda rule: rule.name)
def test_the_examples_of_every_cadence_rule_hold(rule: Rule):
    check_examples(rule)


def test_every_shipped_cadence_rule_is_loaded_from_the_plan_packs():
    assert {rule.name for rule in obligation_rules()} == {rule.name for rule in SHIPPED}


def test_each_list_has_its_own_cadence():
    facts = example_facts(
        [
            {"lists": ["provincial_major"], "batch": "continued", "stage": "implementation", "unit_code": "620200"},
            {"lists": ["provincial_major"], "batch": "new", "stage": "implementation", "unit_code": "620200"},
            {
                "lists": ["provincial_key"],
                "total_investment_wan_yuan": 9999,
                "stage": "implementation",
                "unit_code": "620200",
            },
            {
                "lists": ["provincial_key"],
                "total_investment_wan_yuan": 10000,
                "stage": "completed",
                "unit_code": "620200",
            },
            {"lists": ["press"], "stage": "implementation", "unit_code": "620200"},
        ]
    )
    made = generate(facts, SHIPPED, date(2023, 7, 3), date(2023, 7, 31))
    counted = made.groupby(["project_id", "span"]).size()
    assert counted.to_dict() == {(1, "month"): 1, (2, "week"): 4}


def test_weeks_are_generated_ahead_to_their_sundays():
    assert periods(Span.WEEK, date(2023, 12, 25), date(2024, 1, 14)) == [
        (date(2023, 12, 25), date(2023, 12, 31)),
        (date(2024, 1, 1), date(2024, 1, 7)),
        (date(2024, 1, 8), date(2024, 1, 14)),
    ]


def test_who_is_late_and_by_how_many_days():
    facts = example_facts(
        [{"lists": ["annual_construction"], "stage": "implementation", "unit_code": "140403", "count": 5}]
    )
    rule = rule_of("changzhi/report_libraries")
    made = generate(facts, [rule], date(2024, 9, 1), date(2024, 10, 31))
    filed = filings(
        (1, "2024-09-30", "2024-10-08"),  # in time
        (2, "2024-09-30", "2024-10-11"),  # late
        (2, "2024-09-30", "2024-10-02"),  # ... but an earlier revision was in time
        (3, "2024-09-30", "2024-10-12"),
        (4, "2024-09-30", "2024-09-14"),  # before the 25th: of an unfinished month
        (1, "2024-10-31", "2024-10-30"),
    )
    told = settle(made, filed, date(2024, 10, 31)).set_index(["end_on", "project_id"])
    september, october = told.loc["2024-09-30"], told.loc["2024-10-31"]
    assert list(september["status"]) == ["done", "done", "done_late", "late", "late"]
    assert list(september["late_days"]) == [0, 0, 4, 23, 23]
    assert list(october["status"]) == ["done", "due", "due", "due", "due"]
    assert set(october["due_on"]) == {pd.Timestamp(2024, 11, 5)}
    assert set(september["close_on"]) == {pd.Timestamp(2024, 10, 20)}


def test_a_missed_week_stays_late_until_the_next_report():
    facts = example_facts([{"lists": ["government_investment"], "stage": "implementation", "unit_code": "620200"}])
    made = generate(facts, [rule_of("jiayuguan/report_government_weekly")], date(2023, 7, 9), date(2023, 7, 23))
    told = settle(made, filings((1, "2023-07-31", "2023-07-05"), (1, "2023-07-31", "2023-07-18")), date(2023, 7, 20))
    assert list(told["status"]) == ["done", "done_late", "done"]
    assert list(told["late_days"]) == [0, 4, 0]


def test_a_quarterly_duty_falls_on_the_city_once():
    facts = example_facts(
        [
            {"lists": ["annual_construction"], "unit_code": "140403", "city_code": "140400"},
            {"lists": ["reserve_pool"], "unit_code": "140404", "city_code": "140400"},
            {"lists": ["annual_construction"], "unit_code": "140400-high"},
        ]
    )
    made = generate(facts, [rule_of("changzhi/bulletin_quarterly")], date(2024, 7, 1), date(2024, 9, 30))
    assert list(made["unit_code"]) == ["140400", "140400-high"]
    assert made["project_id"].isna().all()
    done = pd.DataFrame(
        [
            {
                "function": "bulletin",
                "project_id": pd.NA,
                "unit_code": "140400",
                "period_end": "2024-09-30",
                "filed_on": "2024-10-18",
            }
        ]
    )
    assert list(settle(made, done, date(2024, 10, 31))["status"]) == ["done", "late"]


def test_outside_the_holiday_calendar_the_deadline_stays_open_and_says_so():
    rule = Rule(
        key="far",
        plan="x",
        kind="obligation",
        function="report",
        label="远期",
        unit="次",
        reference=SHIPPED[0].reference,
        values=(Period(date(2000, 1, 1), date(9999, 12, 31), {"due_day": 5, "close_day": 20}),),
        direction="none",
        population=Population(),
        options={"every": "month", "subject": "project", "shift": "next_working_day"},
    )
    limit = deadline(rule, date(2098, 12, 31))
    assert limit.on is None
    assert "节假日日历只有" in limit.note
    facts = example_facts([{"unit_code": "620200"}])
    told = settle(generate(facts, [rule], date(2098, 12, 31), date(2098, 12, 31)), NO_FILINGS, date(2099, 3, 1))
    assert tuple(told.loc[0, ["status", "late_days"]]) == (ObligationStatus.UNKNOWN, 0)


def test_rules_that_are_not_in_force_oblige_nobody():
    facts = example_facts(
        [{"lists": ["provincial_key"], "total_investment_wan_yuan": 20000, "stage": "implementation"}]
    )
    assert generate(facts, SHIPPED, date(2024, 1, 1), date(2024, 12, 31)).empty


def test_an_example_that_does_not_hold_is_refused(tmp_path: Path):
    text = (RULES / "jiayuguan" / "report_sponsored.yaml").read_text("utf-8")
    (tmp_path / "a.yaml").write_text(text.replace("due_on: 2023-08-07", "due_on: 2023-08-05"), "utf-8")
    with pytest.raises(Exception, match=r"rules\.example"):
        check_examples(read_pack(tmp_path)[0])


def test_a_hundred_thousand_projects_are_settled_at_once():
    facts = pd.concat(
        [example_facts([{"lists": ["annual_construction"], "stage": "implementation", "unit_code": "140403"}])]
        * 100_000
    )
    facts.index = pd.RangeIndex(1, 100_001, name="project_id")
    made = generate(facts, SHIPPED, date(2024, 10, 1), date(2024, 10, 31))
    assert len(settle(made, NO_FILINGS, date(2024, 10, 31))) == 100_001, "each a report, the city its meeting"
    assert {every(rule) for rule in SHIPPED} == {Span.WEEK, Span.MONTH, Span.QUARTER}
