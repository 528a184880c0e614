"""规则文字 what a rule says, in words that an official reads."""

import re
from collections.abc import Mapping
from datetime import date

from monitor.indicators.values import judged_on
from monitor.rules import Population, Rule, preset_keys
from monitor.rules import plan as plan_of
from monitor.rules.rule import Value
from monitor.ui.situations import list_labels
from monitor.ui.widgets import NONE, number

KINDS: Mapping[str, str] = {
    "indicator": "指标",
    "check": "项目亮灯",
    "district": "区县亮灯",
    "escalation": "督办升级",
    "obligation": "填报时限",
    "ranking": "排名",
    "consequence": "结果运用",
    "task": "任务",
    "channel": "调度渠道",
    "checklist": "清单要求",
}
"""规则类别 kind of a rule -> Chinese."""

DIRECTIONS: Mapping[str, str] = {
    "at_least": "不低于 ",
    "more_than": "高于 ",
    "at_most": "不高于 ",
    "exactly": "等于 ",
    "none": "",
}
"""达标方向 how a value meets its target."""

LIMITS: Mapping[str, str] = {
    "places": "名数",
    "below": "得分低于",
    "red": "红灯",
    "yellow": "黄灯",
    "stale_months": "未更新月数",
    "year_end_pct": "年底比例(%)",
    "months": "月数",
    "due_day": "报送截止日（每期第几日）",
    "due_weekday": "报送截止日（星期几）",
    "close_day": "每月关账日",
    "counts_from_day": "自每月几日起算",
    "overdue_days": "逾期天数",
    "soon_days": "临期天数",
    "value": "取值",
}
"""取值名称 named limits of a rule's value -> Chinese."""

PRESETS: Mapping[str, str] = {
    "yinchuan": "银川亮灯预设",
    "sanya": "三亚亮灯预设",
    "tianjin": "天津亮灯预设",
    "huating": "华亭预设",
    "imagery": "影像核查（各预设共用）",
}
FOREVER = 9999


def plan_label(key: str) -> str:
    """方案名称 label of a plan or a light preset."""
    return PRESETS.get(key, key) if key in preset_keys() else plan_of(key).label


def value_words(rule: Rule, on: date) -> str:
    """当日取值 the rule's value on a day in words; a dash where it has none."""
    period = rule.period_on(on)
    return NONE if period is None else words_of(period.value, rule)


def words_of(value: Value | None, rule: Rule) -> str:
    """取值文字 a value in words: number with direction and unit, several named limits, or the word it is."""
    if value is None:
        return "未施行"
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return "，".join(f"{LIMITS.get(name, name)} {held}" for name, held in value.items())
    return f"{DIRECTIONS[rule.direction]}{number(value)}{rule.unit}"


def due_words(rule: Rule, on: date) -> str:
    """完成时限 the date by which the value is due, in brackets; empty where there is none."""
    due = judged_on(rule, on)
    return "" if due is None else f",{due.year}年{due.month}月{due.day}日前完成"


def population_words(population: Population) -> str:
    """适用范围 the population in words, lists by their names."""
    labels = list_labels()
    values = {
        column: tuple(labels.get(key, key) for key in wanted) if column == "lists" else wanted
        for column, wanted in population.values.items()
    }
    return Population(values, population.minimum).words()


def until_words(until: date) -> str:
    """有效期止 last day of a period; 长期 where none is stated."""
    return "长期" if until.year == FOREVER else until.isoformat()


FIGURES: Mapping[str, str] = {
    "value": "实际值",
    "threshold": "限值",
    "month": "填报月",
    "completed_pct": "完成率",
    "expected_pct": "序时进度",
    "planned": "计划开工月",
    "delay_reason": "原因",
    "done": "完成额",
    "due": "应完成",
    "issued": "下达额",
    "paid": "已支付",
    "before": "上月数",
    "average": "平均增速",
    "opened": "确认日",
    "closed": "办结日",
    "finding": "影像结论",
}
"""句中的数 named places in the sentences of outcomes -> Chinese."""


def outcome_words(text: str) -> str:
    """判定说明 sentence of an outcome with the names of its figures, e.g. 落后序时进度【实际值】个百分点."""
    return re.sub(r"\{(\w+)(?::[^}]*)?\}", lambda found: f"【{FIGURES.get(found[1], found[1])}】", text)
