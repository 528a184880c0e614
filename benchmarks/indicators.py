"""Speed of indicators and lights beside a straightforward pandas script, on the same data in one run.

    python -m benchmarks.indicators [--projects 100000] [--months 24]

Both sides start from the same two tables in memory (projects; one report a project and month, two years) and end with
every indicator of the five plan packs by reporting unit and a light for every project. The packs are dated, so the
figures are worked out on both year ends: Jiayuguan's rules are in force in 2023, Henan's in 2024. The pandas side is
what one would write first: for each indicator, filter the frame, group by unit, divide. Then one report changes, and
both sides bring their figures up to date: the product in its tally, pandas from the start.
The figures of both sides are compared before any time is printed.
"""

import argparse
import time
from datetime import date

import numpy as np
import pandas as pd

from benchmarks.indicators_in_pandas import lights_in_pandas, values_in_pandas
from monitor import lights, rules
from monitor.indicators import Book, checked_pack
from monitor.indicators.tally import Tally
from monitor.lights.progress import expected_share_pct

YEAR_ENDS = (date(2023, 12, 31), date(2024, 12, 31))
LISTS = [
    "provincial_major",
    "provincial_key",
    "sponsor",
    "government_investment",
    "industrial_investment",
    "real_estate",
]
LISTS += ["three_batches_signed", "three_batches_started", "three_batches_production", "provincial_100"]
LISTS += ["treasury_bond_2023", "industrial_regular", "service_regular"]
FUNDS = ["central_budget_2023", "central_budget_2024", "special_bond_2023", "special_bond_2024", "treasury_bond_2023"]


def projects(count: int, random: np.random.Generator) -> pd.DataFrame:
    """Projects with everything that does not change from month to month."""

    def days(share: float) -> pd.Series:
        day = pd.Timestamp("2023-01-01") + pd.to_timedelta(random.integers(0, 730, count), "D")
        return pd.Series(day).where(random.random(count) < share)

    lists = random.integers(0, len(LISTS) + 3, count)
    funds = random.integers(0, len(FUNDS) + 5, count)
    frame = pd.DataFrame(
        {
            "unit_code": random.integers(0, 300, count).astype(str),
            "unit_kind": random.choice(["county", "zone", "bucket"], count, p=[0.8, 0.15, 0.05]),
            "stage": random.choice(["identification", "preparation", "implementation", "completion"], count),
            "library": random.choice(["reserve", "annual", "key"], count),
            "batch": random.choice(["continued", "new", "prepared"], count),
            "sector": random.choice(["工业", "电子", "交通", "水利", "教育", "农业", "物流"], count),
            "lists": [(LISTS[place],) if place < len(LISTS) else () for place in lists],
            "tags": [("six_new",) if one else () for one in random.random(count) < 0.2],
            "funds": [(FUNDS[place],) if place < len(FUNDS) else () for place in funds],
            "total_investment_wan_yuan": random.uniform(500, 1e6, count).round(),
            "annual_plan_wan_yuan": random.uniform(100, 1e5, count).round(),
            "was_reserve": (random.random(count) < 0.3).astype(float),
            "planned_start_on": days(0.9),
            "started_on": days(0.7),
            "resumed_on": days(0.5),
            "planned_completion_on": days(0.5),
            "completed_on": days(0.3),
            "production_on": days(0.2),
            "signed_on": days(0.3),
            "statistics_entry_on": days(0.5),
            "fund_issued_wan_yuan": np.where(random.random(count) < 0.3, 1000.0, np.nan),
            "fund_paid_wan_yuan": random.uniform(0, 1000, count).round(),
        }
    )
    for place, fund in enumerate(FUNDS):
        frame[f"{fund}_issued_wan_yuan"] = np.where(funds == place, 1000.0, np.nan)
        frame[f"{fund}_paid_wan_yuan"] = np.where(funds == place, random.uniform(0, 1000, count).round(), np.nan)
    frame.index = pd.RangeIndex(1, count + 1, name="project_id")
    return frame


def reports(known: pd.DataFrame, months: int, random: np.random.Generator) -> pd.DataFrame:
    """One report a project and month, cumulative within each year; one in fifty is missing."""
    count = len(known)
    month = np.tile(np.arange(months), count)
    done = random.uniform(0, 0.17, count * months).reshape(count, months // 12, 12).cumsum(axis=2).reshape(-1)
    amount = done * np.repeat(known["annual_plan_wan_yuan"].to_numpy(), months)
    frame = pd.DataFrame(
        {
            "project_id": np.repeat(known.index.to_numpy(), months),
            "year": 2023 + month // 12,
            "month": month % 12 + 1,
            "year_investment_wan_yuan": amount.round(),
            "reported_total_wan_yuan": amount.round() * 2,
        }
    )
    return frame[random.random(len(frame)) < 0.98].reset_index(drop=True)


def facts(known: pd.DataFrame, reported: pd.DataFrame, on: date) -> pd.DataFrame:
    """The facts of a day: the latest report of the year in force, and what is derived from the reports."""
    year = reported["year"].to_numpy()
    latest = _latest(reported[year == on.year])
    before = _latest(reported[(year == on.year) & (reported["month"].to_numpy() <= 9)])
    base = _latest(reported[year == on.year - 1])
    made = known.assign(
        year_investment_wan_yuan=latest["year_investment_wan_yuan"].reindex(known.index),
        reported_total_wan_yuan=latest["reported_total_wan_yuan"].reindex(known.index),
        report_month=latest["month"].reindex(known.index),
        before_quarter_wan_yuan=before["year_investment_wan_yuan"].reindex(known.index),
        base_investment_wan_yuan=base["year_investment_wan_yuan"].reindex(known.index),
        plan_to_date_wan_yuan=np.nan,
    )
    due = expected_share_pct(made) / 100 * made["annual_plan_wan_yuan"]
    return made.assign(due_by_report_wan_yuan=due)


def _latest(reported: pd.DataFrame) -> pd.DataFrame:
    """The last row of each project; the reports stand in the order of project and month."""
    number = reported["project_id"].to_numpy()
    last = np.append(number[1:] != number[:-1], True) if len(number) else np.zeros(0, dtype=bool)
    return reported[last].set_index("project_id")


def product(known: pd.DataFrame, reported: pd.DataFrame) -> tuple[list[Tally], list[np.ndarray]]:
    """Every indicator by unit and every light, on both year ends."""
    tallies, colours = [], []
    for on in YEAR_ENDS:
        held = facts(known, reported, on)
        tally = Tally(Book(held, on, {}), wanted(on), held["unit_code"])
        tally.table()
        tallies.append(tally)
        colours.append(lights.colours(held, on))
    return tallies, colours


def wanted(on: date) -> list[rules.Rule]:
    """Indicator rules of the five packs that are in force on a day, with keys that say their plan."""
    return [rule for plan in rules.plan_keys() for rule in checked_pack(plan) if rule.period_on(on)]


def one_report_changes(tally: Tally, colours: np.ndarray, project_id: int) -> list[object]:
    """A new figure for one project: its unit's indicators and its light."""
    before = tally.book.facts.loc[[project_id]]
    after = before.assign(year_investment_wan_yuan=before["year_investment_wan_yuan"] + 100)
    values = tally.replace(before, after, str(before["unit_code"].iloc[0]))
    colours[project_id - 1] = lights.colours(after, tally.book.on)[0]
    return list(values)


def timed(work, *given: object) -> tuple[str, float, object]:
    """Wall and processor time in words, processor time, and what was made."""
    wall, processor = time.perf_counter(), time.process_time()
    made = work(*given)
    processor = time.process_time() - processor
    return f"{time.perf_counter() - wall:.3f} s (processor {processor:.3f} s)", processor, made


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--projects", type=int, default=100_000)
    parser.add_argument("--months", type=int, default=24)
    chosen = parser.parse_args()
    random = np.random.default_rng(20240406)
    known = projects(chosen.projects, random)
    reported = reports(known, chosen.months, random)
    for on in YEAR_ENDS:
        wanted(on)  # the rule files are read and their examples worked out once a process
    lights.checks("yinchuan", "check")
    cold, cold_s, (tallies, colours) = timed(product, known, reported)
    one_report_changes(tallies[-1], colours[-1], 4710)
    change, _, _ = timed(one_report_changes, tallies[-1], colours[-1], 4711)
    plain, plain_s, (values, plain_colours) = timed(in_pandas, known, reported)
    tallies, colours = product(known, reported)
    compared = compare(tallies, values)
    assert all((ours == theirs).all() for ours, theirs in zip(colours, plain_colours, strict=True))
    print(f"{len(known):,} projects, {len(reported):,} reports, {sum(len(t.rules) for t in tallies)} indicators")
    print(f"{compared:,} figures and {2 * len(known):,} lights are the same on both sides")
    print(f"cold, both year ends:  palmmap {cold}")
    print(
        f"                       pandas groupby per indicator {plain}, {plain_s / cold_s:.1f} times the processor time"
    )
    print(f"one report changes:    palmmap {change}; pandas starts again")


def in_pandas(known: pd.DataFrame, reported: pd.DataFrame) -> tuple[list[dict], list[np.ndarray]]:
    """The same by a straightforward script."""
    frames = [facts_in_pandas(known, reported, on) for on in YEAR_ENDS]
    days = list(zip(frames, YEAR_ENDS, strict=True))
    return [values_in_pandas(frame, wanted(on), on) for frame, on in days], [lights_in_pandas(f, on) for f, on in days]


def facts_in_pandas(known: pd.DataFrame, reported: pd.DataFrame, on: date) -> pd.DataFrame:
    """Facts by sort and groupby last."""
    this_year = reported[reported["year"] == on.year].sort_values(["project_id", "month"])
    latest = this_year.groupby("project_id").last()
    before = this_year[this_year["month"] <= 9].groupby("project_id").last()
    base = reported[reported["year"] == on.year - 1].sort_values("month").groupby("project_id").last()
    held = known.join(latest[["year_investment_wan_yuan", "reported_total_wan_yuan", "month"]])
    held = held.rename(columns={"month": "report_month"})
    held["before_quarter_wan_yuan"] = before["year_investment_wan_yuan"]
    held["base_investment_wan_yuan"] = base["year_investment_wan_yuan"]
    held["plan_to_date_wan_yuan"] = np.nan
    held["due_by_report_wan_yuan"] = held["report_month"] / 12 * held["annual_plan_wan_yuan"]
    return held


def compare(tallies: list[Tally], values: list[dict]) -> int:
    """Number of figures compared; an AssertionError names the first that differs."""
    compared = 0
    for tally, plain in zip(tallies, values, strict=True):
        for row, rule in enumerate(tally.rules):
            if rule.name not in plain or "." in rule.key:
                continue
            for unit, expected in plain[rule.name].items():
                got = tally.numerators[row, tally.units[unit]]
                assert np.isclose(got, expected), (rule.name, unit, got, expected)
                compared += 1
    return compared


if __name__ == "__main__":
    main()
