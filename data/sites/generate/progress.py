"""How a sample project goes: month targets as S-curves, and the reports that its unit sends."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .amounts import Amounts, largest_remainder

SEASON = np.array([0.25, 0.3, 0.7, 1.0, 1.2, 1.3, 1.2, 1.2, 1.3, 1.2, 1.0, 0.8])  # building slows in winter
NO_PROBLEM = ("按计划推进", "主体工程施工", "基础工程施工", "设备安装调试", "配套工程施工", "装饰装修")
PROBLEMS = ("用地手续未办结", "征地拆迁未完成", "资金拨付不及时", "施工图审查未完成", "水电接入未落实", "融资未到位")


@dataclass
class Course:
    """What a project is, as far as its progress is concerned. Amounts in 0.01 万元."""

    year: int
    last_month: int
    total: int | None
    before: int
    targets: Amounts
    planned_start_on: date | None
    started_on: date | None
    completes_on: date | None
    profile: str
    paid_of: int | None = None
    paid_before: float = 0.0
    rows: list[dict[str, Any]] = field(default_factory=list)


def month_amounts(annual: int, first_month: int, last_month: int = 12) -> Amounts:
    """A year's plan by month, none outside the months named, slow at both ends."""
    weights = SEASON.copy()
    weights[: first_month - 1] = 0
    weights[last_month:] = 0
    return largest_remainder(annual, weights)


def months_of_quarters(quarters: Amounts, first_month: int) -> Amounts:
    """A year's plan by quarter into months; before the start only what the plan itself puts there."""
    parts = []
    for quarter, amount in enumerate(quarters):
        weights = SEASON[quarter * 3 : quarter * 3 + 3].copy()
        opened = np.arange(quarter * 3 + 1, quarter * 3 + 4) >= first_month
        parts.append(largest_remainder(int(amount), weights * opened if opened.any() else weights))
    return np.concatenate(parts)


def month_end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def reports(course: Course, reporter: str, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Reports of the months up to the last one, with late ones and corrections among them."""
    if course.profile == "silent":
        return []
    last = course.last_month - (int(rng.integers(1, 4)) if course.profile == "missing" else 0)
    done = _completed(course, rng)
    habitually_late = rng.random() < 0.06
    for month in range(1, last + 1):
        course.rows.append(_report(course, month, int(done[month - 1]), reporter, rng, habitually_late))
    if rng.random() < 0.05:
        _correct(course, rng)
    return course.rows


def _completed(course: Course, rng: np.random.Generator) -> Amounts:
    """Investment completed since January at the end of each month; a late start puts nothing into the months missed."""
    months = np.diff(course.targets, prepend=0) * _pace(course, rng)
    if course.planned_start_on is not None and course.planned_start_on.year == course.year:
        started = course.started_on.month if course.started_on else 13
        months[course.planned_start_on.month - 1 : started - 1] = 0
    done = np.round(np.cumsum(months) / 100).astype(np.int64) * 100  # reports come in whole 万元
    if course.total is not None:
        done = np.minimum(done, max(course.total - course.before, 0))
    return np.maximum.accumulate(done)


def _pace(course: Course, rng: np.random.Generator) -> NDArray[np.float64]:
    """Completed against planned, month by month."""
    low, high = {
        "ahead": (1.05, 1.2),
        "on_time": (0.97, 1.06),
        "slightly_late": (0.8, 0.92),
        "behind": (0.5, 0.72),
        "far_behind": (0.12, 0.4),
        "over_reporting": (1.3, 1.5),
    }.get(course.profile, (0.92, 1.05))
    pace = rng.uniform(low, high) + rng.normal(0, 0.02, 12)
    if course.profile == "stalled":
        pace[int(rng.integers(4, 8)) :] = 0
    return np.maximum(pace, 0)


def _report(
    course: Course, month: int, done: int, reporter: str, rng: np.random.Generator, late: bool
) -> dict[str, Any]:
    started = course.started_on if course.started_on and course.started_on <= month_end(course.year, month) else None
    trouble = course.profile in {"behind", "far_behind", "stalled", "start_missed"} or (started is None and done > 0)
    total = course.before + done
    return {
        "year": course.year,
        "month": month,
        "revision": 1,
        "year_investment": done,
        "total_investment": total,
        "paid": _paid(course, done, rng),
        "physical_pct": _physical(course, total, month, rng),
        "started_on": started,
        "progress_text": _text(course, started, month, rng),
        "problem_text": str(PROBLEMS[int(rng.integers(len(PROBLEMS)))]) if trouble and month >= 3 else None,
        "reason": None,
        "reported_by": reporter,
        "reported_at": _moment(course.year, month, rng, late),
    }


def _text(course: Course, started: date | None, month: int, rng: np.random.Generator) -> str:
    if course.completes_on and course.completes_on <= month_end(course.year, month):
        return "已竣工"
    if started is None:
        return "前期手续办理"
    if course.profile == "stalled" and month >= 8:
        return "现场停工"
    return str(NO_PROBLEM[int(rng.integers(len(NO_PROBLEM)))])


def _moment(year: int, month: int, rng: np.random.Generator, late: bool) -> datetime:
    """UTC, in Beijing's working hours: the last days of the month, or up to three weeks into the next."""
    last = month_end(year, month)
    day = last + timedelta(days=int(rng.integers(1, 21)) if late and rng.random() < 0.6 else -int(rng.integers(0, 5)))
    return datetime.combine(day, time(int(rng.integers(0, 9)), int(rng.integers(0, 60))))


def _paid(course: Course, done: int, rng: np.random.Generator) -> int:
    """Paid so far: of the year's investment, or of the fund that the project was given."""
    if course.paid_of is None:
        return int(done * rng.uniform(0.7, 0.9)) // 100 * 100
    annual = max(int(course.targets[-1]), 1)
    share = min(course.paid_before + (1 - course.paid_before) * done / annual * 0.9, 1.0)
    return int(course.paid_of * share) // 100 * 100


def _physical(course: Course, total: int, month: int, rng: np.random.Generator) -> float:
    if course.completes_on and course.completes_on <= month_end(course.year, month):
        return 100.0
    basis = course.total or course.before + int(course.targets[-1])
    share = 100 * total / max(basis, 1)
    if course.profile == "over_reporting":
        share *= 0.45  # what stands on the site does not carry the money reported
    return round(float(min(max(share, 0.0), 99.0)), 1)


def _correct(course: Course, rng: np.random.Generator) -> None:
    """One report corrected later, with its reason; the first revision stays."""
    place = int(rng.integers(0, len(course.rows))) if course.rows else -1
    if place < 0 or course.rows[place]["year_investment"] == 0:
        return
    row = dict(course.rows[place])
    floor = course.rows[place - 1]["year_investment"] if place else 0
    row["year_investment"] = max(floor, int(row["year_investment"] * 0.96) // 100 * 100)
    row["total_investment"] = course.before + row["year_investment"]
    row["revision"], row["reason"] = 2, "核对支付凭证后更正"
    row["reported_at"] += timedelta(days=int(rng.integers(21, 32)))
    course.rows.append(row)
