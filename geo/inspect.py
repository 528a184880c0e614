"""影像核查 every scene of a site, from files to a verdict: which two dates to compare, and when ground was broken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rasterio.io import DatasetReader
from shapely.geometry.base import BaseGeometry

from geo._activity import Scale, load_model
from geo._reading import Scene
from geo.compare import Comparison, compare_pixels
from geo.errors import SceneError
from geo.grid import Grid, analysis_gsd_m, site_grid
from geo.heights import with_height
from geo.limits import load_limits
from geo.open_ground import OpenGround, open_ground
from geo.pixels import Pixels, read_pixels
from geo.verdict import Onset, Reported, Verdict, find_onset, judge, stage

Earlier = Mapping[tuple[str, str], tuple[float | None, str]]
"""先前所见 score and stage of a later date (``Look``) by the ids of the earlier and the later scene, as worked out
before from the same scenes, outline, grid, model and limits."""


@dataclass(frozen=True)
class Look:
    """一期影像的状况 one date of a site.

    Attributes
    ----------
    scene : Scene
        The scene.
    clear_pct : float
        Per cent of the site usable.
    open_share : float
        Open ground of the site beyond the ring's (``geo.open_ground.OpenGround``).
    score : float or None
        Probability of works since the reference date; None for the reference itself and unusable dates.
    stage : str
        Stage of works against the reference date, as in ``Verdict.stage``.
    """

    scene: Scene
    clear_pct: float
    open_share: float
    score: float | None
    stage: str


@dataclass(frozen=True)
class Inspection:
    """核查结果 the verdict on a site, the pair it rests on, and every date's look.

    Attributes
    ----------
    verdict : Verdict
        Finding, probability, reasons, onset.
    comparison : Comparison
        The reference date against the latest clear one.
    before, after : Scene
        The two scenes of the comparison.
    reported : Reported
        The report that the verdict was set against.
    looks : tuple[Look, ...]
        Every scene that shows the site, by date.
    outside : tuple[Scene, ...]
        Scenes that do not show the site.
    """

    verdict: Verdict
    comparison: Comparison
    before: Scene
    after: Scene
    reported: Reported
    looks: tuple[Look, ...]
    outside: tuple[Scene, ...]


def inspect(
    scenes: Sequence[Scene],
    site: BaseGeometry,
    reported: Reported | Mapping[str, Reported],
    opened: Mapping[str, DatasetReader] | None = None,
    earlier: Earlier | None = None,
) -> Inspection:
    """核查一个地块 compare the first clear scene with every later one and judge the latest against the report.

    Parameters
    ----------
    scenes : sequence of Scene
        Two dates at least, in any order; a scene that does not show the site is left out. Surface models (DSM) among
        them go with the images of their flight.
    site : Polygon or MultiPolygon
        Outline in degrees of EPSG:4326.
    reported : Reported, or mapping of scene id to Reported
        The report in force on the date of the scene that is judged.
    opened : mapping of scene id to DatasetReader, optional
        Datasets that are open already; batch runs keep them open.
    earlier : Earlier, optional
        Pairs of dates that need not be compared again; the judged pair always is.

    Raises
    ------
    SceneError
        ``inspect.one_date`` if fewer than two dates show the site; ``scene.broken`` if pixels cannot be read.
    """
    heights = [scene for scene in scenes if scene.is_height]
    images = [scene for scene in scenes if not scene.is_height]
    grid = site_grid(site, analysis_gsd_m(images))
    shown: list[tuple[Scene, Pixels]] = []
    outside = []
    for scene in sorted(images, key=lambda one: one.taken_at):
        try:
            pixels = read_pixels(scene, grid, (opened or {}).get(scene.id))
            shown.append((scene, with_height(scene, pixels, heights, grid, opened or {})))
        except SceneError as error:
            if error.code != "scene.outside":
                raise
            outside.append(scene)
    if len({scene.taken_on for scene, _ in shown}) < 2:
        raise SceneError("inspect.one_date", count=len(shown), outside=len(outside))
    grounds = [open_ground(pixels, grid) for _, pixels in shown]
    first, last = _ends([ground.clear for ground in grounds])
    before, after = shown[first][0], shown[last][0]
    days = (before.taken_on, after.taken_on)
    judged = compare_pixels(shown[first][1], shown[last][1], grid, days, load_model())
    known = {**(earlier or {}), (before.id, after.id): _told(judged)}
    looks = _looks(shown, grounds, first, grid, known)
    onset = _onset(looks, grounds, grid)
    said = reported if isinstance(reported, Reported) else reported[after.id]
    return Inspection(judge(judged, said, onset), judged, before, after, said, tuple(looks), tuple(outside))


def _ends(clear: Sequence[float]) -> tuple[int, int]:
    """The first and the last scene clear enough, or the clearest earlier and later ones where none is."""
    good = [place for place, share in enumerate(clear) if 100 * share >= load_limits().clear_pct]
    if len(good) >= 2:
        return good[0], good[-1]
    last = len(clear) - 1
    if good == [0] or not good:
        return int(np.argmax(clear[:-1])), last
    return int(np.argmax(clear[: good[0]])), good[0]


def _looks(
    shown: Sequence[tuple[Scene, Pixels]], grounds: Sequence[OpenGround], first: int, grid: Grid, known: Earlier
) -> list[Look]:
    looks = []
    reference, base = shown[first]
    for place, ((scene, pixels), ground) in enumerate(zip(shown, grounds, strict=True)):
        score, seen = None, "unknown"
        if place > first:
            told = known.get((reference.id, scene.id))
            days = (reference.taken_on, scene.taken_on)
            score, seen = told or _told(compare_pixels(base, pixels, grid, days, load_model()))
        looks.append(Look(scene, 100 * ground.clear, ground.share, score, seen))
    return looks


def _told(comparison: Comparison) -> tuple[float | None, str]:
    """Score and stage of the later date; nothing where too little of the site is clear."""
    if comparison.pair.clear_pct < load_limits().clear_pct:
        return None, "unknown"
    return comparison.works.probability, stage(comparison, load_model())


def _onset(looks: Sequence[Look], grounds: Sequence[OpenGround], grid: Grid) -> Onset | None:
    """Ground-breaking from the histories of the pixels, or from the first comparison that shows works."""
    needed = load_limits().clear_pct
    series = [
        (look.scene.taken_on, ground.green, ground.seen, ground.bright)
        for look, ground in zip(looks, grounds, strict=True)
        if look.clear_pct >= needed and ground.green is not None and ground.bright is not None
    ]
    found = find_onset(
        [day for day, *_ in series],
        [green for _, green, *_ in series],
        [seen for *_, seen, _ in series],
        grid,
        [bright for *_, bright in series],
    )
    if found is not None:
        return found
    return _first_works([look for look in looks if look.clear_pct >= needed], load_model().scale(grid.gsd_m))


def _first_works(clear: Sequence[Look], scale: Scale) -> Onset | None:
    """The first comparison from which on works are seen and never again not: one odd date is no ground-breaking."""
    compared = [(look, look.score) for look in clear if look.score is not None]
    active = [score >= scale.active for _, score in compared]
    lasting = [
        place
        for place, works in enumerate(active)
        if works and np.mean(active[place:]) > 0.5 and all(score > scale.quiet for _, score in compared[place:])
    ]
    if not lasting or len(clear) < 2:
        return None
    after, score = compared[lasting[0]]
    quiet = [look for look, said in compared[: lasting[0]] if said <= scale.quiet]
    before = quiet[-1] if quiet else clear[0]  # a date in doubt may already show works
    half = (after.scene.taken_on - before.scene.taken_on) / 2
    step = after.open_share - before.open_share
    return Onset(before.scene.taken_on, after.scene.taken_on, before.scene.taken_on + half, float(step), 1 - score)
