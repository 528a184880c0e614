"""数据模型 frozen values that the rooms of the house hand to each other."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from monitor.terms import Colour, Role

NATION = "100000"
"""全国: the code above all provinces."""


@dataclass(frozen=True)
class Viewer:
    """查看人 who looks: name, role, and the unit whose subtree (with its zones and buckets) he may see.

    Every read takes the viewer first. ``unit_code`` NATION sees everything. ``project_id`` narrows what he asks for to
    one project. ``signed_in`` False: the name is that of the server, not of a person (``services.signing``).
    """

    name: str
    role: Role = Role.LEADER
    unit_code: str = NATION
    project_id: int | None = None
    signed_in: bool = True


@dataclass(frozen=True)
class Reference:
    """依据 the document and clause that a rule comes from."""

    document: str
    clause: str
    url: str | None = None


@dataclass(frozen=True)
class Reason:
    """亮灯原因 one finding of one check: value against threshold under a rule, on a date."""

    check: str
    colour: Colour
    rule: str
    text: str
    value: float | str | None = None
    threshold: float | str | None = None
    reference: Reference | None = None


@dataclass(frozen=True)
class Light:
    """亮灯 colour of a project or district with its reasons; grey carries why it cannot be judged."""

    colour: Colour
    reasons: tuple[Reason, ...]
    as_of: date


@dataclass(frozen=True)
class IndicatorValue:
    """指标值 a number with its reasons: numerator, denominator, the projects in each, the rule and its date.

    ``value`` is None where it cannot be told (empty denominator), and ``na_reason`` says why. ``reached_late``: the
    target was missed on its due day and has been reached since (``met`` is False).
    """

    key: str
    label: str
    unit: str
    value: float | None
    numerator: float | None
    denominator: float | None
    target: float | None
    met: bool | None
    rule: str
    on: date
    numerator_projects: tuple[int, ...] = ()
    denominator_projects: tuple[int, ...] = ()
    na_reason: str | None = None
    reference: Reference | None = None
    reached_late: bool = False


FACT_COLUMNS: dict[str, str] = {
    "project_id": "int64 (the index)",
    "code": "str or None; 项目代码",
    "name": "str",
    "unit_code": "str; reporting unit that reports it",
    "county_code": "str or None; county it lies in (first of its adcodes)",
    "city_code": "str or None",
    "province_code": "str or None",
    "sector": "str or None",
    "stage": "str; terms.Stage value",
    "library": "str or None; terms.Library value",
    "lists": "tuple[str, ...]; keys of the lists of the year",
    "tiers": "tuple[str, ...]; terms.Tier values of the year",
    "batch": "str or None; terms.Batch value of the year",
    "total_investment_wan_yuan": "float64",
    "annual_plan_wan_yuan": "float64; NaN = no plan for the year",
    "annual_stretch_wan_yuan": "float64",
    "plan_to_date_wan_yuan": "float64; cumulative month target at the month, NaN = none",
    "year_investment_wan_yuan": "float64; reported completed since 1 January, NaN = no report",
    "reported_total_wan_yuan": "float64; reported completed since the start",
    "paid_wan_yuan": "float64; reported paid",
    "physical_pct": "float64; reported 形象进度",
    "report_month": "Int64; month of the latest report in force, NA = none this year",
    "reported_at": "datetime64; when that report came in",
    "planned_start_on": "datetime64",
    "started_on": "datetime64; from the project or the latest report in force",
    "resumed_on": "datetime64",
    "planned_completion_on": "datetime64",
    "completed_on": "datetime64",
    "production_on": "datetime64",
    "statistics_entry_on": "datetime64; 入统日期",
    "is_sample": "bool; 示例",
    "lon": "float64; EPSG:4490 degrees, NaN = no usable place",
    "lat": "float64",
    "location_confidence": "str; terms.Confidence value",
    "location_method": "str or None",
}
"""事实表 columns of queries.facts(viewer, as_of): one row a project, as known on that day."""


@dataclass(frozen=True)
class RowProblem:
    """问题单元格 one rejected or doubtful cell of an import: row and column as the sheet numbers them."""

    row: int
    column: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ImportResult:
    """导入结果 what an import did, or would do in a dry run."""

    rows: int
    accepted: int
    created: int
    updated: int
    unchanged: int
    rejected: tuple[RowProblem, ...]
    warnings: tuple[RowProblem, ...]
    changes: tuple[str, ...] = ()
    rejected_file: str | None = None
    dry_run: bool = False


DatumName = Literal["auto", "cgcs2000", "wgs84", "gcj02", "bd09"]
