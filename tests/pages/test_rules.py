"""The rules page: what is in force on a day, what changed between two, one rule with formula, clause and examples."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from monitor import rules
from monitor.ui import rule_page
from monitor.ui.rule_words import KINDS, outcome_words

OpenPage = Callable[..., AppTest]
EVERY = [
    *(rule for plan in rules.plan_keys() for rule in rules.pack(plan)),
    *(rule for preset in rules.preset_keys() for rule in rules.preset(preset)),
]


def said(page: AppTest) -> str:
    assert not page.exception, page.exception
    return "\n".join(
        [found.proto.body for found in page.get("html")]
        + [
            str(found.value)
            for kind in ("caption", "header", "subheader", "success", "error")
            for found in page.get(kind)
        ]
    )


def test_every_rule_can_be_shown_and_its_examples_hold(engine: Engine) -> None:
    """Also of tasks, cadence, escalation and consequences: no kind of rule is without someone who checks it."""
    assert {rule.kind for rule in EVERY} == set(rule_page.CHECKED) == set(KINDS)
    wrong = {rule.name: told for rule in EVERY if (told := rule_page.checked(rule))}
    assert wrong == {}
    for rule in EVERY:
        assert rule_page.said(rule, date(2024, 6, 30))
        assert not any(re.search(r"[{}]", outcome_words(made.text)) for made in rule.outcomes.values())


def test_rules_in_force_are_those_of_the_day(open_page: OpenPage) -> None:
    page = open_page("rules", as_of="2024-10-31")
    listed = page.dataframe[0].value
    assert f"2024年10月31日施行的规则 {len(listed)} 条" in said(page)
    assert len(listed) == len(rules.in_force(date(2024, 10, 31)))
    assert "henan/treasury_start" in list(listed["规则名"])
    assert "jiayuguan/major_continued" not in list(listed["规则名"]), "the plan of 2023"
    page.date_input(key="rules_on").set_value(date(2023, 6, 30)).run()
    assert "jiayuguan/major_continued" in list(page.dataframe[0].value["规则名"])
    page.text_input(key="rules_text").set_value("002-03").run()
    assert set(page.dataframe[0].value["方案"]) == {rules.plan("jiayuguan").label}


def test_what_changed_between_two_days(open_page: OpenPage) -> None:
    page = open_page("rules", as_of="2024-10-31")
    page.date_input(key="rules_before").set_value(date(2023, 6, 30))
    page.date_input(key="rules_after").set_value(date(2024, 6, 30)).run()
    text = said(page)
    changed = rules.changed(date(2023, 6, 30), date(2024, 6, 30))
    assert f"变化 {len(changed)} 条" in text
    row = text[text.index("省列重大续建项目完成投资") :]
    assert "35.4" in row[:400]
    assert "未施行" in row[:400]
    page.date_input(key="rules_before").set_value(date(2024, 6, 30)).run()
    assert "没有规则变化" in said(page)


@pytest.mark.parametrize(
    "name", ["changzhi/reserve_ratio", "yinchuan/progress", "yuqing/phase_review", "lanshan/ranking"]
)
def test_a_rule_says_formula_values_clause_and_examples(open_page: OpenPage, name: str) -> None:
    rule = rules.get(name)
    text = said(open_page("rules", rule=name, as_of="2024-10-31"))
    assert rule.label in text
    assert rule.reference.document in text
    assert rule.reference.clause[:12] in text
    assert f"{len(rule.examples)} 个算例已逐一重算" in text


def test_a_rule_that_is_not_there(open_page: OpenPage) -> None:
    assert "没有规则“henan/atlantis”" in said(open_page("rules", rule="henan/atlantis"))
