"""表头识别 what each column of a project sheet is for; the words are data (data/templates/columns.yaml)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import yaml

from monitor.exchange.parsing import WAN_PER_UNIT, narrow, squeezed
from monitor.settings import DATA
from monitor.terms import Duty, FundSource

_BRACKETS = re.compile(r"[(\uff08\[【]([^)\uff09\]】]*)[)\uff09\]】]")
_UNIT = re.compile("^(?:单位[:\uff1a]?)?(" + "|".join(sorted(WAN_PER_UNIT, key=len, reverse=True)) + "|%)$")
_TAIL_UNIT = re.compile("(?:单位[:\uff1a])?(万亿元|亿元|万元)$")
_QUARTER = re.compile(r"第?([一二三四1-4])季度")
_SPAN = re.compile(r"(?:^|\D)1月?[-~—–至到]+(\d{1,2})月")
_SINGLE = re.compile(r"(?:^|\D)(\d{1,2})月")
_YEAR = re.compile(r"(20\d{2})(?=年)")


@dataclass(frozen=True)
class Column:
    """列 a column of a sheet: the field it fills, how its cells are read, its unit, its month.

    Attributes
    ----------
    field : str
        Key of the field: one of columns.yaml, ``duty.<key>``, ``funding.<source>.<what>``, ``target.<month>`` and
        ``done.<month>`` (cumulative), ``target_in.<months>`` and ``done_in.<months>`` (of those months alone), or
        ``extra.<header>`` for a header that is not known.
    kind : str
        How a cell is read.
    label : str
        Header as written.
    unit : str
        Unit that the header states ("万元", "%"), or "".
    year : int or None
        Year that the header states.
    """

    field: str
    kind: str
    label: str
    unit: str = ""
    year: int | None = None

    @property
    def known(self) -> bool:
        """已识别 whether the header is one of the dictionary."""
        return not self.field.startswith("extra.")


@cache
def words() -> Mapping[str, Any]:
    """表头词典 the dictionary of headers and words."""
    loaded: Mapping[str, Any] = yaml.safe_load((DATA / "templates" / "columns.yaml").read_text(encoding="utf-8"))
    return loaded


@cache
def dictionary() -> Mapping[str, Column]:
    """表头 -> 列 column of each header, compared as ``plain`` makes it."""
    found: dict[str, Column] = {}
    for field, column in _columns():
        found.setdefault(plain(column)[0], Column(field, _kind(field), column))
    return found


def _columns() -> list[tuple[str, str]]:
    """Field and header, official labels first, so that an alias never takes one of them."""
    stated = words()
    own = [(field, said["label"]) for field, said in stated["fields"].items()]
    own += [(f"duty.{duty}", duty.label) for duty in Duty]
    own += [(f"funding.{source}.planned", source.label) for source in FundSource]
    other = [(field, alias) for field, said in stated["fields"].items() for alias in said.get("aliases", [])]
    other += [(f"duty.{duty}", alias) for duty in Duty for alias in stated["duties"][duty]]
    for source in FundSource:
        for header in (source.label, *stated["funds"][source]):
            other += [(f"funding.{source}.planned", header)]
            other += [(f"funding.{source}.{what}", header + stated["funds"][what]) for what in ("issued", "paid")]
    return own + other


def _kind(field: str) -> str:
    if field.startswith("duty."):
        return "holders"
    if field.startswith("funding."):
        return "money"
    kind: str = words()["fields"][field]["kind"]
    return kind


def plain(header: str) -> tuple[str, str]:
    """规范表头 header without blanks, marks and brackets, and the unit it states."""
    text = squeezed(narrow(header)).lstrip("*★").rstrip("*★:").lower()
    units = [found[1] for note in _BRACKETS.findall(text) if (found := _UNIT.match(note))]
    text = _BRACKETS.sub("", text)
    if not units and (tail := _TAIL_UNIT.search(text)) and tail.start():
        units, text = [tail[1]], text[: tail.start()]
    if text.endswith("%"):
        units, text = ["%"], text[:-1]
    return text.replace("、", "").replace("/", "").rstrip(":,-_"), units[0] if units else ""


def recognise(header: str, group: str = "", mapping: Mapping[str, str] | None = None) -> Column | None:
    """识别表头 column of a header, read together with the header above it (年度计划投资 over 一季度); None where blank.

    Parameters
    ----------
    header : str
        The lowest header of the column.
    group : str
        What stands above it, or "".
    mapping : Mapping, optional
        Foreign header -> known header or field.
    """
    if mapping and header in mapping:
        found = of_field(mapping[header]) or recognise(mapping[header])
        return replace(found, label=header) if found else None
    text, unit = plain(header)
    above, group_unit = plain(group)
    unit = unit or group_unit
    if not text or text in words()["months"]["whole"]:
        text, above = above, ""
    if not text:
        return None
    year = _YEAR.search(text) or _YEAR.search(above)
    stated_year = int(year[1]) if year else None
    found = _named(_YEAR.sub("", above + text), header, unit) or _named(_YEAR.sub("", text), header, unit)
    found = found or _of_months(_YEAR.sub("", text), _YEAR.sub("", above), header, unit)
    return replace(found or Column(f"extra.{narrow(header)}", "text", header, unit), year=stated_year)


def of_field(name: str) -> Column | None:
    """按字段 the column of a field by its key (``total_investment_wan_yuan``), None if there is none."""
    return next((column for column in dictionary().values() if column.field == name), None)


def _named(text: str, label: str, unit: str) -> Column | None:
    found = dictionary().get(text)
    return replace(found, label=label, unit=unit) if found else None


def _of_months(text: str, above: str, label: str, unit: str) -> Column | None:
    """Column of a figure for a month, quarter or half year; the words beside it say whether planned or completed."""
    months = _months(text)
    if months is None:
        return None
    first, last = months
    said, beside = words()["months"], above + text
    if any(word in beside for word in said["done"]):
        what = "done"
    elif any(word in beside for word in said["plan"]) or not text.strip("第年月份季度底0123456789一二三四上半全-"):
        what = "target"
    else:
        return None
    cumulative = first == 1 and (last == 1 or "季度" not in text or any(word in beside for word in said["cumulative"]))
    if cumulative or any(word in beside for word in said["cumulative"]):
        return Column(f"{what}.{last}", "money", label, unit)
    return Column(f"{what}_in.{first}-{last}", "money", label, unit)


def _months(text: str) -> tuple[int, int] | None:
    """First and last month that a header is about."""
    if found := _QUARTER.search(text):
        last = 3 * ("一二三四".find(found[1]) + 1 or int(found[1]))
        return last - 2, last
    if "上半年" in text:
        return 1, 6
    if found := _SPAN.search(text):
        return (1, int(found[1])) if int(found[1]) <= 12 else None
    if found := _SINGLE.search(text):
        return (int(found[1]), int(found[1])) if 1 <= int(found[1]) <= 12 else None
    return None
