"""示例核查 made scenes for some sample projects, taken in and inspected as real ones are, with known truth.

What each scene shows stands in data/sites/imagery.yaml; every file, and every page that shows it, says that it is made.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import shapely
import yaml
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from geo.sample_scenes import Look, make_scenes, outline_at
from geo.sites import make_footprint
from monitor import store
from monitor.errors import Refusal
from monitor.model import Viewer
from monitor.queries.sites import sites
from monitor.services import audit, decisions, inspecting, scenes
from monitor.settings import DATA
from monitor.tables import Inspection, Project, ProjectFootprint, ProjectLocation, Scene
from monitor.terms import ImageryDecision, Role

VIEWER = Viewer("palmmap", Role.OPERATOR)


def stated() -> dict[str, Any]:
    """示例影像参数 what data/sites/imagery.yaml says."""
    said: dict[str, Any] = yaml.safe_load((DATA / "sites" / "imagery.yaml").read_text(encoding="utf-8"))
    return said


def load(engine: Engine) -> dict[str, int]:
    """载入示例影像 make, import and inspect the scenes of the demo's projects; a store that has them is left as it is.

    Returns
    -------
    dict
        ``scenes``, ``inspections``, ``decisions`` added.
    """
    said = stated()
    with Session(engine) as session:
        places = _places(session, said["sites"])
        there = session.scalar(select(Scene.id).where(Scene.is_sample).limit(1))
    if there is not None or not places:
        return {"scenes": 0, "inspections": 0, "decisions": 0}
    wanted = [site for site in said["sites"] if site["key"] in places]
    _outline(engine, wanted, places)
    known = sites(VIEWER, engine, [number for number, _ in places.values()])
    with TemporaryDirectory() as folder:
        for site in wanted:
            _make(site, known[places[site["key"]][0]].outline, said, Path(folder))
        taken = scenes.import_scenes(VIEWER, Path(folder), engine)
    if taken.refused:
        raise Refusal(taken.refused[0].code, file=taken.refused[0].file)
    done = inspecting.inspect_all(VIEWER, engine, on=said["inspected_on"])
    decided = _decide(engine, wanted, places)
    return {"scenes": len(taken.stored), "inspections": len(done.inspections), "decisions": decided}


Places = dict[str, tuple[int, tuple[float, float]]]
"""示例地点 project and its point (lon, lat in degrees) by the key of its scenes."""


def _places(session: Session, wanted: Sequence[Mapping[str, Any]]) -> Places:
    """Those of the projects that are there and have an exact point."""
    query = select(Project.name, Project.unit_code, Project.id, ProjectLocation.lon, ProjectLocation.lat).join(
        ProjectLocation, ProjectLocation.project_id == Project.id
    )
    named = query.where(Project.name.in_([site["project"] for site in wanted]), ProjectLocation.lon.is_not(None))
    rows = session.execute(named)
    found = {(name, unit): (number, (lon or 0.0, lat or 0.0)) for name, unit, number, lon, lat in rows}
    keys = {site["key"]: (site["project"], site["unit_code"]) for site in wanted}
    return {key: found[pair] for key, pair in keys.items() if pair in found}


def _outline(engine: Engine, wanted: Sequence[Mapping[str, Any]], places: Places) -> None:
    """Give the sample projects their sample outlines, in one transaction."""
    with store.transaction(engine) as session:
        rows = []
        for site in wanted:
            number, (lon, lat) = places[site["key"]]
            if site.get("point_only"):
                continue
            made = make_footprint(outline_at(lon, lat, site["side_m"], site["seed"]))
            geometry = shapely.to_wkb(made.outline)
            row = {"project_id": number, "revision": 1, "geometry": geometry, "area_m2": made.area_m2}
            rows.append(ProjectFootprint(**row, notes=["示例红线"], recorded_at=_known_at(session, number)))
        session.add_all(rows)
        audit.record(session, VIEWER.name, "demo.outlined", None, {"projects": [row.project_id for row in rows]})


def _known_at(session: Session, project_id: int) -> Any:
    return session.get_one(Project, project_id).created_at


def _make(site: Mapping[str, Any], outline: BaseGeometry, said: Mapping[str, Any], folder: Path) -> None:
    looks = [Look(on, dug, built, green, cloud) for on, dug, built, green, cloud in site["looks"]]
    shape = outline if isinstance(outline, Polygon) else shapely.union_all(outline)
    options = {"name": site["key"], "gsd_m": said["gsd_m"], "seed": site["seed"]}
    make_scenes(shape, looks, folder, **options, description=f"{said['description']}({site['project']})")


def _decide(engine: Engine, wanted: Sequence[Mapping[str, Any]], places: Places) -> int:
    """The decisions of the sample inspector, on the days stated."""
    due = [(site, site["decision"]) for site in wanted if "decision" in site]
    for site, said in due:
        with Session(engine) as session:
            newest = select(Inspection.id).where(Inspection.project_id == places[site["key"]][0])
            inspection_id = session.scalar(newest.order_by(Inspection.id.desc()).limit(1))
        choice = next(one for one in ImageryDecision if one.value == said["choice"])
        on: date = said["decided_on"]
        decision = decisions.Decision(choice, said["note"])
        decisions.decide(Viewer(said["by"], Role.INSPECTOR), inspection_id or 0, decision, engine, on)
    return len(due)
