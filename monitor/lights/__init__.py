"""亮灯 one check, one file; the registry alone decides the colour, by the rule files of the preset."""

from monitor.lights.reasons import ORDER, Reasons
from monitor.lights.registry import (
    CHECKS,
    check_examples,
    checks,
    colours,
    find,
    heaviest,
    judge,
    judge_districts,
    name,
)

__all__ = [
    "CHECKS",
    "ORDER",
    "Reasons",
    "check_examples",
    "checks",
    "colours",
    "find",
    "heaviest",
    "judge",
    "judge_districts",
    "name",
]
