"""清单事项 lines of a project's list: what may be written, what a plan wants on it, and how each stands on a day.

一项目一清单一台账 (001-22): procedures, nodes, problems with their measures. What a plan wants and when a deadline is
near stands in rules of kind ``checklist``; this module knows no name of a procedure and no number of days.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from monitor import rules
from monitor.rules import Rule
from monitor.terms import ItemKind, ItemState
from monitor.workflow.filing import Finding

FIELDS: Mapping[str, str] = {
    "name": "事项",
    "measure": "措施建议",
    "holder": "责任单位",
    "opened_on": "开始日期",
    "planned_on": "时限",
    "done_on": "完成日期",
    "note": "说明",
}
"""字段 what a line states besides its kind -> Chinese label."""

OWN_LABELS: Mapping[str, Mapping[str, str]] = {
    ItemKind.PROCEDURE: {"name": "手续名称", "opened_on": "申报日期", "planned_on": "办理时限", "done_on": "办结日期"},
    ItemKind.MILESTONE: {"name": "节点名称", "planned_on": "计划日期", "done_on": "实际日期"},
    ItemKind.PROBLEM: {
        "name": "存在问题",
        "opened_on": "提出日期",
        "planned_on": "解决时限",
        "done_on": "解决日期",
    },
}
"""各类用语 labels of a kind of line, where they are not those of FIELDS."""

PROJECT_DAYS: Mapping[str, tuple[str, str]] = {
    "开工": ("planned_start_on", "started_on"),
    "竣工": ("planned_completion_on", "completed_on"),
}
"""项目节点 nodes that are dates of the project itself -> columns of planned and actual day (001-22 开竣工节点)."""


@dataclass(frozen=True)
class Item:
    """清单事项 what a line states; ``kind`` is a terms.ItemKind value."""

    kind: str
    name: str
    measure: str | None = None
    holder: str | None = None
    opened_on: date | None = None
    planned_on: date | None = None
    done_on: date | None = None
    note: str | None = None


@dataclass(frozen=True)
class Checklist:
    """清单要求 what the rules that reach a project want on its list.

    Attributes
    ----------
    wanted : mapping
        Kind -> names that the plans' clauses name, in their order.
    holder : frozenset of str
        Kinds of which a line has to name the unit responsible.
    soon_days : float
        Days before a deadline from which it is near; NaN where no rule says so.
    rules : tuple of Rule
        Where that stands.
    """

    wanted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    holder: frozenset[str] = frozenset()
    soon_days: float = float("nan")
    rules: tuple[Rule, ...] = ()


def labels(kind: str) -> dict[str, str]:
    """用语 label of every field of a kind of line that the kind has."""
    own = {**FIELDS, **OWN_LABELS[kind]}
    left_out = {"measure"} if kind != ItemKind.PROBLEM else set()
    left_out |= {"opened_on"} if kind == ItemKind.MILESTONE else set()
    return {name: label for name, label in own.items() if name not in left_out}


def checklist_rules(on: date) -> list[Rule]:
    """清单规则 the checklist rules in force on a day, of all plan packs."""
    return [
        rule for key in rules.plan_keys() for rule in rules.pack(key) if rule.kind == "checklist" and rule.period_on(on)
    ]


def checklists(facts: pd.DataFrame, on: date, made: Iterable[Rule] | None = None) -> dict[int, Checklist]:
    """清单要求 by project id, of the projects that a checklist rule reaches.

    Parameters
    ----------
    facts : DataFrame
        model.FACT_COLUMNS, index project_id.
    on : date
        The day.
    made : iterable of Rule, optional
        Default: ``checklist_rules(on)``.
    """
    columns = rules.Columns(facts)
    reached: dict[int, list[Rule]] = {}
    for rule in checklist_rules(on) if made is None else made:
        for project in facts.index[rule.population.mask(columns)]:
            reached.setdefault(int(project), []).append(rule)
    combined = {tuple(rule.name for rule in found): _combined(found, on) for found in reached.values()}
    return {project: combined[tuple(rule.name for rule in found)] for project, found in reached.items()}


def _combined(found: list[Rule], on: date) -> Checklist:
    names = {
        kind.value: tuple(dict.fromkeys(name for rule in found for name in rule.options.get(kind.value, ())))
        for kind in ItemKind
    }
    holder = frozenset(kind for rule in found for kind in rule.options.get("holder", ()))
    return Checklist(names, holder, min(rule.limits_on(on)["soon_days"] for rule in found), tuple(found))


def stand(frame: pd.DataFrame, on: date) -> pd.DataFrame:
    """事项状态 with ``state`` (terms.ItemState value) and ``overdue_days`` (int) on a day.

    Parameters
    ----------
    frame : DataFrame
        ``planned_on``, ``done_on`` (dates or None), ``soon_days`` (float, NaN = never near).
    on : date
        What was done after it counts as open.
    """
    day = pd.Timestamp(on)
    planned, done = (pd.to_datetime(frame[name]).astype("datetime64[us]") for name in ("planned_on", "done_on"))
    done = done.where(done <= day)
    late = (done.fillna(day) - planned).dt.days.fillna(0).clip(lower=0).astype(int)
    left = (planned - day).dt.days
    is_done = done.notna()
    state = np.select(
        [
            is_done & (late > 0),
            is_done,
            planned.isna(),
            late > 0,
            left <= frame["soon_days"],
        ],
        [
            each.value
            for each in (ItemState.DONE_LATE, ItemState.DONE, ItemState.UNDATED, ItemState.OVERDUE, ItemState.SOON)
        ],
        ItemState.OPEN.value,
    )
    return frame.assign(state=state, overdue_days=late)


def missing(lines: pd.DataFrame, checklists: Mapping[int, Checklist]) -> pd.DataFrame:
    """未列手续 what the plans name and no line of the project's list says yet: project_id, kind, name.

    Parameters
    ----------
    lines : DataFrame
        ``project_id``, ``kind``, ``name``.
    checklists : mapping
        ``checklists(...)``.
    """
    there = set(zip(lines["project_id"], lines["kind"], lines["name"].map(_plain), strict=True))
    rows = [
        (project, kind, name)
        for project, made in checklists.items()
        for kind, names in made.wanted.items()
        for name in names
        if (project, kind, _plain(name)) not in there
    ]
    return pd.DataFrame(rows, columns=["project_id", "kind", "name"])


@dataclass(frozen=True)
class Surroundings:
    """核验依据 what a line is checked against: today, the plans' wants, and the other lines of the project.

    ``others`` are kind and name (squeezed) of the lines that are on the list already, but for the one being changed.
    """

    today: date
    checklist: Checklist = Checklist()
    others: frozenset[tuple[str, str]] = frozenset()


def check(item: Item, around: Surroundings) -> list[Finding]:
    """核验事项 everything that is wrong with a line; each finding names its field."""
    if ItemKind.labels().get(item.kind) is None:
        return [Finding("item.unknown_kind", "kind", params={"value": item.kind, "options": _kinds()})]
    said = labels(item.kind)
    found = []
    if not item.name.strip():
        found.append(Finding("item.no_name", "name", params={"label": said["name"]}))
    if item.kind == ItemKind.MILESTONE and item.name.strip() in PROJECT_DAYS:
        found.append(Finding("item.project_day", "name", params={"name": item.name.strip()}))
    if same(item) in around.others:
        found.append(Finding("item.repeated", "name", params={"name": item.name.strip()}))
    if item.kind in around.checklist.holder and not (item.holder or "").strip():
        found.append(Finding("item.no_holder", "holder", params={"name": item.name.strip()}))
    return found + _wrong_days(item, said, around.today)


def _wrong_days(item: Item, said: Mapping[str, str], today: date) -> list[Finding]:
    found = []
    for name in ("opened_on", "done_on"):
        day = getattr(item, name)
        if day and day > today:
            params = {"label": said.get(name, FIELDS[name]), "value": day, "today": today}
            found.append(Finding("item.in_future", name, params=params))
    for name in ("planned_on", "done_on"):
        day = getattr(item, name)
        if day and item.opened_on and day < item.opened_on:
            params = {"label": said[name], "value": day, "first": said.get("opened_on", ""), "opened": item.opened_on}
            found.append(Finding("item.before_opened", name, params=params))
    return found


def same(item: Item) -> tuple[str, str]:
    """同一事项 what tells a line from the others of its project: kind and name."""
    return item.kind, _plain(item.name)


def _plain(name: str) -> str:
    """A name for comparing: compatibility forms made plain, all white space dropped."""
    return "".join(unicodedata.normalize("NFKC", name).split())


def _kinds() -> str:
    return "、".join(ItemKind.labels().values())


def check_examples(rule: Rule) -> None:
    """核对示例 work out the examples of a checklist rule (``rules.example`` where one does not hold).

    ``given`` states a project's facts and a line's ``planned_on`` and ``done_on``; ``expect`` states ``state``,
    ``overdue_days`` and ``wanted`` (number of procedures that the clause names).
    """
    for position, example in enumerate(rule.examples, start=1):
        on = date.fromisoformat(example["on"])
        given: dict[str, Any] = {"planned_on": None, "done_on": None, **example["given"]}
        facts = rules.example_facts([given])
        reached = checklists(facts, on, [rule])
        if not reached:
            raise rule.refuse("rules.population_matches_nothing", "population", example=position)
        (checklist,) = reached.values()
        row = stand(facts.assign(soon_days=checklist.soon_days), on).iloc[0]
        got = {
            "state": row["state"],
            "overdue_days": row["overdue_days"],
            "wanted": len(checklist.wanted[ItemKind.PROCEDURE.value]),
        }
        if any(got[key] != value for key, value in example["expect"].items()):
            wanted = example["expect"]
            raise rule.refuse("rules.example", f"examples.{position - 1}", example=position, expected=wanted, got=got)
