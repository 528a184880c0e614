"""证据图 the pixels behind an inspection's figures: drawn with it, and drawn again where the files are gone."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock

import shapely
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from geo.batch import PICTURES
from geo.compare import compare_pixels
from geo.errors import SceneError
from geo.grid import Grid, analysis_gsd_m, site_grid
from geo.heights import with_height
from geo.open_ground import open_ground
from geo.pictures import save_pictures
from geo.pixels import read_pixels
from geo.scenes import Scene as Image
from monitor import settings as environment
from monitor.errors import NotFound
from monitor.model import Viewer
from monitor.queries.imagery import ALWAYS
from monitor.queries.inspection_agenda import as_image, pictures_folder
from monitor.queries.scope import in_scope
from monitor.queries.sites import sites
from monitor.tables import Inspection, Project, Scene

_drawing = Lock()
"""one inspection is drawn at a time: the pages ask for all its pictures at once."""


def picture(viewer: Viewer, inspection_id: int, key: str, engine: Engine) -> Path:
    """证据图 file of a picture of an inspection: ``before``, ``after``, ``works`` or the key of a figure.

    Raises
    ------
    NotFound
        ``inspection.not_found``; ``inspection.picture_unknown`` for another key.
    SceneError
        ``scene.missing``, ``scene.broken`` where a scene's file is gone.
    """
    query = select(Inspection).join(Project, Project.id == Inspection.project_id)
    with Session(engine) as session:
        found = session.scalar(query.where(in_scope(viewer), Inspection.id == inspection_id))
        if found is None:
            raise NotFound("inspection.not_found")
        if key not in (*ALWAYS, *(item["key"] for item in found.evidence)):
            raise NotFound("inspection.picture_unknown", picture=key)
        folder = pictures_folder(found.key)
        scenes = {one["id"]: session.get_one(Scene, one["id"]) for one in found.scenes}
    file = folder / f"{key}{PICTURES}"
    with _drawing:
        if not file.is_file():
            draw(found, scenes, folder)
    return file


def visible(viewer: Viewer, project_id: int, scene_ids: Sequence[str], engine: Engine) -> dict[str, float]:
    """地块可见 per cent of a project's site that can be used in each of some scenes, each looked at by itself.

    Raises
    ------
    NotFound
        ``project.not_found`` where the project has no site, or lies outside of the viewer's district.
    SceneError
        ``scene.missing``, ``scene.broken`` where a scene's file is gone.
    """
    site = sites(viewer, engine, [project_id]).get(project_id)
    if site is None:
        raise NotFound("project.not_found", project=project_id)
    home = environment.load().home
    with Session(engine) as session:
        images = [as_image(session.get_one(Scene, one), home) for one in scene_ids]
    grid = site_grid(site.outline, analysis_gsd_m(images))
    return {image.id: _visible(image, grid) for image in images}


def _visible(image: Image, grid: Grid) -> float:
    try:
        return 100 * open_ground(read_pixels(image, grid), grid).clear
    except SceneError as error:
        if error.code != "scene.outside":
            raise
        return 0.0


def draw(inspection: Inspection, scenes: Mapping[str, Scene], folder: Path) -> None:
    """绘制证据图 compare the two scenes again, as they were inspected, and save every picture in a folder."""
    home = environment.load().home
    images = {number: as_image(scene, home) for number, scene in scenes.items()}
    heights = [image for image in images.values() if image.is_height]
    grid = site_grid(shapely.from_wkb(inspection.site), inspection.gsd_m)
    before, after = (
        with_height(images[number], read_pixels(images[number], grid), heights, grid, {})
        for number in (inspection.before_id, inspection.after_id)
    )
    save_pictures(compare_pixels(before, after, grid, (inspection.before_on, inspection.after_on)), folder, PICTURES)
