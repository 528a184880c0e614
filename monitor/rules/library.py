"""规则库 the shipped rules, read once: all plans and presets, what is in force, what changed."""

from datetime import date
from functools import cache
from pathlib import Path

from monitor.errors import NotFound
from monitor.rules.files import (
    PLAN_FILE,
    PRESETS,
    plan_folders,
    plan_keys,
    preset_keys,
    read_checked,
    read_pack,
)
from monitor.rules.rule import Plan, Rule, Value


def pack(key: str) -> tuple[Rule, ...]:
    """方案规则 the rules of a plan (``rules.unknown_plan`` if there is none of this key)."""
    return _pack(_folders(key))


@cache
def _pack(folders: tuple[Path, ...]) -> tuple[Rule, ...]:
    return read_pack(*folders)


def _folders(key: str) -> tuple[Path, ...]:
    folders = plan_folders()
    if key not in folders:
        raise NotFound("rules.unknown_plan", plan=key, known="、".join(folders))
    return folders[key]


@cache
def preset(key: str) -> tuple[Rule, ...]:
    """亮灯预设 the rules of a light preset (``rules.unknown_preset`` if there is none of this key)."""
    if key not in preset_keys():
        raise NotFound("rules.unknown_preset", preset=key, known="、".join(preset_keys()))
    return read_pack(PRESETS / key)


def plan(key: str) -> Plan:
    """方案 what a plan pack says of itself."""
    return _plan(next(file for folder in reversed(_folders(key)) if (file := folder / PLAN_FILE).is_file()))


@cache
def _plan(file: Path) -> Plan:
    return Plan(key=file.parent.name, **read_checked(file, "plan").value)


def get(name: str) -> Rule:
    """按名取规则 the rule of a full name, e.g. ``changzhi/reserve_ratio`` or ``yinchuan/start``."""
    folder, _, key = name.partition("/")
    rules = pack(folder) if folder in plan_keys() else preset(folder)
    for rule in rules:
        if rule.key == key:
            return rule
    raise NotFound("rules.unknown_rule", rule=name)


def in_force(on: date) -> list[Rule]:
    """现行规则 every rule of every plan and preset that has a value on a date."""
    shipped = [
        *(rule for key in plan_keys() for rule in pack(key)),
        *(rule for key in preset_keys() for rule in preset(key)),
    ]
    return [rule for rule in shipped if rule.period_on(on)]


def changed(before: date, after: date) -> list[tuple[Rule, Value | None, Value | None]]:
    """规则变化 rules whose value differs between two dates: rule, value then (or None), value now (or None)."""
    found = []
    for rule in {rule.name: rule for rule in [*in_force(before), *in_force(after)]}.values():
        then, now = rule.period_on(before), rule.period_on(after)
        old, new = then.value if then else None, now.value if now else None
        if old != new:
            found.append((rule, old, new))
    return found
