"""核查文档 inspections as plain JSON values: for the command line, the store and the page."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from geo.change import Shift
from geo.conditions import Conditions
from geo.evidence import Evidence
from geo.inspect import Look
from geo.scenes import Scene
from geo.verdict import Onset, Verdict, hidden_reasons
from monitor.messages import reason, sentence
from monitor.terms import ImageryEvidence

MEASURED = ("before_pct", "after_pct", "ring_change_pct", "net_pct", "net_m2")
LEAST_SHIFT_M = 0.1
METHODS = {
    "usable": "cloud and shadow by colour and by the other date; SCL where delivered",
    "shift": "phase correlation of gradients (Guizar-Sicairos 2008)",
    "season": "days apart in the year; the ring is the control",
}
"""how what the figures rest on is found."""


def figure(item: Evidence) -> dict[str, Any]:
    """证据 one figure: per cent before and after, net of the ring, and m²; of heights m and m³ as well."""
    volumes = {name: rounded(value, 2) for name, value in vars(item.volumes).items()} if item.volumes else {}
    return {
        "key": item.key,
        "label": ImageryEvidence.labels()[item.key],
        "before_pct": rounded(item.before_pct, 2),
        "after_pct": rounded(item.after_pct, 2),
        "ring_change_pct": rounded(item.ring_change_pct, 2),
        "net_pct": rounded(item.net_pct, 2),
        "net_m2": rounded(item.net_m2, 0),
        "method": item.method,
        **volumes,
    }


def figures(items: Iterable[Evidence], found: Conditions) -> list[dict[str, Any]]:
    """全部证据 every figure of a pair of dates, the way the change went, and what the figures rest on."""
    told = [figure(item) for item in items]
    for one in told:
        if one["key"] == "change":
            one |= {"brighter_pct": rounded(found.brighter_pct, 2), "darker_pct": rounded(found.darker_pct, 2)}
    return [*told, *_conditions(found)]


def _conditions(found: Conditions) -> Iterator[dict[str, Any]]:
    shift, labels, none = found.shift, ImageryEvidence.labels(), dict.fromkeys(MEASURED)
    usable = {"covered_pct": rounded(found.covered_pct, 1), "clear_pct": rounded(found.clear_pct, 1)}
    usable |= {f"{name}_pct": rounded(part, 1) for name, part in found.hidden_pct.items()}
    moved = {"east_m": rounded(shift.east_m, 2), "south_m": rounded(shift.south_m, 2), "accepted": shift.accepted}
    season = {"days": found.season_days, "same_season": found.same_season}
    codes = (
        ("usable", "evidence.usable", usable),
        ("shift", _registered(shift), moved),
        ("season", "evidence.same_season" if found.same_season else "evidence.other_season", season),
    )
    for key, code, said in codes:
        text = sentence(code, **said, length_m=rounded(shift.length_m, 1))
        if key == "usable":
            text += "".join(reason(one.code, one.params) for one in hidden_reasons(found.hidden_pct))
        yield {"key": key, "label": labels[key], **none, "method": METHODS[key], **said, "text": text}


def _registered(shift: Shift) -> str:
    if not shift.accepted:
        return "evidence.not_registered"
    return "evidence.shift" if shift.length_m >= LEAST_SHIFT_M else "evidence.registered"


def look(seen: Look) -> dict[str, Any]:
    """一期影像所见 one date: usable share, open ground beyond the ring's, probability of works, stage."""
    return {
        "scene": seen.scene.id,
        "on": seen.scene.taken_on.isoformat(),
        "clear_pct": rounded(seen.clear_pct, 1),
        "open_share": rounded(seen.open_share, 4),
        "activity_score": rounded(seen.score, 3),
        "stage": seen.stage,
    }


def onset(found: Onset | None) -> dict[str, Any] | None:
    """动工时间 ground-breaking with the two clear scenes that bracket it; None where none was found."""
    if found is None:
        return None
    days = {"on": found.on, "after_on": found.after_on, "before_on": found.before_on}
    shown = {name: day.isoformat() for name, day in days.items()}
    return {**shown, "step": rounded(found.step, 4), "chance": rounded(found.chance, 4)}


def reasons(
    verdict: Verdict, scenes: Iterable[Scene], outside: Iterable[Scene], names: Mapping[str, str] = {}
) -> list[dict[str, Any]]:
    """研判理由 code and parameters of every reason, with what has to be known of the scenes.

    Parameters
    ----------
    verdict : Verdict
        What was found.
    scenes, outside : iterables of Scene
        Those given, and those of them that do not show the site.
    names : mapping
        Name of the delivered file by scene id, for scenes that were stored under another.
    """
    called = {scene.id: names.get(scene.id, scene.path.name) for scene in (*scenes, *outside)}
    told = [(one.code, dict(one.params)) for one in verdict.reasons]
    told += [("verdict.bands_assumed", {"file": called[scene.id]}) for scene in scenes if scene.bands_assumed]
    told += [("verdict.scene_outside", {"file": called[scene.id]}) for scene in outside]
    return [{"code": code, "params": {name: plain(value) for name, value in params.items()}} for code, params in told]


def worded(told: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """理由文字 reasons with the sentence of each."""
    return [{**one, "text": reason(one["code"], one["params"])} for one in told]


def plain(value: object) -> object:
    """JSON 值 numbers and text as they are, days as ISO text."""
    return value if isinstance(value, str | int | float | None) else str(value)


def rounded(value: float | None, digits: int) -> float | None:
    """取整 rounded number; None where there is none or it is not a number."""
    return None if value is None or value != value else round(value, digits)  # noqa: PLR0124 - not a number
