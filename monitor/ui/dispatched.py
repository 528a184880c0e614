"""调度渠道 by which channel a project is dispatched, what is reported there, and the clause that says so (002-13)."""

from collections.abc import Iterable
from datetime import date

import pandas as pd

from monitor.rules import Rule
from monitor.ui import frame
from monitor.ui.widgets import known_facts
from monitor.workflow.channels import channel_of, reaching
from monitor.workflow.filing import FIELDS


def section(facts: pd.DataFrame, on: date) -> None:
    """调度渠道 the channels of one project with a link to each clause; nothing where no rule reaches it."""
    made = reaching(facts, on)
    if not made:
        return
    known_facts(rows(made, on))
    for rule in made:
        frame.link(f"条款：{rule.label}", "rules", rule=rule.name, as_of=on.isoformat())


def rows(made: Iterable[Rule], on: date) -> list[tuple[str, str]]:
    """渠道说明 pairs of term and words: channel, platform or office, what is reported."""
    return [(f"{channel_of(rule, on).label}调度", words(rule)) for rule in made]


def words(rule: Rule) -> str:
    """报送说明 where a rule wants what to be reported."""
    reported = "、".join(FIELDS[name] for name in rule.options["reported"])
    return f"{rule.options['via']}，报送{reported}"
