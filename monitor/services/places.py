"""项目落位 location and footprint of projects that an import states, with what is doubtful about them."""

import math
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import shapely

from geo.errors import FootprintError
from geo.geocode import Geocoder, Location
from geo.sites import make_footprint
from monitor.messages import sentence
from monitor.model import DatumName
from monitor.services.matching import Case
from monitor.services.units import Units, gazetteer
from monitor.terms import Confidence, UnitKind

_PAIR = re.compile(r"[,;\uff0c\uff1b\s]+")
DOUBTFUL = frozenset({Confidence.UNSURE.value, Confidence.NONE.value})


@cache
def geocoder() -> Geocoder:
    """地理编码器 over the shipped boundaries, loaded once."""
    return Geocoder(gazetteer())


def locate(cases: Sequence[Case], units: Units, datum: DatumName) -> None:
    """落位 add location and footprint to the parts of each case whose stated place is new or has changed.

    A place that is doubtful is a warning; the project is taken all the same.
    """
    due = []
    for case in cases:
        before = _before(case)
        place = before | _written(case.statement.place, case.standing.parts.get(("project_location",), {}))
        if place != before or not before:
            due.append((case, place))
    rows = [_row(case, place, units) for case, place in due]
    for (case, place), location in zip(due, geocoder().locate_all(rows, datum), strict=True):
        case.stated["project_location",] = _part(location, place)
        _warn(case, location)
    located = {id(case): case.stated["project_location",]["datum"] for case, _ in due}
    for case in cases:
        if case.statement.record.shape is not None:
            _outline(case, located.get(id(case)) or case.standing.parts["project_location",].get("datum"))


def _before(case: Case) -> dict[str, Any]:
    """What was stated about the place before; a place that was loaded otherwise is that of the project's own fields."""
    location = case.standing.parts.get(("project_location",))
    if location is None:
        return {}
    project = case.standing.parts["project",]
    own = {"unit": project["unit_code"], "address": project["address"]}
    said: dict[str, Any] = location["stated"]
    return {name: value for name, value in own.items() if value is not None} | said


def _written(place: dict[str, Any], location: dict[str, Any]) -> dict[str, Any]:
    """What is stated, as the store keeps it (JSON); coordinates that are those already found say nothing new."""
    parts = _PAIR.split(str(place.get("coordinates", "")).strip(" ()"))
    if len(parts) == 2 and "lon" not in place:
        place = place | {"lon": parts[0], "lat": parts[1]}
    if "lon" in place:
        place = {name: value for name, value in place.items() if name != "coordinates"}
    known = all(
        isinstance(place.get(name), float) and math.isclose(place[name], location.get(name) or math.nan, abs_tol=1e-6)
        for name in ("lon", "lat")
    )
    return {name: value for name, value in place.items() if not (known and name in {"lon", "lat"})}


def _row(case: Case, place: dict[str, Any], units: Units) -> dict[str, object]:
    unit = str(place["unit"])
    zone = units.kinds[unit] == UnitKind.ZONE
    county = f"{gazetteer().name(units.county_of(unit))}{units.names[unit]}" if zone else units.county_of(unit)
    stated = {name: place.get(name) for name in ("address", "lon", "lat")}
    return {"name": case.statement.name, "county": county, **stated}


def _part(location: Location, place: dict[str, Any]) -> dict[str, Any]:
    return {
        "lon": None if math.isnan(location.lon) else location.lon,
        "lat": None if math.isnan(location.lat) else location.lat,
        "adcodes": list(location.adcodes),
        "method": location.method,
        "confidence": location.confidence,
        "datum": location.datum or None,
        "notes": [sentence(note.code, **note.params) for note in location.notes],
        "stated": place,
    }


def _warn(case: Case, location: Location) -> None:
    record = case.statement.record
    column = next((name for name in ("lon", "coordinates", "address", "unit") if name in record.values), "name")
    if location.confidence in DOUBTFUL:
        for note in location.notes:
            record.warn(column, note.code, **note.params)


def _outline(case: Case, datum: str | None) -> None:
    """Footprint as it is kept: repaired, in EPSG:4490, measured."""
    record = case.statement.record
    try:
        made = make_footprint(record.shape, datum or "cgcs2000")
    except FootprintError as fault:
        record.warn("shape", fault.code, **fault.params)
        return
    notes = [sentence("footprint.repaired")] if made.repaired else []
    geometry = shapely.to_wkb(made.outline)
    case.stated["project_footprint",] = {"geometry": geometry, "area_m2": made.area_m2, "notes": notes}
