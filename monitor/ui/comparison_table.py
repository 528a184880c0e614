"""比较排名表 the ranked table, its Excel with all inputs, and the method in words."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from monitor.exchange.ledger import Sheet, workbook
from monitor.indicators import Book, attainment_pct
from monitor.model import IndicatorValue, Viewer
from monitor.queries.comparison import Comparison, governs, inputs
from monitor.queries.consequences import Entry
from monitor.rules import plan
from monitor.terms import Colour, ConsequenceDecision
from monitor.ui import frame
from monitor.ui.comparing import address, visible
from monitor.ui.rule_words import value_words
from monitor.ui.situations import units
from monitor.ui.why import basis
from monitor.ui.widgets import LIGHT_COLOURS, ROW_HEIGHT, chinese_date, number, table, tap_table

PLACE, UNIT, LIGHT, SCORE, MEASURE = "名次", "单位", "亮灯", "得分", "结果运用"
AMOUNTS = {
    "promised_wan_yuan": "承诺（亿元）",
    "due_wan_yuan": "应完成（亿元）",
    "delivered_wan_yuan": "完成（亿元）",
}
SECTIONS = {PLACE: "score", SCORE: "score", LIGHT: "light", "项目数": "projects"} | {
    title: column.removesuffix("_wan_yuan") for column, title in AMOUNTS.items()
}
"""列与来历 column -> what stands first on the unit's card (``comparing.address``)."""


def names(made: Comparison) -> dict[str, str]:
    """单元名称 names of the units compared, told apart by the unit above where two are alike."""
    listed = units().reindex([place.unit for place in made.places])
    twice = listed["name"].duplicated(keep=False)
    above = units()["name"].reindex(listed["parent_code"].to_numpy()).fillna("").to_numpy()
    full = listed["name"].where(~twice, above + "·" + listed["name"])
    return {str(code): name for code, name in full.fillna(pd.Series(listed.index, listed.index)).items()}


def part_title(value: IndicatorValue) -> str:
    """分项列名 short label with its unit."""
    return f"{value.label.rpartition('·')[2]}({value.unit})"


def ranked(made: Comparison, entries: Sequence[Entry] = ()) -> pd.DataFrame:
    """排名表 one row a unit, the best first; index unit code, amounts in 亿元; what follows where anything does."""
    named = names(made)
    rows = {}
    held = made.amounts.to_dict("index")
    for place in made.places:
        row: dict[str, object] = {PLACE: place.place, UNIT: named[place.unit]}
        row[LIGHT] = Colour.labels()[str(made.lights["colour"].get(place.unit, Colour.GREY))]
        row[SCORE] = place.score
        row |= {title: held[place.unit][column] / 1e4 for column, title in AMOUNTS.items()}
        row |= {part_title(part): part.value for part in place.parts}
        row["项目数"] = held[place.unit]["projects"]
        if entries:
            row[MEASURE] = "、".join(measure(entry) for entry in entries if entry.hit.unit == place.unit)
        rows[place.unit] = row
    found = pd.DataFrame.from_dict(rows, orient="index")
    numeric = [name for name in found.columns if name not in (UNIT, LIGHT, MEASURE)]
    found[numeric] = found[numeric].astype(float).round(2)
    return found.astype({PLACE: "Int64", "项目数": int})


def measure(entry: Entry) -> str:
    """措施文字 what follows for a unit, and whether it is only proposed or was waived."""
    if entry.decided is None:
        return f"{entry.hit.rule.label}（拟）"
    waived = entry.decided.decision == ConsequenceDecision.WAIVED
    return f"{entry.hit.rule.label}（不执行）" if waived else entry.hit.rule.label


def show(made: Comparison, entries: Sequence[Entry] = ()) -> None:
    """画排名表 draw the table; a tap on a cell opens the unit, with the origin of that number first."""
    shown = ranked(made, entries)
    keys = {part_title(part): part.key for place in made.places[:1] for part in place.parts} | SECTIONS
    columns: dict[str, Any] = {
        str(name): st.column_config.NumberColumn(format="localized", width=_width(str(name)))
        for name in shown.select_dtypes("number")
    }
    lights = st.column_config.MultiselectColumn(
        options=list(Colour.labels().values()), color=list(LIGHT_COLOURS.values()), width=72
    )
    own = {
        MEASURE: st.column_config.TextColumn(width=240),
        PLACE: st.column_config.NumberColumn(width=54, pinned=True),
        UNIT: st.column_config.TextColumn(width=max(map(_width, shown[UNIT])), pinned=True),
        LIGHT: lights,
        SCORE: st.column_config.NumberColumn(format="%.1f", width=62),
    }
    cell = tap_table(
        with_pills(shown), "comparison_table", columns | own, height=min(620, (len(shown) + 1) * ROW_HEIGHT)
    )
    st.caption(
        "点任一数字看算式、分子分母项目和依据条款，点单位看全部。承诺为全年计划投资，应完成为至填报月应完成的投资，"
        "完成为当年实际完成的投资；名次为空的不能排名。"
    )
    if cell:
        frame.open_page("comparison", **address(str(shown.index[cell[0]]), keys.get(cell[1])))


def _width(said: str) -> int:
    """Pixels in which a text is read whole: 14 for a Chinese sign, 9 for another."""
    return 22 + sum(9 if sign.isascii() else 14 for sign in said)


def with_pills(shown: pd.DataFrame) -> pd.DataFrame:
    """亮灯列 the lights as lists, which the table draws as coloured pills."""
    return pd.DataFrame(
        {name: shown[name].map(lambda said: [said]) if name == LIGHT else shown[name] for name in shown}
    )


def method(made: Comparison) -> None:
    """排名方法 formula, weights, clause, ties, and where the plan does not govern what is compared."""
    rule = made.rule
    if not governs(made.choice.plan, made.choice.parent, units()):
        st.info(f"{basis(rule.reference)}不适用于该区域，这里借用其排名办法，名次仅供参考，不产生结果运用。")
    st.markdown(f"**{rule.label}**:{rule.formula}。")
    table(
        ["分项指标", "权重", "计算公式", "目标", "依据条款"],
        [
            [part.label, number(weight), part.formula, value_words(part, made.on), basis(part.reference)]
            for part, weight in ((part, rule.options["parts"][part.key]) for part in made.parts)
        ],
        numeric=[1],
    )
    tail = [f"说明：{rule.note}"] if rule.note else []
    st.caption(
        "\n\n".join(
            [
                f"达标程度 = 实际 ÷ 目标 × 100，最低 0、最高 100；得分 = Σ(达标程度 × 权重) ÷ Σ权重。"
                f"得分四舍五入到 {rule.options.get('digits', 1)} 位小数，同分同名次，其后名次顺延（如 1、2、2、4）；"
                "开发区、市直及跨区域单列参加排名；各分项都不能计算的单位不排名。",
                f"依据：{basis(rule.reference)}。数据时点 {chinese_date(made.on)}。",
                *tail,
            ]
        )
    )


def file(viewer: Viewer, made: Comparison) -> bytes:
    """排名底稿 Excel: the ranking, every part with its working, and what the projects the viewer sees add to them."""
    notes = [
        f"数据时点：{chinese_date(made.on)}    比较范围：{units()['full_name'].get(made.choice.parent, '全国')}",
        f"排名办法：{plan(made.choice.plan).label}·{made.rule.label}    {made.rule.formula}",
        f"依据：{basis(made.rule.reference)}    {made.rule.note}",
    ]
    named = names(made)
    inputs_of = _inputs(visible(viewer, made), made, named)
    told = [*notes, "金额单位：万元；计数指标每个项目计 1；只列查看范围内的项目"]
    return workbook(
        [
            Sheet("排名", "区县比较排名", notes, ranked(made)),
            Sheet("分项计算", "得分分项计算表", notes, _parts(made, named)),
            Sheet("项目底稿", "逐项目分子分母底稿", told, inputs_of),
        ]
    )


def _parts(made: Comparison, named: Mapping[str, str]) -> pd.DataFrame:
    rows = []
    for place in made.places:
        for part in place.parts:
            pct = attainment_pct(part)
            rows.append(
                {
                    UNIT: named[place.unit],
                    PLACE: place.place,
                    SCORE: place.score,
                    "分项指标": part.label,
                    "权重": made.rule.options["parts"][part.key],
                    "分子": part.numerator,
                    "分母": part.denominator,
                    "结果": part.value,
                    "单位 ": part.unit,
                    "目标": part.target,
                    "达标程度(0–100)": pct,
                    "说明": part.na_reason or "",
                }
            )
    return pd.DataFrame(rows)


def _inputs(own: Book, made: Comparison, named: Mapping[str, str]) -> pd.DataFrame:
    frame = inputs(own, made)
    labels = {part.key: part.label for part in made.parts}
    shown = frame.rename(columns={"name": "项目", "code": "项目代码", "unit": UNIT}).assign(
        **{UNIT: frame["unit"].map(named)}
    )
    sides = {"numerator": "分子", "denominator": "分母"}
    keyed = {column: column.rpartition(".") for column in shown.columns if "." in column}
    shown = shown.rename(columns={column: f"{labels[key]}·{sides[side]}" for column, (key, _, side) in keyed.items()})
    amounts = shown.select_dtypes("number").columns
    shown[amounts] = shown[amounts].replace(0.0, np.nan)
    return shown[shown[amounts].notna().any(axis=1)].sort_values(UNIT, kind="stable")
