"""筛选 the one filter model of the pages: it composes, stands in the address, and says in Chinese what it does.

It draws nothing and reads no store. The map and the library read the same address, so a filter travels between them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Self

import pandas as pd

from monitor.model import NATION
from monitor.queries.map_districts import below
from monitor.terms import Channel, Colour, Stage, Term, Tier


@dataclass(frozen=True)
class Measure:
    """可筛指标 a number that can be filtered by range: label, unit, and the columns it is read from."""

    label: str
    unit: str
    column: str
    per: str | None = None

    def of(self, frame: pd.DataFrame) -> pd.Series:
        """取值 the measure of every project, float64, NaN where it cannot be told."""
        value = frame[self.column]
        return value if self.per is None else value * 100 / frame[self.per].where(frame[self.per] > 0)


MEASURES: Mapping[str, Measure] = {
    "total": Measure("总投资", "万元", "total_investment_wan_yuan"),
    "plan": Measure("年度计划投资", "万元", "annual_plan_wan_yuan"),
    "done": Measure("年度完成投资", "万元", "year_investment_wan_yuan"),
    "completion": Measure("年度投资完成率", "%", "year_investment_wan_yuan", "annual_plan_wan_yuan"),
    "physical": Measure("形象进度", "%", "physical_pct"),
}


@dataclass(frozen=True)
class Range:
    """区间 lowest and highest value of a measure, both included; None = open."""

    measure: str
    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        """As it stands in the address, e.g. ``total:10000~``."""
        return f"{self.measure}:{_number(self.low)}~{_number(self.high)}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """读取 range from the address, None where it is none."""
        measure, _, bounds = text.partition(":")
        low, mark, high = bounds.partition("~")
        try:
            limits = [float(bound) if bound else None for bound in (low, high)]
        except ValueError:
            return None
        known = measure in MEASURES and mark and any(limit is not None for limit in limits)
        return cls(measure, *limits) if known else None

    def described(self) -> str:
        """说明 e.g. 总投资 10000 万元以上."""
        measure = MEASURES[self.measure]
        if self.high is None:
            return f"{measure.label} {_number(self.low)} {measure.unit}以上"
        if self.low is None:
            return f"{measure.label} {_number(self.high)} {measure.unit}以下"
        return f"{measure.label} {_number(self.low)}–{_number(self.high)} {measure.unit}"


@dataclass(frozen=True)
class Filters:
    """筛选条件 what is to be seen; empty fields let everything through, several values of one field are "or".

    Attributes
    ----------
    unit : str
        Reporting unit or district, with all that lies under it.
    stage, lists, tier, channel, sector, light : tuple of str
        ``terms`` values; list keys; sectors as stated.
    ranges : tuple of Range
        All of them have to hold; a project without the figure is left out.
    text : str
        Part of the name or of the 项目代码; several words all have to occur.
    """

    unit: str = NATION
    stage: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    tier: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    sector: tuple[str, ...] = ()
    light: tuple[str, ...] = ()
    ranges: tuple[Range, ...] = field(default=())
    text: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Self:
        """从网址读取 filters of an address; what is not understood is left out."""
        ranges = (Range.read(part) for part in query.get("range", "").split(","))
        return cls(
            unit=query.get("unit") or NATION,
            stage=_known(query.get("stage"), Stage),
            lists=_several(query.get("list")),
            tier=_known(query.get("tier"), Tier),
            channel=_known(query.get("channel"), Channel),
            sector=_several(query.get("sector")),
            light=_known(query.get("light"), Colour),
            ranges=tuple(found for found in ranges if found),
            text=query.get("text", "").strip(),
        )

    def to_query(self) -> dict[str, str]:
        """写入网址 only what is set; the other way of ``from_query``."""
        stated = {
            "unit": "" if self.unit == NATION else self.unit,
            "stage": ",".join(self.stage),
            "list": ",".join(self.lists),
            "tier": ",".join(self.tier),
            "channel": ",".join(self.channel),
            "sector": ",".join(self.sector),
            "light": ",".join(self.light),
            "range": ",".join(map(str, self.ranges)),
            "text": self.text,
        }
        return {key: value for key, value in stated.items() if value}

    def described(self, units: Mapping[str, str], lists: Mapping[str, str]) -> list[str]:
        """中文说明 one sentence part a filter, e.g. ``["区域：余庆县", "亮灯：红灯、黄灯"]``.

        Parameters
        ----------
        units, lists : mapping
            Names of units by code, labels of lists by key.
        """
        named = {
            "区域": "" if self.unit == NATION else units.get(self.unit, self.unit),
            "阶段": _labels(Stage, self.stage),
            "清单": "、".join(lists.get(key, key) for key in self.lists),
            "层级": _labels(Tier, self.tier),
            "调度渠道": _labels(Channel, self.channel),
            "行业": "、".join(self.sector),
            "亮灯": _labels(Colour, self.light),
            "区间": "、".join(found.described() for found in self.ranges),
            "关键词": self.text,
        }
        return [f"{label}：{value}" for label, value in named.items() if value]


def select(frame: pd.DataFrame, filters: Filters, units: pd.DataFrame) -> pd.DataFrame:
    """筛选 rows of a situation table (``queries.situation``) that pass every filter, in their order.

    Parameters
    ----------
    frame : DataFrame
        The situation table.
    filters : Filters
        What is to be seen.
    units : DataFrame
        All reporting units by code, with parent_code. A project belongs to the unit that reports it and to those above
        it, as on the map and in the viewer's rights: one of a zone counts for the zone and for the district the zone
        reports to, not for every county that it happens to lie in.
    """
    keep = pd.Series(True, index=frame.index)
    for condition in _conditions(frame, filters, units):
        keep &= condition
    return frame[keep]


def _conditions(frame: pd.DataFrame, filters: Filters, units: pd.DataFrame) -> Iterator["pd.Series[bool]"]:
    if filters.unit != NATION:
        yield frame["unit_code"].isin(below(units, filters.unit))
    for column, chosen in (("stage", filters.stage), ("sector", filters.sector), ("colour", filters.light)):
        if chosen:
            yield frame[column].isin(chosen)
    for column, chosen in (("lists", filters.lists), ("tiers", filters.tier), ("channels", filters.channel)):
        if chosen:
            yield frame[column].map(set(chosen).isdisjoint).eq(False)
    for wanted in filters.ranges:
        value = MEASURES[wanted.measure].of(frame)
        low = float("-inf") if wanted.low is None else wanted.low
        yield value.between(low, float("inf") if wanted.high is None else wanted.high)
    if filters.text:
        searched = frame["name"].str.cat(frame["code"].fillna(""), sep=" ").str.casefold()
        for word in filters.text.casefold().split():
            yield searched.str.contains(word, regex=False)


def _several(text: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for part in (text or "").split(",") if part))


def _labels(term: type[Term], keys: tuple[str, ...]) -> str:
    return "、".join(term.labels()[key] for key in keys)


def _known(text: str | None, term: type[Term]) -> tuple[str, ...]:
    known = term.labels()
    return tuple(part for part in _several(text) if part in known)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.15g}"
