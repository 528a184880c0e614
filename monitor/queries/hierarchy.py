"""上下级 where reporting units stand: the county, city and province of every project."""

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection, select

from monitor.tables import ReportingUnit
from monitor.terms import UnitKind

_DISTRICTS = (UnitKind.COUNTY, UnitKind.CITY, UnitKind.PROVINCE)


@dataclass(frozen=True)
class Unit:
    """填报单元 kind and parent of a unit; ``leaf``: a district with none below (嘉峪关 is a county too)."""

    kind: str
    parent: str | None
    leaf: bool


def units(connection: Connection) -> dict[str, Unit]:
    """填报单元表 every unit of the store, by code."""
    query = select(ReportingUnit.code, ReportingUnit.kind, ReportingUnit.parent_code)
    rows = list(connection.execute(query))
    above = {parent for _, kind, parent in rows if kind in _DISTRICTS}
    return {code: Unit(kind, parent, kind in _DISTRICTS and code not in above) for code, kind, parent in rows}


def with_districts(frame: pd.DataFrame, units: dict[str, Unit]) -> pd.DataFrame:
    """所在区划 county_code, city_code, province_code: of the location where it is known, else of the unit."""
    first = [codes[0] if isinstance(codes, list) and codes else None for codes in frame["adcodes"]]
    place = [code if code in units else own for code, own in zip(first, frame["unit_code"], strict=True)]
    lines = {code: _line(code, units) for code in set(place)}
    for kind in _DISTRICTS:
        codes = [lines[code].get(kind) for code in place]
        frame[f"{kind}_code"] = pd.Series(codes, frame.index, dtype=object)
    return frame


def _line(code: str, units: dict[str, Unit]) -> dict[str, str]:
    """Codes of a unit and of the units above it, by kind."""
    line: dict[str, str] = {}
    above: str | None = code
    while above in units:
        unit = units[above]
        line.setdefault(unit.kind, above)
        if unit.leaf:
            line.setdefault(UnitKind.COUNTY, above)
        above = unit.parent
    return line
