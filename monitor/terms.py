"""术语 controlled terms with their official Chinese labels."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Self


class Term(StrEnum):
    """术语基类 a stored English key that knows its Chinese label.

    Members are declared as ``KEY = "key", "中文"``.
    """

    label: str

    def __new__(cls, key: str, label: str) -> Self:
        """Make a member whose value is the key and whose label is the Chinese term."""
        member = str.__new__(cls, key)
        member._value_ = key
        member.label = label
        return member

    @classmethod
    def labels(cls) -> dict[str, str]:
        """键到中文 mapping from key to Chinese label, in declared order."""
        return {member.value: member.label for member in cls}

    @classmethod
    def of_label(cls, label: str) -> Self | None:
        """按中文取值 member with this Chinese label (or key), or None."""
        return next((member for member in cls if label in (member.label, member.value)), None)


class UnitKind(Term):
    """填报单元类型 kind of reporting unit (districts, and units that are no district)."""

    PROVINCE = "province", "省级"
    CITY = "city", "市级"
    COUNTY = "county", "县级"
    ZONE = "zone", "开发区"
    BUCKET = "bucket", "市直及跨区域"


class Stage(Term):
    """项目阶段 stage of a project; the value is the OC4IDS status it maps to, refined.

    Source: OC4IDS 0.9.5 codelist projectStatus.
    """

    RESERVE = "identification", "谋划储备"
    PREPARATION = "preparation", "前期"
    CONSTRUCTION = "implementation", "在建"
    COMPLETED = "completion", "竣工"
    PRODUCTION = "completed", "投产达效"
    SUSPENDED = "suspended", "停工"
    CANCELLED = "cancelled", "取消"


class Batch(Term):
    """年度安排 how a project stands in a year's list (002-07: 续建、新建、预备)."""

    CONTINUED = "continued", "续建"
    NEW = "new", "新建"
    PREPARED = "prepared", "预备"
    COMPLETING = "completing", "计划竣工"


class Tier(Term):
    """项目层级 who set the project (000-09: 省定省管、省定市管、市级)."""

    NATIONAL = "national", "国家级"
    PROVINCE = "province", "省定省管"
    PROVINCE_CITY = "province_city", "省定市管"
    CITY = "city", "市级"
    COUNTY = "county", "县级"


class Library(Term):
    """项目库 which of the three libraries holds the project (000-07, 000-08, 000-09)."""

    RESERVE = "reserve", "储备库"
    ANNUAL = "annual", "年度建设库"
    KEY = "key", "重点工程库"


class Duty(Term):
    """职责 duty of a unit or person towards a project."""

    LEAD = "lead", "牵头单位"
    RESPONSIBLE = "responsible", "责任单位"
    BUILDER = "builder", "建设单位"
    SPONSOR = "sponsor", "包抓领导"
    TASK_FORCE = "task_force", "工作专班"
    ASSISTANT = "assistant", "配合单位"
    CONTACT = "contact", "联系人"


class Tag(Term):
    """标签 what a project is counted as besides its sector (000-04, 000-09)."""

    SIX_NEW = "six_new", "六新"
    TWO_NEW_ONE_HEAVY = "two_new_one_heavy", "两新一重"


class TaskState(Term):
    """任务状态 where a task of a plan stands on a day (002-15, 003-11)."""

    NOT_YET = "not_yet", "未开始"
    UNDER_WAY = "under_way", "进行中"
    ENDED = "ended", "已到时限"


class FundSource(Term):
    """资金来源 source of funds (000-27, 001-04..08, 002-09)."""

    CENTRAL_BUDGET = "central_budget", "中央预算内投资"
    SPECIAL_BOND = "special_bond", "地方政府专项债券"
    TREASURY_BOND = "treasury_bond", "增发国债"
    PROVINCIAL = "provincial", "省级资金"
    LOCAL_BUDGET = "local_budget", "本级财政资金"
    POLICY_FINANCE = "policy_finance", "政策性开发性金融工具"
    LOAN = "loan", "银行贷款"
    CORPORATE_BOND = "corporate_bond", "企业债券"
    SELF_RAISED = "self_raised", "企业自筹"
    OTHER = "other", "其他资金"


class Colour(Term):
    """亮灯 light of a project or a district; grey is "cannot be judged", never green."""

    RED = "red", "红灯"
    YELLOW = "yellow", "黄灯"
    GREEN = "green", "绿灯"
    GREY = "grey", "灰灯"


LIGHT_COLOURS: Mapping[str, str] = {
    Colour.RED: "#c62828",
    Colour.YELLOW: "#e0a100",
    Colour.GREEN: "#2e7d32",
    Colour.GREY: "#7a8694",
}
LIGHT_SHAPES: Mapping[str, str] = {Colour.RED: "▲", Colour.YELLOW: "◆", Colour.GREEN: "●", Colour.GREY: "■"}
"""亮灯符号 lights are told apart by shape and word as well as by colour."""


class Confidence(Term):
    """位置可信度 how far a location can be trusted."""

    EXACT = "exact", "坐标准确"
    TOWNSHIP = "township", "乡镇级近似"
    COUNTY = "county", "县级近似"
    UNSURE = "unsure", "不能确定"
    NONE = "none", "无位置"


class DocumentKind(Term):
    """档案类别 kind of document in a dossier (OC4IDS documentType)."""

    APPROVAL = "approval", "批复文件"
    PROGRESS_PHOTO = "illustration", "现场照片"
    PROGRESS_REPORT = "physicalProgressReport", "进度报告"
    COMPLETION = "completionCertificate", "竣工验收"
    CONTRACT = "contractSigned", "合同"
    OTHER = "other", "其他"


class Role(Term):
    """角色 role of a viewer."""

    LEADER = "leader", "领导"
    INSPECTOR = "inspector", "核查员"
    DISTRICT = "district", "区县"
    OPERATOR = "operator", "管理员"


class Span(Term):
    """时段 length of time of targets and obligations, from the longest to the shortest (001-16)."""

    YEAR = "year", "年"
    QUARTER = "quarter", "季"
    MONTH = "month", "月"
    WEEK = "week", "周"
    DAY = "day", "日"


class ObligationStatus(Term):
    """填报状态 how an obligation to report stands (002-11)."""

    LATE = "late", "逾期未报"
    DUE = "due", "待报"
    UNKNOWN = "unknown", "时限不能确定"
    DONE_LATE = "done_late", "迟报"
    DONE = "done", "已报"


class ConsequenceDecision(Term):
    """结果运用决定 what a person decided on a consequence that a clause proposes (000-25, 000-32, 002-16, 003-12)."""

    CONFIRMED = "confirmed", "已确认"
    WAIVED = "waived", "不予执行"


class ImageryFinding(Term):
    """影像研判结论 what an image shows against the report (X-03); the keys are geo.verdict.Finding's."""

    CONSISTENT = "consistent", "与填报一致"
    AHEAD = "ahead", "快于填报"
    BEHIND = "behind", "慢于填报"
    NO_ACTIVITY = "no_visible_activity", "未见施工"
    UNUSABLE = "imagery_unusable", "影像不可用"


class ImageryStage(Term):
    """影像所见阶段 stage of works an image shows; the keys are geo.verdict's."""

    UNTOUCHED = "untouched", "未动工"
    EARTHWORK = "earthwork", "土方施工"
    STRUCTURE = "structure", "主体建设"
    WORKS = "works", "施工（阶段不明）"
    UNKNOWN = "unknown", "不能判断"


class ImageryEvidence(Term):
    """影像证据 figures measured from a pair of images; the keys are geo.evidence's."""

    VEGETATION = "vegetation", "植被"
    BARE = "bare", "裸土及开挖面"
    BUILT = "built", "建筑及硬化面"
    WATER = "water", "水面"
    TEXTURE = "texture", "纹理"
    CHANGE = "change", "变化"
    HEIGHT = "height", "高程变化"
    USABLE = "usable", "两期均可用范围"
    SHIFT = "shift", "配准偏移"
    SEASON = "season", "季节"


class ImageryDecision(Term):
    """核查处理 what a person decides on an inspection (001-23, X-03), in the order of the keys 1 to 4."""

    CONFIRM = "confirm", "确认不符"
    EXPLAIN = "explain", "说明属实"
    REFLY = "refly", "补拍复核"
    REJECT = "reject_imagery", "影像作废"


class ProblemStatus(Term):
    """督办状态 whether a problem is still open (000-22, 001-20)."""

    OPEN = "open", "办理中"
    CLOSED = "closed", "已办结"


class Channel(Term):
    """调度渠道 where a project's progress is dispatched: on the province's platform, or by the city itself (002-13)."""

    PLATFORM = "platform", "线上"
    OFFLINE = "offline", "线下"


class ItemKind(Term):
    """清单事项类别 what a line of a project's list is about (001-22)."""

    PROCEDURE = "procedure", "前期手续"
    MILESTONE = "milestone", "开竣工节点"
    PROBLEM = "problem", "存在问题"


class ItemState(Term):
    """清单事项状态 how a line of a project's list stands on a day, the most pressing first (001-22)."""

    OVERDUE = "overdue", "逾期"
    SOON = "soon", "临期"
    OPEN = "open", "未到期"
    UNDATED = "undated", "未定时限"
    DONE_LATE = "done_late", "逾期完成"
    DONE = "done", "已完成"
