"""变更记录 the audit entries and report revisions of a project in plain Chinese."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from monitor.exchange.columns import words
from monitor.queries.dossier import Dossier
from monitor.terms import DocumentKind, Library, Stage
from monitor.ui.widgets import NONE, moment, nothing, number, table

ACTIONS: Mapping[str, str] = {
    "project.created": "新建项目",
    "project.updated": "修改项目",
    "project.imported": "导入项目",
    "report.added": "填报",
    "plan.added": "更新年度计划",
    "targets.added": "更新月度计划",
    "location.added": "更新位置",
    "footprint.added": "更新红线",
    "document.added": "收录材料",
}
"""操作 action of an audit entry -> words."""

TERMS = {"stage": Stage, "library": Library, "kind": DocumentKind}


def history(dossier: Dossier) -> None:
    """变更记录 the section of a dossier: who did what when, the latest first."""
    rows = _entries(dossier) + _revisions(dossier)
    if not rows:
        nothing("还没有变更记录。", "导入、填报和收录材料后,这里会逐条记录。")
        return
    rows.sort(key=lambda row: row[0], reverse=True)
    table(["时间", "办理人", "事项", "内容"], rows)


def described(details: Mapping[str, Any]) -> str:
    """变更内容 what an entry's details say, field by field."""
    changes = details.get("changes")
    if isinstance(changes, Mapping):
        return "\n".join(
            f"{_label(name)}:{_value(name, old)} → {_value(name, new)}" for name, (old, new) in changes.items()
        )
    said = [(name, details[name]) for name in ("title", "kind", "name", "file") if details.get(name)]
    return "\n".join(f"{_label(name)}:{_value(name, value)}" for name, value in said) or NONE


def _entries(dossier: Dossier) -> list[Sequence[str]]:
    return [
        (moment(row["at"]), row["actor"], ACTIONS.get(row["action"], row["action"]), described(row["details"]))
        for row in dossier.history
    ]


def _revisions(dossier: Dossier) -> list[Sequence[str]]:
    """Corrections of reports: what was said before, and why it was changed."""
    rows: list[Sequence[str]] = []
    reports = sorted(dossier.reports, key=lambda row: (row["year"], row["month"], row["revision"]))
    for before, after in pairwise(reports):
        if (before["year"], before["month"]) == (after["year"], after["month"]):
            figures = f"{number(before['year_investment_wan_yuan'])} → {number(after['year_investment_wan_yuan'])} 万元"
            reason = f"\n原因:{after['reason']}" if after["reason"] else ""
            said = f"{after['year']}年{after['month']}月累计完成投资:{figures}{reason}"
            rows.append((moment(after["reported_at"]), after["reported_by"], "更正填报", said))
    return rows


def _label(name: str) -> str:
    own = {"title": "标题", "kind": "类别", "file": "文件"}
    label: str = own.get(name) or words()["fields"].get(name, {}).get("label", name)
    return label


def _value(name: str, value: object) -> str:
    if value in (None, ""):
        return "(空)"
    if isinstance(value, bool):
        return "是" if value else "否"
    labels = TERMS[name].labels() if name in TERMS else {}
    return labels.get(str(value), str(value))
