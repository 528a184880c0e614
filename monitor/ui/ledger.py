"""台账 the table of projects as it stands on the page and in the Excel file: columns, order, names."""

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd

from monitor.exchange.ledger import ledger_workbook
from monitor.terms import Batch, Channel, Colour, Stage, Tier
from monitor.ui.filters import MEASURES
from monitor.ui.widgets import chinese_date

SEVERITY: Mapping[str, int] = {colour: place for place, colour in enumerate(("red", "yellow", "grey", "green"))}
"""亮灯轻重 the gravest first; what cannot be judged comes before what is in order."""

ORDERS: Mapping[str, str] = {
    "light": "按亮灯（重在前）",
    "total": "按总投资（大在前）",
    "plan": "按年度计划（大在前）",
    "completion": "按完成率（低在前）",
    "name": "按名称",
}
"""排序 key in the address -> label."""

TITLE = "重大项目台账"
LIGHT, NAME = "亮灯", "项目名称"


def in_order(frame: pd.DataFrame, order: str) -> pd.DataFrame:
    """排序 rows of a situation table in one of ORDERS; equal ones by total investment, the largest first."""
    largest = -frame["total_investment_wan_yuan"].fillna(0)
    if order == "name":
        first = frame["name"]
    elif order == "completion":
        first = MEASURES[order].of(frame).fillna(float("inf"))
    elif order in ("total", "plan"):
        first = -MEASURES[order].of(frame).fillna(0)
    else:
        first = frame["colour"].map(SEVERITY)
    keys = pd.DataFrame({"first": first, "largest": largest})
    return frame.loc[keys.sort_values(["first", "largest"], kind="stable").index]


def ledger(frame: pd.DataFrame, units: Mapping[str, str], lists: Mapping[str, str], as_of: date) -> pd.DataFrame:
    """台账 one row a project with the columns that an official expects, index project_id.

    Parameters
    ----------
    frame : DataFrame
        Rows of a situation table (``queries.situation``).
    units, lists : mapping
        Names of reporting units by code, labels of lists by key.
    as_of : date
        Its month gives the 时间进度 that completion is compared with.
    """
    completion = MEASURES["completion"].of(frame)
    return pd.DataFrame(
        {
            LIGHT: frame["colour"].map(Colour.labels()),
            NAME: frame["name"],
            "示例": frame["is_sample"].map({True: "示例", False: ""}),
            "区域": frame["unit_code"].map(units),
            "阶段": frame["stage"].map(Stage.labels()),
            "总投资（万元）": frame["total_investment_wan_yuan"],
            "年度计划（万元）": frame["annual_plan_wan_yuan"],
            "年度完成（万元）": frame["year_investment_wan_yuan"].round(2),
            "完成率(%)": completion.round(1),
            "超时间进度（百分点）": (completion - as_of.month / 12 * 100).round(1),
            "形象进度(%)": frame["physical_pct"],
            "最新填报": frame["report_month"].map(lambda month: f"{month}月", na_action="ignore"),
            "年度安排": frame["batch"].map(Batch.labels()),
            "清单": _joined(frame["lists"], lists),
            "层级": _joined(frame["tiers"], Tier.labels()),
            "调度渠道": _joined(frame["channels"], Channel.labels()),
            "行业": frame["sector"],
            "项目代码": frame["code"],
        }
    )


def workbook(rows: pd.DataFrame, table: pd.DataFrame, filters: Sequence[str], as_of: date) -> bytes:
    """台账文件 Excel file of a ledger, with the reasons of every light; it says what it shows and as of when.

    Parameters
    ----------
    rows, table : DataFrame
        Situation rows and the ledger made of them, in one order.
    filters : sequence of str
        The filters in Chinese, ``Filters.described``.
    as_of : date
        The day that the rows are known of.
    """
    notes = [
        f"数据时点：{chinese_date(as_of)}    金额单位：万元    项目数：{len(table)}",
        f"筛选条件：{'；'.join(filters) or '无（全部项目）'}",
        "数据来源：掌上地图项目库及月度填报；标“示例”的项目为演示数据",
    ]
    return ledger_workbook(TITLE, notes, table.assign(亮灯原因=reasons_text(rows)))


def reasons_text(frame: pd.DataFrame) -> pd.Series:
    """亮灯原因 the reasons of every project's light in one text."""
    return frame["reasons"].map(lambda reasons: "\n".join(reason.text for reason in reasons))


def _joined(values: pd.Series, labels: Mapping[str, str]) -> pd.Series:
    """Tuples of keys as one text of labels, in the order of the labels; each different tuple is put together once."""
    place = {key: number for number, key in enumerate(labels)}
    texts = {
        value: "、".join(labels.get(key, key) for key in sorted(value, key=lambda key: place.get(key, len(place))))
        for value in values.unique()
    }
    return values.map(texts)
