"""变更记录 the audit entries and report revisions of a project in plain Chinese."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from monitor.exchange.columns import words
from monitor.formats import signature
from monitor.queries.dossier import Dossier
from monitor.terms import (
    Batch,
    Confidence,
    DocumentKind,
    Duty,
    FundSource,
    ImageryDecision,
    ItemKind,
    Library,
    Stage,
    Term,
    Tier,
)
from monitor.ui.situations import list_labels
from monitor.ui.widgets import NONE, moment, nothing, number, table
from monitor.workflow.items import labels as item_labels

ACTIONS: Mapping[str, str] = {
    "project.created": "新建项目",
    "project.updated": "修改项目",
    "document.added": "收录材料",
    "report.submitted": "报送填报",
    "report.corrected": "更正填报",
    "imagery.decided": "影像核查处理",
    "problem.closed": "督办办结",
    "item.added": "登记清单事项",
    "item.changed": "修改清单事项",
    "item.withdrawn": "撤回清单事项",
}
"""操作 action of an audit entry -> words."""

PARTS: Mapping[str, str] = {
    "list_entry": "清单",
    "funding": "资金",
    "annual_plan": "年度计划",
    "month_target": "月度计划",
    "report": "填报",
    "project_location": "位置",
    "project_footprint": "红线",
    "project_duty": "责任分工",
}
"""部分 part of a project that a change belongs to -> words."""

FIELDS: Mapping[str, str] = {
    "unit_code": "填报单元",
    "investment_wan_yuan": "计划投资（万元）",
    "stretch_wan_yuan": "力争投资（万元）",
    "cumulative_wan_yuan": "累计计划（万元）",
    "year_investment_wan_yuan": "累计完成投资（万元）",
    "paid_wan_yuan": "累计支付（万元）",
    "planned_wan_yuan": "计划（万元）",
    "issued_wan_yuan": "下达（万元）",
    "geometry": "图形",
    "area_m2": "面积（平方米）",
    "adcodes": "所在区县",
    "confidence": "可信度",
    "method": "定位方式",
    "datum": "坐标系",
    "notes": "说明",
    "stated": "填报的位置",
    "holders": "单位或人员",
    "extra": "其他列",
}
"""字段 column of the store -> words, where the sheets' own headers (exchange.columns) do not have it."""

TERMS: Mapping[str, type[Term]] = {
    "stage": Stage,
    "library": Library,
    "tier": Tier,
    "batch": Batch,
    "confidence": Confidence,
    "source": FundSource,
    "duty": Duty,
}
CHANGES_SHOWN = 12


def history(dossier: Dossier) -> None:
    """变更记录 the section of a dossier: who did what when, the latest first."""
    rows = _entries(dossier) + _revisions(dossier)
    if not rows:
        nothing("还没有变更记录。", "导入、填报和收录材料后，这里会逐条记录。")
        return
    rows.sort(key=lambda row: row[0], reverse=True)
    table(["时间", "办理人", "事项", "内容"], rows)


def described(action: str, details: Mapping[str, Any]) -> str:
    """变更内容 what an entry's details say, field by field."""
    lines: list[str] = []
    if action == "document.added":
        kind = DocumentKind.labels().get(str(details.get("kind")), "")
        lines.append(f"{details.get('title', NONE)}({kind})")
    elif action.startswith("item."):
        lines += _item_lines(details)
    elif action == "imagery.decided":
        lines.append(f"{ImageryDecision.labels()[details['decision']]}：{details['note'] or NONE}")
    elif action == "problem.closed":
        lines.append(str(details["note"]))
    elif action != "project.created":
        changes = [(name, old, new) for name, (old, new) in details.get("changes", {}).items() if name != "extra"]
        lines += [f"{_label(name)}：{_value(name, old)} → {_value(name, new)}" for name, old, new in changes]
        if len(lines) > CHANGES_SHOWN:
            lines[CHANGES_SHOWN:] = [f"……另有 {len(lines) - CHANGES_SHOWN} 处"]
    if details.get("file"):
        row = f"第 {details['row']} 行" if details.get("row") else ""
        lines.append(f"来自文件“{details['file']}”{row}")
    return "\n".join(lines) or NONE


def _item_lines(details: Mapping[str, Any]) -> list[str]:
    """A line of the project's list, and what was changed of it."""
    said = item_labels(str(details["kind"]))
    changes = {name: pair for name, pair in details["changes"].items() if name in said and name != "name"}
    told = [f"{said[name]}：{_value(name, old)} → {_value(name, new)}" for name, (old, new) in changes.items()]
    return [f"{ItemKind.labels()[details['kind']]}“{details['name']}”", *told]


def _entries(dossier: Dossier) -> list[Sequence[str]]:
    return [
        (
            moment(row["at"]),
            _actor(row),
            ACTIONS.get(row["action"], row["action"]),
            described(row["action"], row["details"]),
        )
        for row in dossier.history
    ]


def _actor(row: Mapping[str, Any]) -> str:
    """The account, or the person who signed where one did."""
    signed_by = row["details"].get("signed_by")
    return signature(row["actor"], signed_by) if signed_by else str(row["actor"])


def _revisions(dossier: Dossier) -> list[Sequence[str]]:
    """Corrections of reports: what was said before, and why it was changed."""
    rows: list[Sequence[str]] = []
    reports = sorted(dossier.reports, key=lambda row: (row["year"], row["month"], row["revision"]))
    for before, after in pairwise(reports):
        if (before["year"], before["month"]) == (after["year"], after["month"]):
            figures = f"{number(before['year_investment_wan_yuan'])} → {number(after['year_investment_wan_yuan'])} 万元"
            reason = f"\n原因：{after['reason']}" if after["reason"] else ""
            said = f"{after['year']}年{after['month']}月累计完成投资：{figures}{reason}"
            rows.append((moment(after["reported_at"]), after["reported_by"], "更正填报", said))
    return rows


def _label(name: str) -> str:
    """Words for a field such as ``stage`` or ``month_target.2024.3.cumulative_wan_yuan``."""
    *keys, column = name.split(".")
    label: str = FIELDS.get(column) or words()["fields"].get(column, {}).get("label", column)
    if not keys:
        return label
    numbers = [key for key in keys[1:] if key.isdecimal()]
    when = "".join(f"{key}{unit}" for key, unit in zip(numbers, ("年", "月"), strict=False))
    others = "".join(_term(key) for key in keys[1:] if not key.isdecimal())
    return f"{PARTS.get(keys[0], keys[0])} {when}{others} {label}"


def _term(key: str) -> str:
    for term in (FundSource, Duty):
        if key in term.labels():
            return term.labels()[key]
    return list_labels().get(key, key)


def _value(name: str, value: object) -> str:
    if value in (None, "", [], {}):
        return "(空)"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(map(str, value))
    if isinstance(value, dict):
        return "；".join(f"{key}：{held}" for key, held in value.items())
    column = name.rpartition(".")[2]
    labels = TERMS[column].labels() if column in TERMS else {}
    return labels.get(str(value), str(value))
