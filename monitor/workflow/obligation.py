"""填报义务 who has to report what by when: generated ahead from the cadence rules, settled by what was filed.

周调度、月统计、季考核 (002-11, 000-16): each list has its own cadence. The rules (kind ``obligation``) stand in the
plan packs; this module knows no day of any month. A deadline that leaves the published holiday calendar stays open
and says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np
import pandas as pd

from monitor import rules
from monitor.errors import Refusal
from monitor.messages import sentence
from monitor.rules import Rule
from monitor.terms import ObligationStatus, Span
from monitor.workflow import workdays
from monitor.workflow.cascade import bounds

DAY = timedelta(days=1)

COLUMNS = {
    "project_id": "Int64; NA where a unit is obliged, not a project",
    "unit_code": "str; reporting unit obliged",
    "rule": "str; full name of the rule",
    "label": "str",
    "function": "str; report, bulletin, assessment, inspection, activity, meeting or guidance",
    "span": "str; terms.Span value",
    "start_on": "datetime64; first day of the period",
    "end_on": "datetime64; last day of the period",
    "due_on": "datetime64; NaT = cannot be told, note says why",
    "close_on": "datetime64; from the day after it, a report of the period is a correction; NaT = it does not close",
    "counts_from": "datetime64; filed from this day on, it counts for the period",
    "note": "str",
}
"""Columns of ``generate``, one row an obligation."""


@dataclass(frozen=True)
class Deadline:
    """时限 last day of an obligation; None where the holiday calendar cannot tell, and ``note`` says so."""

    on: date | None
    note: str = ""


@cache
def obligation_rules() -> tuple[Rule, ...]:
    """填报频次规则 the cadence rules of all plan packs."""
    return tuple(rule for key in rules.plan_keys() for rule in rules.pack(key) if rule.kind == "obligation")


def period(span: Span, day: date) -> tuple[date, date]:
    """所属期 first and last day of the week (Monday to Sunday), month or quarter that a day lies in."""
    if span is Span.WEEK:
        monday = day - DAY * day.weekday()
        return monday, monday + 6 * DAY
    return bounds(span, day)


def periods(span: Span, start: date, end: date) -> list[tuple[date, date]]:
    """各所属期 the periods that end between two days, both included."""
    found = []
    first, last = period(span, start)
    while last <= end:
        found.append((first, last))
        first, last = period(span, last + DAY)
    return found


def every(rule: Rule) -> Span:
    """频次 how often a rule obliges."""
    return next(span for span in Span if span == rule.options["every"])


def deadline(rule: Rule, end: date) -> Deadline:
    """时限 the day by which the obligation of the period that ends on ``end`` is to be met.

    ``due_weekday`` (1 = Monday) of the week itself, or ``due_day`` of the month after; on a day off it moves to the
    next working day where the rule says so.
    """
    limits = rule.limits_on(end)
    if every(rule) is Span.WEEK:
        day = end - 7 * DAY + DAY * int(limits["due_weekday"])
    else:
        day = end + DAY * int(limits["due_day"])
    if rule.options.get("shift") != "next_working_day":
        return Deadline(day)
    try:
        return Deadline(workdays.on_or_after(day))
    except Refusal as refusal:
        return Deadline(None, sentence(refusal.code, **refusal.params))


def close_on(rule: Rule, end: date) -> date | None:
    """封账日 last day on which a report of the period is taken without a reason, None where it never closes."""
    days = rule.limits_on(end).get("close_day")
    return None if days is None else end + DAY * int(days)


def counts_from(rule: Rule, start: date, end: date) -> date:
    """起报日 first day of the period on which a report counts for it."""
    day = rule.limits_on(end).get("counts_from_day")
    return start if day is None else end.replace(day=min(int(day), end.day))


def generate(facts: pd.DataFrame, cadence: Iterable[Rule], start: date, end: date) -> pd.DataFrame:
    """生成义务 every obligation whose period ends between two days; may lie ahead.

    Parameters
    ----------
    facts : DataFrame
        model.FACT_COLUMNS, index project_id, of the year of the periods.
    cadence : iterable of Rule
        ``obligation_rules()``.
    start, end : date
        First and last day on which a period may end.

    Returns
    -------
    DataFrame
        ``COLUMNS``, sorted by deadline.
    """
    columns = rules.Columns(facts)
    found = []
    for rule in cadence:
        ending = [(first, last) for first, last in periods(every(rule), start, end) if rule.period_on(last)]
        obliged = _obliged(columns, rule) if ending else pd.DataFrame()
        found += [_of_period(obliged, rule, first, last) for first, last in ending if len(obliged)]
    frame = pd.concat(found or [pd.DataFrame(columns=list(COLUMNS))])
    frame = frame.astype({name: "datetime64[us]" for name, kind in COLUMNS.items() if kind.startswith("datetime64")})
    frame = frame.astype({"project_id": "Int64"})[list(COLUMNS)]
    return frame.sort_values(["due_on", "rule", "project_id"], kind="stable").reset_index(drop=True)


def _obliged(columns: rules.Columns, rule: Rule) -> pd.DataFrame:
    """Who is obliged: the projects of the rule's population, or the units that they belong to."""
    members = columns.facts.loc[rule.population.mask(columns), ["unit_code", "city_code"]]
    if rule.options["subject"] == "project":
        return pd.DataFrame({"project_id": members.index, "unit_code": members["unit_code"].array})
    units = members["unit_code"]
    if rule.options["subject"] == "city":
        units = members["city_code"].fillna(units)
    return pd.DataFrame({"project_id": pd.NA, "unit_code": sorted(units.unique())})


def _of_period(obliged: pd.DataFrame, rule: Rule, first: date, last: date) -> pd.DataFrame:
    due = deadline(rule, last)
    return obliged.assign(
        rule=rule.name,
        label=rule.label,
        function=rule.function,
        span=every(rule).value,
        start_on=first,
        end_on=last,
        due_on=due.on,
        close_on=close_on(rule, last),
        counts_from=counts_from(rule, first, last),
        note=due.note,
    )


def settle(obligations: pd.DataFrame, filings: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """核对完成 add who has met his obligations, and how late he was or is.

    Parameters
    ----------
    obligations : DataFrame
        ``generate(...)``.
    filings : DataFrame
        ``function``, ``project_id`` (NA where a unit filed), ``unit_code``, ``period_end`` (last day of the month or
        quarter that the filing speaks of), ``filed_on``; every revision is a filing.
    as_of : date
        The day to judge by.

    Returns
    -------
    DataFrame
        With ``done_on`` (datetime64, NaT = open), ``status`` (terms.ObligationStatus value) and ``late_days`` (int).
    """
    frame = obligations.assign(done_on=_done_on(obligations, filings))
    until = frame["done_on"].fillna(pd.Timestamp(as_of))
    late_days = (until - frame["due_on"]).dt.days.fillna(0).clip(lower=0).astype(int)
    done = frame["done_on"].notna()
    told = ObligationStatus
    status = np.select(
        [done & (late_days > 0), done, frame["due_on"].isna(), late_days > 0],
        [told.DONE_LATE.value, told.DONE.value, told.UNKNOWN.value, told.LATE.value],
        told.DUE.value,
    )
    return frame.assign(status=status, late_days=late_days)


def _done_on(obligations: pd.DataFrame, filings: pd.DataFrame) -> pd.Series:
    """Day of the first filing that counts: for its own period; for a week, any filing from its Monday on."""
    if obligations.empty or filings.empty:
        return pd.Series(pd.NaT, index=obligations.index, dtype="datetime64[us]")
    weekly = obligations["span"].eq(Span.WEEK.value)
    keyed = _keyed(obligations).assign(place=range(len(obligations)))
    filed = _keyed(filings)[["subject", "period_end", "filed_on"]]
    filed = filed.astype({"filed_on": "datetime64[us]", "period_end": "datetime64[us]"})
    pairs = keyed[~weekly].merge(filed, left_on=["subject", "end_on"], right_on=["subject", "period_end"])
    first = pairs[pairs["filed_on"] >= pairs["counts_from"]].groupby("place")["filed_on"].min()
    following = pd.merge_asof(
        keyed[weekly].sort_values("counts_from"),
        filed.sort_values("filed_on"),
        left_on="counts_from",
        right_on="filed_on",
        by="subject",
        direction="forward",
    ).set_index("place")["filed_on"]
    done: pd.Series = pd.concat([first, following]).reindex(range(len(obligations)))
    return done.astype("datetime64[us]").set_axis(obligations.index)


def _keyed(frame: pd.DataFrame) -> pd.DataFrame:
    """With ``subject``: what is to be filed, and whose it is: the project's, else the unit's."""
    project = frame["project_id"].astype("Int64").astype("string")
    who = project.fillna(frame["unit_code"].astype("string"))
    return frame.assign(subject=frame["function"].astype("string") + ":" + who)


def check_examples(rule: Rule) -> None:
    """核对示例 work out the examples of a cadence rule (``rules.example`` where one does not hold).

    ``given`` states a project's facts, ``period`` (a day in it) and ``reported_on`` (a day, or none); ``expect`` states
    ``due_on``, ``status`` and ``late_days``.
    """
    for position, example in enumerate(rule.examples, start=1):
        given, wanted = dict(example["given"]), example["expect"]
        _, last = period(every(rule), date.fromisoformat(given.pop("period")))
        reported_on = given.pop("reported_on", None)
        made = generate(rules.example_facts([given]), [rule], last, last)
        if made.empty:
            raise rule.refuse("rules.population_matches_nothing", "population", example=position)
        filed = (
            made[["function", "project_id", "unit_code"]]
            .assign(period_end=last, filed_on=reported_on)
            .dropna(subset="filed_on")
        )
        row = settle(made, filed, date.fromisoformat(example["on"])).iloc[0]
        got = {"due_on": str(row["due_on"].date()), "status": row["status"], "late_days": row["late_days"]}
        if any(got[key] != value for key, value in wanted.items()):
            raise rule.refuse("rules.example", f"examples.{position - 1}", example=position, expected=wanted, got=got)
