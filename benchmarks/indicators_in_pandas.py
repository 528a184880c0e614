"""The straightforward pandas side of benchmarks.indicators: for each indicator, filter, group by unit, sum, divide."""

from datetime import date

import numpy as np
import pandas as pd

from monitor.rules import Rule

UNDER_WAY = ["implementation", "completion", "completed", "suspended"]


EVENTS = ["started_on", "resumed_on", "completed_on", "production_on", "signed_on", "statistics_entry_on"]


def facts_in_pandas(known: pd.DataFrame, reported: pd.DataFrame, on: date) -> pd.DataFrame:
    """Facts of a day: filter what was known, sort, group by project, last."""
    known_reports = reported[reported["filed_on"] <= pd.Timestamp(on)]
    order = ["project_id", "month", "revision"]
    this_year = known_reports[(known_reports["year"] == on.year) & (known_reports["month"] <= on.month)]
    this_year = this_year.sort_values(order)
    latest = this_year.groupby("project_id").last()
    before = this_year[this_year["month"] <= (on.month - 1) // 3 * 3].groupby("project_id").last()
    base = known_reports[(known_reports["year"] == on.year - 1) & (known_reports["month"] <= on.month)]
    base = base.sort_values(order).groupby("project_id").last()
    held = known.join(latest[["year_investment_wan_yuan", "reported_total_wan_yuan", "month"]])
    held = held.rename(columns={"month": "report_month"})
    held["before_quarter_wan_yuan"] = before["year_investment_wan_yuan"]
    held["base_investment_wan_yuan"] = base["year_investment_wan_yuan"]
    held["plan_to_date_wan_yuan"] = np.nan
    held["due_by_report_wan_yuan"] = held["report_month"] / 12 * held["annual_plan_wan_yuan"]
    for column in EVENTS:
        held[column] = held[column].where(held[column] <= pd.Timestamp(on))  # what has not come yet has not happened
    return held


def values_in_pandas(frame: pd.DataFrame, rules: list[Rule], on: date) -> dict[str, dict[str, float]]:
    """Numerator of each indicator by unit; the rate is taken too, as a bulletin needs it."""
    found = {}
    for rule in rules:
        if rule.kind != "indicator" or rule.function in {"entered", "composite"}:
            continue
        inside = select(frame, rule.population)
        below = inside if rule.denominator is None else select(frame, rule.denominator)
        numerator, denominator = parts(frame, inside, below, rule, on)
        grouped = numerator.groupby(frame.loc[numerator.index, "unit_code"]).sum()
        if denominator is not None:
            grouped_below = denominator.groupby(frame.loc[denominator.index, "unit_code"]).sum()
            _rate = 100 * grouped / grouped_below.reindex(grouped.index)
        found[rule.name] = grouped.to_dict()
    return found


def select(frame: pd.DataFrame, population) -> pd.DataFrame:
    for column, wanted in population.values.items():
        if column in ("lists", "tags", "funds"):
            frame = frame[frame[column].apply(lambda held, wanted=wanted: any(key in held for key in wanted))]
        else:
            frame = frame[frame[column].isin(wanted)]
    for column, least in population.minimum.items():
        frame = frame[frame[column] >= least]
    return frame


def parts(frame, inside, below, rule: Rule, on: date):  # noqa: C901 - one case an indicator
    """Numerator and denominator series of one indicator."""
    option, due = rule.options, rule.due_on(on.year)
    by = pd.Timestamp(min(on, due) if rule.gate and due else on)
    this_year = pd.Timestamp(on.year, 1, 1)
    match rule.function:
        case "count":
            return inside["stage"].notna().astype(int), None
        case "amount":
            return inside[option["measure"]], None
        case "ratio":
            return inside[option["numerator"]], below[option["denominator"]]
        case "growth":
            base = inside["base_investment_wan_yuan"].fillna(0)
            return inside["year_investment_wan_yuan"].fillna(0) - base, base
        case "quarter_investment":
            return inside["year_investment_wan_yuan"].fillna(0) - inside["before_quarter_wan_yuan"].fillna(0), None
        case "quarter_starts":
            return ((inside["started_on"] >= this_year) & (inside["started_on"] <= by)).astype(int), None
        case "holding_rate":
            return (inside[option["column"]] > 0).astype(int), inside["stage"].notna().astype(int)
        case "from_reserve_rate":
            return (inside["was_reserve"] == 1).astype(int), inside["stage"].notna().astype(int)
        case "conversion":
            reserve = inside[inside["was_reserve"] == 1]
            started = (reserve["started_on"] >= this_year) & (reserve["started_on"] <= by)
            return started.astype(int), reserve["stage"].notna().astype(int)
        case "same_year_starts":
            signed = inside[(inside["signed_on"] >= this_year) & (inside["signed_on"] <= by)]
            started = (signed["started_on"] >= this_year) & (signed["started_on"] <= by)
            return started.astype(int), signed["stage"].notna().astype(int)
        case "fund_use_rate":
            return inside[f"{option['fund']}_paid_wan_yuan"], inside[f"{option['fund']}_issued_wan_yuan"]
        case "fund_paid":
            return inside[f"{option['fund']}_paid_wan_yuan"], None
        case "freshness":
            held = inside[inside["stage"].isin(["implementation", "suspended"])]
            return (held["report_month"] >= on.month).astype(int), held["stage"].notna().astype(int)
        case "resume_rate":
            continued = inside[inside["batch"] == "continued"]
            return (continued["resumed_on"] <= by).astype(int), continued["stage"].notna().astype(int)
        case "event_count":
            event = inside[option["event"]]
            return ((event <= by) & (event >= this_year)).astype(int), None
        case "event_rate":
            return event_rate(inside, below, option, by, on)
        case "start_rate":
            return start_rate(inside, option["over"], by)
    raise AssertionError(rule.function)


def event_rate(inside, below, option, by, on: date):
    if "planned" in option:
        inside = inside[inside[option["planned"]].dt.year == on.year]
    if "once" in option:
        inside = inside[inside[option["once"]] <= pd.Timestamp(on)]
    return (inside[option["event"]] <= by).astype(int), below["stage"].notna().astype(int)


def start_rate(inside, over: str, by):
    started = inside["started_on"] <= by
    started |= inside["started_on"].isna() & (inside["batch"] != "new") & inside["stage"].isin(UNDER_WAY)
    if over == "whole_list":
        started |= inside["resumed_on"] <= by
    new = inside["batch"] == "new"
    total = {
        "planned_new": new,
        "whole_list": inside["batch"] != "prepared",
        "batch": inside["stage"].notna(),
        "due_by_now": new & (inside["planned_start_on"] <= by),
    }[over]
    counted = started & (new if over == "due_by_now" else total)
    return counted.astype(int), total.astype(int)


def lights_in_pandas(frame: pd.DataFrame, on: date) -> np.ndarray:
    """Weight of each project's colour under Yinchuan's thresholds: 0 none, 1 green, 2 grey, 3 yellow, 4 red."""
    checks = [start_light(frame, on), progress_light(frame, on), payment_light(frame, on), entry_light(frame, on)]
    return pd.concat(checks, axis=1).max(axis=1).to_numpy()


def start_light(frame, on: date):
    planned = frame["planned_start_on"]
    missed = (on.year - planned.dt.year) * 12 + on.month - planned.dt.month + 1
    light = pd.Series(1, frame.index)
    light[missed >= 1] = 3
    light[missed >= 3] = 4
    under_way, new = frame["stage"].isin(UNDER_WAY), frame["batch"] == "new"
    light[(missed >= 1) & under_way] = 2
    light[planned.isna()] = 2
    light[planned.isna() & ((frame["stage"] == "identification") | (frame["batch"] == "prepared"))] = 0
    started = (frame["started_on"] <= pd.Timestamp(on)) | (under_way & ~new) | (frame["batch"] == "continued")
    light[started] = 1
    return light


def progress_light(frame, on: date):
    plan, done, month = frame["annual_plan_wan_yuan"], frame["year_investment_wan_yuan"], frame["report_month"]
    behind = (100 * month / 12 - 100 * done / plan).round(6)
    light = pd.Series(1, frame.index)
    light[behind >= 10] = 3
    light[behind > 30] = 4
    light[month <= on.month - 2] = 2
    light[month.isna() | done.isna()] = 2
    return light


def payment_light(frame, on: date):
    issued, paid = frame["fund_issued_wan_yuan"], frame["fund_paid_wan_yuan"]
    light = pd.Series(1, frame.index)
    light[(100 * paid / issued).round(6) < 50 * on.month / 12] = 4
    light[paid.isna()] = 2
    light[~(issued > 0)] = 0
    return light


def entry_light(frame, on: date):
    started, today = frame["started_on"], pd.Timestamp(on)
    light = pd.Series(1, frame.index)
    light[started + pd.DateOffset(months=1) <= today] = 3
    light[(started + pd.Timedelta(days=1)) + pd.DateOffset(months=2) <= today] = 4
    light[started.isna() | (started > today)] = 0
    light[started.isna() & frame["stage"].isin(["implementation", "completion"])] = 2
    light[frame["statistics_entry_on"] <= today] = 1
    light[~(frame["total_investment_wan_yuan"] >= 500) | (frame["stage"] == "identification")] = 0
    return light
