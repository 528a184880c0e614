"""待核查清单 which sites are to be inspected: those that two dates show and whose scenes or reports are new."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from geo.batch import Job
from geo.grid import analysis_gsd_m
from geo.inspect import Earlier
from geo.limits import load_limits
from geo.scenes import Scene as Image
from geo.scenes import cut_boxes
from geo.verdict import Reported, load_model
from monitor import settings as environment
from monitor.model import Viewer
from monitor.queries.reported import filings, in_force
from monitor.queries.sites import Site, sites
from monitor.tables import Inspection, InspectionDecision, Project, Scene
from monitor.terms import ImageryDecision

FORMAT = 4
"""核查格式版本 part of every key: a new way of inspecting inspects everything again."""


@dataclass(frozen=True)
class Held:
    """待核查 one job with what the store needs to keep of it."""

    job: Job
    site: Site
    key: str


def agenda(viewer: Viewer, engine: Engine) -> tuple[dict[str, Held], int, int]:
    """待核查清单 what is to be inspected of the viewer's sites.

    Returns
    -------
    held : dict
        Jobs whose inputs are new, by project id as text.
    unchanged : int
        Sites whose scenes and reports were inspected before.
    too_few : int
        Sites that fewer than two dates show.
    """
    ground = sites(viewer, engine)
    with Session(engine) as session:
        rejected = _rejected(session)
        shown = _covering(session, ground, rejected)
        known = {tuple(row) for row in session.execute(select(Inspection.project_id, Inspection.key))}
        said = _reported(session, shown)
        enough = {number: images for number, images in shown.items() if _dates(images) > 1}
        held = {}
        for number, images in enough.items():
            job = Job(str(number), ground[number].outline, images, said[number])
            key = _key(job, rejected.get(number, frozenset()))
            if (number, key) not in known:
                held[job.site_id] = Held(replace(job, pictures=pictures_folder(key)), ground[number], key)
        held = _with_earlier(session, held)
    return held, len(enough) - len(held), len(shown) - len(enough)


def _dates(scenes: Sequence[Image]) -> int:
    """How many dates show a site; a surface model (DSM) is no image of it."""
    return len({scene.taken_on for scene in scenes if not scene.is_height})


def _with_earlier(session: Session, held: Mapping[str, Held]) -> dict[str, Held]:
    """Jobs with what the newest inspection of their site has worked out already."""
    newest = select(func.max(Inspection.id)).group_by(Inspection.project_id)
    rows = session.execute(
        select(Inspection.project_id, Inspection.before_id, Inspection.looks).where(Inspection.id.in_(newest))
    )
    found = dict(held)
    for number, before_id, looks in rows:
        if one := held.get(str(number)):
            found[str(number)] = replace(one, job=replace(one.job, earlier=_earlier(one.job, before_id, looks)))
    return found


def _earlier(job: Job, before_id: str, looks: Any) -> Earlier:
    """Of an inspection's looks those whose basis still holds; what is not as this version writes it is passed by."""
    images = {image.id: image for image in job.scenes if not image.is_height}
    known: dict[tuple[str, str], tuple[float | None, str]] = {}
    for look in looks if before_id in images and isinstance(looks, list) else ():
        match look:
            case {"scene": str(after_id), "stage": str(stage), "score": float() | None as score, "basis": str(basis)}:
                if after_id in images and basis == basis_of(job, images[before_id], images[after_id]):
                    known[before_id, after_id] = (score, stage)
    return known


def basis_of(job: Job, before: Image, after: Image) -> str:
    """比较依据 hash of everything that score and stage of a pair of dates depend on."""
    images = [image for image in job.scenes if not image.is_height]
    pair = [(one.sha256, one.taken_at.isoformat(), one.bands, one.scale, one.offset) for one in (before, after)]
    return _hash([*_judged_by(), shapely.to_wkb(job.outline, hex=True), analysis_gsd_m(images), pair])


def pictures_folder(key: str) -> Path:
    """证据图目录 where the pictures behind an inspection's figures lie, by its key."""
    return environment.load().evidence / key[:2] / key


def _covering(
    session: Session, ground: Mapping[int, Site], rejected: Mapping[int, frozenset[str]]
) -> dict[int, tuple[Image, ...]]:
    """Scenes that may show each site, by date, without those a person rejected for it."""
    home = environment.load().home
    images = [as_image(row, home) for row in session.scalars(select(Scene).order_by(Scene.taken_at, Scene.id))]
    if not images or not ground:
        return {}
    numbers = list(ground)
    shapes = [shown_by(image.id, image.bounds, home / "scenes") for image in images]
    places, hits = shapely.STRtree(shapes).query([ground[number].outline for number in numbers], "intersects")
    shown: dict[int, list[int]] = defaultdict(list)
    for place, hit in zip(places.tolist(), hits.tolist(), strict=True):
        if images[hit].id not in rejected.get(numbers[place], ()):
            shown[numbers[place]].append(hit)
    return {number: tuple(images[hit] for hit in sorted(found)) for number, found in shown.items()}


def shown_by(scene_id: str, bounds: tuple[float, float, float, float], folder: Path) -> BaseGeometry:
    """影像所示范围 ground that a stored scene shows, in degrees: its frame, or what it was cut to."""
    cut = cut_boxes(folder / f"{scene_id}.json")
    return shapely.box(*bounds) if cut is None else shapely.union_all(shapely.box(*cut.T))


def _rejected(session: Session) -> dict[int, frozenset[str]]:
    """Scenes that a person rejected, by project."""
    query = select(InspectionDecision.project_id, InspectionDecision.scene_id)
    found = session.execute(query.where(InspectionDecision.decision == ImageryDecision.REJECT))
    scenes: dict[int, frozenset[str]] = {}
    for project_id, scene_id in found:
        scenes[project_id] = scenes.get(project_id, frozenset()) | {scene_id or ""}
    return scenes


def as_image(row: Scene, home: Path) -> Image:
    """影像值 a stored scene as geo knows it."""
    return Image(
        id=row.id,
        path=home / row.path,
        taken_at=row.taken_at.replace(tzinfo=UTC),
        bands=tuple(row.bands),
        bands_assumed=row.bands_assumed,
        scale=row.scale,
        offset=row.offset,
        gsd_m=row.gsd_m,
        crs=row.crs,
        bounds=(row.west, row.south, row.east, row.north),
        sha256=row.sha256,
        description=row.description,
    )


def _reported(session: Session, shown: Mapping[int, Sequence[Image]]) -> dict[int, dict[str, Reported]]:
    """What the report in force on each scene's date says, by project and scene: the latest month filed by then."""
    filed = filings(session.connection(), list(shown))
    columns = (Project.id, Project.started_on, Project.total_investment_wan_yuan)
    known = {number: (start, float(total or 0)) for number, start, total in session.execute(select(*columns))}
    said: dict[int, dict[str, Reported]] = {}
    for number, images in shown.items():
        said[number] = {}
        for image in images:
            row = in_force(filed[number], image.taken_on)
            start, total = known[number]
            started_on = (row.started_on if row else None) or start
            invested = 100 * row.total / total if row and row.total is not None and total else None
            said[number][image.id] = Reported(row.physical_pct if row else None, started_on, invested)
    return said


def _key(job: Job, rejected: frozenset[str]) -> str:
    """Hash of everything an inspection depends on."""
    assert not isinstance(job.reported, Reported)
    said = [(image.sha256, *map(str, vars(job.reported[image.id]).values())) for image in job.scenes]
    return _hash([*_judged_by(), shapely.to_wkb(job.outline, hex=True), said, sorted(rejected)])


def _judged_by() -> list[object]:
    return [FORMAT, load_model().version, vars(load_limits())]


def _hash(depends: Sequence[object]) -> str:
    return hashlib.sha256(json.dumps(depends).encode()).hexdigest()
