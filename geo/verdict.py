"""影像研判 what an observer could say of a site against its report, with its uncertainty; it never convicts.

Five findings: consistent, ahead, behind, no visible activity, imagery unusable. In doubt the finding is "consistent"
and marked as abstained: doubt is no discrepancy. "No visible activity" needs most of the site clear on both dates
(``geo.limits``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from geo._activity import Model, Scale, load_model
from geo._onset import Onset, find_onset
from geo._recognition import unlike_share
from geo._yearly import yearly_probabilities
from geo.compare import Comparison
from geo.evidence import Pair
from geo.limits import load_limits

__all__ = [
    "Finding",
    "Onset",
    "Reason",
    "Reported",
    "Verdict",
    "find_onset",
    "hidden_reasons",
    "judge",
    "load_model",
    "stage",
    "yearly_probabilities",
]

ALIKE = 0.5
"""likeness (``Activity.likeness``) from which ground counts as the same (ADR 6 has what that costs)."""

UNLIKE_SHARE = 0.3
"""of a site that may be hidden or in another light; less than may be unclear, since clouds and shadows end softly."""

BELOW_CLOUDS_GSD_M = 0.3
"""finer than satellites: a flight, which no cloud lies under."""


class Finding(StrEnum):
    """研判结论 the five findings."""

    CONSISTENT = "consistent"
    AHEAD = "ahead"
    BEHIND = "behind"
    NO_ACTIVITY = "no_visible_activity"
    UNUSABLE = "imagery_unusable"


@dataclass(frozen=True)
class Reported:
    """填报情况 what the report in force on the later image's date says; None where it says nothing.

    Attributes
    ----------
    pct : float or None
        Physical progress (形象进度), per cent of 100.
    start_on : date or None
        Reported start of works.
    invested_pct : float or None
        Completed investment, per cent of the total.
    """

    pct: float | None = None
    start_on: date | None = None
    invested_pct: float | None = None

    def claims_start(self, on: date) -> bool | None:
        """是否报已开工 whether it says works had begun by a day; None if it says nothing."""
        if self.pct is not None and self.pct > 0:
            return True
        if self.start_on is not None:
            return self.start_on <= on
        return None if self.pct is None else False


@dataclass(frozen=True)
class Reason:
    """研判理由 one reason: a code whose sentence stands in monitor.messages, and what the sentence needs."""

    code: str
    params: Mapping[str, object]


@dataclass(frozen=True)
class Verdict:
    """研判结果 a finding with its probability and its reasons.

    Attributes
    ----------
    activity_score : float or None
        Calibrated probability that works touched more than 5 % of the site between the two dates; None if unusable.
    confidence : float
        0-1: probability of the observation the finding rests on.
    abstained : bool
        True if the observation is too uncertain to set against the report.
    stage : str
        ``untouched``, ``earthwork``, ``structure``, ``works`` (visible, of neither kind) or ``unknown``.
    """

    finding: Finding
    activity_score: float | None
    confidence: float
    abstained: bool
    stage: str
    reasons: tuple[Reason, ...]
    onset: Onset | None
    model_version: str


def stage(comparison: Comparison, model: Model) -> str:
    """形象阶段 stage of works the later image shows against the earlier one."""
    score, scale = comparison.works.probability, model.scale(comparison.pair.grid.gsd_m)
    if not score > scale.quiet:
        return "untouched"
    if score < scale.active:
        return "unknown"
    built, bare = comparison.pair.item("built"), comparison.pair.item("bare")
    if built is not None and built.net_pct >= load_limits().built_pct:
        return "structure"
    return "earthwork" if bare is not None and bare.net_pct >= load_limits().bare_pct else "works"


def judge(
    comparison: Comparison, reported: Reported, onset: Onset | None = None, model: Model | None = None
) -> Verdict:
    """研判 set what two dates show against what was reported.

    Parameters
    ----------
    comparison : Comparison
        The reference date and the date judged.
    reported : Reported
        The report in force on the later date.
    onset : Onset, optional
        Ground-breaking from the whole series of scenes.
    model : Model, optional
        The shipped model if not given.
    """
    model = model or load_model()
    pair, score = comparison.pair, comparison.works.probability
    reasons, needed = _seen(pair), load_limits().clear_pct
    if pair.clear_pct < needed or not 0 <= score <= 1:
        hidden = 1 - pair.clear_pct / 100
        code, shown_pct = "verdict.not_clear", pair.clear_pct
        if pair.covered_pct < needed:
            code, shown_pct = "verdict.not_covered", pair.covered_pct
        else:
            reasons = [*hidden_reasons(pair.hidden_pct), *reasons]
        reasons.insert(0, Reason(code, {"clear_pct": round(shown_pct), "needed_pct": round(needed)}))
        return Verdict(Finding.UNUSABLE, None, max(0.5, hidden), False, "unknown", tuple(reasons), onset, model.version)
    shown, scale = stage(comparison, model), model.scale(pair.grid.gsd_m)
    finding, confidence, why = _against(comparison, shown, reported, onset, scale)
    unsure = scale.quiet < score < scale.active or any(reason.code == "verdict.not_recognised" for reason in why)
    abstained = unsure and onset is None
    reasons = [*why, *_invested(shown, reported), *reasons]
    return Verdict(finding, score, confidence, abstained, shown, tuple(reasons), onset, model.version)


def _against(
    comparison: Comparison, shown: str, reported: Reported, onset: Onset | None, scale: Scale
) -> tuple[Finding, float, list[Reason]]:
    pair, score = comparison.pair, comparison.works.probability
    claimed = reported.claims_start(pair.after_on)
    timed = _start_against(reported, onset)
    if timed is not None:
        return timed
    if score >= scale.active:
        return _visible(score, shown, reported, claimed)
    if score > scale.quiet:
        return (
            Finding.CONSISTENT,
            max(score, 1 - score),
            [Reason("verdict.undecided", {"score_pct": round(100 * score)})],
        )
    return _quiet(comparison, reported, claimed)


def _quiet(comparison: Comparison, reported: Reported, claimed: bool | None) -> tuple[Finding, float, list[Reason]]:
    """No works are seen: as reported, not to be told, or against the report."""
    pair, score = comparison.pair, comparison.works.probability
    if claimed is False:
        return Finding.CONSISTENT, 1 - score, [Reason("verdict.quiet_as_reported", {"score_pct": round(100 * score)})]
    if not recognised(comparison):
        said = {"before_on": pair.before_on, "after_on": pair.after_on}
        return Finding.CONSISTENT, 0.5, [Reason("verdict.not_recognised", said)]
    why = [Reason("verdict.no_visible_works", {"before_on": pair.before_on, "after_on": pair.after_on})]
    if reported.start_on is not None and pair.before_on > reported.start_on + timedelta(days=load_limits().late_days):
        why.append(
            Reason("verdict.no_image_before_start", {"before_on": pair.before_on, "start_on": reported.start_on})
        )
        return Finding.CONSISTENT, 0.5, why
    return Finding.NO_ACTIVITY, 1 - score, [*why, *_claimed(reported)]


def recognised(comparison: Comparison) -> bool:
    """是否认得出 whether the same ground is seen on both dates, so that it may be said that nothing happened on it.

    What the masks of clouds, shadows and snow let through is not said to be quiet unless it looks alike, in the same
    light: its pattern alone is kept under thin cloud and in a shadow too. Flights are taken as they are.
    """
    scenes = (comparison.pair.before, comparison.pair.after)
    if all(scene.native_gsd_m < BELOW_CLOUDS_GSD_M for scene in scenes):
        return True
    return comparison.works.likeness >= ALIKE and unlike_share(comparison.pair) <= UNLIKE_SHARE


def _claimed(reported: Reported) -> list[Reason]:
    """What the report says that nothing can be seen of."""
    said = []
    if reported.start_on is not None:
        said.append(Reason("verdict.reported_start", {"start_on": reported.start_on}))
    if reported.pct:
        said.append(Reason("verdict.reported_progress", {"reported_pct": round(reported.pct, 1)}))
    return said


def _invested(shown: str, reported: Reported) -> list[Reason]:
    """Investment that the visible stage does not carry: a question for the inspector, and no part of the finding."""
    highest_pct = load_limits().carried_pct(shown)
    if reported.invested_pct is None or not reported.invested_pct > highest_pct:
        return []
    said = {"stage": shown, "invested_pct": round(reported.invested_pct, 1), "highest_pct": highest_pct}
    return [Reason("verdict.invested_above_stage", said)]


def _visible(score: float, shown: str, reported: Reported, claimed: bool | None) -> tuple[Finding, float, list[Reason]]:
    if claimed is False:
        return Finding.AHEAD, score, [Reason("verdict.works_before_report", {"score_pct": round(100 * score)})]
    highest_pct = load_limits().carried_pct(shown)
    if reported.pct is not None and reported.pct > highest_pct:
        limit = {"stage": shown, "reported_pct": reported.pct, "highest_pct": highest_pct}
        return Finding.BEHIND, 0.5 + 0.5 * (score - 0.5), [Reason("verdict.stage_below_report", limit)]
    return (
        Finding.CONSISTENT,
        score,
        [Reason("verdict.works_visible", {"score_pct": round(100 * score), "stage": shown})],
    )


def _start_against(reported: Reported, onset: Onset | None) -> tuple[Finding, float, list[Reason]] | None:
    """Reported start against the bracket of ground-breaking, where both are known and they disagree."""
    if reported.start_on is None or onset is None:
        return None
    limits = load_limits()
    params: dict[str, object] = {
        "start_on": reported.start_on,
        "after_on": onset.after_on,
        "before_on": onset.before_on,
    }
    if onset.after_on > reported.start_on + timedelta(days=limits.late_days):
        return Finding.BEHIND, 1 - onset.chance, [Reason("verdict.started_later", params)]
    if onset.before_on < reported.start_on - timedelta(days=limits.early_days):
        return Finding.AHEAD, 1 - onset.chance, [Reason("verdict.started_earlier", params)]
    return None


def hidden_reasons(hidden_pct: Mapping[str, float]) -> list[Reason]:
    """遮挡原因 what hides the ground on one date or the other (``Pair.hidden_pct``), each part that is one."""
    parts = {name: round(part) for name, part in hidden_pct.items()}
    return [Reason(f"verdict.hidden_{name}", {"hidden_pct": part}) for name, part in parts.items() if part]


def _seen(pair: Pair) -> list[Reason]:
    """What the figures say, the largest first, and what limits them."""
    reasons = []
    for item in sorted(pair.items, key=lambda found: -abs(found.net_pct)):
        if item.key in ("vegetation", "bare", "built", "water", "change") and abs(item.net_pct) >= 3:
            params = {
                "net_pct": round(item.net_pct, 1),
                "net_m2": round(item.net_m2),
                "ring_pct": round(item.ring_change_pct, 1),
            }
            reasons.append(Reason(f"verdict.seen_{item.key}", params))
        elif item.volumes and item.volumes.cut_m3 + item.volumes.fill_m3 > 0:
            moved = {"cut_m3": round(item.volumes.cut_m3), "fill_m3": round(item.volumes.fill_m3)}
            reasons.append(Reason("verdict.seen_height", moved))
    if not pair.same_season:
        reasons.append(Reason("verdict.other_season", {"before_on": pair.before_on, "after_on": pair.after_on}))
    if not pair.shift.accepted:
        reasons.append(Reason("verdict.not_registered", {}))
    return reasons
