"""调度渠道 by which channel a project is dispatched: the province's platform, the city itself, both, or none (002-13).

The rules (kind ``channel``) stand in the plan packs: population, channel, platform and what is reported there.
"""

from collections.abc import Iterable
from datetime import date

import numpy as np
import pandas as pd

from monitor import rules
from monitor.rules import Rule
from monitor.terms import Channel


def channel_rules(on: date) -> list[Rule]:
    """渠道规则 the channel rules in force on a day, of all plan packs."""
    return [
        rule for key in rules.plan_keys() for rule in rules.pack(key) if rule.kind == "channel" and rule.period_on(on)
    ]


def channel_of(rule: Rule, on: date) -> Channel:
    """规则所定渠道 the channel that a rule names on a day (``rules.wrong_value`` if there is none of that name)."""
    said = str(rule.value_on(on))
    channel = Channel.of_label(said)
    if channel is None:
        raise rule.refuse("rules.wrong_value", "values", value=said)
    return channel


def channels(facts: pd.DataFrame, made: Iterable[Rule], on: date) -> pd.Series:
    """调度渠道 by project, tuple of terms.Channel values in their order; () where no rule reaches it.

    Parameters
    ----------
    facts : DataFrame
        model.FACT_COLUMNS, index project_id.
    made : iterable of Rule
        ``channel_rules(on)``, or some of them.
    on : date
        The day.
    """
    columns, order = rules.Columns(facts), list(Channel)
    reached = np.zeros(len(facts), np.intp)
    for rule in made:
        reached |= rule.population.mask(columns).astype(np.intp) << order.index(channel_of(rule, on))
    sets = np.empty(1 << len(order), dtype=object)
    sets[:] = [tuple(c.value for place, c in enumerate(order) if number >> place & 1) for number in range(len(sets))]
    return pd.Series(sets[reached], index=facts.index, dtype=object)


def dispatched(facts: pd.DataFrame, channel: str, on: date) -> set[int]:
    """渠道内项目 ids of the projects that are dispatched by a channel (terms.Channel value) on a day."""
    told = channels(facts, channel_rules(on), on)
    return set(facts.index[[channel in held for held in told]].tolist())


def reaching(facts: pd.DataFrame, on: date) -> list[Rule]:
    """适用规则 the channel rules in force that reach the one project of a table of facts, in the order of channels."""
    columns, order = rules.Columns(facts), list(Channel)
    found = [rule for rule in channel_rules(on) if rule.population.mask(columns).any()]
    return sorted(found, key=lambda rule: order.index(channel_of(rule, on)))


def check_examples(rule: Rule) -> None:
    """核对示例 work out the examples of a channel rule: ``expect.channels`` of a project (``rules.example``)."""
    for position, example in enumerate(rule.examples, start=1):
        on = date.fromisoformat(example["on"])
        in_force = [rule] if rule.period_on(on) else []
        got = list(channels(rules.example_facts([example["given"]]), in_force, on).iloc[0])
        wanted = list(example["expect"]["channels"])
        if got != wanted:
            raise rule.refuse("rules.example", f"examples.{position - 1}", example=position, expected=wanted, got=got)
