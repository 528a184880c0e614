"""核查证据 the verdict in words, each figure with its pixels, and what was reported beside what is seen."""

from collections.abc import Iterable, Mapping
from datetime import date
from html import escape
from typing import Any

import streamlit as st

from monitor.formats import signed
from monitor.imagery_messages import method
from monitor.queries.dossier import Row
from monitor.queries.imagery import ProjectImagery
from monitor.terms import ImageryFinding, ImageryStage
from monitor.ui.widgets import NONE, chinese_date, missing, money, nothing, number, percent, table

WORKS, TEXTURE, HEIGHT = "works", "texture", "height"
CONDITIONS = {
    "usable": "图中蓝色为不可用。",
    "shift": "图中红为前期、青为后期。",
    "season": "图左为前期、右为后期。",
}
"""成像条件 what the other figures rest on, and how its picture is read."""
CAUTION = "影像研判只提供线索和可能性，是否不符由核查人员认定。"


def verdict(inspection: Row) -> None:
    """研判结论 finding, probability, uncertainty and reasons."""
    finding = ImageryFinding.labels()[inspection["finding"]]
    reasons = "".join(f"<li>{escape(reason['text'])}</li>" for reason in inspection["reasons"])
    st.html(
        f'<section class="inspection-verdict {inspection["finding"]}">'
        f"<h2>{finding}<small>{certainty(inspection)}</small></h2>"
        f'<ul>{reasons}</ul><p class="quiet">{CAUTION}</p></section>'
    )


def certainty(inspection: Row) -> str:
    """把握程度 how sure the observer is, in words."""
    said = [f"把握 {percent(100 * inspection['confidence'])}"]
    if not missing(inspection["activity_score"]):
        said.append(f"施工可能性 {percent(100 * inspection['activity_score'])}")
    if inspection["abstained"]:
        said.append("存疑，不足以认定")
    if not missing(inspection["clear_pct"]):
        said.append(f"两期均可见 {percent(inspection['clear_pct'])}")
    return "，".join(said)


def against_report(imagery: ProjectImagery, inspection: Row) -> None:
    """填报对照 figures in force on the day of the later picture, beside what it shows."""
    after = _scene(imagery, inspection["after_id"])
    started = inspection["reported_start_on"]
    invested = None if after is None else after.get("reported_investment_wan_yuan")
    month = None if after is None else after.get("report_month")
    stage = ImageryStage.labels()[inspection["stage"]]
    seen = f"{stage}（截至 {chinese_date(inspection['after_on'])}）"
    rows = [
        ("开工", f"已报 {started:%Y-%m-%d} 开工" if started else "未报开工", onset(inspection["onset"]) or stage),
        ("形象进度", percent(inspection["reported_pct"]), seen),
        ("累计完成投资", money(invested), "影像不反映投资额"),
    ]
    table(["", f"填报（{month or '无填报'}）", "影像所见"], rows)


def _scene(imagery: ProjectImagery, scene_id: str) -> Mapping[Any, Any] | None:
    return next((row for row in imagery.scenes.to_dict("records") if row["id"] == scene_id), None)


def onset(found: Mapping[str, Any] | None) -> str:
    """动工时间 the two clear pictures between which ground was broken."""
    if not found or not found.get("after_on"):
        return ""
    return f"{_day(found['after_on'])} 至 {_day(found['before_on'])} 之间动工"


def _day(value: date | str) -> str:
    return value if isinstance(value, str) else value.isoformat()


def figures(inspection: Row, is_sample: bool) -> None:
    """证据图 every figure with its small picture; a tap opens it large."""
    shown = inspection["evidence"]
    if all(item["key"] in CONDITIONS for item in shown):
        nothing("两期影像没有可比的部分，没有量测值。", "请补充云量少的影像后重新研判。")
        _cards(shown, is_sample)
        return
    works = card(WORKS, "施工可能性分布", inspection["pictures"][WORKS], is_sample, "颜色越红，施工的可能性越大")
    _cards(shown, is_sample, works)
    st.caption("图中黄线为地块、浅蓝线为周边对照范围；红色为增加，蓝色为减少。净变化已扣除周边同期变化。")


def _cards(shown: Iterable[Mapping[str, Any]], is_sample: bool, first: str = "") -> None:
    cards = [
        card(item["key"], _measured(item), item["picture"], is_sample, net(item), method(item["method"]))
        for item in shown
    ]
    st.html(f'<div class="inspection-evidence">{first}{"".join(cards)}</div>')


def _measured(item: Mapping[str, Any]) -> str:
    if item["key"] == HEIGHT:
        return f"{item['label']} 平均 {signed(item['net_m'])} 米"
    if item["key"] in CONDITIONS:
        return str(item["label"])
    unit = "" if item["key"] == TEXTURE else "%"
    return f"{item['label']} {number(item['before_pct'], 1)}{unit} → {number(item['after_pct'], 1)}{unit}"


def net(item: Mapping[str, Any]) -> str:
    """净变化 change of the site minus that of its surroundings, in points and m²."""
    if item["key"] == HEIGHT:
        cut, fill = number(item["cut_m3"], 0), number(item["fill_m3"], 0)
        least = number(item["detected_m"], 1)
        return f"降低（挖方、拆除）{cut} 立方米，升高（填方、新建）{fill} 立方米，检出限 {least} 米"
    if item["key"] in CONDITIONS:
        return f"{item['text']}{CONDITIONS[item['key']]}"
    points, ring = signed(item["net_pct"]), signed(item["ring_change_pct"])
    if item["key"] == TEXTURE:
        return f"净变化 {points}（反射率 ×100，周边 {ring}）"
    way = (
        f"，变亮 {percent(item['brighter_pct'])}，变暗 {percent(item['darker_pct'])}" if "brighter_pct" in item else ""
    )
    return f"净变化 {points} 个百分点，约 {number(abs(item['net_m2']), 0)} 平方米（周边 {ring}）{way}"


def card(key: str, title: str, picture: str, is_sample: bool, said: str = "", method: str = "") -> str:
    """图卡 HTML of a small picture with what it says; a made one (示例影像) says so on itself."""
    mark = ' class="sample"' if is_sample else ""
    told = (f"<em>{escape(said)}</em>" if said else "") + (f"<small>{escape(method)}</small>" if method else "")
    return (
        f'<figure data-evidence="{key}"><a{mark} href="{escape(picture)}" target="_blank" rel="noopener">'
        f'<img src="{escape(picture)}" alt="{escape(title)}" loading="lazy"></a>'
        f"<figcaption><b>{escape(title)}</b>{told}</figcaption></figure>"
    )


def dates(rows: Iterable[Row]) -> None:
    """逐期情况 every date of the site: how much of it can be seen, and what stage of works."""
    said = (
        (
            _day(row["on"]),
            percent(row["clear_pct"]),
            ImageryStage.labels().get(row["stage"], NONE),
            NONE if missing(row["activity_score"]) else percent(100 * row["activity_score"]),
        )
        for row in rows
    )
    table(["影像日期", "地块可见", "影像所见", "施工可能性"], said, numeric=(1, 3))
