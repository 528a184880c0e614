"""规则页 the list of rules, what changed between two days, and one rule: formula, values by date, clause, examples."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from monitor import indicators, lights, rules
from monitor.errors import Refusal
from monitor.indicators import consequences, ranking
from monitor.indicators.values import over_words
from monitor.messages import explain
from monitor.rules import Rule
from monitor.terms import Batch, Channel, Colour, ItemState, Library, ObligationStatus, Stage, Tag, Tier, UnitKind
from monitor.ui import frame
from monitor.ui.rule_words import KINDS, outcome_words, plan_label, population_words, until_words, value_words, words_of
from monitor.ui.why import basis
from monitor.ui.widgets import NONE, chinese_date, known_facts, nothing, table, tap_table
from monitor.workflow import channels, escalation, items, obligation, tasks

LIST_COLUMNS = ("方案", "类别", "规则", "取值", "适用范围", "依据文件", "条款", "需求行", "规则名")


def listed(shown: Sequence[Rule], on: date) -> pd.DataFrame:
    """规则清单 one row a rule: plan, kind, label, value on the day, population, document, clause, rows, name."""
    rows = [
        (
            plan_label(rule.plan),
            KINDS[rule.kind],
            rule.label,
            value_words(rule, on),
            population_words(rule.population),
            rule.reference.document,
            rule.reference.clause,
            "、".join(rule.rows),
            rule.name,
        )
        for rule in shown
    ]
    return pd.DataFrame(rows, columns=list(LIST_COLUMNS), index=[rule.name for rule in shown])


def matching(frame_of: pd.DataFrame, text: str, plan: str | None, kind: str | None) -> pd.DataFrame:
    """查找规则 rows of ``listed`` that hold every word of a text, of a plan and of a kind."""
    kept = frame_of
    for word in text.casefold().split():
        held = kept.apply(lambda row, word=word: word in " ".join(map(str, row)).casefold(), axis=1)
        kept = kept[held.to_numpy(bool)]
    for column, wanted in (("方案", plan), ("类别", kind)):
        kept = kept[kept[column] == wanted] if wanted else kept
    return kept


def in_force(on: date) -> None:
    """现行规则 draw the rules in force on a day, searchable; a tap opens one."""
    everything = listed(rules.in_force(on), on)
    search, plans, kinds = st.columns([4, 3, 3], vertical_alignment="bottom")
    text = search.text_input("查找", key="rules_text", placeholder="规则、条款、需求行（如 000-25）或方案")
    plan = plans.selectbox("方案", everything["方案"].unique(), None, key="rules_plan", placeholder="全部方案")
    kind = kinds.selectbox("类别", everything["类别"].unique(), None, key="rules_kind", placeholder="全部类别")
    found = matching(everything, text, plan, kind)
    st.caption(f"{chinese_date(on)}施行的规则 {len(everything)} 条，列出 {len(found)} 条。点任一行看公式、取值和算例。")
    if found.empty:
        nothing("没有符合条件的规则。", "请换一个词，或清除方案、类别。")
        return
    columns = {
        "适用范围": st.column_config.TextColumn(width=300),
        "规则": st.column_config.TextColumn(width=260, pinned=True),
        "条款": st.column_config.TextColumn(width=420),
    }
    if cell := tap_table(found, "rules_table", columns, rows=12):
        open_rule(str(found.index[cell[0]]))


def open_rule(name: str) -> None:
    """打开规则 go to the page of one rule; the day stays."""
    frame.open_page("rules", rule=name, as_of=frame.as_of().isoformat())


def changes(before: date, after: date) -> None:
    """规则变化 draw what changed between two days."""
    found = rules.changed(before, after)
    if not found:
        nothing(f"{chinese_date(before)}至{chinese_date(after)}之间，没有规则变化。")
        return
    st.caption(f"{chinese_date(before)}至{chinese_date(after)}，变化 {len(found)} 条。")
    table(
        ["方案", "规则", f"{before} 取值", f"{after} 取值", "依据条款"],
        [
            [plan_label(rule.plan), rule.label, words_of(old, rule), words_of(new, rule), basis(rule.reference)]
            for rule, old, new in found
        ],
    )


def show(rule: Rule, on: date) -> None:
    """单条规则 draw one rule."""
    frame.link("← 返回规则", "rules", as_of=on.isoformat())
    st.header(f"{rule.label}")
    known_facts(said(rule, on))
    st.subheader("各时期取值")
    table(
        ["自", "至", "取值"],
        [[period.since.isoformat(), until_words(period.until), words_of(period.value, rule)] for period in rule.values],
    )
    if rule.outcomes:
        st.subheader("判定结果")
        table(
            ["结果", "亮灯", "说明"],
            [[key, made.colour.label, outcome_words(made.text)] for key, made in rule.outcomes.items()],
        )
    st.subheader("算例核对")
    examples(rule)
    st.caption(f"规则文件 {rule.file}。规则以数据文件维护，本页只读。")


def said(rule: Rule, on: date) -> list[tuple[str, str]]:
    """规则说明 pairs of term and words."""
    parts = {part.key: part.label for part in rules.pack(rule.plan)} if rule.kind == "ranking" else {}
    weights: Mapping[str, Any] = rule.options.get("parts", {})
    rows = [
        ("方案", plan_label(rule.plan)),
        ("类别", KINDS[rule.kind]),
        ("计算公式", rule.formula or NONE),
        ("适用范围", population_words(rule.population)),
        ("分母口径", over_words(rule)),
        ("当日取值", f"{value_words(rule, on)}({chinese_date(on)})"),
        ("完成时限", rule.due or NONE),
        ("力争目标", NONE if rule.stretch is None else f"{rule.stretch:g}{rule.unit}"),
        ("分项和权重", "、".join(f"{parts.get(key, key)} {weight}" for key, weight in weights.items())),
        ("依据文件", rule.reference.document),
        ("条款", rule.reference.clause),
        ("原文地址", rule.reference.url or NONE),
        ("需求行", "、".join(rule.rows) or NONE),
        ("说明", rule.note),
    ]
    return [(term, words) for term, words in rows if words not in ("", NONE)]


CHECKED: Mapping[str, Callable[[Rule], None]] = {
    "indicator": lambda rule: indicators.check_examples(rule, rules.pack(rule.plan)),
    "ranking": ranking.check_ranking,
    "consequence": consequences.check_examples,
    "obligation": obligation.check_examples,
    "task": tasks.check_examples,
    "channel": channels.check_examples,
    "checklist": items.check_examples,
    "escalation": escalation.check_examples,
    "check": lights.check_examples,
    "district": lights.check_examples,
}
"""算例核对 kind of a rule -> what works its examples out."""


def checked(rule: Rule) -> str:
    """算例核对 what working out the examples of a rule says: empty where they hold, else what differs."""
    try:
        CHECKED[rule.kind](rule)
    except Refusal as refusal:
        return explain(refusal)
    return ""


def examples(rule: Rule) -> None:
    """画算例 the worked examples as they stand in the file, and whether they hold."""
    wrong = checked(rule)
    (st.error if wrong else st.success)(wrong or f"{len(rule.examples)} 个算例已逐一重算，结果与规则文件一致。")
    table(
        ["序号", "日期", "已知", "应得结果"],
        [
            [str(place), str(example["on"]), words(example["given"]), words(example["expect"])]
            for place, example in enumerate(rule.examples, start=1)
        ],
    )


TERMS: Mapping[str, str] = {
    "projects": "项目", "statistics": "录入统计", "count": "项目数", "stage": "阶段", "library": "项目库",
    "batch": "年度安排", "tiers": "层级", "lists": "清单", "tags": "标签", "sector": "行业", "funds": "资金",
    "unit_kind": "填报单元", "planned_start_on": "计划开工", "started_on": "实际开工", "resumed_on": "复工",
    "planned_completion_on": "计划竣工", "completed_on": "竣工", "production_on": "投产",
    "statistics_entry_on": "入统", "signed_on": "签约", "total_investment_wan_yuan": "总投资（万元）",
    "annual_plan_wan_yuan": "年度计划（万元）", "plan_to_date_wan_yuan": "累计月度计划（万元）",
    "target_at_report_wan_yuan": "填报月累计计划（万元）", "year_investment_wan_yuan": "当年完成（万元）",
    "due_by_report_wan_yuan": "截至填报月应完成（万元）", "base_investment_wan_yuan": "上年同期完成（万元）",
    "before_quarter_wan_yuan": "季初累计完成（万元）", "due_wan_yuan": "应完成（万元）",
    "done_wan_yuan": "已完成（万元）",
    "base_wan_yuan": "上年同期（万元）", "previous_due_wan_yuan": "上月应完成（万元）",
    "previous_done_wan_yuan": "上月已完成（万元）", "fund_issued_wan_yuan": "资金下达（万元）",
    "public_planned_wan_yuan": "财政性资金安排（万元）", "public_issued_wan_yuan": "财政性资金下达（万元）",
    "ready_to_start": "具备开工条件", "fund_paid_wan_yuan": "资金支付（万元）",
    "physical_pct": "形象进度(%)", "report_month": "最新填报月",
    "was_reserve": "年初在储备库", "start_delay_reason": "未开工原因", "planned_growth_pct": "计划增速(%)",
    "period": "填报期", "reported_on": "填报日", "value": "结果", "met": "是否达标", "numerator": "分子",
    "denominator": "分母", "target": "目标", "key": "分项", "colour": "亮灯", "outcome": "判定", "status": "填报状态",
    "due_on": "应报日", "late_days": "逾期天数",
    "channels": "调度渠道", "planned_on": "时限", "done_on": "完成日", "state": "事项状态", "overdue_days": "逾期天数",
    "wanted": "应列手续（项）",
}  # fmt: skip
"""算例用语 keys of examples -> Chinese; names of units stand as they are."""

VALUES: Mapping[str, str] = {
    key: label
    for term in (Stage, Library, Batch, Tier, Tag, UnitKind, Colour, ObligationStatus, Channel, ItemState)
    for key, label in term.labels().items()
}
"""取值 stored keys -> Chinese labels."""


def words(held: Any) -> str:
    """算例文字 nested values of an example as lines of words."""
    if isinstance(held, Mapping):
        return "，".join(f"{TERMS.get(str(key), key)}：{words(value)}" for key, value in held.items())
    if isinstance(held, list | tuple):
        return "\n".join(
            f"{place}. {words(value)}" if len(held) > 1 else words(value) for place, value in enumerate(held, 1)
        )
    if isinstance(held, bool):
        return "是" if held else "否"
    return "不能计算" if held is None else VALUES.get(str(held), str(held))
