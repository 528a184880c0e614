"""OC4IDS 项目 projects in the Open Contracting for Infrastructure Data Standard 0.9.5, in and out.

What the standard has no place for (lists, tiers, reporting unit, yearly plan) stands in an additional object
``palmmap`` of each project, which the schema permits. Amounts are in CNY, i.e. 元.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from monitor.exchange.cells import accumulate, reader
from monitor.exchange.columns import dictionary, of_field
from monitor.exchange.gis import load_json
from monitor.exchange.parsing import MONEY_STEP
from monitor.exchange.records import MENDED, Intake, Record
from monitor.model import RowProblem
from monitor.terms import Duty, Stage

VERSION = "0.9.5"
CODE_SCHEME = "CN-TZXM"
"""Scheme of 项目代码 (全国投资项目在线审批监管平台, GB/T 40058-2021)."""

DISTRICT_SCHEME = "CN-GB2260"
_WAN = Decimal(10_000)
ROLES = {
    Duty.LEAD: "publicAuthority",
    Duty.RESPONSIBLE: "administrativeEntity",
    Duty.BUILDER: "supplier",
    Duty.SPONSOR: "politicalSponsor",
    Duty.TASK_FORCE: "taskForce",
    Duty.ASSISTANT: "assistant",
    Duty.CONTACT: "contact",
}
"""Duty -> partyRole: the codes of the standard where it has one (an open codelist)."""

_STATUS = {Stage.SUSPENDED: Stage.CONSTRUCTION.value}
_PERIODS = (
    ("planned_start_on", "preparationPeriod", "endDate"),
    ("started_on", "implementationPeriod", "startDate"),
    ("planned_completion_on", "implementationPeriod", "endDate"),
    ("completed_on", "completionPeriod", "startDate"),
    ("production_on", "completionPeriod", "endDate"),
)
_PLAIN = {"name": "title", "content": "description", "sector": "sector"}


def read_projects(path: Path, mapping: Mapping[str, str]) -> Intake:
    """读取 OC4IDS projects of a package; a row is the place of a project in it, from 1.

    Parameters
    ----------
    path : Path
        The package.
    mapping : Mapping
        Foreign key of a project -> header that it stands for.
    """
    projects = [project for project in load_json(path)["projects"] if isinstance(project, dict)]
    records = [_record(number, project, mapping) for number, project in enumerate(projects, 1)]
    known = {"id", "uri", "updated", "palmmap", MENDED, "identifiers", *_STANDARD, *mapping}
    unknown = sorted({key for project in projects for key in project} - known)
    warnings = [RowProblem(0, key, "column.unknown", {"header": key}) for key in unknown]

    def send_back(target: Path, rejected: Iterable[tuple[Record, str]]) -> None:
        back = [projects[record.row - 1] | {MENDED: message} for record, message in rejected]
        write_package(target, back)

    return Intake(records, warnings, send_back, ".json", str(path.stem))


_OBJECTS = {"status", "budget", "locations", "parties", "metrics", "type"}
_STANDARD = frozenset({*_PLAIN.values(), *(period for _, period, _ in _PERIODS)} | _OBJECTS)


def _record(number: int, project: Mapping[str, Any], mapping: Mapping[str, str]) -> Record:
    """Cells under the fields of the dictionary, read as those of a sheet are."""
    cells = _cells(project) | dict(project.get("palmmap") or {})
    for key, header in mapping.items():
        column = of_field(header) or dictionary().get(header)
        if key in project and column:
            cells[column.field] = project[key]
    record = Record(number, {}, {field: _PLAIN.get(field, field) for field in cells})
    for field in sorted(cells, key=lambda field: field != "year"):
        read, value = _reader(field), cells[field]
        if read and value not in (None, ""):
            read(record, "、".join(map(str, value)) if isinstance(value, list | dict) else value)
        elif value not in (None, "") and field.startswith(("target.", "done.", "extra.")):
            record.values[field] = (
                str(value) if field.startswith("extra.") else Decimal(str(value)).quantize(MONEY_STEP)
            )
    accumulate(record.values)
    known = {"id", "uri", "updated", "palmmap", MENDED, "identifiers", *_STANDARD, *mapping}
    record.values |= {f"extra.{key}": project[key] for key in project.keys() - known}
    return record


@lru_cache(maxsize=1_000)
def _reader(field: str) -> Callable[[Record, Any], None] | None:
    column = of_field(field)
    return reader(column, "万元") if column else None


def _cells(project: Mapping[str, Any]) -> dict[str, Any]:
    cells: dict[str, Any] = {field: project.get(key) for field, key in _PLAIN.items()}
    codes = [said for said in project.get("identifiers") or [] if said.get("scheme") == CODE_SCHEME]
    cells["code"] = codes[0].get("id") if codes else None
    cells["stage"] = project.get("status")
    amount = (project.get("budget") or {}).get("amount") or {}
    if amount.get("amount") is not None:
        unit = "元" if amount.get("currency", "CNY") == "CNY" else f" {amount['currency']}"
        cells["total_investment_wan_yuan"] = f"{Decimal(str(amount['amount'])):f}{unit}"
    for field, period, end in _PERIODS:
        cells[field] = str((project.get(period) or {}).get(end) or "")[:10]
    for location in (project.get("locations") or [])[:1]:
        cells["address"] = (location.get("address") or {}).get("streetAddress") or location.get("description")
        geometry = location.get("geometry") or {}
        if geometry.get("type") == "Point":
            cells["lon"], cells["lat"] = geometry["coordinates"][:2]
        for gazetteer in location.get("gazetteers") or []:
            if gazetteer.get("scheme") == DISTRICT_SCHEME:
                cells["unit_code"] = (gazetteer.get("identifiers") or [None])[0]
    for duty, role in ROLES.items():
        names = [party.get("name") for party in project.get("parties") or [] if role in (party.get("roles") or [])]
        cells[f"duty.{duty}"] = "、".join(filter(None, names))
    return cells


def project_document(number: int, values: Mapping[str, Any]) -> dict[str, Any]:
    """OC4IDS 项目 a project of the standard.

    Parameters
    ----------
    number : int
        Its id in the store.
    values : Mapping
        Field of the dictionary -> value, as services.exports gathers them; money in 万元.
    """
    document: dict[str, Any] = {"id": f"palmmap-{number}", "title": values["name"]}
    if values.get("code"):
        document["identifiers"] = [{"id": values["code"], "scheme": CODE_SCHEME}]
    stage = next(member for member in Stage if member.value == values["stage"])
    document["status"] = _STATUS.get(stage, stage.value)
    document |= {key: values[field] for field, key in _PLAIN.items() if values.get(field) and field != "sector"}
    if values.get("sector"):
        document["sector"] = [values["sector"]]
    if values.get("total_investment_wan_yuan") is not None:
        document["budget"] = {"amount": _amount(values["total_investment_wan_yuan"])}
    for field, period, end in _PERIODS:
        if values.get(field):
            document.setdefault(period, {})[end] = f"{values[field].isoformat()}T00:00:00+08:00"
    document["locations"] = [_location(values)]
    document["parties"] = _parties(values)
    document["metrics"] = list(_metrics(values))
    document["palmmap"] = _additional(values)
    return {key: value for key, value in document.items() if value not in ([], {}, None)}


def _amount(wan_yuan: Decimal) -> dict[str, Any]:
    return {"amount": float(Decimal(wan_yuan) * _WAN), "currency": "CNY"}


def _location(values: Mapping[str, Any]) -> dict[str, Any]:
    location: dict[str, Any] = {"id": "1"}
    if values.get("lon") is not None and values.get("lat") is not None:
        location["geometry"] = {"type": "Point", "coordinates": [values["lon"], values["lat"]]}
    if values.get("address"):
        location["address"] = {"streetAddress": values["address"], "country": "CN"}
    location["gazetteers"] = [{"scheme": DISTRICT_SCHEME, "identifiers": [values["unit_code"]]}]
    return location


def _parties(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    roles: dict[str, list[str]] = {}
    for duty, role in ROLES.items():
        for holder in values.get(f"duty.{duty}") or ():
            roles.setdefault(holder, []).append(role)
    return [{"id": str(at), "name": name, "roles": said} for at, (name, said) in enumerate(roles.items(), 1)]


def _metrics(values: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """The latest report as observations of financialProgress and physicalProgress."""
    year, month = values.get("report_month") or (None, None)
    said = {"period": {"endDate": f"{year}-{month:02d}"}} if year and month else {}
    if values.get("done_wan_yuan") is not None:
        observation = {"id": "1", "value": _amount(values["done_wan_yuan"])} | said
        yield {"id": "financialProgress", "title": "当年累计完成投资", "observations": [observation]}
    if values.get("physical_pct") is not None:
        observation = {"id": "1", "measure": values["physical_pct"], "unit": {"name": "%"}} | said
        yield {"id": "physicalProgress", "title": "形象进度", "observations": [observation]}


def _additional(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the standard has no place for; stage where its status says less."""
    placed = {*_PLAIN, "code", "total_investment_wan_yuan", "address", "lon", "lat", *(field for field, *_ in _PERIODS)}
    if values.get("report_month"):
        year, month = values["report_month"]
        values = {**values, "report_month": f"{year}-{month:02d}"}
    kept = {
        field: value
        for field, value in values.items()
        if field not in placed and not field.startswith("duty.") and value not in (None, (), "")
    }
    return json.loads(json.dumps(kept, ensure_ascii=False, default=_plain))  # type: ignore[no-any-return]


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else str(value)


def write_package(path: Path, projects: list[dict[str, Any]]) -> None:
    """写项目包 a package of projects."""
    package = {
        "uri": "urn:palmmap:projects",
        "publishedDate": datetime.now(UTC).isoformat(timespec="seconds"),
        "version": VERSION,
        "publisher": {"name": "palmmap"},
        "projects": projects,
    }
    path.write_text(json.dumps(package, ensure_ascii=False, indent=1), encoding="utf-8")
