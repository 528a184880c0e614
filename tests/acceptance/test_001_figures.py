"""001 河南 2024: dated targets by fund and vintage, the three batches, the gold standard, the cascade."""

from datetime import datetime

import pytest

HENAN = {"unit_code": "410105"}


def funded(source: str, year: int, issued: float = 1000, paid: float | None = None, **fields: object) -> dict:
    return {**HENAN, "funds": {(source, year): (issued, paid)}, **fields}


def met(row: dict) -> tuple[float, bool | None]:
    return round(row["value"], 4), row["met"]


def test_001_01_growth_of_fixed_asset_investment(fill, figures, enter):
    fill([])
    enter("410000,fai_growth_pct,2024,9,6.6", "410000,fai_growth_pct,2024,12,7.0", "410100,fai_growth_pct,2024,12,9")
    assert met(figures("henan", "2024-09-30")["fai_growth"]) == (6.6, None), "not due yet"
    assert met(figures("henan", "2024-12-31")["fai_growth"]) == (7.0, True)


def test_001_02_three_batches_of_2000_each_by_the_end_of_the_year(fill, figures):
    signed = {**HENAN, "lists": ["three_batches_signed"], "stage": "preparation", "extra": {"signed_on": "2024-03-01"}}
    started = {**HENAN, "lists": ["three_batches_started"], "started_on": "2024-05-01"}
    production = {**HENAN, "lists": ["three_batches_production"], "production_on": "2023-12-31"}
    fill([{**signed, "count": 2000}, {**started, "count": 1999}, production])
    found = figures("henan", "2024-12-31")
    assert met(found["three_batches_signed"]) == (2000, True)
    assert met(found["three_batches_started"]) == (1999, False)
    assert met(found["three_batches_production"]) == (0, False), "last year's production is not this year's"
    assert met(figures("henan", "2024-10-31")["three_batches_started"]) == (1999, None)


def test_001_03_provincial_key_projects_complete_the_year_by_30_november(fill, figures):
    listed = {**HENAN, "lists": ["provincial_100"]}
    fill(
        [
            {**listed, "plan": 60_000_000, "reports": {10: 59_000_000}},
            {**listed, "plan": 40_000_000, "reports": {11: 40e6}},
        ]
    )
    assert met(figures("henan", "2024-10-31")["provincial_completion"]) == (59.0, None)
    found = figures("henan", "2024-11-30")
    assert met(found["provincial_completion"]) == (99.0, False)
    assert met(found["provincial_investment"]) == (9900.0, None), "1万亿元 is due at the end of the year"
    assert met(figures("henan", "2024-12-31")["provincial_investment"]) == (9900.0, False)


def test_001_03_what_is_reached_only_after_30_november_has_missed_its_day(fill, figures):
    listed = {**HENAN, "lists": ["provincial_100"], "plan": 100}
    fill([{**listed, "reports": {11: 99, 12: 100}}])
    assert met(figures("henan", "2024-11-30")["provincial_completion"]) == (99.0, False)
    assert met(figures("henan", "2024-12-31")["provincial_completion"]) == (100.0, False), "reached, but late"


def test_001_03_a_november_report_that_comes_in_december_counts_for_november(fill, figures):
    late = {"year_investment_wan_yuan": 100, "reported_at": datetime.fromisoformat("2024-12-04")}
    fill([{**HENAN, "lists": ["provincial_100"], "plan": 100, "reports": {10: 80, 11: late, 12: 120}}])
    assert met(figures("henan", "2024-11-30")["provincial_completion"]) == (80.0, False), "as known then"
    assert met(figures("henan", "2024-12-31")["provincial_completion"]) == (120.0, True)


def test_001_04_central_budget_of_2023(fill, figures):
    done = funded("central_budget", 2023, 1000, 900, completed_on="2024-06-01", count=8, total_investment_wan_yuan=100)
    open_ = funded("central_budget", 2023, 1000, 890, count=2, total_investment_wan_yuan=100)
    other = funded("central_budget", 2022, 1000, 0, count=5)
    reports = {"reports": {12: {"year_investment_wan_yuan": 50, "total_investment_wan_yuan": 70}}}
    fill([{**done, **reports}, {**open_, **reports}, other])
    found = figures("henan", "2024-12-31")
    assert met(found["central_2023_finish"]) == (80.0, True)
    assert met(found["central_2023_investment"]) == (70.0, True)
    assert met(found["central_2023_use"]) == (89.8, False)


def test_001_05_central_budget_of_2024_starts_by_30_november(fill, figures):
    started = funded("central_budget", 2024, 1000, 500, started_on="2024-11-30", count=9, total_investment_wan_yuan=100)
    late = funded("central_budget", 2024, 1000, 500, started_on="2024-12-01", total_investment_wan_yuan=100)
    reports = {"reports": {12: {"year_investment_wan_yuan": 49, "total_investment_wan_yuan": 49}}}
    fill([{**started, **reports}, {**late, **reports}])
    found = figures("henan", "2024-12-31")
    assert met(found["central_2024_start"]) == (90.0, True), "what started after the due day does not count"
    assert met(found["central_2024_investment"]) == (49.0, False)
    assert met(found["central_2024_use"]) == (50.0, True)


def test_001_06_special_bonds_of_2023_have_all_started_by_31_march(fill, figures):
    bond = {"total_investment_wan_yuan": 100, "reports": {12: {"total_investment_wan_yuan": 60}}}
    early = funded("special_bond", 2023, 100, 90, started_on="2024-03-31", count=3)
    fill([{**early, **bond}, {**funded("special_bond", 2023, 100, 86, started_on="2024-04-01"), **bond}])
    found = figures("henan", "2024-12-31")
    assert met(found["bond_2023_start"]) == (75.0, False)
    assert met(found["bond_2023_investment"]) == (60.0, True)
    assert met(found["bond_2023_use"]) == (89.0, False)


def test_001_07_special_bonds_of_2024(fill, figures):
    bond = {"total_investment_wan_yuan": 100, "reports": {12: {"total_investment_wan_yuan": 39}}}
    fill(
        [
            {**funded("special_bond", 2024, 100, 60, started_on="2024-11-01", count=4, batch="new"), **bond},
            {**funded("special_bond", 2024, 100, 60, stage="preparation"), **bond},
        ]
    )
    found = figures("henan", "2024-12-31")
    assert met(found["bond_2024_start"]) == (80.0, True)
    assert met(found["bond_2024_investment"]) == (39.0, False)
    assert met(found["bond_2024_use"]) == (60.0, True)
    assert met(figures("henan", "2024-10-31")["bond_2024_start"]) == (0.0, None)


def test_001_08_treasury_bonds_869_projects_500_and_200_yi_yuan(fill, figures):
    listed = {**HENAN, "lists": ["treasury_bond_2023"]}
    big = {
        **listed,
        "started_on": "2024-06-30",
        "reports": {12: 5_000_000},
        "funds": {("treasury_bond", 2023): (3e6, 1_999_999)},
    }
    fill([big, {**listed, "started_on": "2024-06-01", "count": 867}, {**listed, "started_on": "2024-07-01"}])
    found = figures("henan", "2024-12-31")
    assert met(found["treasury_count"]) == (869, True)
    assert (found["treasury_start"]["numerator"], found["treasury_start"]["met"]) == (868, False)
    assert met(found["treasury_investment"]) == (500.0, True)
    assert met(found["treasury_paid"]) == (199.9999, False)


def test_001_15_gold_standard_scores_four_axes(fill, figures, run):
    new = {**HENAN, "batch": "new", "planned_start_on": "2024-03-01"}
    fill(
        [
            {**new, "started_on": "2024-03-01", "plan": 100, "reports": {12: 80}},
            {**HENAN, "planned_completion_on": "2024-06-01", "funds": {("central_budget", 2024): (100, 25)}},
        ]
    )
    found = figures("henan", "2024-12-31")
    axes = {key: found[key]["value"] for key in ("gold_start", "gold_construction", "gold_payment", "gold_production")}
    assert axes == {"gold_start": 100.0, "gold_construction": 80.0, "gold_payment": 25.0, "gold_production": 0.0}
    assert found["gold_standard"]["value"] == pytest.approx((100 + 80 + 50 + 0) / 4), "25 of 50 % asked for is half"
    ranked = run("rank", "--plan", "henan", "--as-of", "2024-12-31")["ranking"]
    assert [(row["place"], row["score"]) for row in ranked] == [(1, 57.5)]


def test_001_15_a_missing_axis_leaves_the_score_open(fill, figures):
    fill([{**HENAN, "batch": "new", "planned_start_on": "2024-03-01", "started_on": "2024-03-01"}])
    assert figures("henan", "2024-12-31")["gold_standard"]["value"] is None


def test_001_16_monthly_targets_of_every_project(fill, figures):
    listed = {**HENAN, "lists": ["provincial_100"], "plan": 1200}
    fill([{**listed, "targets": {6: 400}, "reports": {6: 300}}, {**listed, "reports": {6: 600}}])
    found = figures("henan", "2024-06-30")
    assert met(found["monthly_targets"]) == (50.0, False)
    assert met(found["month_gap"]) == (90.0, False), "300 + 600 against 400 (its own) + 600 (pro rata)"


def test_001_18_late_payment_is_lit_red(fill, run):
    fill([funded("special_bond", 2024, 1000, paid) for paid in (249, 250, None)])
    lit = {row["project_id"]: row for row in run("lights", "--as-of", "2024-06-30")}
    payment = {
        number: next(reason for reason in row["reasons"] if reason["check"] == "payment") for number, row in lit.items()
    }
    assert {number: reason["colour"] for number, reason in payment.items()} == {1: "red", 2: "green", 3: "grey"}
    assert (payment[1]["value"], payment[1]["threshold"]) == (24.9, 25.0)
    assert "已支付24.9%，低于应支付的25.0%" in payment[1]["text"]
    assert payment[1]["clause"]


def test_001_18_what_is_planned_and_not_issued_is_counted_and_not_judged(fill, figures):
    engine = fill([funded("special_bond", 2024, 400), funded("central_budget", 2024, 200), funded("loan", 2024, 9000)])
    with engine.begin() as connection:
        connection.exec_driver_sql("update funding set planned_wan_yuan = 800 where source = 'special_bond'")
        connection.exec_driver_sql("update funding set planned_wan_yuan = 200 where source = 'central_budget'")
        connection.exec_driver_sql("update funding set planned_wan_yuan = 9000 where source = 'loan'")
    found = figures("henan", "2024-09-30")["funds_issued"]
    assert met(found) == (60.0, None), "600 of 1000; a loan is no public fund"
    assert (found["numerator"], found["denominator"], found["target"]) == (600, 1000, None)
