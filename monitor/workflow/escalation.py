"""三色督办单 supervision notes that escalate: blue reminds, yellow follows a missed blue, red brings an interview.

Source: 华亭市三色督办单 (甘肃日报 2017).
"""

from dataclasses import dataclass
from datetime import date

from monitor.rules import Rule
from monitor.workflow.workdays import add_working_days

STEPS = ("blue", "yellow", "red")
"""督办单颜色 in the order of escalation; the rule gives each its label and its working days."""


@dataclass(frozen=True)
class Note:
    """督办单 one note: its step, the day it was issued and the day by which it asks for an answer (None = no more)."""

    step: str
    label: str
    issued_on: date
    due_on: date | None
    consequence: str | None


def notes(rule: Rule, first_issued_on: date, as_of: date, settled_on: date | None = None) -> list[Note]:
    """历次督办单 the notes issued by a day, the first one first; a matter that is settled in time is not escalated.

    Parameters
    ----------
    rule : Rule
        Of kind ``escalation``: working days of each step, ``options.labels`` and ``options.consequences``.
    first_issued_on : date
        Day of the first (blue) note.
    as_of : date
        The day to look from.
    settled_on : date, optional
        Day on which the matter was settled.

    Raises
    ------
    Refusal
        ``workdays.outside_calendar`` where a deadline leaves the published holiday calendar.
    """
    limits, labels = rule.limits_on(as_of), rule.options["labels"]
    consequences = rule.options.get("consequences", {})
    issued, made = first_issued_on, []
    for step in STEPS:
        days = limits.get(step)
        due = add_working_days(issued, int(days)) if days else None
        made.append(Note(step, labels[step], issued, due, consequences.get(step)))
        if due is None or as_of <= due or (settled_on is not None and settled_on <= due):
            break
        issued = add_working_days(due, 1)
        if issued > as_of:
            break
    return made


def check_examples(rule: Rule) -> None:
    """核对示例 work out the examples of an escalation: deadline of each note issued by a day (``rules.example``)."""
    for position, example in enumerate(rule.examples):
        made = notes(rule, date.fromisoformat(example["given"]["first_issued_on"]), date.fromisoformat(example["on"]))
        got = {note.step: note.due_on.isoformat() if note.due_on else None for note in made}
        if got != example["expect"]:
            raise rule.refuse(
                "rules.example", f"examples.{position}", example=position + 1, expected=example["expect"], got=got
            )
