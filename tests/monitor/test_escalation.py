"""三色督办单: each step follows a missed deadline in Chinese working days."""

from datetime import date

import pytest

from monitor import rules
from monitor.errors import Refusal
from monitor.workflow.escalation import notes

RULE = rules.get("huating/supervision")
FIRST = date(2024, 6, 3)
"""A Monday; 端午节 10 June is a holiday, so ten working days end on 18 June."""


@pytest.mark.parametrize(
    ("as_of", "steps"),
    [
        (date(2024, 6, 18), ["blue"]),
        (date(2024, 6, 19), ["blue", "yellow"]),
        (date(2024, 6, 26), ["blue", "yellow"]),
        (date(2024, 6, 27), ["blue", "yellow", "red"]),
        (date(2025, 6, 27), ["blue", "yellow", "red"]),
    ],
)
def test_a_missed_deadline_escalates(as_of, steps):
    made = notes(RULE, FIRST, as_of)
    assert [note.step for note in made] == steps
    assert (made[0].label, made[0].due_on) == ("蓝色提醒单", date(2024, 6, 18))


def test_red_brings_an_interview_and_has_no_deadline():
    red = notes(RULE, FIRST, date(2024, 7, 31))[-1]
    assert (red.label, red.issued_on, red.due_on, red.consequence) == ("红色督办单", date(2024, 6, 27), None, "约谈")


def test_a_matter_settled_in_time_goes_no_further():
    assert [note.step for note in notes(RULE, FIRST, date(2024, 7, 31), date(2024, 6, 18))] == ["blue"]
    assert [note.step for note in notes(RULE, FIRST, date(2024, 7, 31), date(2024, 6, 19))] == ["blue", "yellow"]


def test_a_deadline_outside_the_holiday_calendar_is_not_guessed():
    with pytest.raises(Refusal):
        notes(RULE, date(2049, 6, 3), date(2049, 12, 31))


def test_the_example_of_the_rule_holds():
    (example,) = RULE.examples
    made = notes(RULE, date.fromisoformat(example["given"]["first_issued_on"]), date.fromisoformat(example["on"]))
    assert {note.step: note.due_on.isoformat() for note in made if note.due_on} == example["expect"]
