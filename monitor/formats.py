"""数值写法 money, numbers, dates and moments as an official writes them; pages and printed sheets write alike."""

import math
from datetime import UTC, date, datetime

import pandas as pd

from monitor.store import BEIJING

NONE = "—"
"""What stands where nothing is known."""


def money(wan_yuan: float | None) -> str:
    """金额 with its unit: 亿元 from 10000 万元 on, 万元 below."""
    if missing(wan_yuan):
        return NONE
    value = float(wan_yuan or 0)
    if abs(value) >= 10_000:
        return f"{_trimmed(value / 10_000, 2)} 亿元"
    return f"{_trimmed(value, 2)} 万元"


def number(value: float | None, decimals: int = 2) -> str:
    """数字 with thousands separated and without idle zeros."""
    return NONE if missing(value) else _trimmed(float(value or 0), decimals)


def percent(value: float | None) -> str:
    """百分比 to one decimal."""
    return NONE if missing(value) else f"{_trimmed(float(value or 0), 1)}%"


def quarter_words(year: int, quarter: int) -> str:
    """季度文字 e.g. 2024年第三季度."""
    return f"{year}年第{'一二三四'[quarter - 1]}季度"


def signed(value: float | None) -> str:
    """增减 a change to one decimal with its sign; nothing changed is 0."""
    if missing(value):
        return NONE
    text = f"{value:+.1f}"
    return "0" if float(text) == 0 else text


def day(value: date | datetime | pd.Timestamp | None) -> str:
    """日期 as 2024-10-31."""
    return NONE if value is None or pd.isna(value) else f"{value:%Y-%m-%d}"


def moment(value: datetime | None) -> str:
    """时刻 of the store (UTC) in Beijing time, to the minute."""
    if value is None or pd.isna(value):
        return NONE
    return f"{value.replace(tzinfo=UTC).astimezone(BEIJING):%Y-%m-%d %H:%M}"


def chinese_date(value: date) -> str:
    """中文日期 e.g. 2024年10月31日."""
    return f"{value.year}年{value.month}月{value.day}日"


STATED = "自报姓名，未经登录核验"
"""自报说明 what stands beside a name that nobody has checked."""


def signature(account: str | None, person: str | None) -> str:
    """署名 who signed: nothing where nobody was asked, and a name that is not the account's own as what it is."""
    if not person:
        return NONE
    return person if person == account else f"{person}（{STATED}）"


def missing(value: object) -> bool:
    """是否缺失 None and NaN."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def _trimmed(value: float, decimals: int) -> str:
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
