"""Speed of indicators and lights beside a straightforward pandas script, on the same data in one run.

    python -m benchmarks.indicators [--projects 100000] [--months 24] [--pandas-months 24]

Both sides start from the same two tables in memory (projects; reports of two years, some late, some corrected) and end
with every indicator of the five plan packs by reporting unit and a light for every project, at the end of each of 24
months, as known then. Reading a store is not part of it. The product works out all months in one pass over columns;
the pandas side is what one would write first: at each month's end take the reports known by then, sort, take the last
of each project; for each indicator filter the frame, group by unit, divide. Then one report changes, and both sides
bring their figures up to date: the product in its tally, pandas from the start of that month.
The figures of both sides are compared before any time is printed; processor time is what counts on a shared machine.
"""

import argparse
import time
from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from benchmarks.indicators_data import MonthColumns, month_ends, projects, reports
from benchmarks.indicators_in_pandas import facts_in_pandas, lights_in_pandas, values_in_pandas
from monitor import lights
from monitor.indicators import checked_pack
from monitor.indicators.parts import Sheet
from monitor.indicators.tally import Tally
from monitor.rules import Columns, Days, Rule

SHIPPED = ("changzhi", "henan", "jiayuguan", "lanshan", "yuqing")


def wanted(days: Sequence[date]) -> list[Rule]:
    """Indicator rules of the five packs that are in force on one of the days."""
    return [rule for plan in SHIPPED for rule in checked_pack(plan) if any(map(rule.in_force, days))]


def product(known: pd.DataFrame, reported: pd.DataFrame, days: Sequence[date]) -> tuple[Tally, np.ndarray, Columns]:
    """Every indicator by unit and every light, at every month's end."""
    known = known.iloc[np.argsort(pd.factorize(known["unit_code"])[0].astype(np.int16), kind="stable")]
    columns = MonthColumns(known, reported, days)
    tally = Tally(Sheet(columns, Days(days)), wanted(days), known["unit_code"].to_numpy())
    tally.rates()
    return tally, lights.colours(columns, Days(days)), columns


def one_report_changes(tally: Tally, colours: np.ndarray, columns: Columns, row: int, unit: str) -> int:
    """A project reports 100 more for the last half year: the indicators of its unit and its lights, all months."""
    before = columns.cut(np.array([row]))
    after = Changed(before, "year_investment_wan_yuan", tally.days)
    tally.replace(before, after, unit)
    colours[:, row] = lights.colours(after, Days(tally.days))[:, 0]
    return len(tally.values(unit))


class Changed(Columns):
    """Columns of one project, of which one amount is 100 more since the last half year."""

    def __init__(self, whole: Columns, column: str, days: Sequence[date]) -> None:
        super().__init__({}, whole.size)
        self.whole, self.column = whole, column
        self.more = 100.0 * (np.arange(len(days)) >= len(days) - 6)[:, None]
        self.holds, self.texts, self.days = whole.holds, whole.texts, whole.days

    def _read_numbers(self, column: str) -> np.ndarray:
        return self.whole.numbers(column) + (self.more if column == self.column else 0.0)


def timed(work, *given: object) -> tuple[str, float, object]:
    """Wall and processor time in words, processor time, and what was made."""
    wall, processor = time.perf_counter(), time.process_time()
    made = work(*given)
    processor = time.process_time() - processor
    return f"{processor:.3f} CPU-s ({time.perf_counter() - wall:.3f} s on the clock)", processor, made


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--projects", type=int, default=100_000)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--pandas-months", type=int, default=24, help="months the pandas side works out, the last ones")
    chosen = parser.parse_args()
    random = np.random.default_rng(20240406)
    known = projects(chosen.projects, random)
    reported = reports(known, chosen.months, random)
    days = month_ends(chosen.months)
    read, _, _ = timed(wanted, days)
    lights.checks("yinchuan", "check")
    product(known.iloc[:100], reported[reported["project_id"] <= 100], days)  # code is loaded, nothing is kept
    cold, cold_s, (tally, colours, columns) = timed(product, known, reported, days)
    plain, plain_s, (values, plain_colours) = timed(in_pandas, known, reported, days[-chosen.pandas_months :])
    compared = compare(tally, values)
    order = columns.facts.index.get_indexer(known.index)
    for place, theirs in enumerate(plain_colours, len(days) - len(plain_colours)):
        assert (colours[place][order] == theirs).all(), days[place]
    row, unit = int(order[4710 % len(known)]), str(known["unit_code"].iloc[4710 % len(known)])
    one_report_changes(tally, colours, columns, row, unit)
    change, _, _ = timed(one_report_changes, tally, colours, columns, row, unit)
    months = sum(map(tally_months, tally.rules, [days] * len(tally.rules)))
    print(f"{len(known):,} projects x {len(days)} months, {len(reported):,} reports, {len(tally.units)} units")
    print(
        f"{len(tally.rules)} indicators of five packs, {months:,} of them by month; {len(days) * len(known):,} lights"
    )
    print(f"compared with pandas over {len(plain_colours)} months: {compared:,} figures and every light are the same")
    print(f"reading and checking the rules, once a process: {read}")
    print(f"cold, all months:      palmmap {cold}")
    ratio = plain_s / len(plain_colours) / (cold_s / len(days))
    print(f"                       pandas groupby per indicator {plain} for {len(plain_colours)} months, {ratio:.0f} x")
    print(f"one report changes:    palmmap {change}; pandas starts again")


def tally_months(rule: Rule, days: Sequence[date]) -> int:
    return sum(map(rule.in_force, days))


def in_pandas(known: pd.DataFrame, reported: pd.DataFrame, days: Sequence[date]) -> tuple[list, list[np.ndarray]]:
    """The same by a straightforward script, month by month."""
    values, colours = [], []
    for on in days:
        frame = facts_in_pandas(known, reported, on)
        values.append((on, values_in_pandas(frame, wanted([on]), on)))
        colours.append(lights_in_pandas(frame, on))
    return values, colours


def compare(tally: Tally, values: list[tuple[date, dict]]) -> int:
    """Number of figures compared; an AssertionError names the first that differs."""
    compared = 0
    for on, plain in values:
        place = tally.days.index(on)
        for row, rule in enumerate(tally.rules):
            for unit, expected in plain.get(rule.name, {}).items() if "." not in rule.key else ():
                got = tally.numerators[row, place, tally.units[unit]]
                assert np.isclose(got, expected), (rule.name, on, unit, got, expected)
                compared += 1
    return compared


if __name__ == "__main__":
    main()
