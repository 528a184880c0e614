"""亮灯 one check, one file; the registry alone decides the colour, by the rule files of the preset."""

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

__all__ = ["CHECKS", "check_examples", "checks", "colours", "find", "heaviest", "judge", "judge_districts", "name"]
