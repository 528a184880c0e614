"""地名录 place names -> districts: full names, short names, former names, townships and development zones.

All names stand in one Aho-Corasick automaton (Aho and Corasick 1975), so that a text is read once, whatever the number
of names. What a name alone means may be open (鼓楼区 stands in four cities); geo.geocode settles that from its company.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

import ahocorasick
import pandas as pd

from geo.boundaries import Districts, load_reporting_units

_PEOPLES = (
    "壮族|满族|回族|苗族|维吾尔族?|土家族|彝族|蒙古族?|藏族|布依族|侗族|瑶族|朝鲜族|白族|哈尼族|哈萨克族?|黎族|傣族|畲族|傈僳族|仡佬族|"
    "东乡族|拉祜族|水族|佤族|纳西族|羌族|土族|仫佬族|锡伯族?|柯尔克孜族?|达斡尔族?|景颇族|毛南族|撒拉族|布朗族|塔吉克族?|普米族|阿昌族|怒族|"
    "鄂温克族?|京族|基诺族|德昂族|保安族|俄罗斯族|裕固族|乌孜别克族|门巴族|鄂伦春族|独龙族|塔塔尔族|赫哲族|高山族|珞巴族|各族"
)
_AUTONOMOUS = re.compile(rf"^(.{{2,}}?)(?:{_PEOPLES})*自治([区州县旗])$")
_WORDS = frozenset(
    re.findall("..", "新建和平东方平安解放城关新城港口河口中原江南江北城中城东城西城北南山东山西山新华建设")
)
"""Short names that are words of everyday use as well: they count only beside a city."""
_LOCAL = frozenset(["城区", "郊区", "矿区", "市中区", "东区", "西区", "南区", "北区", "新区", "市区"])
"""Names that mean something only inside their city."""
_ZONE_TYPES = (
    (
        re.compile(r"高新技术产业(开发区|园区|示范区)$|高技术产业开发区$|高新技术开发区$"),
        ("高新区", "高新技术开发区", "高新开发区"),
    ),
    (re.compile(r"经济技术开发区$|经济开发区$"), ("经开区", "经济开发区", "经济技术开发区")),
    (re.compile(r"城乡一体化示范区$"), ("示范区", "城乡一体化示范区")),
)


_WEIGHT = {
    ("province", "full"): 60, ("province", "short"): 54, ("province", "former"): 40,
    ("city", "full"): 62, ("city", "short"): 52, ("city", "former"): 50, ("city", "local"): 24,
    ("county", "full"): 64, ("county", "short"): 44, ("county", "former"): 54, ("county", "local"): 24,
    ("zone", "full"): 58, ("zone", "local"): 24,
    ("township", "full"): 20, ("township", "short"): 12,
}  # fmt: skip
"""Votes of a name: the finer and the fuller, the more; a township only refines what larger names say."""


class Entry(NamedTuple):
    """名称含义 one meaning of a name."""

    code: str
    """Adcode or code of a reporting unit."""
    kind: str
    """"province", "city", "county", "zone" or "township"."""
    form: str
    """"full", "short" (长治, 高新区), "former" or "local" (valid only inside its city: 高新区, 城区)."""

    weight: int
    """Votes it has in geo.address."""


class Hit(NamedTuple):
    """命中 a name found in a text, at text[start:end], with its possible meanings."""

    start: int
    end: int
    entries: tuple[Entry, ...]
    form: str
    """"short" or "local" if all meanings are, else ""."""


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """地名录 names of one folder, ready to be found in texts.

    Attributes
    ----------
    districts : Districts
        The districts the names lead to.
    units : DataFrame
        Reporting units as load_reporting_units gives them.
    """

    districts: Districts
    units: pd.DataFrame
    _automaton: ahocorasick.Automaton
    lineage: dict[str, frozenset[str]]
    """code (district or reporting unit) -> the codes of itself and all above it."""
    within: dict[str, tuple[str, ...]]
    """code of a zone -> adcodes of the counties it lies in."""

    @classmethod
    def load(cls, folder: Path, districts: Districts | None = None) -> "Gazetteer":
        """读取地名录 names of a folder of boundaries.

        Raises
        ------
        BoundaryError
            If a file is missing.
        """
        districts = districts or Districts.load(folder)
        units = load_reporting_units(folder)
        zones = units[units["kind"] == "zone"]
        lineage: dict[str, frozenset[str]] = {code: frozenset(districts.path(code)) for code in districts.names}
        for code, parent in zip(map(str, units.index), map(str, units["parent_code"]), strict=True):
            lineage[code] = lineage[parent] | {code}
        names: dict[str, list[Entry]] = {}
        for name, entry in _all_names(folder, districts, zones):
            if entry.code in lineage:
                names.setdefault(name, []).append(entry)
        automaton = ahocorasick.Automaton()
        for name, entries in names.items():
            forms = {entry.form for entry in entries}
            form = forms.pop() if forms in ({"short"}, {"local"}) else ""
            automaton.add_word(name, (len(name), tuple(dict.fromkeys(entries)), form))
        automaton.make_automaton()
        return cls(districts, units, automaton, lineage, dict(zip(zones.index, zones["within"], strict=True)))

    @cached_property
    def _names(self) -> dict[str, str]:
        own = dict(zip(self.units.index.to_list(), self.units["name"].to_list(), strict=True))
        return own | {code: self.districts.full_name(code) for code in self.districts.names}

    def find(self, text: str) -> list[Hit]:
        """查找地名 names in a text from left to right, the longest first, without overlap."""
        found = self._automaton.iter_long(text)
        return [Hit(end + 1 - size, end + 1, entries, form) for end, (size, entries, form) in found]

    def name(self, code: str) -> str:
        """名称 full name of a district or reporting unit."""
        return self._names.get(code, code)


@cache
def _entry(code: str, kind: str, form: str) -> Entry:
    return Entry(code, kind, form, _WEIGHT[kind, form])


def _all_names(folder: Path, districts: Districts, zones: pd.DataFrame) -> Iterator[tuple[str, Entry]]:
    yield from _district_names(districts)
    yield from _zone_names(districts, zones)
    yield from _former_names(folder, districts)
    townships = pd.read_parquet(folder / "gazetteer.parquet", columns=["name", "upper"])
    larger = {short for name in districts.names.values() for short in short_names(name)}
    generic = {"开发区", "工业园区", "经济开发区", "街道", "高新区", "经开区", "示范区"}
    for name, code in zip(townships["name"].to_list(), townships["upper"].to_list(), strict=True):
        if len(name) > 2 and name not in generic:
            yield name, _entry(code, "township", "full")
            short = name[:-1] if len(name) > 3 and name.endswith(("镇", "乡")) else ""
            if (
                short and short not in generic and larger.isdisjoint((short[:2], short[:3]))
            ):  # 榆林子洲 is 榆林 and 子洲
                yield short, _entry(code, "township", "short")


def _district_names(districts: Districts) -> Iterator[tuple[str, Entry]]:
    levels = districts.frame["level"].to_dict()
    for code, name in districts.names.items():
        form = "local" if name in _LOCAL else "full"
        yield name, _entry(code, levels[code], form)
        for short in short_names(name):
            yield short, _entry(code, levels[code], "local" if short in _WORDS else "short")


def short_names(name: str) -> Iterable[str]:
    """简称 short names of a district: 长治市 长治; 围场满族蒙古族自治县 围场, 围场县, 围场自治县."""
    if match := _AUTONOMOUS.match(name):
        stem, suffix = match.groups()
        if suffix == "区":
            return (stem, "内蒙") if stem == "内蒙古" else (stem,)
        return (stem, stem + suffix, f"{stem}自治{suffix}")
    for suffix in ("特别行政区", "行政委员会", "地区", "新区", "林区", "矿区", "省", "市", "县", "区", "盟", "旗"):
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return (name.removesuffix(suffix),)
    return ()


def _zone_names(districts: Districts, zones: pd.DataFrame) -> Iterator[tuple[str, Entry]]:
    for code, name, parent, aliases in zip(
        zones.index, zones["name"], zones["parent_code"], zones["aliases"], strict=True
    ):
        city = next(iter(short_names(districts.names[parent])), districts.names[parent])
        yield name, _entry(code, "zone", "full")
        for alias in aliases:
            yield alias, _entry(code, "zone", "full")
        own = name.removeprefix(districts.names[parent]).removeprefix(city)
        if own != name and len(own) > 3:
            yield own, _entry(code, "zone", "local")
        for pattern, shorts in _ZONE_TYPES:
            match = pattern.search(name)
            if match:
                prefix = name[: match.start()]
                for short in shorts:
                    yield prefix + short, _entry(code, "zone", "full" if prefix else "local")
                    yield city + short, _entry(code, "zone", "full")
                    yield short, _entry(code, "zone", "local")


def _former_names(folder: Path, districts: Districts) -> Iterator[tuple[str, Entry]]:
    """Names that are used no more, unless the name still belongs to a district of that city.

    Where another city has a district of that name today, the former one counts only beside its own city.
    """
    levels = districts.frame["level"].to_dict()
    taken = {(code[:4], name) for code, name in districts.names.items()}
    names = {*districts.names.values(), *_LOCAL}
    renames = pd.read_csv(folder / "renames.csv", dtype=str, keep_default_na=False)
    rows = [(name, text.split(";")) for name, text in zip(renames["name"], renames["successors"], strict=True)]
    rows += [(name, list(successors)) for name, successors in districts.retired.values()]
    for name, successors in rows:
        if len(name) < 2 or not successors or name in {"市辖区", "市区", "县", "县级市"}:
            continue
        form = "local" if name in names else "former"
        for code in successors:
            if code in levels and (code[:4], name) not in taken:
                yield name, _entry(code, levels[code], form)
