"""地址判读 districts that an address names or implies, or "not sure".

A Chinese address goes from the large to the small, so its names support each other: 南京市鼓楼区 is one county although
鼓楼区 alone is four. Every meaning of every name found votes for the districts it lies under, full names more than
short ones; the district with most votes is taken, and if several are level, none: the result then says "not sure" and
names them.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from geo.gazetteer import Gazetteer, Hit

_ROAD = re.compile(
    r"[东南西北中]?[一二三四五六七八九十]?[段环支横纵]?"
    r"(?:路(?!网|段|口)|街(?!道)|大道|大街|道(?!路)|巷|胡同|弄|里(?!程)|村|庄|屯|寨|苑|园(?!区)|小区|社区|大厦|广场|花园|公寓|饭店|酒店|宾馆|镇|乡|街道|桥)"
)
_OPENING = re.compile(r"(?:^|[\s、,;:。(【\[“\"/]|位于|地处|坐落于|座落于|在|于|至|到|经|和|及|与|跨|—|-|~)$")
_LIST = re.compile(r"(?:[^、,;。]{0,8}?(?:镇|乡|街道|段|村|境内|境|部分))?[、,;/和及与跨\s]+(?:以及|和|及)?$")
_LINE = re.compile(r"(?:途[经径]|经过|经|穿越|跨越|跨|涉及|止于|终于|终点|至|到|连接|——|—|-|~|→)(?:[^、,;。]{0,4})$")
_TAILS = {"市": ("场", "政"), "区": ("域", "间", "块")}
_MAX_OPTIONS = 6


@dataclass(frozen=True)
class Reading:
    """地址判读 what an address says.

    Attributes
    ----------
    adcodes : tuple of str
        Districts named, the first the best supported; several for a linear project.
    unit : str
        Zone named, "" for none.
    options : tuple of str
        Districts between which the address leaves the choice open; adcodes is then what they have in common.
    weight : int
        Votes of the best district; 0 if no place was found.
    """

    adcodes: tuple[str, ...] = ()
    unit: str = ""
    options: tuple[str, ...] = ()
    weight: int = 0


def read_address(gazetteer: Gazetteer, text: str, context: Sequence[str] = ()) -> Reading:
    """判读地址 districts that an address names or implies.

    Parameters
    ----------
    gazetteer : Gazetteer
        The names to look for.
    text : str
        The address; full-width and half-width alike.
    context : sequence of str
        Adcodes known from elsewhere (the declared city): they vote, but are no answer by themselves.
    """
    text = unicodedata.normalize("NFKC", text)
    hits = list(_plausible(gazetteer, text))
    if not hits:
        return Reading()
    hits = _narrow(gazetteer, hits, context)
    scores = _scores(gazetteer, hits, context)
    if not scores:
        return Reading()
    top = max(scores.values())
    level = [code for code, score in scores.items() if score == top]
    if len(level) == 1:
        return _complete(gazetteer, text, hits, _repeated(gazetteer, hits, level[0]), top)
    first = {entry.code: hit.start for hit in reversed(hits) for entry in hit.entries}
    best = [code for code in level if first[code] == min(first[other] for other in level)]
    common = _deepest(gazetteer, frozenset.intersection(*(gazetteer.lineage[code] for code in best)))
    if not set(common) & set(best):
        return Reading(common, options=tuple(sorted(best)), weight=top)
    return _complete(gazetteer, text, hits, _repeated(gazetteer, hits, common[0]), top)


def _repeated(gazetteer: Gazetteer, hits: list[Hit], best: str) -> str:
    """安阳安阳 is 安阳市 and then 安阳县: a name said twice means its county the second time."""
    for one, two in pairwise(hits):
        if one.end == two.start and one.entries == two.entries:
            counties = [e.code for e in two.entries if e.kind == "county" and best in gazetteer.lineage[e.code]]
            if len(counties) == 1:
                return counties[0]
    return best


def _deepest(gazetteer: Gazetteer, codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(codes, key=lambda code: len(gazetteer.lineage[code]))[-1:])


def _complete(gazetteer: Gazetteer, text: str, hits: list[Hit], best: str, weight: int) -> Reading:
    """The best district with the zone it is named with, and the further counties of a list or a line."""
    if best in gazetteer.within:
        return Reading(gazetteer.within[best], unit=best, weight=weight)
    lineage = gazetteer.lineage[best]
    zones = [entry.code for hit in hits for entry in hit.entries if entry.kind == "zone"]
    unit = next((zone for zone in zones if best in gazetteer.within[zone]), "")
    adcodes = [best]
    own = next(i for i, hit in enumerate(hits) if any(entry.code == best for entry in hit.entries))
    previous = hits[own].end
    for hit in hits[own + 1 :]:
        between = text[previous : hit.start]
        above = [entry.code for entry in hit.entries if entry.kind in {"province", "city"}]
        counties = _nearest(gazetteer, hit, lineage)
        if counties and (_LIST.fullmatch(between) or _LINE.search(between)):
            adcodes += counties
            previous = hit.end
        elif above and gazetteer.districts.children(above[0]):
            text = text[: hit.start] + " " * (hit.end - hit.start) + text[hit.end :]
    return Reading(tuple(dict.fromkeys(adcodes)), unit=unit, weight=weight)


def _nearest(gazetteer: Gazetteer, hit: Hit, lineage: frozenset[str]) -> list[str]:
    """The one county that a further name means: the one sharing most of the path of the first, if it is one."""
    counties = [e.code for e in hit.entries if e.kind == "county" or (e.kind == "city" and e.form == "full")]
    leaves = [code for code in counties if not gazetteer.districts.children(code)]
    shared = [len(gazetteer.lineage[code] & lineage) for code in leaves]
    nearest = [code for code, share in zip(leaves, shared, strict=True) if share == max(shared)]
    return nearest if len(nearest) == 1 else []


def _plausible(gazetteer: Gazetteer, text: str) -> Iterable[Hit]:
    """Drop names that are part of a road (北京路) or an estate, and short names inside other words."""
    last = 0
    hits = gazetteer.find(text)
    for hit, following in zip(hits, [*(hit.start for hit in hits[1:]), -1], strict=False):
        road = following != hit.end and _ROAD.match(text, hit.end)  # 唐山路北区 is no road
        if (hit.form and road) or (hit.form == "short" and _inside_word(text, hit, last)):
            continue
        if text[hit.end : hit.end + 1] in _TAILS.get(text[hit.end - 1], ()):  # 东方市场, 开发区域
            continue
        last = hit.end
        yield hit


def _inside_word(text: str, hit: Hit, last: int) -> bool:
    """Whether a short name stands neither at the beginning, nor right after a place, nor after an opening word."""
    return hit.start not in {0, last} and not _OPENING.search(text, 0, hit.start)


def _narrow(gazetteer: Gazetteer, hits: list[Hit], context: Sequence[str]) -> list[Hit]:
    """Leave to names of many meanings only those that agree with the clearer names and the context."""
    if not any(hit.form == "local" or len(hit.entries) > _MAX_OPTIONS for hit in hits):
        return hits
    clear = [hit for hit in hits if len(hit.entries) <= _MAX_OPTIONS and any(e.kind != "township" for e in hit.entries)]
    known = {entry.code for hit in clear for entry in hit.entries if entry.form != "local"} | set(context)
    narrowed = []
    for hit in hits:
        local_only = hit.form == "local"
        if known and (len(hit.entries) > _MAX_OPTIONS or local_only):
            entries = tuple(e for e in hit.entries if not known.isdisjoint(gazetteer.lineage[e.code]))
            if entries:
                narrowed.append(hit._replace(entries=entries))
        elif not local_only:
            narrowed.append(hit)
    return narrowed


def _scores(gazetteer: Gazetteer, hits: list[Hit], context: Sequence[str]) -> dict[str, int]:
    """Votes for each district or zone that is named: of itself and of every name above it.

    A clear name that stands earlier and means another branch votes against: what follows it belongs to it.
    """
    first = {entry.code: hit.start for hit in reversed(hits) for entry in hit.entries}
    scores: dict[str, int] = {}
    for code, start in first.items():
        lineage = gazetteer.lineage[code]
        total = sum(100 for adcode in context if adcode in lineage)
        for hit in hits:
            votes = max([entry.weight for entry in hit.entries if entry.code in lineage], default=0)
            total += votes or (hit.start < start and -_against(gazetteer, hit, code))
        scores[code] = total
    return scores


def _against(gazetteer: Gazetteer, hit: Hit, code: str) -> int:
    """Votes of a name against a district in another branch; zones and townships have none."""
    if any(code in gazetteer.lineage[entry.code] for entry in hit.entries):
        return 0
    return max((e.weight for e in hit.entries if e.kind not in {"zone", "township"}), default=0)
