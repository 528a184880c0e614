"""项目导出 what a viewer may see, as a table under the headers of the import template, and to files."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from monitor import store
from monitor.errors import BadInput
from monitor.exchange import gis, oc4ids, workbooks
from monitor.exchange.columns import words
from monitor.model import Viewer
from monitor.queries.facts import default_as_of, facts
from monitor.queries.scope import in_scope
from monitor.services import audit, ledger
from monitor.services.ledger import Standing
from monitor.services.parts import PROGRESS
from monitor.services.statements import PLAIN_FIELDS
from monitor.tables import Project, ProjectList, ReportingUnit
from monitor.terms import Batch, Channel, Confidence, Duty, FundSource, Library, Stage, Term, Tier
from monitor.workflow.channels import dispatched

LEFT_OUT = frozenset({"serial", "mended", "confidence", "coordinates", "start", "completion", "period"})
"""Fields that only sheets from elsewhere have."""

_TERMS: Mapping[str, type[Term]] = {"stage": Stage, "library": Library, "tier": Tier, "batch": Batch}
_PLAN = {
    "annual_plan_wan_yuan": "investment_wan_yuan",
    "annual_stretch_wan_yuan": "stretch_wan_yuan",
    "plan_physical_pct": "physical_pct",
    "plan_content": "content",
}


def export_projects(
    viewer: Viewer, path: Path, engine: Engine, as_of: date | None = None, channel: Channel | None = None
) -> int:
    """导出项目 the viewer's projects as they stand, with lists, plan, funds and last report of a year.

    A workbook can be imported again, and then changes nothing.

    Parameters
    ----------
    viewer : Viewer
        Whose projects; who exports is kept in the audit record.
    path : Path
        .xlsx, .gpkg, .kml or .json (OC4IDS); replaced where it exists.
    engine : Engine
        The store.
    as_of : date, optional
        Its year is the year of plan, lists and funds, and the report is the last one up to its month; by default
        queries.default_as_of.
    channel : Channel, optional
        Only what is dispatched by it on that day.

    Returns
    -------
    int
        Number of projects.

    Raises
    ------
    BadInput
        ``export.not_available``.
    """
    writers = {".xlsx": _write_workbook, ".gpkg": _write_gpkg, ".kml": _write_kml, ".json": _write_oc4ids}
    if path.suffix.lower() not in writers:
        raise BadInput("export.not_available", suffix=path.suffix or path.name)
    store.require_initialised(engine)
    day = as_of or default_as_of(engine)
    wanted = dispatched(facts(viewer, day, engine), channel, day) if channel else None
    with store.transaction(engine) as session:
        standing = _visible(session, viewer, wanted)
        labels = _Labels(session)
        gathered = {number: list(_rows(one, labels, day)) for number, one in standing.items()}
        audit.record(session, viewer.name, "projects.exported", None, {"file": path.name, "projects": len(standing)})
    outlines = {
        number: one.parts["project_footprint",]["geometry"]
        for number, one in standing.items()
        if ("project_footprint",) in one.parts
    }
    writers[path.suffix.lower()](path, gathered, outlines)
    return len(standing)


def _visible(session: Session, viewer: Viewer, wanted: set[int] | None) -> dict[int, Standing]:
    ids = session.scalars(select(Project.id).where(in_scope(viewer)).order_by(Project.id)).all()
    return ledger.read(session, [number for number in ids if wanted is None or number in wanted])


class _Labels:
    """Chinese names of units and lists, by key."""

    def __init__(self, session: Session) -> None:
        self.units = dict(session.execute(select(ReportingUnit.code, ReportingUnit.name)).all())
        self.lists = dict(session.execute(select(ProjectList.key, ProjectList.label)).all())


Values = dict[str, Any]


def _rows(one: Standing, labels: _Labels, day: date) -> Iterator[Values]:
    """Values of a project by field, a row for each tier and batch that its lists of the year give it."""
    shared = {name: value for name, value in _shared(one, labels, day).items() if value not in (None, "", (), False)}
    groups: dict[tuple[str | None, str | None], list[str]] = {}
    for key, values in one.parts.items():
        if key[0] == "list_entry" and key[2] == day.year:
            groups.setdefault((values["tier"], values["batch"]), []).append(labels.lists[str(key[1])])
    for (tier, batch), lists in (groups or {(None, None): []}).items():
        listed = {"list": tuple(lists), "tier": tier, "batch": batch}
        yield shared | {name: value for name, value in listed.items() if value}


def _shared(one: Standing, labels: _Labels, day: date) -> Values:
    year = day.year
    project = one.parts["project",]
    values: Values = {name: project[name] for name in (*PLAIN_FIELDS, "unit_code", "stage", "library")}
    values |= {"unit": labels.units[project["unit_code"]], "year": year}
    place = one.parts.get(("project_location",), {})
    values |= {name: place.get(name) for name in ("lon", "lat", "confidence", "method")}
    plan = one.parts.get(("annual_plan", year), {})
    values |= {name: plan.get(column) for name, column in _PLAN.items()}
    for key, part in one.parts.items():
        if key[0] == "month_target" and key[1] == year:
            values[f"target.{key[2]}"] = part["cumulative_wan_yuan"]
        elif key[0] == "funding" and key[2] == year:
            values |= {f"funding.{key[1]}.{what}": part[f"{what}_wan_yuan"] for what in ("planned", "issued", "paid")}
        elif key[0] == "project_duty":
            values[f"duty.{key[1]}"] = tuple(part["holders"])
    told = (key[1:] for key in one.parts if key[0] == "report" and key[1] == year)
    reported = max((period for period in told if int(period[1]) <= day.month), default=None)
    if reported:
        report = one.parts["report", *reported]
        values |= {"report_month": reported} | {name: report[column] for name, column in PROGRESS.items()}
    extra = dict(project["extra"] or {})
    values["funds"] = extra.pop("资金来源", None)
    return values | {f"extra.{name}": value for name, value in extra.items()}


def _headers(rows: list[Values]) -> dict[str, str]:
    """Field -> header: those of the template, and others that some project has."""
    used = {field for row in rows for field in row}
    template = template_headers()
    others = {f"extra.{name}": name for name in sorted(field[6:] for field in used if field.startswith("extra."))}
    issued = {
        f"funding.{source}.{what}": f"{source.label}{words()['funds'][what]}（万元）"
        for source in FundSource
        for what in ("issued", "paid")
    }
    taken = {header.partition("(")[0] for header in template.values()}
    return template | {
        field: header for field, header in (issued | others).items() if field in used and header not in taken
    }


def template_headers() -> dict[str, str]:
    """模板表头 field -> header of every column of the template, in order; units stand in the header."""
    headers = {}
    for field, said in words()["fields"].items():
        if field in LEFT_OUT:
            continue
        unit = {"money": "(万元)", "percentage": "(%)", "progress": "(%)"}.get(said["kind"], "")
        headers[field] = said["label"] + unit
        if field == "annual_stretch_wan_yuan":
            headers |= {f"target.{month}": f"{month}月底累计计划（万元）" for month in range(1, 13)}
    headers |= {f"duty.{duty}": duty.label for duty in Duty}
    return headers | {f"funding.{source}.planned": f"{source.label}（万元）" for source in FundSource}


def _cell(field: str, value: Any) -> Any:
    """A value as it stands in a sheet."""
    if value is None:
        return None
    if field in _TERMS:
        return _TERMS[field].labels()[value]
    if field == "report_month":
        return f"{value[0]}年{value[1]}月"
    if field == "is_sample":
        return "是"
    if field == "confidence":
        return Confidence.labels()[value]
    return "、".join(value) if isinstance(value, tuple) else value


def _write_workbook(path: Path, gathered: Mapping[int, list[Values]], _outlines: Mapping[int, bytes]) -> None:
    """Coordinates only where they were given: a district's middle would come back as if it were exact."""
    rows = [row for several in gathered.values() for row in several]
    headers = _headers(rows)
    given = [row if row.get("method") == "point" else row | {"lon": None, "lat": None} for row in rows]
    table = ([_cell(field, row.get(field)) for field in headers] for row in given)
    workbooks.write_table(path, "项目", list(headers.values()), table)


def _table(gathered: Mapping[int, list[Values]]) -> pd.DataFrame:
    """One row a project for maps; the first of its lists' rows stands for it."""
    rows = [several[0] for several in gathered.values()]
    headers = _headers(rows) | {"confidence": words()["fields"]["confidence"]["label"]}
    columns = {
        header: [_flat(_cell(field, row.get(field))) for row in rows]
        for field, header in headers.items()
        if field in {"lon", "lat"} or any(field in row for row in rows)
    }
    return pd.DataFrame(columns, index=list(gathered))


def _flat(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


def _write_gpkg(path: Path, gathered: Mapping[int, list[Values]], outlines: Mapping[int, bytes]) -> None:
    gis.write_gpkg(path, _table(gathered), outlines)


def _write_kml(path: Path, gathered: Mapping[int, list[Values]], outlines: Mapping[int, bytes]) -> None:
    gis.write_kml(path, _table(gathered), outlines)


def _write_oc4ids(path: Path, gathered: Mapping[int, list[Values]], _outlines: Mapping[int, bytes]) -> None:
    documents = [oc4ids.project_document(number, several[0]) for number, several in gathered.items()]
    oc4ids.write_package(path, documents)


def write_template(path: Path) -> None:
    """写导入模板 blank workbook with every header that is understood, and notes on how to fill it.

    Raises
    ------
    BadInput
        ``export.not_available`` where the file is to be no workbook.
    """
    workbooks.require_workbook(path)
    workbooks.write_table(path, "项目", list(template_headers().values()), [], words()["template_notes"])
