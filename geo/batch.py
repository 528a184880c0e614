"""批量核查 inspections of thousands of sites: sorted by block, datasets kept open, resumable.

A chunk of jobs is a plain function of plain values, so any ``map`` runs it: the built-in one, an executor's, or a Dask
client's ``lambda run, chunks: client.gather(client.map(run, chunks))``.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader
from shapely.geometry.base import BaseGeometry

from geo._opening import open_as
from geo._reading import Scene
from geo.conditions import Conditions, conditions_of
from geo.errors import GeoError, SceneError
from geo.evidence import Evidence
from geo.inspect import Earlier, Inspection, Look, inspect
from geo.pictures import save_pictures
from geo.verdict import Finding, Reported, Verdict

CHUNK = 32
"""sites that are taken, kept and shown as done together: some seconds of work, so that little is lost by a break."""
BLOCK_PX = 256
PICTURES = ".jpg"
"""form of the pictures that a batch draws: quick to draw."""
NO_PICTURE = np.zeros((0, 0), np.int8)


@dataclass(frozen=True)
class Job:
    """核查任务 one site with its scenes and its report.

    Attributes
    ----------
    site_id : str
        The caller's key.
    outline : Polygon or MultiPolygon
        Degrees of EPSG:4326.
    scenes : tuple[Scene, ...]
        Two dates at least.
    reported : Reported, or mapping of scene id to Reported
        The report in force on the date of the scene that is judged.
    pictures : Path, optional
        Folder that the pictures behind the figures are drawn into, while their pixels are at hand, unless the site is
        as reported: such a one is seldom looked at, and its pictures are drawn when it is.
    earlier : Earlier
        Pairs of dates that need not be compared again.
    """

    site_id: str
    outline: BaseGeometry
    scenes: tuple[Scene, ...]
    reported: Reported | Mapping[str, Reported]
    pictures: Path | None = None
    earlier: Earlier = field(default_factory=dict)


@dataclass(frozen=True)
class Compared:
    """两期概况 which two scenes a verdict rests on, and how much of the site they show.

    Attributes
    ----------
    clear_pct : float
        Per cent of the site usable on both dates.
    site_m2, gsd_m : float
        Area of the site in m² and side of a pixel in metres, on the grid of the comparison.
    reported : Reported
        The report that the verdict was set against.
    outside : tuple[Scene, ...]
        Scenes that do not show the site.
    conditions : Conditions
        What the figures rest on.
    """

    before: Scene
    after: Scene
    clear_pct: float
    site_m2: float
    gsd_m: float
    reported: Reported
    outside: tuple[Scene, ...]
    conditions: Conditions


@dataclass(frozen=True)
class Outcome:
    """核查产出 what came of a job, without pixels: a verdict or the error that stopped it.

    Attributes
    ----------
    verdict : Verdict or None
        None if ``error`` is set.
    compared : Compared or None
        The judged pair; None if ``error`` is set.
    looks : tuple[Look, ...]
        Every date's look.
    figures : tuple[Evidence, ...]
        Figures of the judged pair; their pictures are empty, the drawn ones lie in ``Job.pictures``.
    error : GeoError or None
        Why there is no verdict: a bad scene stops only its sites.
    """

    site_id: str
    verdict: Verdict | None
    compared: Compared | None = None
    looks: tuple[Look, ...] = ()
    figures: tuple[Evidence, ...] = ()
    error: GeoError | None = None


Runner = Callable[[Callable[[Sequence[Job]], list[Outcome]], Iterable[Sequence[Job]]], Iterable[list[Outcome]]]


def inspect_sites(
    jobs: Iterable[Job], *, done: Container[str] = (), workers: int = 1, run: Runner | None = None
) -> Iterator[Outcome]:
    """批量核查地块 inspect many sites, in the order that unpacks fewest blocks.

    Parameters
    ----------
    jobs : iterable of Job
        The sites.
    done : container of str
        Keys to skip: what an interrupted run has finished.
    workers : int
        Threads; GDAL and NumPy let go of the interpreter lock while they unpack and compute.
    run : callable, optional
        Another ``map`` over chunks, such as a Dask client's; ``workers`` is not used then.
    """
    chunks = _chunks(in_block_order([job for job in jobs if job.site_id not in done]))
    if run is not None:
        for outcomes in run(inspect_chunk, chunks):
            yield from outcomes
    elif workers <= 1:
        for chunk in chunks:
            yield from inspect_chunk(chunk)
    else:
        with ThreadPoolExecutor(workers) as pool:
            for outcomes in pool.map(inspect_chunk, chunks):
                yield from outcomes


def in_block_order(jobs: Sequence[Job]) -> list[Job]:
    """按块排序 jobs by their scenes, then by the row and column of blocks their site lies in."""
    return sorted(jobs, key=_place)


def _place(job: Job) -> tuple[str, int, int, str]:
    if not job.scenes:
        return ("", 0, 0, job.site_id)
    scene = job.scenes[0]
    west, _, _, north = scene.bounds
    metres = BLOCK_PX * scene.gsd_m / 111_320
    centre = job.outline.centroid
    names = "".join(one.id for one in job.scenes)
    return (names, int((north - centre.y) / metres), int((centre.x - west) / metres), job.site_id)


def _chunks(jobs: Sequence[Job]) -> list[Sequence[Job]]:
    return [jobs[start : start + CHUNK] for start in range(0, len(jobs), CHUNK)]


def inspect_chunk(jobs: Sequence[Job]) -> list[Outcome]:
    """核查一批地块 a chunk of jobs with every dataset opened once."""
    with ExitStack() as stack:
        opened: dict[str, DatasetReader] = {}
        broken: dict[str, SceneError] = {}
        for scene in {scene.id: scene for job in jobs for scene in job.scenes}.values():
            try:
                opened[scene.id] = stack.enter_context(open_as(scene.path, scene.bands))
            except RasterioError:
                broken[scene.id] = SceneError("scene.broken", file=scene.path.name)
        return [_outcome(job, opened, broken) for job in jobs]


def _outcome(job: Job, opened: Mapping[str, DatasetReader], broken: Mapping[str, SceneError]) -> Outcome:
    for scene in job.scenes:
        if scene.id in broken:
            return Outcome(job.site_id, None, error=broken[scene.id])
    try:
        found = inspect(job.scenes, job.outline, job.reported, opened, job.earlier)
        if job.pictures is not None and (found.verdict.abstained or found.verdict.finding != Finding.CONSISTENT):
            save_pictures(found.comparison, job.pictures, PICTURES)
    except GeoError as error:
        return Outcome(job.site_id, None, error=error)
    return _without_pixels(job.site_id, found)


def _without_pixels(site_id: str, found: Inspection) -> Outcome:
    pair = found.comparison.pair
    figures = tuple(replace(item, picture=NO_PICTURE) for item in pair.items)
    size = (pair.clear_pct, pair.grid.site_m2, pair.grid.gsd_m)
    compared = Compared(found.before, found.after, *size, found.reported, found.outside, conditions_of(pair))
    return Outcome(site_id, found.verdict, compared, found.looks, figures)
