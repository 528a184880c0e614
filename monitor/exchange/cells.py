"""按列识读 a cell of a known column -> values of fields."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, partial
from typing import Any

from monitor.exchange.columns import Column
from monitor.exchange.parsing import (
    Period,
    Unreadable,
    as_money,
    as_number,
    as_percentage,
    as_period,
    as_text,
    squeezed,
)
from monitor.exchange.records import Record

ERRORS = re.compile(r"^#(REF!|DIV/0!|N/A|VALUE!|NAME\?|NUM!|NULL!|GETTING_DATA)$")
_SEPARATORS = re.compile(r"[、,;\uff0c\uff1b\n]+")
_RANGE = re.compile(r"^(.+?)(?:至|到|~|\uff5e|—+|–|-{1,2})(.+)$")
_OF_MONTHS = re.compile(r"(target|done)_in\.(\d+)-(\d+)")
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?)%")


def reader(column: Column, money_unit: str) -> Callable[[Record, Any], None]:
    """列识读器 puts what a cell of a column says into the values of a record, or notes why it cannot be read.

    Cells repeat down a column, so each is read once; all values are immutable.

    Parameters
    ----------
    column : Column
        What its cells are for.
    money_unit : str
        Unit of amounts where the header states none.

    Returns
    -------
    callable
        Takes a Record and a cell as the file holds it. ``values["year"]`` of the record is the year meant where a
        date names none.
    """
    field, header, year, in_words = column.field, squeezed(column.label), column.year, column.kind == "progress"
    value_of = lru_cache(maxsize=20_000, typed=True)(partial(_value, column.kind, column.unit or money_unit))

    def read(record: Record, cell: Any) -> None:
        try:
            value = value_of(cell, year or record.values.get("year"))
        except Unreadable as problem:
            record.reject(field, problem.code, header=header, **problem.params)
            return
        if in_words and isinstance(value, str):
            _read_progress(record, value)
        elif value is not None:
            record.values[field] = value

    return read


def _value(kind: str, unit: str, cell: Any, year: int | None) -> Any:
    if isinstance(cell, str) and ERRORS.match(cell):
        raise Unreadable("cell.error", value=as_text(cell))
    return READERS[kind](cell, unit, year)


def _read_progress(record: Record, text: str) -> None:
    """形象进度 in words: the words are the progress text; one percentage in them is the figure."""
    record.values.setdefault("progress_text", text)
    found = _PERCENT.findall(text)
    if len(found) == 1 and float(found[0]) <= 100:
        record.values["physical_pct"] = float(found[0])


def split(text: str | None) -> tuple[str, ...] | None:
    """拆分 parts of a text with 、 , or ; between them."""
    parts = tuple(part.strip() for part in _SEPARATORS.split(text or "") if part.strip())
    return parts or None


def _year(cell: Any, _unit: str, _year: int | None) -> int | None:
    period = as_period(cell)
    return period.first.year if period else None


def _month(cell: Any, _unit: str, year: int | None) -> tuple[int | None, int] | None:
    """(year or None, month) of a reporting month."""
    text = squeezed(as_text(cell) or "")
    if re.fullmatch(r"\d{1,2}(\.0)?月?份?", text) and 1 <= int(re.sub(r"\D.*", "", text)) <= 12:
        return year, int(re.sub(r"\D.*", "", text))
    period = as_period(cell, year)
    return (period.last.year, period.last.month) if period else None


def _progress(cell: Any, _unit: str, _year: int | None) -> float | str | None:
    text = as_text(cell)
    if text is None:
        return None
    try:
        return as_percentage(cell)
    except Unreadable as problem:
        if problem.code == "number.unreadable" and isinstance(cell, str):
            return text
        raise


def _coordinate(cell: Any, _unit: str, _year: int | None) -> float | str | None:
    """A number of degrees, or the text as written (degrees, minutes, seconds; metres): geo reads it."""
    try:
        return as_number(cell)
    except Unreadable:
        return as_text(cell)


def _flag(cell: Any, _unit: str, _year: int | None) -> bool | None:
    text = as_text(cell)
    if text is None:
        return None
    if text.lower() not in {"是", "否", "true", "false", "1", "0", "示例"}:
        raise Unreadable("flag.unreadable", value=as_text(cell))
    return text.lower() in {"是", "true", "1", "示例"}


def _period_range(cell: Any, _unit: str, year: int | None) -> tuple[Period, Period] | None:
    """First and last period of 2022年3月-2024年6月."""
    text = as_text(cell)
    if text is None:
        return None
    found = _RANGE.match(squeezed(text))
    try:
        whole = as_period(cell, year)
    except Unreadable:
        whole = None
    if whole is not None:
        return whole, whole
    if found is None:
        raise Unreadable("date.unreadable", value=as_text(cell))
    first = as_period(found[1], year)
    last = as_period(found[2], first.first.year if first else year)
    return (first, last) if first and last else None


Reader = Callable[[Any, str, int | None], Any]
READERS: Mapping[str, Reader] = {
    "text": lambda cell, _unit, _year: as_text(cell),
    "ignored": lambda _cell, _unit, _year: None,
    "money": lambda cell, unit, _year: as_money(cell, "万元" if unit == "%" else unit),
    "percentage": lambda cell, _unit, _year: as_percentage(cell),
    "progress": _progress,
    "coordinate": _coordinate,
    "year": _year,
    "month": _month,
    "names": lambda cell, _unit, _year: split(as_text(cell)),
    "holders": lambda cell, _unit, _year: split(as_text(cell)),
    "flag": _flag,
    "start": lambda cell, _unit, year: as_period(cell, year),
    "completion": lambda cell, _unit, year: as_period(cell, year),
    "first_day": lambda cell, _unit, year: period.first if (period := as_period(cell, year)) else None,
    "last_day": lambda cell, _unit, year: period.last if (period := as_period(cell, year)) else None,
    "period": _period_range,
}
"""kind of a column -> reader (cell, unit of money, year meant) -> value or None."""


def accumulate(values: dict[str, Any]) -> None:
    """累计 turn figures of single months and quarters into figures from 1 January on.

    A blank in a plan adds nothing; a blank in what was completed ends the row of months. Months before the first one
    that the sheet has are not known, so figures that do not start in January say nothing.
    """
    spans = sorted((*span, values.pop(field)) for field in list(values) if (span := _span(field)))
    for what, first, last, amount in spans:
        names, known = _UP_TO[what], first - 1
        while known and names[known] not in values:
            known -= 1
        if known + 1 == first or (known and what == "target"):
            values.setdefault(names[last], values.get(names[known], 0) + amount)


_UP_TO = {what: [f"{what}.{month}" for month in range(13)] for what in ("target", "done")}
"""Field of the figure from 1 January to the end of each month."""


@lru_cache(maxsize=1_000)
def _span(field: str) -> tuple[str, int, int] | None:
    """What a figure of single months is about, with its first and last month: ``target_in.4-6``; else None."""
    found = _OF_MONTHS.fullmatch(field)
    return (found[1], int(found[2]), int(found[3])) if found else None


def fractions(column: Column, cells: Iterable[Any]) -> bool:
    """百分比以小数存放 whether a column of percentages holds fractions of one (0.85 is 85 %)."""
    if column.kind not in {"percentage", "progress"} or column.unit == "%":
        return False
    numbers = [cell for cell in cells if isinstance(cell, float)]
    return bool(numbers) and max(numbers) <= 1 and any(number % 1 for number in numbers)
