"""单元详情 one unit of a comparison: why its light, how its score is made, its indicators and projects."""

from collections.abc import Callable
from html import escape

import pandas as pd
import streamlit as st

from monitor import lights, rules
from monitor.indicators import attainment_pct
from monitor.indicators.ranking import Place
from monitor.indicators.registry import divided
from monitor.model import IndicatorValue
from monitor.queries.comparison import Comparison, of_unit, unit_figures
from monitor.rules import Rule, plan
from monitor.terms import Colour, Stage
from monitor.ui import frame
from monitor.ui.comparing import address
from monitor.ui.comparison_map import asked_months, trend
from monitor.ui.dossier import reasons
from monitor.ui.situations import units
from monitor.ui.why import basis, project_list, score_rows, shown, why
from monitor.ui.widgets import NONE, chinese_date, light, light_text, nothing, number, table


def show(made: Comparison, unit: str) -> None:
    """画单元详情 draw a unit of the comparison."""
    frame.link("← 返回区县比较", "comparison", **address())
    place = next((place for place in made.places if place.unit == unit), None)
    if place is None:
        nothing("该单位在所选范围内没有项目，不能比较。", "请返回区县比较，换一个上级区域或比较单位。")
        return
    _header(made, place)
    sections: list[tuple[str, Callable[[], None]]] = [
        ("亮灯原因", lambda: reasons(made.lights["reasons"][unit])),
        ("得分构成", lambda: _score(made, place)),
    ]
    sections.insert(0 if "indicator" in st.query_params else 2, ("指标来历", lambda: _figures(made, unit)))
    for title, draw in sections:
        st.subheader(title)
        draw()
    st.subheader("历月得分")
    chart = trend(made, unit) if asked_months() else None
    if chart is not None:
        st.altair_chart(chart, theme=None)
        st.caption("每月得分按该月末已知的数据计算。")
    st.subheader("全部项目")
    _projects(made, unit)


def _header(made: Comparison, place: Place) -> None:
    told = [other for other in made.places if other.place]
    rank = f"第 {place.place} 名 / 共 {len(told)} 个单位" if place.place else "不能排名"
    name = units()["full_name"].get(place.unit, place.unit)
    st.html(
        f'<header class="palmmap-dossier"><h1>{escape(name)}</h1><p>{light(str(made.lights["colour"][place.unit]))}'
        f"<span>{rank}</span><span>得分 {NONE if place.score is None else number(place.score, 1)}</span>"
        f"<span>{escape(plan(made.choice.plan).label)}·{escape(made.rule.label)}</span>"
        f"<span>数据时点 {chinese_date(made.known.on)}</span></p></header>"
    )


def _score(made: Comparison, place: Place) -> None:
    weights = made.rule.options["parts"]
    attained = [attainment_pct(part) for part in place.parts]
    table(
        ["分项指标", "结果", "目标", "达标程度(0–100)", "权重", "加权得分"],
        score_rows(place.parts, weights, attained),
        numeric=[1, 2, 3, 4, 5],
    )
    counted = [(weights[part.key], pct) for part, pct in zip(place.parts, attained, strict=True) if pct is not None]
    if counted:
        sums = " + ".join(f"{number(pct)}×{number(weight)}" for weight, pct in counted)
        total = number(sum(weight for weight, _ in counted))
        st.caption(f"得分 = ({sums}) ÷ {total} = {number(place.score, 1)}。依据：{basis(made.rule.reference)}")


def _figures(made: Comparison, unit: str) -> None:
    """Every indicator of the plan, one of them opened; which one stands in the address."""
    figures = {value.key: value for value in unit_figures(made, unit)}
    asked = st.query_params.get("indicator", "")
    first = asked if asked in figures else next(iter(figures))
    chosen = st.selectbox(
        "指标",
        list(figures),
        list(figures).index(first),
        lambda key: f"{figures[key].label}  {shown(figures[key])}",
        key=f"figure_{unit}_{asked}",
        filter_mode="contains",
    )
    value = figures[chosen]
    why(value, _rule(value), of_unit(made, unit))


def _rule(value: IndicatorValue) -> Rule:
    """The rule of a value; of a part by batch, the part of the rule."""
    key = value.key.removesuffix(".stretch")
    return next(rule for rule in divided(rules.get(value.rule)) if rule.key == key)


def _projects(made: Comparison, unit: str) -> None:
    facts = of_unit(made, unit).facts
    colours = lights.judge(facts, made.known.on, plan(made.choice.plan).project_preset)["colour"]
    weight = {colour.value: position for position, colour in enumerate(Colour)}
    shown_rows = facts.loc[colours.map(weight).sort_values(kind="stable").index]
    listed = pd.DataFrame(
        {
            "项目": shown_rows["name"],
            "亮灯": colours.reindex(shown_rows.index).map(light_text),
            "年度计划（万元）": shown_rows["annual_plan_wan_yuan"],
            "年度完成（万元）": shown_rows["year_investment_wan_yuan"],
            "总投资（万元）": shown_rows["total_investment_wan_yuan"],
            "阶段": shown_rows["stage"].map(Stage.labels()),
        }
    )
    project_list(listed, f"projects_{unit}", "没有项目。")
