"""一项一档 the sections of a dossier on the screen, in the order in which they are read and printed."""

import math
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from html import escape
from typing import Any

import streamlit as st

from monitor.errors import NotFound
from monitor.model import Reason
from monitor.queries.dossier import Dossier, latest
from monitor.rules.library import get
from monitor.terms import Batch, Duty, FundSource, Library, Stage, Term, Tier
from monitor.ui import cascade
from monitor.ui.charts import NOTHING, annual_plan_wan_yuan, months_of, s_curve
from monitor.ui.widgets import (
    NONE,
    chinese_date,
    day,
    known_facts,
    light,
    missing,
    moment,
    money,
    nothing,
    number,
    percent,
    table,
)
from monitor.workflow.cascade import YearPlan

DAYS = {
    "planned_start_on": "计划开工",
    "started_on": "实际开工",
    "resumed_on": "复工",
    "planned_completion_on": "计划竣工",
    "completed_on": "实际竣工",
    "production_on": "投产",
    "statistics_entry_on": "入统",
}


def header(dossier: Dossier, judged: Mapping[str, Any], as_of: date) -> None:
    """档案首部 name, light, place and sample flag, and under them why the light is as it is."""
    project = dossier.project
    sample = '<span class="palmmap-sample">示例</span>' if project["is_sample"] else ""
    where = " / ".join(dossier.units)
    st.html(
        f'<header class="palmmap-dossier"><h1>{escape(project["name"])}{sample}</h1>'
        f"<p>{light(str(judged['colour']))}<span>{escape(where)}</span>"
        f"<span>{Stage.labels()[project['stage']]}</span><span>数据时点 {chinese_date(as_of)}</span></p></header>"
    )
    reasons(judged["reasons"])


def reasons(found: Iterable[Reason]) -> None:
    """亮灯原因 every finding with value, threshold, rule and the clause it stands on."""
    items = "".join(
        f"<li>{light(reason.colour)}<div><p>{escape(reason.text)}</p>"
        f'<p class="basis">{escape(basis(reason))}</p></div></li>'
        for reason in found
    )
    st.html(f'<ul class="palmmap-reasons">{items}</ul>')


def basis(reason: Reason) -> str:
    """判定依据 value, threshold, rule and clause of a finding in one line."""
    parts = []
    if not missing(reason.value):
        parts.append(f"实际值 {_shown(reason.value)}")
    if not missing(reason.threshold):
        parts.append(f"限值 {_shown(reason.threshold)}")
    parts.append(f"规则 {rule_label(reason.rule)}")
    if reason.reference:
        parts.append(f"依据 {reason.reference.document} {reason.reference.clause}")
    return "    ".join(parts)


def rule_label(name: str) -> str:
    """规则名称 Chinese label of a rule such as ``yinchuan/start``; the name itself where there is none."""
    try:
        return get(name).label
    except NotFound:
        return name


def basics(dossier: Dossier) -> None:
    """基本情况 code, investment, dates, contents and where the record comes from."""
    project = dossier.project
    known_facts(
        [
            ("项目代码", project["code"] or NONE),
            ("行业", project["sector"] or NONE),
            ("项目库", _label(Library, project["library"])),
            ("总投资", money(project["total_investment_wan_yuan"])),
            ("建设地点", project["address"] or NONE),
            *((label, day(project[name])) for name, label in DAYS.items()),
        ]
    )
    if project["content"]:
        known_facts([("建设内容", project["content"])])
    _source(dossier)


def _source(dossier: Dossier) -> None:
    project = dossier.project
    notes = [str(value) for value in project["extra"].values() if isinstance(value, str) and value]
    title, url = project["source_title"], project["source_url"]
    if url and str(url).startswith(("http://", "https://")):
        shown = f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{escape(title or url)}</a>'
    else:
        shown = escape(title or ("演示数据" if project["is_sample"] else "导入的项目表"))
    said = f"。备注：{escape('；'.join(notes))}" if notes else ""
    st.html(f'<p class="palmmap-source">资料来源：{shown}{said}</p>')


def lists(dossier: Dossier) -> None:
    """列入清单 lists with year, tier and kind of the year; a project counts once, in however many lists it stands."""
    if not dossier.lists:
        nothing("未列入任何项目清单。")
        return
    rows = (
        (f"{row['year']}年", row["label"], _label(Tier, row["tier"]), _label(Batch, row["batch"]))
        for row in dossier.lists
    )
    table(["年度", "清单", "层级", "年度安排"], rows)


def duties(dossier: Dossier) -> None:
    """责任分工 who does what."""
    if not dossier.duties:
        nothing("没有登记责任单位。", "请在导入表中补充“责任单位”“包抓领导”等列。")
        return
    rows = ((_label(Duty, row["duty"]), row["holder"], row["title"] or NONE) for row in dossier.duties)
    table(["职责", "单位或人员", "职务"], rows)


def progress(dossier: Dossier, as_of: date) -> None:
    """计划与完成 S-curve and month by month table of the year, and the years before."""
    year = as_of.year
    annual = annual_plan_wan_yuan(dossier, year)
    chart = s_curve(dossier, as_of)
    if chart is None:
        nothing(f"{year}年没有计划，也没有填报。", "请导入年度计划和月度填报；也可在项目库换一个数据时点。")
    else:
        st.altair_chart(chart, theme=None)
        _months(dossier, year, annual)
    _years(dossier)


def _months(dossier: Dossier, year: int, annual: float | None) -> None:
    rows = []
    for month in months_of(dossier, year):
        report = month.report or NOTHING
        rate = None if month.done is None or not annual else month.done / annual * 100
        said = (number(month.plan), number(month.done), percent(rate), percent(report["physical_pct"]))
        corrected = f"{report['revision'] - 1} 次" if month.report and report["revision"] > 1 else NONE
        rows.append(
            (f"{month.month}月", *said, number(report["paid_wan_yuan"]), moment(report["reported_at"]), corrected)
        )
    headings = [
        "月份",
        "累计计划（万元）",
        "累计完成（万元）",
        "完成率",
        "形象进度",
        "累计支付（万元）",
        "上报时间",
        "更正",
    ]
    st.markdown(f"**{year}年逐月数据**(年度计划 {money(annual)})")
    table(headings, rows, numeric=range(1, 6))
    _latest_words(dossier)


def targets(dossier: Dossier, plans: Mapping[int, YearPlan], as_of: date) -> None:
    """目标分解 the project's target of the year down to the day, with the gap at each level (001-16)."""
    plan = plans.get(int(dossier.project["id"]))
    if plan is None:
        return
    told = [report for report in latest(dossier.reports, "year", "month") if report["year"] == as_of.year]
    done = next((report["year_investment_wan_yuan"] for report in reversed(told) if report["month"] <= as_of.month), 0)
    st.markdown("**目标分解**（以天保周、以周保月、以月保季、以季保年）")
    cascade.targets(plan, Decimal(str(done or 0)), as_of)


def _latest_words(dossier: Dossier) -> None:
    words = (("进展情况", "progress_text"), ("存在问题", "problem_text"), ("更正原因", "reason"))
    for last in latest(dossier.reports, "year", "month")[-1:]:
        when = f"{last['year']}年{last['month']}月"
        known_facts([(f"{label}({when})", last[name]) for label, name in words if last[name]])


def _years(dossier: Dossier) -> None:
    plans = latest(dossier.plans, "year")
    if len(plans) < 2:
        return
    done = {report["year"]: report["year_investment_wan_yuan"] for report in latest(dossier.reports, "year", "month")}
    rows = []
    for plan in plans:
        planned, reached = plan["investment_wan_yuan"], done.get(plan["year"])
        rate = None if reached is None or not planned else reached / planned * 100
        rows.append((f"{plan['year']}年", number(planned), number(reached), percent(rate)))
    table(["年度", "计划（万元）", "完成（万元）", "完成率"], rows, numeric=range(1, 4))


def funding(dossier: Dossier) -> None:
    """资金 planned, issued and paid by source and year, with the sum."""
    if not dossier.funding:
        nothing("没有登记资金来源。", "请在导入表中补充“中央预算内投资”“地方政府专项债券”等列。")
        return
    columns = ("planned_wan_yuan", "issued_wan_yuan", "paid_wan_yuan")
    rows = [
        (f"{row['year']}年", _label(FundSource, row["source"]), *(number(row[name]) for name in columns))
        for row in dossier.funding
    ]
    totals = ([row[name] for row in dossier.funding if row[name] is not None] for name in columns)
    rows.append(("合计", "", *(number(math.fsum(stated)) if stated else NONE for stated in totals)))
    table(["年度", "资金来源", "计划（万元）", "下达（万元）", "支付（万元）"], rows, numeric=range(2, 5))


def _label(term: type[Term], key: str | None) -> str:
    return term.labels().get(key or "", NONE)


def _shown(value: float | str | None) -> str:
    return number(value) if isinstance(value, (int, float)) else str(value)
