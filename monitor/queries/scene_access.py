"""影像查看范围 where a viewer may see a scene: near the sites of his own projects that it shows, and nowhere else."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from geo.scenes import Scene as Image
from geo.tiles import tile_bounds
from monitor import settings as environment
from monitor.errors import NotFound
from monitor.model import Viewer
from monitor.queries.inspection_agenda import as_image
from monitor.queries.sites import limits, sites
from monitor.tables import Scene

METRES_PER_DEGREE = 111_320.0

Boxes = NDArray[np.float64]
"""范围框 west, south, east, north in degrees, shape (boxes, 4)."""


@dataclass(frozen=True)
class Access:
    """影像查看范围 scenes by id, each with the boxes in which a viewer may see it."""

    scenes: dict[str, tuple[Image, Boxes]]

    def scene(self, scene_id: str, zoom: int, column: int, row: int) -> Image:
        """可见影像 the scene, if the viewer may see this tile of it (``NotFound`` ``scene.not_found``)."""
        held = self.scenes.get(scene_id)
        if held is not None:
            image, boxes = held
            if meeting(boxes, tile_bounds(zoom, column, row)).any():
                return image
        raise NotFound("scene.not_found")


def access(viewer: Viewer, engine: Engine) -> Access:
    """影像查看范围 what a viewer may see of every scene: his sites that it meets, with ``tile_margin_m`` around."""
    ground = [site.outline for site in sites(viewer, engine).values()]
    home = environment.load().home
    with Session(engine) as session:
        images = [as_image(row, home) for row in session.scalars(select(Scene))]
    if not ground or not images:
        return Access({})
    boxes = shapely.bounds(ground)
    up = limits()["tile_margin_m"] / METRES_PER_DEGREE
    along = up / np.cos(np.radians(boxes[:, [1]]))
    wide = boxes + np.hstack([-along, np.full_like(along, -up), along, np.full_like(along, up)])
    met = {image: meeting(boxes, image.bounds) for image in images}
    return Access({image.id: (image, wide[sites_met]) for image, sites_met in met.items() if sites_met.any()})


def meeting(boxes: Boxes, bounds: tuple[float, float, float, float]) -> NDArray[np.bool_]:
    """相交 which of the boxes meet another one."""
    west, south, east, north = bounds
    return (boxes[:, 0] < east) & (boxes[:, 2] > west) & (boxes[:, 1] < north) & (boxes[:, 3] > south)
