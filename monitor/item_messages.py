"""清单提示语 sentences of the lines of a project's list (001-22); part of the one table in monitor.messages."""

from collections.abc import Mapping

ITEMS: Mapping[str, str] = {
    "item.before_opened": "“{label}”{value} 早于“{first}”{opened}，请核对两个日期。",
    "item.changed_meanwhile": "该事项已由 {by} 修改（第 {revision} 次），请刷新后核对再改。",
    "item.in_future": "“{label}”{value} 晚于今天（{today}），尚未发生的请填时限。",
    "item.no_holder": "没有写明“{name}”的责任单位，方案要求明确责任单位，请补上。",
    "item.no_name": "没有填写“{label}”，请补上。",
    "item.not_found": "没有找到该清单事项，可能已被撤回，请刷新页面后重试。",
    "item.nothing_to_undo": "该事项之后又有修改，不能撤销，请刷新后直接修改。",
    "item.project_day": "“{name}”时间在项目档案中登记（计划和实际日期），请在项目表或月度填报中修改，不另列节点。",
    "item.repeated": "“{name}”已在该项目清单中，请修改原有事项。",
    "item.role_looks_only": "角色“{role}”只能查看，不能改动清单；请由区县填报员或管理员办理。",
    "item.unknown_kind": "没有“{value}”这一类清单事项，请在{options}中选择。",
    "item_sheet.not_one": "文件“{file}”不是台账工作簿（找不到手续、节点、问题措施三张表），"
    "请在“项目库”的清单台账下载后填写。",
    "item_sheet.other_name": "系统编号 {key} 的项目应为“{name}”，表中写的是“{written}”，请勿改动编号和名称。",
    "item_sheet.unknown_item": "事项编号 {number} 不在该项目的清单中，请勿改动编号；新增事项的编号留空。",
    "item_sheet.unknown_kind": "工作表“{value}”不是清单事项，已跳过；清单事项在{options}三张表中。",
    "item_sheet.unknown_project": "系统编号“{key}”没有对应的项目，或该项目不在您的查看范围内，请重新下载台账。",
}
"""code -> sentence with named places for its parameters."""
