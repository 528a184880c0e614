"""单元详情 one unit of a comparison: why its light, how its score is made, its indicators and projects.

Who does not see the unit's projects is shown its light, score and the parts of it, and no project.
"""

from collections.abc import Callable, Mapping, Sequence
from html import escape

import pandas as pd
import streamlit as st

from monitor import lights
from monitor.indicators import Book, attainment_pct
from monitor.indicators.ranking import Place
from monitor.model import NATION, IndicatorValue
from monitor.queries.comparison import WHOLE, Comparison, as_whole, governs, plans_for
from monitor.queries.list_targets import goals
from monitor.queries.standings import Standings, scope_of
from monitor.rules import plan
from monitor.terms import Colour, Stage
from monitor.ui import cascade, comparing, comparison_goals, comparison_register, frame, list_targets
from monitor.ui.comparing import address
from monitor.ui.comparison_goals import rule_of
from monitor.ui.comparison_months import lights_strip, trend
from monitor.ui.dossier import reasons
from monitor.ui.situations import units
from monitor.ui.why import basis, project_list, said, score_rows, shown, why
from monitor.ui.widgets import (
    NONE,
    Link,
    chinese_date,
    known_facts,
    light,
    light_text,
    money,
    nothing,
    number,
    percent,
    table,
)

AMOUNTS = {
    "promised": ("promised_wan_yuan", "annual_plan_wan_yuan", "全年承诺", "各项目本年度计划投资之和"),
    "due": (
        "due_wan_yuan",
        "due_by_report_wan_yuan",
        "至今应完成",
        "各项目截至其最近填报月的累计月度计划之和；没有月度计划的，为年度计划×填报月数÷12；未填报的不计",
    ),
    "delivered": ("delivered_wan_yuan", "year_investment_wan_yuan", "实际完成", "各项目最近一次填报的当年完成投资之和"),
}
"""承诺与兑现 key of the address -> column of the sums, column of the facts, title, formula in words."""


def show(board: Standings, unit: str) -> None:
    """画单元详情 draw a unit of the comparison; what the address asks for stands first."""
    frame.link("← 返回区县比较", "comparison", **address())
    made = board.now
    place = next((place for place in made.places if place.unit == unit), None)
    as_one = st.query_params.get("scope") == WHOLE or (place is None and unit == made.choice.parent)
    if as_one and comparing.sees(unit):
        made = as_whole(made, comparing.area(made, unit), unit)
        ruled = f"<span>{escape(plan(made.choice.plan).label)}方案</span>" if _governed(made, unit) else ""
        _heading(unit, f"{ruled}<span>全域</span>", made)
        sections = _of_area(made, unit)
    elif place is None:
        nothing("该单位在所选范围内没有项目，不能比较。", "请返回区县比较，换一个上级区域或比较单位。")
        return
    else:
        _header(made, place)
        sections = _sections(board, place, comparing.own(made, unit) if comparing.sees(unit, made.choice) else None)
    first = _first(st.query_params.get("indicator", ""), sections)
    for key in [first, *(key for key in sections if key != first)]:
        title, draw = sections[key]
        st.subheader(title)
        draw()


Section = tuple[str, Callable[[], None]]
"""Title, and what draws it."""


def _sections(board: Standings, place: Place, own: Book | None) -> dict[str, Section]:
    made, unit = board.now, place.unit
    found: dict[str, Section] = {
        "light": ("亮灯原因", lambda: _light(board, unit)),
        "score": ("得分构成", lambda: _score(made, place)),
        "figures": ("指标来历", lambda: _figures(made, unit, place.parts if own is None else None)),
        "amounts": ("承诺与兑现", lambda: _amounts(made, unit, own)),
        "months": ("历月得分", lambda: _months(board, unit)),
    }
    if governs(made.choice.plan, made.choice.parent, units()):
        found["consequences"] = ("结果运用", lambda: _consequences(made, unit))
    return found if own is None else found | _of_plans(made, unit) | _of_projects(made, unit, own)


def _of_area(made: Comparison, unit: str) -> dict[str, Section]:
    """Of a unit as one, with everything under it."""
    own = comparing.own(made, unit)
    found = _of_plans(made, unit)
    if _governed(made, unit):
        found["figures"] = ("指标来历", lambda: _figures(made, unit))
    found["amounts"] = ("承诺与兑现", lambda: _amounts(made, unit, own))
    return found | _of_projects(made, unit, own)


def _of_projects(made: Comparison, unit: str, own: Book) -> dict[str, Section]:
    """What stands on the unit's projects and is shown to who may see them."""
    return {
        "targets": ("目标分解", lambda: _targets(made, unit)),
        "projects": (f"全部项目（{len(own.facts)} 项）", lambda: _projects(made, own)),
    }


def _of_plans(made: Comparison, unit: str) -> dict[str, Section]:
    """What the plans made for the unit itself ask for."""
    named = "、".join(plan(key).label for key in plans_for(unit, made.on))
    found: dict[str, Section] = {}
    if named:
        found["goals"] = (f"{named}方案指标", lambda: comparison_goals.show(made, unit))
    if any(goals(key, made.on) for key in plans_for(unit, made.on)):
        found["lists"] = (f"{named}清单分季目标", lambda: list_targets.show(made, unit))
    return found


def _first(asked: str, sections: dict[str, Section]) -> str:
    if asked in AMOUNTS or asked in RATES:
        return "amounts"
    if asked in sections:
        return asked
    return "figures" if asked and "figures" in sections else next(iter(sections))


def _governed(made: Comparison, unit: str) -> bool:
    return governs(made.choice.plan, scope_of(made.choice, unit, units()), units())


def _header(made: Comparison, place: Place) -> None:
    told = [other for other in made.places if other.place]
    rank = f"第 {place.place} 名 / 共 {len(told)} 个单位" if place.place else "不能排名"
    _heading(
        place.unit,
        f"{light(str(made.lights['colour'][place.unit]))}<span>{rank}</span>"
        f"<span>得分 {NONE if place.score is None else number(place.score, 1)}</span>"
        f"<span>{escape(plan(made.choice.plan).label)}·{escape(made.rule.label)}</span>",
        made,
    )


def _heading(unit: str, words: str, made: Comparison) -> None:
    name = units()["full_name"].get(unit, "全国" if unit == NATION else unit)
    st.html(
        f'<header class="palmmap-dossier"><h1>{escape(name)}</h1><p>{words}'
        f"<span>数据时点 {chinese_date(made.on)}</span></p></header>"
    )


def _light(board: Standings, unit: str) -> None:
    reasons(board.now.lights["reasons"][unit])
    lights_strip(board, unit)


def _months(board: Standings, unit: str) -> None:
    chart = trend(board, unit)
    if chart is None:
        nothing("本年各月都没有可计算的得分。")
        return
    st.altair_chart(chart, theme=None)
    st.caption("每月得分按该月末已知的数据计算。")


def _score(made: Comparison, place: Place) -> None:
    weights = made.rule.options["parts"]
    attained = [attainment_pct(part) for part in place.parts]
    rows = score_rows(place.parts, weights, attained)
    table(
        ["分项指标", "结果", "目标", "达标程度(0–100)", "权重", "加权得分"],
        [[Link(row[0], address(place.unit, part.key)), *row[1:]] for part, row in zip(place.parts, rows, strict=True)],
        numeric=[1, 2, 3, 4, 5],
    )
    counted = [(weights[part.key], pct) for part, pct in zip(place.parts, attained, strict=True) if pct is not None]
    if counted:
        sums = " + ".join(f"{number(pct)}×{number(weight)}" for weight, pct in counted)
        total = number(sum(weight for weight, _ in counted))
        st.caption(f"得分 = ({sums}) ÷ {total} = {number(place.score, 1)}。依据：{basis(made.rule.reference)}")


def _figures(made: Comparison, unit: str, parts: Sequence[IndicatorValue] | None = None) -> None:
    """Every indicator of the plan, one of them opened; which one stands in the address. Only parts: no projects."""
    figures = comparing.figures(made, unit) if parts is None else {part.key: part for part in parts}
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
    if parts is not None:
        known_facts(said(value, rule_of(value)))
        _not_shown()
    else:
        known = comparing.area(made, unit) if "/" in chosen else comparing.own(made, unit)
        why(value, rule_of(value), known, unit)


def _not_shown() -> None:
    nothing("该单位不在您的查看范围内，只列得分、名次和计算结果，不列项目。", "需要项目情况的，请与该单位或上级联系。")


def _amounts(made: Comparison, unit: str, own: Book | None) -> None:
    """Promised, due and delivered, and the rates over them: how each is made, and the projects it is a sum of."""
    held: dict[str, float] = {str(name): sums[unit] for name, sums in made.amounts.to_dict().items()}
    sums = [[title, money(held[column]), formula] for column, _, title, formula in AMOUNTS.values()]
    table(["数字", "结果", "计算公式"], [*sums, *(_rate(held, *rate) for rate in RATES.values())], numeric=[1])
    known = basis(made.rule.reference) if _governed(made, unit) else BORROWED
    st.caption(f"数据时点 {chinese_date(made.on)}。依据：{known}")
    if own is None:
        _not_shown()
        return
    asked = st.query_params.get("indicator", "")
    order = sorted(AMOUNTS, key=lambda key: key not in (asked, *RATES.get(asked, ())))
    lists = {key: _counted(own.facts, key) for key in order}
    tabs = st.tabs([f"{AMOUNTS[key][2]}（{len(lists[key])} 项）" for key in order])
    for tab, key in zip(tabs, order, strict=True):
        with tab:
            project_list(lists[key], f"amounts_{unit}_{key}", "没有项目。")


def _targets(made: Comparison, unit: str) -> None:
    """The year's targets of the unit's projects, summed, down to the day; the projects stand under the sums above."""
    held = comparing.cascaded(made, unit)
    if held is None:
        nothing("该单位的项目没有年度计划，不能分解。", "请导入年度计划。")
        return
    cascade.targets(*held, made.on)
    st.caption("目标为本单位有年度计划项目的目标之和，已完成为其实际完成之和；项目清单见“承诺与兑现”。")


BORROWED = "没有方案管辖该区域，为各项目填报数的合计。"
RATES = {
    "completion": ("年度投资完成率", "delivered", "promised"),
    "kept": ("兑现率", "delivered", "due"),
}
"""比率 key of the address -> title, keys of numerator and denominator; their projects are listed under their sums."""


def _rate(held: Mapping[str, float], title: str, above: str, below: str) -> list[str]:
    """A row of the table: the rate, and its formula with its figures."""
    over, under = held[AMOUNTS[above][0]], held[AMOUNTS[below][0]]
    formula = f"{AMOUNTS[above][2]} ÷ {AMOUNTS[below][2]} = {money(over)} ÷ {money(under)}"
    return [title, percent(over * 100 / under if under else None), formula]


def _counted(facts: pd.DataFrame, key: str) -> pd.DataFrame:
    """The projects whose figures make a sum, the largest first."""
    _, column, title, _ = AMOUNTS[key]
    title = f"{title}（万元）"
    listed = pd.DataFrame({"项目": facts["name"], title: facts[column]})[facts[column].notna()]
    return listed.sort_values(title, ascending=False, kind="stable")


def _consequences(made: Comparison, unit: str) -> None:
    entries = comparing.consequences(made.choice.plan, made.on)
    if not comparing.sees(unit, made.choice):
        nothing("只列本单位的结果运用。")
        return
    comparison_register.of_unit(entries, unit, made.choice.plan, comparing.quarter_end(made.on))


def _projects(made: Comparison, own: Book) -> None:
    facts = own.facts
    colours = lights.judge(facts, made.on, plan(made.choice.plan).project_preset)["colour"]
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
    project_list(listed, "unit_projects", "没有项目。")
