"""地理编码 address, coordinates and declared district -> Location, with how it is known and how far to trust it.

Nothing is moved silently: a point outside the declared county stays where it was given and is flagged. With the datum
``auto`` each datum is tried, and the one that puts the point into the county it should be in is taken and named.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from geo.address import Reading, read_address
from geo.datum import Datum
from geo.errors import LocationError
from geo.gazetteer import Gazetteer
from geo.points import NO_COORDINATES, Candidate, candidates, favourite

AUTO = "auto"
_COARSE_M = 1000.0
_SURE_WEIGHT = 54
_MAX_NAMED = 6
_COLUMNS = ("name", "address", "lon", "lat", "province", "city", "county")


class Note(NamedTuple):
    """附注 something a reader has to know of a location: a code and what its sentence needs."""

    code: str
    params: Mapping[str, object]


@dataclass(frozen=True)
class Location:
    """位置 where a project is, and how that is known.

    Attributes
    ----------
    adcodes : tuple of str
        Counties (or a city, or a province, where the address names no more), in its order. Empty if unknown.
    lon, lat : float
        Degrees, EPSG:4490; NaN if unknown. Without given coordinates: a point inside the first district.
    method : str
        "point" (coordinates), "address", "declared", "name" or "none".
    confidence : str
        Key of monitor.terms.Confidence: "exact", "township", "county", "unsure" or "none".
    datum : str
        Datum the coordinates were read in; "" without coordinates.
    notes : tuple of Note
        What a reader has to know, see monitor.messages.
    unit : str
        Code of the development zone named, "" for none.
    """

    adcodes: tuple[str, ...] = ()
    lon: float = float("nan")
    lat: float = float("nan")
    method: str = "none"
    confidence: str = "none"
    datum: str = ""
    notes: tuple[Note, ...] = ()
    unit: str = ""


@dataclass(frozen=True)
class _Place:
    """What the words of a row say, before its coordinates are looked at."""

    reading: Reading
    method: str
    notes: tuple[Note, ...] = ()
    sure: bool = True


@dataclass(eq=False)
class Geocoder:
    """地理编码器 finds the county and the point of projects.

    Attributes
    ----------
    gazetteer : Gazetteer
        Names and districts.
    """

    gazetteer: Gazetteer
    _points: dict[str, tuple[float, float]] = field(init=False)
    _above: frozenset[str] = field(init=False)
    _read: dict[tuple[str, tuple[str, ...]], Reading] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        frame = self.gazetteer.districts.frame
        self._above = frozenset(self.gazetteer.districts.parents.values())
        self._points = {
            code: (x, y) for code, x, y in zip(frame.index.to_list(), frame["lon"], frame["lat"], strict=True)
        }

    @classmethod
    def load(cls, folder: Path) -> "Geocoder":
        """读取 the geocoder over the boundaries and names of a folder."""
        return cls(Gazetteer.load(folder))

    def locate(self, row: Mapping[str, object], datum: str = AUTO) -> Location:
        """定位 the location of one row.

        Parameters
        ----------
        row : Mapping
            Any of name, address, lon, lat, province, city, county (names or adcodes); blank where unknown.
        datum : str
            Datum of the coordinates, or "auto".

        Returns
        -------
        Location
            What cannot be read is a note, never an error.
        """
        return self.locate_all([row], datum)[0]

    def locate_all(self, rows: Sequence[Mapping[str, object]], datum: str = AUTO) -> list[Location]:
        """批量定位 the location of every row; see locate.

        With ``auto`` the rows speak for each other: where several datums put a point into its county, the one that
        fits most rows is taken.
        """
        texts = [{key: _text(row.get(key)) for key in _COLUMNS} for row in rows]
        self._read.clear()
        places = [self._words(row) for row in texts]
        expected = [frozenset(self._leaves(place.reading)) if place.sure else frozenset[str]() for place in places]
        found = candidates(self.gazetteer.districts, [(row["lon"], row["lat"]) for row in texts], datum)
        preferred = favourite(found, expected)
        return [
            self._words_only(place, options)
            if isinstance(options, LocationError)
            else self._at_point(place, options, known, preferred)
            for place, options, known in zip(places, found, expected, strict=True)
        ]

    def _words(self, row: Mapping[str, str]) -> _Place:
        """The district that the declared columns, the address, or else the name of a row say."""
        text, notes = self._declared(row)
        declared = self._said(text) if text else Reading()
        stated = declared.adcodes if len(declared.adcodes) == 1 else ()
        address = self._said(row["address"], stated) if row["address"] else Reading()
        if declared.options and address.adcodes:
            declared = self._said(text, address.adcodes)
        if not declared.weight:
            place = _Place(address, "address", notes)
        elif not address.weight:
            place = _Place(declared, "declared", notes)
        else:
            place = self._agreed(declared, address, notes)
        return place if self._is_leaf(place.reading) or not row["name"] else self._by_name(place, row["name"])

    def _said(self, text: str, context: tuple[str, ...] = ()) -> Reading:
        """Districts, and addresses too, repeat from row to row: each is read once."""
        key = text, context
        if key not in self._read:
            self._read[key] = read_address(self.gazetteer, text, context)
        return self._read[key]

    def _declared(self, row: Mapping[str, str]) -> tuple[str, tuple[Note, ...]]:
        """Text of the declared columns; an adcode in them becomes its name, a retired one that of its successor."""
        cells = [row["province"], row["city"], row["county"]]
        codes = [cell for cell in cells if len(cell) == 6 and cell.isascii() and cell.isdigit()]
        if not codes:
            return " ".join(filter(None, cells)), ()
        districts, code = self.gazetteer.districts, codes[-1]
        today = districts.successors(code)
        names = "、".join(map(self.gazetteer.name, today))
        if code in districts:
            return names, ()
        if not today:
            return " ".join(cell for cell in cells if cell not in codes), (
                Note("geocode.unknown_adcode", {"adcode": code}),
            )
        return names, (Note("geocode.retired_adcode", {"adcode": code, "successors": f"{'、'.join(today)} {names}"}),)

    def _agreed(self, declared: Reading, address: Reading, notes: tuple[Note, ...]) -> _Place:
        """Declared district and address: the finer of the two if they agree, else the declared one, flagged."""
        if not self._agree(declared, address):
            names = {"declared": self._names(declared), "address": self._names(address)}
            return _Place(declared, "declared", (*notes, Note("geocode.address_differs", names)), sure=False)
        finer = address.adcodes and not address.options and self._depth(address) >= self._depth(declared)
        return _Place(address, "address", notes) if finer else _Place(declared, "declared", notes)

    def _by_name(self, place: _Place, name: str) -> _Place:
        """The county in the project's name, if it lies in what is known already; by a short name it is not sure."""
        known = place.reading.adcodes
        named = read_address(self.gazetteer, name, known)
        if named.options or not self._is_leaf(named) or not self._agree(place.reading, named):
            return place
        weight = named.weight - 100 * sum(code in self.gazetteer.lineage[named.adcodes[0]] for code in known)
        return _Place(named, "name", place.notes, sure=bool(known) or weight >= _SURE_WEIGHT)

    def _agree(self, upper: Reading, lower: Reading) -> bool:
        """Whether two readings can both be true: a district of one lies in a district of the other."""
        lineage = self.gazetteer.lineage
        uppers, lowers = ([*reading.adcodes, *reading.options] for reading in (upper, lower))
        return not uppers or any(a in lineage[b] or b in lineage[a] for a in uppers for b in lowers)

    def _depth(self, reading: Reading) -> int:
        return max((len(self.gazetteer.lineage[code]) for code in reading.adcodes), default=0)

    def _is_leaf(self, reading: Reading) -> bool:
        return bool(reading.adcodes) and self._above.isdisjoint(reading.adcodes)

    def _leaves(self, reading: Reading) -> Iterator[str]:
        """Counties that a reading leaves open."""
        lineage, within = self.gazetteer.lineage, self.gazetteer.within
        for code in reading.options or reading.adcodes:
            yield from (
                within[code] if code in within else self.gazetteer.districts.leaves(code) if code in lineage else ()
            )

    def _names(self, reading: Reading) -> str:
        return "、".join(self.gazetteer.name(code) for code in (reading.options or reading.adcodes)[:_MAX_NAMED])

    def _words_only(self, place: _Place, fault: LocationError) -> Location:
        """A place without usable coordinates: a point inside the (first) district, said to be that."""
        reading, notes = place.reading, place.notes
        if fault.code != NO_COORDINATES:
            notes += (Note(fault.code, fault.params),)
        if reading.options:
            notes += (Note("geocode.ambiguous", {"options": self._names(reading)}),)
        if not reading.adcodes:
            nothing = () if reading.options else (Note("geocode.no_place", {}),)
            return Location(confidence="unsure" if reading.options else "none", notes=notes + nothing)
        leaf = self._is_leaf(reading)
        if reading.unit:
            notes += (Note("geocode.zone", {"unit": reading.unit, "name": self.gazetteer.name(reading.unit)}),)
        name = self.gazetteer.name(reading.adcodes[0])
        notes += (Note("geocode.approximate" if leaf else "geocode.not_a_county", {"district": name}),)
        lon, lat = self._points[reading.adcodes[0]]
        confidence = "county" if leaf and place.sure and not reading.options else "unsure"
        return Location(reading.adcodes, lon, lat, place.method, confidence, "", notes, reading.unit)

    def _at_point(
        self, place: _Place, options: Sequence[Candidate], expected: frozenset[str], preferred: str
    ) -> Location:
        """A place with coordinates: the datum that fits, or a flag that none does."""
        fits = [option for option in options if option.county in expected]
        ranked = sorted(fits or options, key=lambda option: option.datum != preferred)
        best, reading, notes = ranked[0], place.reading, place.notes
        if best.swapped:
            notes += (Note("geocode.swapped", {}),)
        if best.datum != Datum.CGCS2000 and len(options) > 1:
            notes += (Note("geocode.datum_taken", {"datum": best.datum}),)
        confidence = "township" if best.precision_m >= _COARSE_M else "exact"
        adcodes = reading.adcodes
        if not best.county:
            notes += (Note("location.outside_districts", {"lon": round(best.lon, 6), "lat": round(best.lat, 6)}),)
            confidence = "unsure"
        elif expected and not fits:
            names = {"declared": self._names(reading), "actual": self.gazetteer.name(best.county)}
            notes += (Note("geocode.outside_declared", names),)
            confidence = "unsure"
        elif reading.unit or reading.options or len(adcodes) < 2:
            adcodes = (best.county,)
        if not expected and len({option.county for option in options}) > 1:
            counties = "、".join(dict.fromkeys(self.gazetteer.name(o.county) for o in options if o.county))
            notes += (Note("geocode.datum_open", {"options": counties}),)
            confidence = "unsure"
        if not place.sure and reading.adcodes and best.county not in self._leaves(reading):
            confidence = "unsure"
        return Location(adcodes, best.lon, best.lat, "point", confidence, best.datum, notes, reading.unit)


def geocode_frame(geocoder: Geocoder, frame: pd.DataFrame, datum: str = AUTO) -> pd.DataFrame:
    """批量地理编码 locations of the rows of a table, as columns beside its index.

    Parameters
    ----------
    geocoder : Geocoder
        The names and districts.
    frame : DataFrame
        Any of the columns name, address, lon, lat, province, city, county.
    datum : str
        "auto", or the datum of the coordinates.

    Returns
    -------
    DataFrame, same index
        adcodes (tuple of str), lon, lat (float64 degrees, EPSG:4490), method, confidence, datum, notes, unit.
    """
    columns = [frame[name].to_list() if name in frame else [""] * len(frame) for name in _COLUMNS]
    rows = [dict(zip(_COLUMNS, values, strict=True)) for values in zip(*columns, strict=True)]
    located = geocoder.locate_all(rows, datum)
    names = [item.name for item in fields(Location)]
    return pd.DataFrame({name: [getattr(item, name) for item in located] for name in names}, index=frame.index)


def _text(cell: object) -> str:
    """Text of a cell; missing values are blank."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    return str(cell).strip()
