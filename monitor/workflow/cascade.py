"""目标分解 a year's target down to the day, the gap at each level and the rate that catches up (001-16).

以天保周、以周保月、以月保季、以季保年. One cumulative curve carries all levels: it passes exactly through the
figures that the plan itself states and is spread evenly between them, so that days add up to weeks, weeks to
months, months to quarters and quarters to the year without a rest. A week belongs to one month only (it is cut at
the month's end). Amounts are exact decimals in 万元, rounded to one yuan.
"""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Self

from monitor.messages import sentence
from monitor.terms import Span

YUAN = Decimal("0.0001")
"""一元 in 万元: what amounts are rounded to."""

DAY = timedelta(days=1)


@dataclass(frozen=True)
class YearPlan:
    """年度目标 the target of one year and the figures that the plan itself sets for parts of it.

    Attributes
    ----------
    year : int
    total_wan_yuan : Decimal
        Target of the year.
    own : Mapping[int, Decimal]
        Month -> cumulative target from 1 January to its end, for the months that the plan states.
    """

    year: int
    total_wan_yuan: Decimal
    own: Mapping[int, Decimal] = field(default_factory=dict)

    @classmethod
    def from_quarters(cls, year: int, total_wan_yuan: Decimal, quarters: Sequence[Decimal]) -> Self:
        """按季目标 plan whose four quarterly figures are stated (002-04: 1.3、6.3、8.2、3.8亿元)."""
        own = {3 * number: sum(quarters[:number], Decimal()) for number in range(1, len(quarters) + 1)}
        return cls(year, total_wan_yuan, own)

    def problems(self) -> list[str]:
        """核对结果 sentences that say where the stated figures disagree; empty = they add up."""
        found = []
        own = sorted(self.own.items())
        for (before, lower), (month, value) in zip([(0, Decimal()), *own], own, strict=False):
            if value < lower:
                amounts = {"value": plain(value), "lower": plain(lower)}
                found.append(sentence("cascade.target_falls", month=month, before=before, **amounts))
        if 12 in self.own and self.own[12] != self.total_wan_yuan:
            stated, total = self.own[12], self.total_wan_yuan
            amounts = {"sum": plain(stated), "total": plain(total), "difference": plain(stated - total)}
            found.append(sentence("cascade.sum_differs", **amounts))
        return found

    def anchors(self) -> list[tuple[int, Decimal]]:
        """节点 month and cumulative target, in order; the plan's own figures win over the year's pro-rata share."""
        return sorted(({0: Decimal(), 12: self.total_wan_yuan} | dict(self.own)).items())

    def planned_by(self, day: date) -> Decimal:
        """截至某日目标 cumulative target to the end of a day of the year (also the 31 December before it: 0), 万元."""
        if day.year != self.year:
            return Decimal() if day.year < self.year else self.anchors()[-1][1]
        stated = self.own.get(day.month, self.total_wan_yuan if day.month == 12 else None)
        if stated is not None and (day + DAY).day == 1:
            return stated
        at = day.month - 1 + Fraction(day.day, monthrange(day.year, day.month)[1])
        for (left, lower), (right, upper) in zip(self.anchors(), self.anchors()[1:], strict=False):
            if at <= right:
                exact = Fraction(lower) + (Fraction(upper) - Fraction(lower)) * (at - left) / (right - left)
                return _rounded(exact)
        raise AssertionError(day)

    def is_stated(self, start: date, end: date) -> bool:
        """方案自定 whether both ends of a span are figures of the plan itself, not pro rata ones."""
        stated = {0, 12, *self.own}
        before = start - DAY
        return _month_ends(end, stated) and (before.year < self.year or _month_ends(before, stated))


def combined(plans: Sequence[YearPlan]) -> YearPlan:
    """合计目标 one plan for several of a year: every level is the sum of theirs; the months that any states are stated.

    Raises
    ------
    ValueError
        Of no plan at all, or of plans of different years.
    """
    (year,) = {plan.year for plan in plans}
    months = sorted({month for plan in plans for month in plan.own})
    ends = {month: date(year, month, monthrange(year, month)[1]) for month in months}
    own = {month: sum((plan.planned_by(end) for plan in plans), Decimal()) for month, end in ends.items()}
    return YearPlan(year, sum((plan.total_wan_yuan for plan in plans), Decimal()), own)


def _month_ends(day: date, months: set[int]) -> bool:
    return day.month in months and (day + DAY).day == 1


def _rounded(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(YUAN, ROUND_HALF_EVEN)


@dataclass(frozen=True)
class Target:
    """时段目标 what is to be completed in one span of time, 万元."""

    span: Span
    start: date
    end: date
    amount_wan_yuan: Decimal
    cumulative_wan_yuan: Decimal
    stated: bool


def bounds(span: Span, day: date) -> tuple[date, date]:
    """起止日 first and last day of the span that a day lies in; a week is cut at the month's ends."""
    if span is Span.DAY:
        return day, day
    month_end = day.replace(day=monthrange(day.year, day.month)[1])
    if span is Span.WEEK:
        monday = day - DAY * day.weekday()
        return max(monday, day.replace(day=1)), min(monday + 6 * DAY, month_end)
    months = {Span.YEAR: 12, Span.QUARTER: 3, Span.MONTH: 1}[span]
    first = (day.month - 1) // months * months + 1
    last = first + months - 1
    return date(day.year, first, 1), date(day.year, last, monthrange(day.year, last)[1])


def target(plan: YearPlan, span: Span, day: date) -> Target:
    """当期目标 target of the span that a day lies in."""
    start, end = bounds(span, day)
    cumulative = plan.planned_by(end)
    return Target(span, start, end, cumulative - plan.planned_by(start - DAY), cumulative, plan.is_stated(start, end))


def breakdown(plan: YearPlan, span: Span, start: date, end: date) -> list[Target]:
    """逐段分解 targets of all spans from the one that holds ``start`` to the one that holds ``end``."""
    found = [target(plan, span, start)]
    while found[-1].end < end:
        found.append(target(plan, span, found[-1].end + DAY))
    return found


@dataclass(frozen=True)
class Step:
    """层级差距 one level of the cascade on a day, with its reason.

    Attributes
    ----------
    target : Target
        Of the span that the day lies in.
    done_wan_yuan : Decimal
        Completed from 1 January to the day.
    gap_wan_yuan : Decimal
        Cumulative target to the end of the span minus what is done; 0 where it is reached.
    spans_left : Fraction
        Spans of this level that are left of the year after the day, the running one included.
    needed_wan_yuan : Decimal or None
        Catch-up rate: what each span left has to bring to reach the year's target; None = none is left.
    text : str
        The figures and how they were made, in Chinese.
    """

    target: Target
    done_wan_yuan: Decimal
    gap_wan_yuan: Decimal
    spans_left: Fraction
    needed_wan_yuan: Decimal | None
    text: str


def cascade(plan: YearPlan, done_wan_yuan: Decimal, as_of: date) -> list[Step]:
    """年季月周日 gap and catch-up rate at every level on a day, from the year down to the day (001-16).

    Parameters
    ----------
    plan : YearPlan
        Of the year of ``as_of``.
    done_wan_yuan : Decimal
        Completed since 1 January, as reported by ``as_of``.
    as_of : date
        The day to look from.
    """
    return [_step(plan, target(plan, span, as_of), done_wan_yuan, as_of) for span in Span]


def _step(plan: YearPlan, now: Target, done: Decimal, as_of: date) -> Step:
    remaining = max(plan.total_wan_yuan - done, Decimal())
    left = _spans_left(now.span, as_of)
    needed = _rounded(Fraction(remaining) / left) if left else None
    gap = max(now.cumulative_wan_yuan - done, Decimal())
    figures = {
        "start": now.start,
        "end": now.end,
        "amount": plain(now.amount_wan_yuan),
        "basis": sentence("cascade.stated" if now.stated else "cascade.pro_rata").rstrip("。"),
        "cumulative": plain(now.cumulative_wan_yuan),
        "done": plain(done),
        "gap": plain(gap),
        "remaining": plain(remaining),
        "left": f"{float(left):.4g}",
        "span": _counted(now.span),
        "needed": plain(needed or Decimal()),
    }
    text = sentence("cascade.step", **figures) + sentence(_outlook(now.span, remaining, needed), **figures)
    return Step(now, done, gap, left, needed, text)


def _outlook(span: Span, remaining: Decimal, needed: Decimal | None) -> str:
    """Code of the sentence that says what is left to do."""
    if not remaining:
        return "cascade.reached"
    if needed is None:
        return "cascade.no_time_left"
    return "cascade.remaining" if span is Span.YEAR else "cascade.catch_up"


def _spans_left(span: Span, as_of: date) -> Fraction:
    """Spans of a level that end after a day; weeks by their days, since the year does not hold whole ones."""
    days = (date(as_of.year, 12, 31) - as_of).days
    if span in (Span.DAY, Span.WEEK):
        return Fraction(days, 7 if span is Span.WEEK else 1)
    months = 12 - as_of.month + ((as_of + DAY).day != 1)
    size = {Span.YEAR: 12, Span.QUARTER: 3, Span.MONTH: 1}[span]
    return Fraction(-(-months // size))


def _counted(span: Span) -> str:
    return {Span.QUARTER: "个季度", Span.MONTH: "个月", Span.DAY: "天"}.get(span, span.label)


def plain(amount: Decimal) -> str:
    """金额文字 amount without zeros at its end, e.g. ``1.3`` for ``1.3000``."""
    return f"{amount.normalize():f}"
