"""单元格识读 what people write into cells -> text, 万元, dates, percentages.

Each reader takes a cell as the file holds it and returns a value, None for a blank, or raises
``Unreadable`` with a code.
"""

import re
import unicodedata
from calendar import monthrange
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import isnan
from typing import Any, NamedTuple

BLANKS = frozenset({"", "/", "\\", "-", "--", "—", "——", "无", "暂无", "待定", "未定", "N/A", "n/a", "null", "None"})
"""What stands for "nothing" in a cell."""

WAN_PER_UNIT = {
    "元": Decimal("0.0001"),
    "千元": Decimal("0.1"),
    "万元": Decimal(1),
    "万": Decimal(1),
    "百万元": Decimal(100),
    "千万元": Decimal(1000),
    "亿元": Decimal(10000),
    "亿": Decimal(10000),
    "万亿元": Decimal(100_000_000),
}
"""Units of money in 万元."""

MONEY_STEP = Decimal("0.0001")
_NUMBER = re.compile(
    r"^(?:约|共|近)?([+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,4}(?:,\d{4})+|\d+)(?:\.\d+)?(?:[eE][+-]?\d+)?)([^\d]*)$"
)
_EXCEL_EPOCH = date(1899, 12, 30)
_SERIALS = (18264, 73050)  # 1950 - 2099


class Unreadable(ValueError):
    """读不懂 a cell that cannot be read as what its column is for; ``code`` says why."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


class Period(NamedTuple):
    """时段 first and last day of what was written: a day, a month, a quarter, a year."""

    first: date
    last: date


def as_text(cell: Any) -> str | None:
    """文本 text of a cell: full-width letters and digits made narrow, outer and doubled blanks dropped."""
    if cell is None or (isinstance(cell, float) and isnan(cell)):
        return None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        cell = int(cell)
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    text = narrow(str(cell))
    return None if text in BLANKS else text


def narrow(text: str) -> str:
    """半角 full-width letters, digits and signs made narrow; Chinese punctuation stays."""
    return " ".join((text if text.isascii() else text.translate(_NARROW)).split())


_WIDE = (
    *range(0xFF10, 0xFF1A),
    *range(0xFF21, 0xFF3B),
    *range(0xFF41, 0xFF5B),
    *map(ord, "\uff0e\uff05\uff0d\uff0b\uff0f"),
)
_NARROW = {wide: wide - 0xFEE0 for wide in _WIDE}


def squeezed(text: str) -> str:
    """紧缩 text for comparing: compatibility forms made plain, all white space dropped."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def as_money(cell: Any, unit: str) -> Decimal | None:
    """金额 amount in 万元 (exact to one yuan); a unit in the cell goes before that of the column.

    Raises
    ------
    Unreadable
        ``number.unreadable``, ``number.negative``, ``number.too_large``.
    """
    number, written = _number(cell)
    if number is None:
        return None
    if written and written not in WAN_PER_UNIT:
        raise Unreadable("number.unreadable", value=as_text(cell))
    if number < 0:
        raise Unreadable("number.negative", value=as_text(cell))
    amount = (number * WAN_PER_UNIT[written or unit]).quantize(MONEY_STEP)
    if amount >= Decimal(10) ** 12:
        raise Unreadable("number.too_large", value=as_text(cell))
    return amount


def as_number(cell: Any) -> float | None:
    """数值 plain number.

    Raises
    ------
    Unreadable
        ``number.unreadable``.
    """
    number, written = _number(cell)
    if written:
        raise Unreadable("number.unreadable", value=as_text(cell))
    return None if number is None else float(number)


def as_percentage(cell: Any) -> float | None:
    """百分比 percentage points: "85%" and 85 are 85.

    Raises
    ------
    Unreadable
        ``number.unreadable``, ``number.not_a_percentage`` outside 0-100.
    """
    number, written = _number(cell)
    if written not in {"", "%"}:
        raise Unreadable("number.unreadable", value=as_text(cell))
    if number is None:
        return None
    if not 0 <= number <= 100:
        raise Unreadable("number.not_a_percentage", value=as_text(cell))
    return float(number)


def _number(cell: Any) -> tuple[Decimal | None, str]:
    """Number and the unit written behind it."""
    if isinstance(cell, int | float | Decimal) and not isinstance(cell, bool) and not isnan(cell):
        return Decimal(repr(cell) if isinstance(cell, float) else cell), ""
    text = as_text(cell)
    if text is None:
        return None, ""
    found = _NUMBER.match(squeezed(text).lstrip("¥"))
    if found is None:
        raise Unreadable("number.unreadable", value=as_text(cell))
    return Decimal(found[1].replace(",", "")), found[2]


_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_DAY = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:\D?\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?)?$")
_MONTH = re.compile(r"^(?:(\d{4}|\d{2}(?=年))[-/.年])?(\d{1,2})(?:月份?|(?<=\d))(上旬|中旬|下旬|初|底|末)?$")
_PART = re.compile(r"^(?:(\d{4}|\d{2}(?=年))年?)?(?:第?([一二三四1-4])季度|([上下])半年|(年?[初中底末]))(?:初|末|底)?$")
_THIRDS = {"上旬": (1, 10), "初": (1, 10), "中旬": (11, 20), "下旬": (21, 31)}


def as_period(cell: Any, year: int | None = None) -> Period | None:
    """日期或时段 first and last day of what a cell says: 2023-06-30, a serial, 2023年6月底, 2023.6, 一季度, 2023年.

    Parameters
    ----------
    cell : object
        As the file holds it.
    year : int, optional
        Year meant where the cell names none (6月底前).

    Raises
    ------
    Unreadable
        ``date.unreadable``; ``date.no_such_day``; ``date.no_year``; ``date.ambiguous`` for a number such as 2023.1,
        which is January or October.
    """
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return Period(cell, cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool) and not isnan(cell):
        return _period_of_number(float(cell))
    text = as_text(cell)
    if text is None:
        return None
    plain = (
        re.sub(r"(之前|以前|前|左右|开工|竣工|完工|投产|建成)+$", "", squeezed(text))
        .removeprefix("预计")
        .removeprefix("计划")
    )
    try:
        return _period_of_text(plain, year)
    except ValueError as error:
        code = error.code if isinstance(error, Unreadable) else "date.no_such_day"
        raise Unreadable(code, value=as_text(cell)) from None


def _period_of_number(number: float) -> Period:
    if number.is_integer():
        whole = int(number)
        if 1950 <= whole <= 2099:
            return Period(date(whole, 1, 1), date(whole, 12, 31))
        if _SERIALS[0] <= whole <= _SERIALS[1]:
            return _single(_EXCEL_EPOCH + timedelta(days=whole))
        return _period_of_digits(str(whole)) if len(str(whole)) in {6, 8} else _unreadable(number)
    if 1950 <= number < 2100:
        month = round((number - int(number)) * 100)
        if month == 10:
            raise Unreadable("date.ambiguous", value=number)
        month = month if month % 10 else month // 10
        return _months(int(number), month, month) if month <= 12 else _unreadable(number)
    return (
        _single(_EXCEL_EPOCH + timedelta(days=int(number)))
        if _SERIALS[0] <= number <= _SERIALS[1]
        else _unreadable(number)
    )


def _period_of_text(text: str, year: int | None) -> Period:
    if found := _DAY.match(text):
        return _single(date(*(int(part) for part in found.groups())))
    if text.isdigit():
        return _period_of_digits(text)
    if found := re.fullmatch(r"((?:19|20)\d{2})年", text):
        return _months(int(found[1]), 1, 12)
    if found := _PART.match(text):
        return _part_of_year(found, year)
    if found := _MONTH.match(text):
        return _part_of_month(_year(found[1], year), int(found[2]), found[3])
    return _unreadable(text)


def _period_of_digits(text: str) -> Period:
    """20230630, 202306, 2023, or an Excel serial kept as text."""
    year, month = int(text[:4]), text[4:6]
    if len(text) in {6, 8} and not 1900 <= year <= 2099:
        return _unreadable(text)
    if len(text) == 8:
        return _single(date(year, int(month), int(text[6:])))
    if len(text) == 6:
        return _months(year, int(month), int(month))
    return _period_of_number(float(text)) if len(text) in {4, 5} else _unreadable(text)


def _part_of_year(found: re.Match[str], year: int | None) -> Period:
    meant, (quarter, half, edge) = _year(found[1], year), found.groups()[1:]
    if quarter:
        last = 3 * _QUARTERS[quarter]
        return _months(meant, last - 2, last)
    if half:
        return _months(meant, 1, 6) if half == "上" else _months(meant, 7, 12)
    return {"初": _months(meant, 1, 1), "中": _months(meant, 6, 6)}.get(edge[-1], _months(meant, 12, 12))


def _part_of_month(year: int, month: int, part: str | None) -> Period:
    whole = _months(year, month, month)
    if part in {"底", "末"}:
        return Period(whole.last, whole.last)
    if part is None:
        return whole
    first, last = _THIRDS[part]
    return Period(whole.first.replace(day=first), whole.first.replace(day=min(last, whole.last.day)))


def _year(written: str | None, year: int | None) -> int:
    if written:
        return int(written) if len(written) == 4 else 2000 + int(written)
    if year is None:
        raise Unreadable("date.no_year")
    return year


def _months(year: int, first: int, last: int) -> Period:
    return Period(date(year, first, 1), date(year, last, monthrange(year, last)[1]))


def _single(day: date) -> Period:
    return Period(day, day) if 1950 <= day.year <= 2099 else _unreadable(day)


def _unreadable(value: object) -> Period:
    raise Unreadable("date.unreadable", value=value)
