"""填报单元识别 which reporting unit a declared district, zone or bucket means."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.address import read_address
from geo.gazetteer import Gazetteer
from monitor import settings
from monitor.errors import BadInput
from monitor.model import NATION, Viewer
from monitor.queries.scope import visible_units
from monitor.tables import ReportingUnit
from monitor.terms import UnitKind

_DIRECT = re.compile("市直|市本级|本级|省直|区直|县直|跨区|跨县|跨市|打捆|多地|各县区|全市|全省|市属|省属")
_PROVINCIAL = re.compile("省直|省本级|跨市|全省|省属")
_ADCODE = re.compile(r"^\d{6}$")


@cache
def gazetteer() -> Gazetteer:
    """地名录 names of the boundaries in use, loaded once."""
    return Gazetteer.load(settings.load().boundaries)


@dataclass
class Units:
    """填报单元 units of the store, and what a declared district means among them.

    Attributes
    ----------
    names, kinds, parents : dict
        By code.
    context : tuple of str
        Adcodes of the city or province that a file is about; decides between equal names (城区, 高新区, 市直).
    visible : set of str or None
        Codes that the person who imports may report for; None for all.
    """

    names: dict[str, str]
    kinds: dict[str, str]
    parents: dict[str, str | None]
    visible: frozenset[str] | None = None
    context: tuple[str, ...] = ()
    _known: dict[str, str] = field(default_factory=dict)
    _paths: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def load(cls, session: Session, viewer: Viewer) -> "Units":
        """读取 all units of the store, and those of the viewer."""
        rows = session.execute(
            select(ReportingUnit.code, ReportingUnit.name, ReportingUnit.kind, ReportingUnit.parent_code)
        ).all()
        visible = None if viewer.unit_code == NATION else frozenset(session.scalars(visible_units(viewer)))
        names, kinds = {row.code: row.name for row in rows}, {row.code: row.kind for row in rows}
        return cls(names, kinds, {row.code: row.parent_code for row in rows}, visible)

    def set_context(self, title: str, declared: Iterable[str]) -> None:
        """上下文 the city or province that the title names, else that of most declared districts."""
        if self.context:
            return
        named = read_address(gazetteer(), title)
        if named.adcodes and not named.options:
            self.context = self.path(named.adcodes[0])
            return
        votes: Counter[str] = Counter()
        for text, times in Counter(declared).items():
            reading = read_address(gazetteer(), text)
            if len(reading.adcodes) == 1 and not reading.options:
                votes.update(dict.fromkeys(self.path(reading.adcodes[0])[:2], times))
        if votes:
            self.context = self.path(max(votes, key=lambda code: (votes[code], len(self.path(code)))))

    def path(self, code: str) -> tuple[str, ...]:
        """上级路径 codes from the province down to the unit itself."""
        if code not in self._paths:
            above = self.parents.get(code)
            self._paths[code] = (*(self.path(above) if above else ()), code) if code in self.names else ()
        return self._paths[code]

    def of_code(self, code: str) -> str:
        """按代码 the unit of a code; a retired adcode with one successor gives that.

        Raises
        ------
        BadInput
            ``unit.retired`` (several or no successors), ``unit.unknown_code``.
        """
        if code in self.names:
            return self._reporting(code)
        districts = gazetteer().districts
        if code in districts.retired:
            name, after = districts.retired[code]
            if len(after) == 1 and after[0] in self.names:
                return self._reporting(after[0])
            said = "、".join(f"{new} {self.names.get(new, '')}".strip() for new in after) or "无记载"
            raise BadInput("unit.retired", adcode=code, name=name, successors=said)
        raise BadInput("unit.unknown_code", adcode=code)

    def of_text(self, text: str) -> str:
        """按名称 the unit that a declared district, zone, list of districts or 市直 means.

        Raises
        ------
        BadInput
            ``unit.unknown``, ``unit.ambiguous``, or those of ``of_code`` where the text is a code.
        """
        key = "".join(text.split())
        if key not in self._known:
            self._known[key] = self.of_code(key) if _ADCODE.match(key) or key in self.names else self._read(key)
        return self._known[key]

    def _read(self, text: str) -> str:
        reading = read_address(gazetteer(), text, self.context)
        if reading.options:
            shown = "、".join(gazetteer().name(code) for code in reading.options)
            raise BadInput("unit.ambiguous", value=text, options=shown)
        if reading.unit:
            return reading.unit
        if _DIRECT.search(text):
            return self._direct(text, reading.adcodes or self.context[-1:])
        if not reading.adcodes:
            raise BadInput("unit.unknown", value=text)
        return self.of_districts(reading.adcodes)

    def of_districts(self, adcodes: tuple[str, ...]) -> str:
        """按区县 the unit of one county, or the bucket of the city or province that several counties share."""
        if len(adcodes) == 1:
            return self._reporting(adcodes[0])
        paths = [self.path(code) for code in adcodes]
        shared = [level[0] for level in zip(*paths, strict=False) if len(set(level)) == 1]
        if not shared:
            raise BadInput(
                "unit.ambiguous", value="、".join(adcodes), options="、".join(map(gazetteer().name, adcodes))
            )
        return self._reporting(shared[-1])

    def _direct(self, text: str, adcodes: tuple[str, ...]) -> str:
        if not adcodes:
            raise BadInput("unit.whose_bucket", value=text)
        path = [code for code in self.path(adcodes[0]) if f"{code}-direct" in self.names]
        if not path:
            return self._reporting(adcodes[0])
        return f"{path[0] if _PROVINCIAL.search(text) else path[-1]}-direct"

    def _reporting(self, code: str) -> str:
        """A district that has others below reports through its bucket."""
        bucket = f"{code}-direct"
        leaf = self.kinds.get(code) in {UnitKind.COUNTY, UnitKind.ZONE, UnitKind.BUCKET}
        return code if leaf or not self._has_counties(code) or bucket not in self.names else bucket

    def _has_counties(self, code: str) -> bool:
        return bool(gazetteer().districts.children(code))

    def county_of(self, unit: str) -> str:
        """所在区县 adcode of the district that a unit is, or lies right under."""
        path = [code for code in self.path(unit) if self.kinds[code] not in {UnitKind.ZONE, UnitKind.BUCKET}]
        return path[-1]
