"""清单目标 what a plan sets its lists for the year, by its own quarters where it states them (002-04, 002-05, 002-06).

The figures are those of the rules: ``quarter_investment`` states four quarters of a list, ``amount`` of the year's
investment its year; a list whose batches have quarters of their own has their sums. What no clause states is spread
evenly (``workflow.cascade``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
from sqlalchemy import Engine

from monitor import rules
from monitor.indicators import Book
from monitor.indicators.parts import WAN_YUAN_IN_YI_YUAN
from monitor.indicators.registry import divided
from monitor.messages import sentence
from monitor.model import Viewer
from monitor.queries.facts import month_end
from monitor.queries.figures import investment
from monitor.queries.filings import year_plans
from monitor.rules import Columns, Rule
from monitor.rules.population import list_labels
from monitor.terms import Batch, Span
from monitor.workflow.cascade import YUAN, Target, YearPlan, bounds, breakdown, combined, plain

INVESTED = "year_investment_wan_yuan"


@dataclass(frozen=True)
class Quarter:
    """季度目标 what a list is to bring in a quarter and what it has brought, 万元; what lies ahead has nothing done."""

    target: Target
    done_to_date_wan_yuan: Decimal | None
    done_wan_yuan: Decimal | None

    @property
    def gap_wan_yuan(self) -> Decimal | None:
        """季度差距 what the cumulative target to the quarter's end lacks; 0 where it is reached."""
        if self.done_to_date_wan_yuan is None:
            return None
        return max(self.target.cumulative_wan_yuan - self.done_to_date_wan_yuan, Decimal())


@dataclass(frozen=True)
class Starts:
    """季度开工 new starts that the plan states for a quarter, and those of it; ``started`` is None for one ahead."""

    planned: int
    planned_to_date: int
    started: int | None
    started_to_date: int | None


@dataclass(frozen=True)
class ListTarget:
    """清单目标 a list's target of the year with its quarters, and what was done, as known on a day.

    Attributes
    ----------
    rule : Rule
        Whose population the list is, and whose clause states the target.
    plan : YearPlan
        The plan's figures, 万元.
    by_projects : bool
        Whether ``plan`` is the sum of the projects' own months: where the plan states the year only, and they add up.
    done_wan_yuan : Decimal
        Completed since 1 January by the projects of the list.
    quarters : tuple of Quarter
        All four.
    starts : tuple of Starts
        All four; empty where the plan states no starts of the list.
    starts_rule : Rule or None
        Where they stand.
    projects : int
        Projects in the list.
    problems : tuple of str
        Sentences that say where the plan's figures differ from those of its projects (``plan.problems``: where they do
        not add up themselves).
    """

    rule: Rule
    plan: YearPlan
    by_projects: bool
    done_wan_yuan: Decimal
    quarters: tuple[Quarter, ...]
    starts: tuple[Starts, ...]
    starts_rule: Rule | None
    projects: int
    problems: tuple[str, ...]

    @property
    def running(self) -> Quarter:
        """本季 the quarter of the day."""
        return [quarter for quarter in self.quarters if quarter.done_wan_yuan is not None][-1]


def goals(plan: str, on: date) -> list[tuple[Rule, YearPlan]]:
    """清单年度目标 rules of a plan that set a list's investment of the year, each with its figures in 万元.

    In the order of the requirement rows, which is that of the plan; what stands for several comes first.
    """
    pack = [rule for rule in rules.pack(plan) if rule.kind == "indicator" and rule.in_force(on)]
    yearly = [part for rule in pack if _is_yearly(rule) for part in divided(rule)]
    by_quarter = [rule for rule in pack if rule.function == "quarter_investment"]
    found = []
    for rule in pack:
        if rule in by_quarter:
            found.append((rule, _stated(rule, next((one for one in yearly if _same(one, rule)), None), on)))
        elif _is_yearly(rule):
            found.append((rule, _of_year(rule, by_quarter, on)))
    return sorted(found, key=lambda held: (held[0].rows[:1], -len(held[0].rows)))


def done_wan_yuan(facts: Columns, rule: Rule) -> Decimal:
    """清单完成投资 completed since 1 January by the projects of a rule's list, 万元."""
    return _exact(facts.amounts(INVESTED)[rule.population.mask(facts)].sum())


def list_targets(viewer: Viewer, known: Book, plan: str, engine: Engine) -> list[ListTarget]:
    """清单目标 every list of a plan with its quarters, gaps and checks.

    Parameters
    ----------
    viewer : Viewer
        Sees the whole area of the plan.
    known : Book
        Facts of that area on the day.
    plan : str
        Plan pack.
    engine : Engine
        The store, for what had been done by the ends of the quarters and for the projects' own targets.
    """
    year, ends = known.on.year, [month for month in (3, 6, 9) if month_end(known.on.year, month) < known.on]
    then = {month: investment(viewer, year, month, known.on, engine) for month in ends}
    own = year_plans(viewer, year, engine, known.on)
    starting = [rule for rule in rules.pack(plan) if rule.function == "quarter_starts"]
    return [_target(known, rule, goal, then, own, starting) for rule, goal in goals(plan, known.on)]


def list_name(rule: Rule) -> str:
    """清单名称 the list that a rule speaks of in words, with the batch where it is one, e.g. 政府投资项目（新建）."""
    lists, batches = (rule.population.values.get(column, ()) for column in ("lists", "batch"))
    named = "、".join(list_labels()[key] for key in lists) or rule.label
    batch = "、".join(Batch.labels()[key] for key in batches)
    return f"{named}（{batch}）" if batch else named


def due_now(plan: str, facts: Columns, on: date) -> list[tuple[str, Decimal, Decimal]]:
    """本季应累计 lists whose quarters a plan states: name, due by the end of the day's quarter, done; 万元."""
    end = bounds(Span.QUARTER, on)[1]
    stated = [(rule, goal) for rule, goal in goals(plan, on) if goal.own]
    return [(list_name(rule), goal.planned_by(end), done_wan_yuan(facts, rule)) for rule, goal in stated]


def _target(
    known: Book,
    rule: Rule,
    goal: YearPlan,
    then: "dict[int, pd.Series[float]]",
    own: dict[int, YearPlan],
    starting: Sequence[Rule],
) -> ListTarget:
    inside = known.facts.index[known.inside(rule.population)]
    done = done_wan_yuan(known.columns, rule)
    by_month = {month: _exact(held.reindex(inside).sum()) for month, held in then.items()}
    starts_rule = next((one for one in starting if _same(one, rule) and one.in_force(known.on)), None)
    held = [own[project] for project in inside if project in own]
    differences = tuple(_differences(goal, held))
    by_projects = bool(held) and not goal.own and not differences
    goal = combined(held) if by_projects else goal
    return ListTarget(
        rule=rule,
        plan=goal,
        by_projects=by_projects,
        done_wan_yuan=done,
        quarters=tuple(_quarters(goal, by_month, done, known.on)),
        starts=tuple(_starts(known, starts_rule)) if starts_rule else (),
        starts_rule=starts_rule,
        projects=len(inside),
        problems=differences,
    )


def _quarters(goal: YearPlan, by_month: dict[int, Decimal], done: Decimal, on: date) -> Iterator[Quarter]:
    before: Decimal = Decimal()
    for target in breakdown(goal, Span.QUARTER, date(goal.year, 1, 1), date(goal.year, 12, 31)):
        if target.start > on:
            yield Quarter(target, None, None)
            continue
        to_date = by_month.get(target.end.month, done)
        yield Quarter(target, to_date, to_date - before)
        before = to_date


def _starts(known: Book, rule: Rule) -> Iterator[Starts]:
    """Starts since 1 January by quarter, beside those that the plan states."""
    started = known.days("started_on")[known.inside(rule.population)]
    started = started[(started >= known.when.new_year) & (started <= known.when.day)]
    planned_to_date = to_date = 0
    for number, planned in enumerate(rule.options["quarters"], start=1):
        planned_to_date += planned
        end, first = month_end(known.on.year, 3 * number), date(known.on.year, 3 * number - 2, 1)
        if first > known.on:
            yield Starts(planned, planned_to_date, None, None)
            continue
        by_now = int((started <= np.datetime64(end, "D")).sum())
        yield Starts(planned, planned_to_date, by_now - to_date, by_now)
        to_date = by_now


def _differences(goal: YearPlan, held: Sequence[YearPlan]) -> Iterator[str]:
    """Where the projects' own targets add up to something else than the plan states."""
    if not held:
        return
    projects, most = combined(held), len(held) * YUAN
    for month in sorted({*goal.own, 12}):
        stated, summed = (each.planned_by(month_end(goal.year, month)) for each in (goal, projects))
        if abs(stated - summed) > most:
            figures = {"stated": plain(stated), "sum": plain(summed), "difference": plain(summed - stated)}
            yield sentence("cascade.projects_differ", month=month, count=len(held), **figures)


def _is_yearly(rule: Rule) -> bool:
    return rule.function == "amount" and rule.options["measure"] == INVESTED and rule.direction == "at_least"


def _same(rule: Rule, other: Rule) -> bool:
    return rule.population == other.population


def _stated(rule: Rule, yearly: Rule | None, on: date) -> YearPlan:
    """The four quarters of a rule; the year's target is what the plan states of it elsewhere, else their sum."""
    total = _wan_yuan(rule.options["total"]) if yearly is None else _year_of(yearly, on)
    return YearPlan.from_quarters(on.year, total, list(map(_wan_yuan, rule.options["quarters"])))


def _of_year(rule: Rule, by_quarter: Sequence[Rule], on: date) -> YearPlan:
    """The year's figure; its quarters are those of its batches, where each has its own."""
    total, due = _year_of(rule, on), rule.due_on(on.year)
    of_parts = [next((one for one in by_quarter if _same(one, part)), None) for part in divided(rule)[1:]]
    stated = [_stated(one, None, on) for one in of_parts if one]
    if stated and len(stated) == len(of_parts):
        return YearPlan(on.year, total, combined(stated).own)
    early = due is not None and due.month < 12
    return YearPlan(on.year, total, {due.month: total} if due and early else {})


def _year_of(rule: Rule, on: date) -> Decimal:
    """The year's figure in 万元, whichever unit the rule states it in."""
    stated = rule.number_on(on)
    return _wan_yuan(stated) if rule.unit == "亿元" else Decimal(str(stated))


def _wan_yuan(yi_yuan: float) -> Decimal:
    return Decimal(str(yi_yuan)) * WAN_YUAN_IN_YI_YUAN


def _exact(amount: float) -> Decimal:
    return Decimal(f"{amount:.4f}")
