"""规则 plan rules as dated, sourced, tested data: data/rules/<plan>/*.yaml -> Rule.

The engine knows no threshold: every figure comes from ``Rule.value_on`` with its clause.
"""

from monitor.rules.columns import Columns
from monitor.rules.days import Days
from monitor.rules.examples import example_facts, stated_facts
from monitor.rules.files import PRESETS, RULES, plan_keys, preset_keys, read_pack
from monitor.rules.library import changed, get, in_force, pack, plan, preset
from monitor.rules.population import Population
from monitor.rules.rule import Kind, Outcome, Period, Plan, Rule

__all__ = [
    "PRESETS",
    "RULES",
    "Columns",
    "Days",
    "Kind",
    "Outcome",
    "Period",
    "Plan",
    "Population",
    "Rule",
    "changed",
    "example_facts",
    "get",
    "in_force",
    "pack",
    "plan",
    "plan_keys",
    "preset",
    "preset_keys",
    "read_pack",
    "stated_facts",
]
