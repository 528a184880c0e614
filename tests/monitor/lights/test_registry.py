"""Each check stands on two halves, a function and a rule file; the registry alone gives the colour."""

import inspect
import pkgutil
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import lights, rules
from monitor.errors import BadInput
from monitor.lights import CHECKS, check_examples
from monitor.lights.finding import Finding, choose, full_months_since
from monitor.lights.registry import find
from monitor.rules import Columns, Days, example_facts
from monitor.terms import Colour

LIT = [
    (preset, rule)
    for preset in rules.preset_keys()
    for rule in rules.preset(preset)
    if rule.kind in ("check", "district")
]


def test_no_half_of_a_check_is_missing():
    named = {rule.function for _, rule in LIT}
    assert named == set(CHECKS), "a function without a rule file, or a rule file without a function"
    files = {module.name for module in pkgutil.iter_modules(lights.__path__)}
    assert files - {"finding", "registry", "reasons"} == set(CHECKS), "one check, one file, of the same name"


@pytest.mark.parametrize(("preset", "rule"), LIT, ids=[rule.name for _, rule in LIT])
def test_examples_of_the_preset_hold_and_every_outcome_has_a_sentence(preset, rule):
    check_examples(rule)
    source = inspect.getsource(inspect.getmodule(CHECKS[rule.function]))
    assert [name for name in rule.outcomes if f'"{name}"' not in source] == [], "a sentence that is never said"
    expected = {
        example["expect"] if isinstance(example["expect"], str) else example["expect"].get("colour")
        for example in rule.examples
    }
    assert expected >= {outcome.colour.value for outcome in rule.outcomes.values()}, "every colour has an example"


def test_an_example_that_does_not_hold_is_refused():
    from dataclasses import replace

    rule = rules.get("yinchuan/progress")
    broken = {**rule.examples[0], "expect": "red"}
    with pytest.raises(BadInput) as refused:
        check_examples(replace(rule, examples=(broken,)))
    assert refused.value.code == "rules.example"


def test_red_before_yellow_before_grey_before_green():
    facts = example_facts(
        [
            {"stage": "implementation", "started_on": "2024-01-01", "statistics_entry_on": "2024-01-05", **figures}
            | {"total_investment_wan_yuan": 9000, "planned_start_on": "2024-01-01"}
            for figures in (
                {"annual_plan_wan_yuan": 1200, "year_investment_wan_yuan": 600, "report_month": 6},
                {"annual_plan_wan_yuan": 1200},
                {"annual_plan_wan_yuan": 1200, "year_investment_wan_yuan": 400, "report_month": 6},
                {"annual_plan_wan_yuan": 1200, "year_investment_wan_yuan": 100, "report_month": 6},
            )
        ]
    )
    judged = lights.judge(facts, date(2024, 6, 30))
    assert list(judged["colour"]) == ["green", "grey", "yellow", "red"]
    for reasons in judged["reasons"]:
        assert reasons[0].colour == max((reason.colour for reason in reasons), key=list(lights.ORDER).index)
        assert all(reason.text and reason.reference and reason.reference.clause for reason in reasons)


@settings(deadline=None, max_examples=50)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "stage": st.sampled_from(["identification", "preparation", "implementation", "completion", "suspended"]),
            "batch": st.sampled_from(["new", "continued", "prepared"]),
            "annual_plan_wan_yuan": st.floats(0, 1e6),
            "year_investment_wan_yuan": st.floats(0, 1e6),
            "report_month": st.integers(1, 12),
            "planned_start_on": st.dates(date(2020, 1, 1), date(2026, 1, 1)).map(str),
            "started_on": st.dates(date(2020, 1, 1), date(2024, 12, 31)).map(str),
            "total_investment_wan_yuan": st.floats(0, 1e6),
        },
    ),
    st.dates(date(2024, 1, 1), date(2024, 12, 31)),
)
def test_missing_data_is_never_green(given_facts, on):
    """A project that has a plan and no report is grey or worse, whatever else is known of it."""
    facts = example_facts(
        [{**given_facts, "stage": "implementation", "annual_plan_wan_yuan": 1000.0, "report_month": None}]
    )
    judged = lights.judge(facts, on)
    assert judged["colour"].iloc[0] != Colour.GREEN
    assert len(judged["reasons"].iloc[0]) >= 1


def test_months_are_full_ones():
    starts = np.array(["2024-01-10", "2024-01-31", "2023-12-31", "NaT"], dtype="datetime64[D]")
    assert list(full_months_since(starts, Days(date(2024, 2, 9)))[:3]) == [0, 0, 1]
    assert list(full_months_since(starts, Days(date(2024, 2, 10)))[:1]) == [1]
    assert list(full_months_since(starts, Days(date(2024, 2, 29)))[1:3]) == [1, 2], "the last day stands for the 31st"
    assert np.isnan(full_months_since(starts, Days(date(2024, 2, 9)))[3])


def test_the_first_case_that_holds_is_chosen():
    yes, no = np.array([True, True]), np.array([True, False])
    names, codes = choose({"a": no, "not_applicable": ~no & False, "b": yes})
    assert [names[code] for code in codes] == ["a", "b"]


def test_an_outcome_without_a_sentence_is_refused():
    from monitor.lights.registry import heaviest

    rule = rules.get("yinchuan/start")
    nothing = np.zeros(1)
    finding = Finding(("unheard_of",), np.zeros(1, dtype=np.int8), nothing, nothing)
    with pytest.raises(BadInput) as refused:
        heaviest([(rule, finding)], (1,))
    assert refused.value.code == "rules.missing_outcome"


def test_lights_of_a_large_table_are_worked_out_without_a_row_loop():
    """100,000 projects at once give what each gives alone."""
    random = np.random.default_rng(7)
    facts = pd.concat(
        [example_facts([dict(example["given"]) for example in rules.get("yinchuan/progress").examples])] * 50
    )
    facts.index = pd.RangeIndex(1, len(facts) + 1, name="project_id")
    shuffled = facts.iloc[random.permutation(len(facts))]
    on = date(2024, 6, 30)
    together = lights.judge(shuffled, on)["colour"]
    alone = lights.judge(facts.iloc[:8], on)["colour"]
    assert (together.loc[alone.index] == alone).all()
    assert find(Columns(facts), Days(date(1999, 1, 1)), lights.checks("yinchuan", "check")) == [], "no rule is in force"
