"""项目陈述 a row of a file, checked and put in the terms of the store: which unit, which parts, which values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from monitor.errors import BadInput
from monitor.exchange.columns import words
from monitor.exchange.parsing import Period
from monitor.exchange.records import Record
from monitor.services.parts import LABELS, Defaults, Parts, add_lists, add_money, add_reports
from monitor.services.units import Units, gazetteer
from monitor.terms import Batch, Library, Stage, Term, Tier

CODE = re.compile(r"^\d{4}-\d{6}-\d{2}-\d{2}-\d{5}[0-9A-Z]$")
"""项目代码 printed as 4-6-2-2-6 (GB/T 40058-2021)."""

PLAIN_FIELDS = (
    "code", "name", "sector", "total_investment_wan_yuan", "planned_start_on", "started_on", "resumed_on",
    "planned_completion_on", "completed_on", "production_on", "statistics_entry_on", "address", "content",
    "is_sample", "source_title", "source_url",
)  # fmt: skip
HAPPENED = ("started_on", "resumed_on", "completed_on", "production_on", "statistics_entry_on")


@dataclass
class Statement:
    """陈述 what one record says of one project.

    Attributes
    ----------
    record : Record
        Where it stands in the file.
    unit_code : str
        The reporting unit.
    year : int
        Year of its plan and lists.
    place : dict
        What is said about where it is: unit, address, lon, lat, coordinates.
    parts : dict
        Part -> field -> value; only what is stated.
    stage : str
        Stage of the project where the file states none and the project is new.
    """

    record: Record
    unit_code: str
    year: int
    place: dict[str, Any]
    parts: Parts = field(default_factory=dict)
    stage: str = Stage.PREPARATION.value

    @property
    def name(self) -> str:
        """项目名称 name of the project."""
        return str(self.parts["project",]["name"])

    @property
    def code(self) -> str | None:
        """项目代码 code of the project."""
        return self.parts["project",].get("code")


def state(record: Record, units: Units, defaults: Defaults) -> Statement | None:
    """陈述一行 the statement of a record; None where it has a problem (noted in the record)."""
    values = record.values
    _check_code(record)
    unit = _unit(record, units)
    year = values.get("year") or defaults.year
    project = {name: values[name] for name in PLAIN_FIELDS if name in values}
    terms = {name: _term(record, name, kind, said) for name, (kind, said) in _TERMS.items() if name in values}
    _set_dates(record, project, terms, defaults.today)
    project |= {name: terms[name] for name in ("stage", "library") if terms.get(name)}
    extra = {key.partition(".")[2]: value for key, value in values.items() if key.startswith("extra.")}
    if values.get("funds"):
        extra["资金来源"] = values["funds"]
    if extra:
        project["extra"] = extra
    _check(record, project, year, defaults.today)
    parts: Parts = {("project",): project}
    add_lists(record, parts, year, terms, defaults)
    add_money(record, parts, year)
    add_reports(record, parts, year, defaults)
    if record.problems or unit is None:
        return None
    _warn_region(record, unit, units)
    place = {name: values[name] for name in ("address", "lon", "lat", "coordinates") if name in values}
    return Statement(record, unit, year, {"unit": unit} | place, parts, _default_stage(terms, project))


_TERMS: dict[str, tuple[type[Term], str]] = {
    "stage": (Stage, "stages"),
    "batch": (Batch, "batches"),
    "library": (Library, ""),
    "tier": (Tier, ""),
}


def _term(record: Record, name: str, kind: type[Term], said: str) -> str | None:
    """Key of a controlled term; a word that is none is kept as it stands, with a warning."""
    text = record.values[name]
    found = kind.of_label(text)
    if found:
        return found.value
    for key, aliases in words().get(said, {}).items() if said else ():
        if text in aliases:
            return str(key)
    record.warn(name, "term.unknown", value=text, options="、".join(kind.labels().values()))
    record.values.setdefault(f"extra.{LABELS[name]}", text)
    return None


def _check_code(record: Record) -> None:
    code = record.values.get("code")
    if "name" not in record.values and not any(p.column == record.places.get("name") for p in record.problems):
        record.reject("name", "name.missing")
    if code is None:
        return
    plain = code.upper().replace(" ", "")
    if re.fullmatch(r"\d{19}[0-9A-Z]", plain):
        plain = "-".join((plain[:4], plain[4:10], plain[10:12], plain[12:14], plain[14:]))
    if not CODE.match(plain):
        record.reject("code", "code.format", value=code)
    record.values["code"] = plain


def _unit(record: Record, units: Units) -> str | None:
    """Reporting unit: by its code, by the declared district, else by the address."""
    values = record.values
    for name, find in (("unit_code", units.of_code), ("unit", units.of_text), ("address", units.of_text)):
        if name in values:
            try:
                unit = find(values[name])
            except BadInput as problem:
                code = "unit.not_in_address" if name == "address" else problem.code
                record.reject(name, code, **problem.params)
                return None
            if name == "unit_code" and unit != values[name]:
                record.warn(name, "unit.succeeded", adcode=values[name], successor=unit, name=units.names[unit])
            if units.visible is not None and unit not in units.visible:
                record.reject(name, "unit.forbidden", value=units.names[unit])
            return unit
    record.reject("unit", "unit.missing")
    return None


def _warn_region(record: Record, unit: str, units: Units) -> None:
    """Warn where the region in the code is neither above nor below the unit."""
    code = record.values.get("code")
    if code is None:
        return
    region = code[5:11]
    paths = [units.path(now) for now in gazetteer().districts.successors(region)]
    own = units.path(unit)
    if paths:
        fits = any(path[-1] in own or units.county_of(unit) in path for path in paths)
    else:
        fits = region[:2] in {"00", unit[:2]} and region[2:4] in {"00", unit[2:4]}
    if not fits:
        record.warn("code", "code.region", value=code, region=region, unit=units.names[unit])


def _set_dates(record: Record, project: dict[str, Any], terms: Mapping[str, str | None], today: date) -> None:
    """A bare 开工时间 has come about where the project is under way and it is past; else it is planned."""
    values = record.values
    first, last = values.get("period", (None, None))
    start: Period | None = values.get("start") or first
    completion: Period | None = values.get("completion") or last
    under_way = terms.get("batch") == Batch.CONTINUED or terms.get("stage") in _STARTED
    if start and under_way and start.first <= today:
        project.setdefault("started_on", start.first)
    elif start:
        project.setdefault("planned_start_on", start.last)
    if completion and terms.get("stage") in _FINISHED and completion.first <= today:
        project.setdefault("completed_on", completion.first)
    elif completion:
        project.setdefault("planned_completion_on", completion.last)


_FINISHED = {Stage.COMPLETED, Stage.PRODUCTION, Stage.COMPLETED.value, Stage.PRODUCTION.value}
_STARTED = _FINISHED | {Stage.CONSTRUCTION, Stage.SUSPENDED}


def _check(record: Record, project: Mapping[str, Any], year: int, today: date) -> None:
    for name in HAPPENED:
        if name in record.values and project[name] > today:
            record.reject(name, "date.in_future", value=project[name])
    pairs = (
        ("planned_start_on", "planned_completion_on"),
        ("started_on", "completed_on"),
        ("started_on", "planned_completion_on"),
    )
    for first, last in pairs:
        if first in project and last in project and project[last] < project[first]:
            column = next((name for name in (last, "completion", "period") if name in record.values), last)
            record.reject(column, "date.completion_before_start", start=project[first], completion=project[last])
            break
    total, plan = project.get("total_investment_wan_yuan"), record.values.get("annual_plan_wan_yuan")
    if total is not None and plan is not None and plan > total:
        record.warn("annual_plan_wan_yuan", "plan.above_total", plan=_shown(plan), total=_shown(total), year=year)


def _shown(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


def _default_stage(terms: Mapping[str, str | None], project: Mapping[str, Any]) -> str:
    if project.get("production_on"):
        return Stage.PRODUCTION.value
    if project.get("completed_on"):
        return Stage.COMPLETED.value
    if project.get("started_on"):
        return Stage.CONSTRUCTION.value
    return str(words()["stage_of_batch"].get(terms.get("batch"), Stage.PREPARATION.value))
