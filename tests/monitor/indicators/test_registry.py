"""Each indicator stands on two halves, a function and a rule file; sums are additive; a target has a due date."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import rules
from monitor.indicators import (
    AREA,
    INDICATORS,
    Book,
    check_examples,
    consequences,
    evaluate,
    lead_pp,
    rate_pct,
    rounded,
)
from monitor.indicators.parts import Sheet
from monitor.indicators.ranking import check_ranking
from monitor.indicators.registry import NOT_PROJECTS
from monitor.indicators.tally import Tally
from monitor.rules import Columns, Days, example_facts

KINDS = ("consequence", "indicator", "ranking")
PACKED = [rule for plan in rules.plan_keys() for rule in rules.pack(plan) if rule.kind in KINDS]


def test_no_half_of_an_indicator_is_missing():
    named = {rule.function for rule in PACKED if rule.kind == "indicator"}
    assert named - NOT_PROJECTS == set(INDICATORS)
    assert named >= NOT_PROJECTS


@pytest.mark.parametrize("rule", PACKED, ids=[rule.name for rule in PACKED])
def test_examples_of_the_packs_hold(rule):
    if rule.kind == "ranking":
        check_ranking(rule)
    elif rule.kind == "consequence":
        consequences.check_examples(rule)
    else:
        check_examples(rule, rules.pack(rule.plan))
    assert rule.reference.clause
    assert rule.formula


def test_no_half_of_a_clause_is_missing():
    assert {rule.function for rule in PACKED if rule.kind == "consequence"} == set(consequences.CLAUSES)


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [(2.25, 1, 2.3), (97.158 - 100 * 10 / 12, 1, 13.8), (0.125, 2, 0.13), (-2.25, 1, -2.3), (52.995, 2, 53.0)],
)
def test_round_half_up(value, digits, shown):
    assert rounded(value, digits) == shown


def test_lead_is_taken_before_rounding():
    assert lead_pp(rate_pct(629.0, 647.4) or 0, 10) == pytest.approx(13.825, abs=1e-3)
    assert rate_pct(1, 0) is None


money = st.integers(0, 10**8).map(lambda fen: fen / 100)
amounts = st.lists(st.tuples(st.sampled_from("甲乙丙"), money, money, st.booleans()), min_size=1, max_size=12)


@settings(deadline=None, max_examples=30)
@given(amounts)
def test_units_add_up_to_the_whole(given_projects):
    """The buckets hold every project once: numerators and denominators of the units sum to those of the area."""
    facts = example_facts(
        [
            {"annual_plan_wan_yuan": plan, "year_investment_wan_yuan": done, "batch": "new" if new else "continued"}
            | ({"started_on": "2024-03-01"} if new else {})
            for _, plan, done, new in given_projects
        ]
    )
    units = pd.Series([unit for unit, *_ in given_projects], index=facts.index)
    chosen = [rules.get("yuqing/part_projects"), rules.get("changzhi/half_year_new_starts")]
    book = Book(facts, date(2024, 12, 31), {})
    whole, parts = evaluate(book, chosen)[AREA], evaluate(book, chosen, units)
    for place, value in enumerate(whole):
        assert sum(held[place].numerator or 0 for held in parts.values()) == pytest.approx(value.numerator)
        assert sum(held[place].denominator or 0 for held in parts.values()) == pytest.approx(value.denominator)
        shown = {number for held in parts.values() for number in held[place].numerator_projects}
        assert shown == set(value.numerator_projects)


def test_a_value_names_the_projects_behind_it():
    facts = example_facts(
        [
            {"batch": "new", "started_on": "2024-03-01"},
            {"batch": "new"},
            {"batch": "continued", "started_on": "2023-03-01"},
        ]
    )
    value = evaluate(Book(facts, date(2024, 6, 30), {}), [rules.get("changzhi/half_year_new_starts")])[AREA][0]
    assert (value.numerator_projects, value.denominator_projects) == ((1,), (1, 2))
    assert (value.value, value.target, value.met) == (50.0, 80, False)
    assert value.reference is not None
    assert "上半年新建项目开工率达到80%以上" in value.reference.clause


def test_an_empty_denominator_says_which():
    value = evaluate(Book(example_facts([{}]), date(2024, 6, 30), {}), [rules.get("changzhi/half_year_new_starts")])[
        AREA
    ][0]
    assert value.value is None
    assert value.na_reason == "不适用：分母为空（全部项目：年度计划新开工项目）。"


def test_a_part_of_the_area_is_not_held_against_its_totals():
    facts = example_facts([{"lists": ["provincial_key"], "batch": "continued", "year_investment_wan_yuan": 1000}])
    book = Book(facts, date(2023, 12, 31), {})
    chosen = [rules.get("jiayuguan/key_count"), rules.get("jiayuguan/key_continued_quarter")]
    (held,) = evaluate(book, chosen, pd.Series(["市住建局"], index=facts.index)).values()
    own = {value.key: value for value in held}
    assert (own["key_count"].value, own["key_count"].target, own["key_count"].met) == (1, None, None)
    quarter = own["key_continued_quarter"]
    assert (quarter.value, quarter.na_reason) == (
        None,
        "不适用\uff1a方案列明的季度计划是全域数\uff0c方案没有分到单位。",
    )
    whole = {value.key: value for value in evaluate(book, chosen)[AREA]}
    assert (whole["key_count"].target, whole["key_count"].met) == (44, False)


def test_rules_out_of_force_are_left_out():
    book = Book(example_facts([{}]), date(2025, 1, 1), {})
    assert evaluate(book, rules.pack("henan"))[AREA] == []


@settings(deadline=None, max_examples=30)
@given(
    st.lists(st.tuples(st.sampled_from("甲乙"), st.floats(1, 1e4), st.floats(0, 1e4)), min_size=2, max_size=8),
    st.data(),
)
def test_a_tally_brought_up_to_date_is_the_same_as_a_new_one(given_projects, data):
    facts = example_facts(
        [
            {"annual_plan_wan_yuan": plan, "year_investment_wan_yuan": done, "due_by_report_wan_yuan": plan / 2}
            | {"batch": "new", "planned_start_on": "2024-02-01"}
            for _, plan, done in given_projects
        ]
    )
    units = pd.Series([unit for unit, *_ in given_projects], index=facts.index)
    on, pack = date(2024, 6, 30), rules.pack("henan")
    tally = Tally(_sheet(facts, on), pack, units.to_numpy())
    changed = data.draw(st.sampled_from(list(facts.index)))
    after = facts.copy()
    after.loc[changed, "year_investment_wan_yuan"] = data.draw(st.floats(0, 1e4))
    after.loc[changed, "started_on"] = pd.Timestamp("2024-03-01")
    tally.replace(Columns(facts.loc[[changed]]), Columns(after.loc[[changed]]), units[changed])
    fresh = Tally(_sheet(after, on), pack, units.to_numpy())
    np.testing.assert_allclose(tally.numerators, fresh.numerators, atol=1e-6)
    np.testing.assert_allclose(tally.denominators, fresh.denominators, atol=1e-6)
    assert [value.met for value in tally.values("甲" if "甲" in tally.units else "乙")] == [
        value.met for value in fresh.values("甲" if "甲" in fresh.units else "乙")
    ]


def _sheet(facts: pd.DataFrame, *on: date) -> Sheet:
    return Sheet(Columns(facts), Days(on))
