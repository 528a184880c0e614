"""任务表 the tasks and phases that a plan sets: who leads, who is responsible, by when (002-15, 003-11)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from monitor.errors import NotFound
from monitor.rules import Rule
from monitor.terms import TaskState


@dataclass(frozen=True)
class Task:
    """任务 one task or phase of a plan on a day; ``due_on`` None = a continuing one.

    ``duty`` says what the unit asked for has to do in it (``lead``, ``responsible``), None where none was asked for.
    """

    key: str
    label: str
    lead: tuple[str, ...]
    responsible: tuple[str, ...]
    cadence: str
    starts_on: date | None
    due_on: date | None
    state: TaskState
    clause: str
    duty: str | None


def register(rules: Iterable[Rule], on: date, unit: str | None = None) -> list[Task]:
    """任务表 the tasks in force on a day, the earliest due first.

    Parameters
    ----------
    rules : iterable of Rule
        A pack; rules of other kinds are left out.
    on : date
        The day. Phases are those of the campaign of its year, and of the campaign before and after it where they
        reach into it (a review in January belongs to the year that has ended).
    unit : str, optional
        Only the tasks that this unit leads or is responsible for.

    Raises
    ------
    NotFound
        ``tasks.unknown_unit`` if no task names the unit.
    """
    wanted = [rule for rule in rules if rule.kind == "task" and rule.period_on(on)]
    tasks = [task for rule in wanted for task in _tasks(rule, on, unit)]
    kept = [task for task in tasks if unit is None or task.duty]
    if unit is not None and not kept:
        raise NotFound("tasks.unknown_unit", unit=unit)
    return sorted(kept, key=lambda task: (task.due_on or date.max, task.key))


def _tasks(rule: Rule, on: date, unit: str | None) -> list[Task]:
    if rule.function != "phase":
        return [_task(rule, on, unit, None, rule.due_on(on.year))]
    years = (on.year - 1, on.year, on.year + 1)
    spans = [(year, *_span(rule, year)) for year in years]
    return [_task(rule, on, unit, first, last) for year, first, last in spans if year == on.year or first <= on <= last]


def _span(rule: Rule, year: int) -> tuple[date, date]:
    """First and last day of a phase of the campaign of a year."""
    first = date.fromisoformat(f"{year + int(rule.options['first_year'])}-{rule.options['starts']}")
    return first, date.fromisoformat(f"{year + int(rule.options['last_year'])}-{rule.options['ends']}")


def _task(rule: Rule, on: date, unit: str | None, starts_on: date | None, due_on: date | None) -> Task:
    state = TaskState.UNDER_WAY
    if starts_on and on < starts_on:
        state = TaskState.NOT_YET
    elif due_on and on > due_on:
        state = TaskState.ENDED
    lead, responsible = tuple(rule.options["lead"]), tuple(rule.options["responsible"])
    duty = "lead" if unit in lead else "responsible" if unit in responsible else None
    cadence = str(rule.value_on(on))
    return Task(rule.key, rule.label, lead, responsible, cadence, starts_on, due_on, state, rule.reference.clause, duty)


def check_examples(rule: Rule) -> None:
    """核对示例 work out the examples of a task: duty of a unit and state on a day (``rules.example``)."""
    for position, example in enumerate(rule.examples, start=1):
        found = register([rule], date.fromisoformat(example["on"]), example["given"]["unit"])
        expected = example["expect"]
        if expected not in [{"duty": task.duty, "state": task.state.value} for task in found]:
            raise rule.refuse(
                "rules.example", f"examples.{position - 1}", example=position, expected=expected, got=found
            )
