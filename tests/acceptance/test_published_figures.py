"""公开通报 the figures that governments printed, worked out by the product's own indicators.

Each row of tests/data/published_figures.csv is a published sentence with its source. The printed figure must come out
to one unit in its last digit; where the print itself is wrong, the right figure comes out and the row says so.
"""

import csv
import io
import re
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from monitor.indicators import Book, evaluate, rounded
from monitor.model import IndicatorValue, Reference
from monitor.rules import Period, Population, Rule, example_facts
from monitor.settings import ROOT

FILE = Path(__file__).parents[1] / "data" / "published_figures.csv"
ROWS = list(csv.DictReader(io.StringIO(FILE.read_text(encoding="utf-8"))))
CHECKABLE = [row for row in ROWS if row["function"] != "not_checkable"]
ALWAYS = (Period(date(2000, 1, 1), date(9999, 12, 31), 0.0),)
ON = date(2024, 10, 31)
EARLY, DUE, LATER = "2024-02-01", "2024-03-01", "2024-12-01"


def rule(function: str, unit: str = "%", **fields: object) -> Rule:
    reference = Reference("公开通报", "见来源网址")
    return Rule("published", "tests", "indicator", function, "通报", unit, reference, ALWAYS, **fields)


def value(rule_: Rule, projects: list[dict[str, object]], on: date = ON) -> IndicatorValue:
    return evaluate(Book(example_facts(projects), on, {}), [rule_])["*"][0]


def investment(row: dict[str, str], *, lead: bool = False) -> IndicatorValue:
    month = int(row["months"] or 10)
    on = date(2024 + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    options = {"numerator": "year_investment_wan_yuan", "denominator": "annual_plan_wan_yuan", "less_time": lead}
    done, plan = float(row["numerator"]) * 1e4, float(row["denominator"]) * 1e4
    project = {"year_investment_wan_yuan": done, "annual_plan_wan_yuan": plan}
    return value(rule("ratio", "个百分点" if lead else "%", options=options), [project], on)


def starts(row: dict[str, str]) -> IndicatorValue:
    """Counts of projects as the sentence has them; more starts than due are early ones, planned for later."""
    started, total = int(row["numerator"]), int(row["denominator"])
    over = row["over"]
    early = {"due_by_now": max(started - total, 3 if row["row"] == "10" else 0)}.get(over, 0)
    beyond = max(started - total, 0) if over != "due_by_now" else 0
    due = {"batch": "new", "planned_start_on": DUE}
    continued = {"batch": "continued", "resumed_on": EARLY}
    projects = [
        {**due, "started_on": DUE, "count": started - early - beyond - (1 if over == "whole_list" else 0)},
        {**due, "count": max(total - started + (early if row["row"] == "10" else 0), 0)},
        {"batch": "new", "planned_start_on": LATER, "started_on": EARLY, "count": early},
        {"batch": "prepared", "count": 5},
        {"batch": "prepared", "started_on": EARLY, "count": beyond},
        *([continued] if over == "whole_list" else []),
    ]
    if over == "batch":
        projects = [project for project in projects if project["batch"] != "prepared"]
    return value(rule("start_rate", options={"over": over, "beyond_plan": beyond > 0}), projects)


def finished(row: dict[str, str]) -> IndicatorValue:
    done, total = int(row["numerator"]), int(row["denominator"])
    projects = [{"completed_on": DUE, "count": done}, {"count": total - done}]
    return value(rule("event_rate", options={"event": "completed_on"}), projects)


def holding(row: dict[str, str]) -> IndicatorValue:
    held, total = int(row["numerator"]), int(row["denominator"])
    projects = [{"flag": 1.0, "count": held}, {"flag": 0.0, "count": total - held}]
    return value(rule("holding_rate", options={"column": "flag"}), projects)


def summed(row: dict[str, str]) -> float:
    """Sum over units, by unit and over the whole: a unit that is in no bucket would be missed."""
    parts = [float(part) for part in row["parts"].split("+")]
    facts = example_facts([{"total_investment_wan_yuan": part} for part in parts])
    units = pd.Series([f"unit {number}" for number in range(len(parts))], index=facts.index)
    amount = rule("amount", "万元", options={"measure": "total_investment_wan_yuan"})
    by_unit = evaluate(Book(facts, ON, {}), [amount], units)
    assert [held[0].value for held in by_unit.values()].count(None) == 0
    total = evaluate(Book(facts, ON, {}), [amount])["*"][0].value
    assert total == pytest.approx(sum(held[0].value or 0 for held in by_unit.values()))
    return float(total or 0)


def worked_out(row: dict[str, str]) -> float:
    match row["function"]:
        case "investment" | "lead":
            made = investment(row, lead=row["function"] == "lead").value
        case "starts" if row["row"] == "10":
            made = starts(row).numerator
        case "starts":
            made = starts(row).value
        case "not_started":
            known = starts(row)
            made = (known.denominator or 0) - (known.numerator or 0)
        case "finished":
            made = _finished_rate(row)
        case "holding":
            made = holding(row).value
        case "sum":
            made = summed(row)
        case "share":
            options = {"numerator": "annual_plan_wan_yuan", "denominator": "total_investment_wan_yuan"}
            project = {
                "annual_plan_wan_yuan": float(row["numerator"]),
                "total_investment_wan_yuan": float(row["denominator"]),
            }
            made = value(rule("ratio", options=options), [project]).value
        case "growth":
            base = float(row["denominator"])
            project = {
                "year_investment_wan_yuan": base + float(row["numerator"]),
                "base_investment_wan_yuan": base,
            }
            made = value(rule("growth"), [project]).value
        case "gap":
            other = dict(zip(("numerator", "denominator"), row["parts"].split("/"), strict=True))
            made = (investment(row).value or 0) - (investment({**row, **other}).value or 0)
        case unknown:
            raise AssertionError(unknown)
    assert made is not None
    return made


def _finished_rate(row: dict[str, str]) -> float | None:
    """竣工率 over what was planned; completions beyond the plan count too, so it may exceed 100 %."""
    if int(row["numerator"]) <= int(row["denominator"]):
        return finished(row).value
    done, total = int(row["numerator"]), int(row["denominator"])
    planned = Population({"batch": ("completing",)})
    projects = [
        {"batch": "completing", "completed_on": DUE, "count": total},
        {"batch": "continued", "completed_on": DUE, "count": done - total},
    ]
    made = rule("event_rate", options={"event": "completed_on"}, denominator=planned)
    return value(made, projects).value


@pytest.mark.parametrize("row", CHECKABLE, ids=[f"row{row['row']}" for row in CHECKABLE])
def test_printed_figure_comes_out(row: dict[str, str]) -> None:
    digits = len(row["printed"].partition(".")[2])
    shown = rounded(worked_out(row), digits)
    if row["as_printed"] == "wrong":
        correct = float(row["correct"])
        assert rounded(worked_out(row), 2) == pytest.approx(rounded(correct, 2), abs=0.011)
        assert worked_out(row) != float(row["printed"]), "the print is wrong and the product says the right figure"
    elif row["as_printed"] == "inputs rounded":
        assert abs(shown - float(row["printed"])) <= _spread(row)
    else:
        assert abs(shown - float(row["printed"])) <= 10**-digits * 1.001


def _spread(row: dict[str, str]) -> float:
    """How far the rate can move while numerator and denominator keep their printed digits, and one last digit."""
    numerator, denominator = float(row["numerator"]), float(row["denominator"])
    half = [0.5 * 10 ** -len(row[name].partition(".")[2]) for name in ("numerator", "denominator")]
    widest = (numerator + half[0]) / (denominator - half[1]) - numerator / denominator
    return 100 * widest + 1.001 * 10 ** -len(row["printed"].partition(".")[2])


def test_every_row_is_accounted_for() -> None:
    kinds = pd.Series([row["as_printed"] for row in ROWS]).value_counts().to_dict()
    assert len(ROWS) == 121
    assert kinds == {"right": 93, "wrong": 10, "implied": 8, "inputs rounded": 6, "not checkable": 4}
    wrong = {row["row"]: row["note"] for row in ROWS if row["as_printed"] == "wrong"}
    assert all(wrong.values()), "a row that is printed wrong says how"


NO_DENOMINATOR = {
    "11": "长治市 2019 1-8月: completion 124.9 % without the plan",
    "12": "长治市 2017 一季度: 开复工率 43 % and completion 2.4 % without total or plan",
    "22": "河南省 2020: 113.8 % of a target that is not printed",
    "120": "新疆 2022 1-10月: 92 % of a plan that is not printed, by physical work",
}
"""The sentences that no one can work out again: their denominator is not printed."""

PRINTED_WRONG = {
    "8": "the decimal point is lost: 6902 for 69.2",
    "29": "cut off instead of rounded: 68.7 for 68.76",
    "31": "cut off instead of rounded: 56.5 for 56.55",
    "32": "the parts sum to 3908.7, not 3913.2",
    "39": "260 of 238 are 109.2 %, not 108.8 %",
    "53": "the parts sum to 566.1, the headline is rounded to 566",
    "88": "4.28 of 17.68 are 24.21 %, not 24.25 %",
    "114": "the counties sum to 100, one project of the city itself is in none of them",
    "115": "the counties sum to 190.90, the city's own project of 28.60 is missing",
    "118": "the parts sum to 1225, not 1224",
}
"""The sentences whose print is wrong, and how."""


def test_rows_without_denominator_and_rows_printed_wrong_are_these_and_stand_in_the_docs() -> None:
    by_kind = {kind: {row["row"] for row in ROWS if row["as_printed"] == kind} for kind in ("not checkable", "wrong")}
    assert by_kind == {"not checkable": set(NO_DENOMINATOR), "wrong": set(PRINTED_WRONG)}
    document = (ROOT / "docs" / "published_figures.md").read_text("utf-8")
    listed = re.findall(r"^\| (\d+) \|", document, re.MULTILINE)
    assert listed == [*NO_DENOMINATOR, *PRINTED_WRONG]


def test_subtract_before_rounding() -> None:
    """江门: 629.0 / 647.4 less 10/12 is 13.8, though the printed 97.2 less 83.3 would be 13.9."""
    row = next(row for row in ROWS if row["row"] == "2")
    assert rounded(investment(row, lead=True).value or 0) == 13.8
    assert rounded(97.2 - 83.3) == 13.9
